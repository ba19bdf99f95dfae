"""The table of slots: when each starts, and how the lights look then."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ..lights.look import Look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_SLOTS: Final = 48
LONGEST_NAME: Final = 40
LONGEST_FADE: Final = 6000
"""Seconds: the longest transition of the Hue API (6,000,000 ms)."""
LARGEST_OFFSET: Final = 720
"""Minutes before or after the sun."""
KELVIN: Final = (1500, 7000)
LOWEST_BRIGHTNESS: Final = 0.4
"""Percent: the lowest level, 1 of 255."""
AUTO: Final = "auto"
"""Not the name of a slot: what the select shows while none is forced."""


class Anchor(StrEnum):
    """What the start of a slot is counted from."""

    TIME = "time"
    DAWN = "dawn"
    SUNRISE = "sunrise"
    SUNSET = "sunset"
    DUSK = "dusk"


class Day(StrEnum):
    """The days on which a slot applies."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"
    HOLIDAY = "holiday"


WEEKDAYS: Final = tuple(day for day in Day if day is not Day.HOLIDAY)
"""Monday first, as `date.weekday` counts."""
EVERY_DAY: Final = frozenset(WEEKDAYS)


class Fault(StrEnum):
    """Why a table cannot be used."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    NAME = "name"
    NAME_TWICE = "name_twice"
    START = "start"
    DAYS = "days"
    BRIGHTNESS = "brightness"
    COLOR = "color"
    FADE = "fade"
    SAME_START = "same_start"


class TableError(Exception):
    """A table that cannot be used."""

    def __init__(self, fault: Fault, slot: str = "") -> None:
        """Initialize with the slot at fault, by its name or number."""
        super().__init__(f"{fault} {slot}".rstrip())
        self.fault = fault
        self.slot = slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One row: from its start to the start of the next slot."""

    name: str
    anchor: Anchor = Anchor.TIME
    at: time
    """The start; with a sun anchor, that of days without this position of the sun."""
    offset: int = 0
    """Minutes after the sun anchor, negative before."""
    days: frozenset[Day] = EVERY_DAY
    brightness: float = 100.0
    """Percent."""
    kelvin: int | None = None
    xy: tuple[float, float] | None = None
    fade: int = 0
    """Seconds."""

    @property
    def look(self) -> Look:
        """Return how the lights look."""
        level = max(1, round(self.brightness * 255 / 100))
        return Look(brightness=level, kelvin=self.kelvin, xy=self.xy)

    def as_row(self) -> dict[str, Any]:
        """Return the row as it is edited and stored."""
        row: dict[str, Any] = {
            "name": self.name,
            "anchor": self.anchor.value,
            "time": self.at.isoformat(),
            "offset": self.offset,
            "days": [day.value for day in Day if day in self.days],
            "brightness": self.brightness,
            "fade": self.fade,
        }
        if self.kelvin is not None:
            row["kelvin"] = self.kelvin
        if self.xy is not None:
            row["x"], row["y"] = self.xy
        return row


# The five slots of the original server: hours, brightness of 254 and color.
PRESET: Final = (
    Slot(name="morning", at=time(7), brightness=100.0, kelvin=6410),
    Slot(name="day", at=time(10), brightness=100.0, kelvin=4292),
    Slot(name="evening", at=time(17), brightness=100.0, kelvin=2890),
    Slot(name="late_evening", at=time(20), brightness=56.3, kelvin=2237),
    Slot(name="night", at=time(23), brightness=0.4, xy=(0.561, 0.4042)),
)


def read_table(rows: object) -> tuple[Slot, ...]:
    """Return the slots of a table; raises TableError for the first fault."""
    if not isinstance(rows, list) or not rows:
        raise TableError(Fault.EMPTY)
    if len(rows) > MOST_SLOTS:
        raise TableError(Fault.TOO_MANY)
    table = tuple(read_row(row, f"{n}") for n, row in enumerate(rows, 1))
    _check_together(table)
    return table


