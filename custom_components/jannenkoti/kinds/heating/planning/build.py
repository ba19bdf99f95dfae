"""Put a problem together from what is known now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..inputs.prices import Tariff, local_day
from ..tank.deadline import moments
from ..tank.learned import AMBIENT, Learned
from .curve import PlanQuality, PriceCurve, TypicalWeek
from .problem import Problem, Slot, TankProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from ..options import TankOptions

SLOT: Final = timedelta(minutes=15)
SHORTEST: Final = timedelta(hours=24)
"""A plan looks at least so far ahead, with usual prices if need be."""

UNKNOWN_PRICE: Final = 0.25
"""Per kWh where nothing is known: a flat price, so that only the demand counts."""

_USUAL_LOAD: Final = 300.0
"""W of a house of which nothing is known yet."""

_SPARED: Final = 1.25
_ABOVE_FLOOR: Final = 0.15
"""K above the comfort floor that a plan keeps after each draw-off, and how often what a
draw-off may take more; the control heats by itself from a little below that."""

_READY: Final = 2 * SLOT
"""Before an hour with a draw-off begins, its heat is in the tank."""

_WARM: Final = 1.0
"""K below its target at which a tank counts as warm: what it loses in some hours."""

_LEAST: Final = timedelta(minutes=1)

_EXACT: Final = 0.05
"""Beyond this error, sun that is here is worth more than sun that is forecast."""

_CLOUDS_STAY: Final = timedelta(hours=4)
"""Until then the measured production corrects the forecast, ever less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Prices and forecasts."""

    curve: PriceCurve
    typical: TypicalWeek
    tariff: Tariff
    zone: tzinfo
    pv: Mapping[datetime, float]
    """Wh by the start of each hour (UTC)."""
    pv_limit: float
    """W that the inverter delivers at most; a forecast above it is cut."""
    load: Sequence[float | None]
    """W that the house consumes without heating, by local hour."""
    sun: tuple[datetime, float] | None = None
    """When production was measured, and its ratio to the forecast."""
    battery: float = 0.0
    """Wh that the battery takes before there is surplus for heat."""
    error: float | None = None
    """The share by which the forecast was wrong lately; None if that is not known."""

    @property
    def exact(self) -> bool:
        """Return whether the forecast is exact enough to wait for its sun."""
        return self.error is not None and self.error <= _EXACT

    def quality(self, now: datetime) -> PlanQuality:
        """Return how well the prices are known."""
        found = self.curve.quality(now, self.zone)
        if found is PlanQuality.NONE and self.typical.at(now, self.zone) is not None:
            return PlanQuality.TYPICAL
        return found

    def price(self, start: datetime, end: datetime) -> float:
        """Return the known price, else the usual one, else a flat one."""
        known = self.curve.mean(start, end)
        if known is not None:
            return known
        usual = self.typical.at(start, self.zone)
        return UNKNOWN_PRICE if usual is None else usual

    def surplus(self, start: datetime) -> float:
        """Return the forecast surplus (W) at a time."""
        hour = start.replace(minute=0, second=0, microsecond=0)
        pv = max(self.pv.get(hour, 0.0), 0.0) * self._sun(start)
        pv = min(pv, self.pv_limit)
        load = self.load[start.astimezone(self.zone).hour]
        return pv - (_USUAL_LOAD if load is None else load)

    def _sun(self, start: datetime) -> float:
        """Return the factor to the forecast: the clouds of now stay for some hours."""
        if self.sun is None:
            return 1.0
        measured, ratio = self.sun
        trust = 1 - max(start - measured, timedelta()) / _CLOUDS_STAY
        return 1 + (ratio - 1) * max(trust, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TankNow:
    """A tank as it is now."""

    options: TankOptions
    learned: Learned
    temperature: float
    stages: tuple[float, ...]
    """The power of each of its stages (W)."""

    @property
    def watts(self) -> float:
        """Return the power of all its stages."""
        return sum(self.stages)


def slots_of(outlook: Outlook, now: datetime) -> tuple[Slot, ...]:
    """Return the slots from now to the end of tomorrow or for 24 hours.

    The first one is what is left of the current quarter. A battery that is charged
    first takes the surplus of the earliest slots.
    """
    tomorrow = now.astimezone(outlook.zone).date() + timedelta(days=1)
    end = max(local_day(tomorrow, outlook.zone)[1], now + SHORTEST)
    start, slots, battery = now, list[Slot](), outlook.battery
    while start < end:
        past = timedelta(seconds=start.timestamp() % SLOT.total_seconds())
        stop = start - past + SLOT
        if stop - start < _LEAST:
            start = stop
            continue
        surplus = outlook.surplus(start)
        hours = (stop - start) / timedelta(hours=1)
        charged = min(max(surplus, 0.0) * hours, battery)
        battery -= charged
        slots.append(
            Slot(
                start=start,
                end=stop,
                price=outlook.price(start, stop),
                feed_in=outlook.tariff.feed_in,
                surplus=surplus - charged / hours,
            )
        )
        start = stop
    return tuple(slots)


def build(outlook: Outlook, tanks: Sequence[TankNow], now: datetime) -> Problem:
    """Return the problem of the next day or two."""
    slots = slots_of(outlook, now)
    prices = sorted(slot.price for slot in slots)
    # What heat is worth later: a low price, for tomorrow has cheap hours, too.
    worth = max(prices[len(prices) // 4], 0.0)
    return Problem(
        slots=slots,
        worth=worth,
        tanks=tuple(_tank(tank, slots, outlook.zone) for tank in tanks),
        stages=tuple(watts for tank in tanks for watts in tank.stages),
    )


def _tank(tank: TankNow, slots: Sequence[Slot], zone: tzinfo) -> TankProblem:
    """Return a tank over all slots."""
    options, learned = tank.options, tank.learned
    return TankProblem(
        capacity=learned.capacity,
        loss=learned.loss,
        ambient=AMBIENT,
        temperature=tank.temperature,
        floor=min(
            options.floor + _SPARED * learned.spare + _ABOVE_FLOOR, options.target - 0.5
        ),
        target=options.target,
        ceiling=options.surplus_target,
        watts=tank.watts,
        draws=_draws(learned, slots, zone),
        floors=_floors(options, slots, zone),
    )


def _floors(
    options: TankOptions, slots: Sequence[Slot], zone: tzinfo
) -> tuple[float, ...]:
    """Return the temperature (°C) that each slot must end with beyond the floor.

    The slot in which a time to be warm by lies ends before it, so that the tank is
    warm at that time.
    """
    if not options.warm_by or not slots:
        return ()
    due = moments(options.warm_by, slots[0].start, slots[-1].end, zone)
    ends = {max((s.end for s in slots if s.end <= at), default=None) for at in due}
    return tuple(options.target - _WARM if slot.end in ends else 0.0 for slot in slots)


def _draws(learned: Learned, slots: Sequence[Slot], zone: tzinfo) -> tuple[float, ...]:
    """Return what is drawn in each slot (Wh).

    The heat of an hour is to be there before the hour begins, because the minute
    of a shower is not known, and the control checks the tank ahead of it.
    """
    draws, before = [], None
    for number, slot in enumerate(slots):
        ahead = slot.start if number == 0 else slot.start + _READY
        hour = ahead.replace(minute=0, second=0, microsecond=0)
        left = 1.0 if number else 1 - (ahead - hour) / timedelta(hours=1)
        new = hour != before
        draws.append(learned.draw(ahead, zone) * left if new else 0.0)
        before = hour
    return tuple(draws)
