"""Read price lists of any known shape: times to UTC, prices per kWh.

Known shapes: the actions of Home Assistant's nordpool, tibber, energyzero and
easyenergy; the attributes of the custom integrations Nord Pool and EPEX Spot; and
anything that looks like them, such as a template sensor.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ....lib.reading import read_number

if TYPE_CHECKING:
    from datetime import tzinfo

_STARTS: Final = (
    *("start", "start_time", "startsAt", "starts_at", "timestamp", "from"),
    *("time", "hour", "datetime", "start_timestamp"),
)
_ENDS: Final = (
    *("end", "end_time", "endsAt", "ends_at", "till", "to", "end_timestamp"),
)
_PRICES: Final = (
    *("total", "value", "price", "price_per_kwh", "price_ct_per_kwh"),
    # Octopus Energy, Amber, and what copies the API of aWATTar.
    *("value_inc_vat", "per_kwh", "marketprice"),
)
_CENTS: Final = "price_ct_per_kwh"

MOST_ROWS: Final = 1000
"""A week of quarter hours and more; longer lists are cut."""
_DEEPEST: Final = 4

_HOUR: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(hours=3)
"""No market has longer slots; a longer gap is a gap."""

MOST: Final = 100.0
"""Per kWh; no currency has higher prices, but a fault can."""

_KILO: Final = 1000.0
_HUNDRED: Final = 100.0
_UNIT: Final = re.compile(
    r"\s*(?P<money>[^/]{0,20})/\s*(?P<energy>[kM]?Wh)\s*", re.IGNORECASE
)
_ENERGIES: Final = {"wh": _KILO, "kwh": 1.0, "mwh": 1 / _KILO}
_CENT_WORDS: Final = frozenset(
    {
        *("ct", "cts", "c", "cent", "cents", "¢", "eurocent", "eurocents", "eurct"),
        *("snt", "sentti", "senttiä", "öre", "øre", "ore", "p", "pence"),
        *("céntimo", "céntimos", "cêntimo", "cêntimos", "groszy", "gr", "haléř"),
    }
)
_SYMBOLS: Final = re.compile(r"[\s€$£]+")
"""What stands between the words of a unit such as EUR ct or c€."""

_EPOCH: Final = 1e9
"""Numbers above it are times: s since 1970, or ms if a thousand times larger."""
_EPOCH_MS: Final = 1e11


class PriceSource(StrEnum):
    """Where prices come from."""

    NONE = "none"
    ATTRIBUTES = "attributes"
    NORDPOOL = "nordpool"
    TIBBER = "tibber"
    ENERGYZERO = "energyzero"
    EASYENERGY = "easyenergy"

    @classmethod
    def parse(cls, word: str) -> PriceSource:
        """Return the source of that name, none if there is no such source."""
        return cls(word) if word in set(cls) else cls.NONE


@dataclass(frozen=True, slots=True, order=True)
class PriceSlot:
    """A price per kWh that holds for a time (UTC)."""

    start: datetime
    end: datetime
    price: float


def unit_factor(unit: object) -> float:
    """Return what makes a price of this unit one per kWh of the main currency.

    Understands money per kWh, MWh or Wh, and cents; anything else counts as per kWh.
    """
    match = _UNIT.fullmatch(unit) if isinstance(unit, str) else None
    if match is None:
        return 1.0
    words = _SYMBOLS.split(match["money"].casefold())
    factor = 1.0 if _CENT_WORDS.isdisjoint(words) else 1 / _HUNDRED
    return factor * _ENERGIES[match["energy"].casefold()]


def read_prices(raw: object, zone: tzinfo, factor: float = 1.0) -> list[PriceSlot]:
    """Return the slots found anywhere in a response or attribute; never raises.

    Times without an offset are local. Rows that cannot be read are left out. A slot
    without an end lasts until the next one starts, or as long as the one before.
    """
    found = list(_rows(raw, zone, factor, _DEEPEST))[:MOST_ROWS]
    found.sort(key=lambda row: row[0])
    slots: list[PriceSlot] = []
    for number, (start, end, price) in enumerate(found):
        length = slots[-1].end - slots[-1].start if slots else _HOUR
        later = (row[0] for row in found[number + 1 :] if row[0] > start)
        stop = end or next(later, start + length)
        if end is None and stop - start > _LONGEST:
            stop = start + length
        if start < stop <= start + _LONGEST:
            slots.append(PriceSlot(start, stop, price))
    return slots


def of_area(response: object, area: str) -> object:
    """Return the part of a response for one area or home; the first without a name.

    Nord Pool names areas, Tibber homes below ``prices``. Their rows must not be mixed.
    """
    if not isinstance(response, Mapping):
        return response
    inner = response.get("prices")
    groups = inner if isinstance(inner, Mapping) else response
    if groups is response and not all(isinstance(x, list) for x in groups.values()):
        return response
    if area:
        wanted = area.strip().casefold()
        named = {str(name).casefold(): rows for name, rows in groups.items()}
        return named.get(wanted, [])
    return next(iter(groups.values()), [])


def _rows(
    raw: object, zone: tzinfo, factor: float, depth: int
) -> Iterator[tuple[datetime, datetime | None, float]]:
    """Yield start, end and price of each row at any depth."""
    if isinstance(raw, Mapping):
        start = _moment(_first(raw, _STARTS), zone)
        price = _price(raw, factor)
        if start is not None and price is not None:
            yield start, _moment(_first(raw, _ENDS), zone), price
            return
        raw = list(raw.values())
    if isinstance(raw, list | tuple) and depth:
        for each in raw[:MOST_ROWS]:
            yield from _rows(each, zone, factor, depth - 1)


def _first(row: Mapping[object, object], keys: tuple[str, ...]) -> object:
    """Return the value of the first key that a row has."""
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _price(row: Mapping[object, object], factor: float) -> float | None:
    """Return the price of a row per kWh, or None."""
    key = next((key for key in _PRICES if row.get(key) is not None), None)
    value = None if key is None else read_number(row[key])
    if value is None:
        return None
    unit = row.get("unit")
    if isinstance(unit, str) and _UNIT.fullmatch(unit):
        factor = unit_factor(unit)
    price = value / _HUNDRED if key == _CENTS else value * factor
    return price if abs(price) <= MOST else None


def _moment(value: object, zone: tzinfo) -> datetime | None:
    """Return a time in UTC, or None."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip()[:40])
        except ValueError:
            return None
    try:
        if isinstance(value, int | float) and value > _EPOCH:
            value = datetime.fromtimestamp(
                value / _KILO if value > _EPOCH_MS else value, UTC
            )
        if not isinstance(value, datetime):
            return None
        if value.utcoffset() is None:
            value = value.replace(tzinfo=zone)
        return value.astimezone(UTC)
    except OverflowError, ValueError, OSError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a kWh costs on top of the market price, and what exporting one pays."""

    fee: float = 0.0
    """Per kWh, before tax."""
    tax: float = 0.0
    """%, on price and fee."""
    feed_in: float = 0.0
    """Per kWh."""

    def total(self, slot: PriceSlot) -> PriceSlot:
        """Return a slot with fee and tax."""
        price = (slot.price + self.fee) * (1 + self.tax / _HUNDRED)
        return PriceSlot(slot.start, slot.end, price)


def local_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end of a local day in UTC; it has 23, 24 or 25 hours."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