def read_row(row: object, number: str = "") -> Slot:
    """Return one slot; raises TableError."""
    if not isinstance(row, dict):
        raise TableError(Fault.NAME, number)
    name = row.get("name")
    name = name.strip() if isinstance(name, str) else ""
    if not 0 < len(name) <= LONGEST_NAME or name == AUTO or not name.isprintable():
        raise TableError(Fault.NAME, number)
    kelvin, xy = _color(row, name)
    anchor, at, offset = _start(row, name)
    lowest = LOWEST_BRIGHTNESS
    brightness = _number(row.get("brightness", 100), lowest, 100)
    if brightness is None:
        raise TableError(Fault.BRIGHTNESS, name)
    fade = _number(row.get("fade", 0), 0, LONGEST_FADE)
    if fade is None:
        raise TableError(Fault.FADE, name)
    return Slot(
        name=name,
        anchor=anchor,
        at=at,
        offset=offset,
        days=_days(row, name),
        brightness=brightness,
        kelvin=kelvin,
        xy=xy,
        fade=int(fade),
    )


def _start(row: Mapping[str, Any], name: str) -> tuple[Anchor, time, int]:
    """Return anchor, time and offset; raises TableError."""
    anchor, offset = row.get("anchor", Anchor.TIME), row.get("offset", 0)
    minutes = _number(offset, -LARGEST_OFFSET, LARGEST_OFFSET)
    text = row.get("time")
    if anchor not in tuple(Anchor) or minutes is None or not isinstance(text, str):
        raise TableError(Fault.START, name)
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise TableError(Fault.START, name) from None
    if at.tzinfo is not None:
        raise TableError(Fault.START, name)
    anchor = Anchor(anchor)
    at = at.replace(microsecond=0)
    return anchor, at, 0 if anchor is Anchor.TIME else int(minutes)


def _days(row: Mapping[str, Any], name: str) -> frozenset[Day]:
    """Return the days; raises TableError if there are none."""
    days = row.get("days", [day.value for day in WEEKDAYS])
    known = tuple(Day)
    if not isinstance(days, list) or not days or any(day not in known for day in days):
        raise TableError(Fault.DAYS, name)
    return frozenset(Day(day) for day in days)


def _color(
    row: Mapping[str, Any], name: str
) -> tuple[int | None, tuple[float, float] | None]:
    """Return color temperature or xy; raises TableError.

    Any point inside the diagram can be sent: a lamp shows the nearest color it has. A
    point outside of it is not a color.
    """
    kelvin, x, y = (row.get(key) for key in ("kelvin", "x", "y"))
    if kelvin is not None and (x is not None or y is not None):
        raise TableError(Fault.COLOR, name)
    if kelvin is not None:
        if (value := _number(kelvin, *KELVIN)) is None:
            raise TableError(Fault.COLOR, name)
        return round(value), None
    if x is None and y is None:
        return None, None
    x, y = _number(x, 0, 0.8), _number(y, 0, 0.9)
    if x is None or y is None or x + y > 1 or y == 0:
        raise TableError(Fault.COLOR, name)
    return None, (round(x, 4), round(y, 4))


def _number(value: object, lowest: float, highest: float) -> float | None:
    """Return a number in a range, or None; not-a-number is in no range."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if lowest <= value <= highest else None


def _check_together(table: Iterable[Slot]) -> None:
    """Raise TableError if two slots have a name, or a start on a day, in common."""
    names: set[str] = set()
    starts: set[tuple[time, Day]] = set()
    for slot in table:
        if slot.name in names:
            raise TableError(Fault.NAME_TWICE, slot.name)
        names.add(slot.name)
        if slot.anchor is not Anchor.TIME:
            continue
        own = {(slot.at, day) for day in slot.days}
        if own & starts:
            raise TableError(Fault.SAME_START, slot.name)
        starts |= own
