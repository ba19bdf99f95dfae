"""Schedules as devices have them, in both forms, and as a line of text.

A list of windows: ``[{"dias": ["lunes"], "inicio": "06:00", "fin": "06:15"}]``; or
edges by day: ``{"lunes": [["07:00", "on"], ["23:00", "off"]], "diario": [...]}``.
A window across midnight belongs to the day on which it starts.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ....lib.weekly import EVERY_DAY, Moment, Span, Weekly, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from ..wire.payload import Json

# More windows than a week has quarter-hours help nobody; each costs at every look.
MAX_WINDOWS: Final = 64
# Seven days by their long names and two times; the pattern goes to and fro in it.
_LONGEST_PART: Final = 128

_SPANISH: Final = (
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
)  # fmt: skip
_ENGLISH: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_ALL: Final = ("todos", "all", "diario", "daily")
_DAYS: Final[Mapping[str, frozenset[int]]] = {
    **{name: frozenset({day}) for day, name in enumerate(_SPANISH)},
    **{name: frozenset({day}) for day, name in enumerate(_ENGLISH)},
    **{name[:3]: frozenset({day}) for day, name in enumerate(_ENGLISH)},
    **{name[:3]: frozenset({day}) for day, name in enumerate(_SPANISH)},
    **dict.fromkeys(_ALL, EVERY_DAY),
}
_ON: Final = {"on", "true", "1", "activo", "encendido"}
_OFF: Final = {"off", "false", "0", "inactivo", "apagado"}
_DAY: Final = 24 * 60  # minutes
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")
_LINE: Final = re.compile(
    r"(?:(?P<days>[^\d]*?)\s+)?(?P<start>[\d:]+)\s*-\s*(?P<end>[\d:]+)"
)
_TOO_MANY: Final = f"> {MAX_WINDOWS}"


class ScheduleError(ValueError):
    """A schedule that cannot be read; the argument is the part that is wrong."""


@dataclass(frozen=True)
class Schedule:
    """When a device is to be on, by the days and times of the home."""

    windows: tuple[Window, ...]
    weekly: tuple[Window, ...] = field(init=False, repr=False)
    """The same for `lib.weekly`, which knows no window of a whole day."""

    def __post_init__(self) -> None:
        """Split windows that last for a whole day in two that touch."""
        object.__setattr__(self, "weekly", tuple(self._without_whole_days()))

    def _without_whole_days(self) -> Iterator[Window]:
        noon, midnight = time(12), time(0)
        for window in self.windows:
            if window.start != window.end:
                yield window
            else:
                middle = noon if window.start != noon else midnight
                yield Window(start=window.start, end=middle, days=window.days)
                days = window.days
                if middle < window.start:  # the middle lies on the next day
                    days = frozenset((day + 1) % 7 for day in days)
                yield Window(start=middle, end=window.end, days=days)

    def at(self, now: datetime, zone: tzinfo) -> Moment:
        """Return what is on now and until when."""
        return Weekly(windows=self.weekly, zone=zone).at(now)

    def spans(self, start: datetime, end: datetime, zone: tzinfo) -> list[Span]:
        """Return the times at which the device is on, joined where they touch."""
        first = start.astimezone(zone).date() - timedelta(days=1)
        days = (end.astimezone(zone).date() - first).days + 1
        found = Weekly(windows=self.weekly, zone=zone).spans(first, days)
        joined: list[Span] = []
        for span in sorted(found, key=lambda span: span.start):
            if joined and span.start <= joined[-1].end:
                last = joined.pop()
                span = Span(start=last.start, end=max(last.end, span.end))  # noqa: PLW2901
            joined.append(span)
        return [span for span in joined if span.end > start and span.start < end]

    @cached_property
    def as_list(self) -> list[Json]:
        """The schedule as the firmware reads it."""
        return [
            {
                "dias": ["todos"]
                if window.days == EVERY_DAY
                else [_SPANISH[day] for day in sorted(window.days)],
                "inicio": f"{window.start:%H:%M}",
                "fin": f"{window.end:%H:%M}",
            }
            for window in self.windows
        ]

    @cached_property
    def as_text(self) -> str:
        """The schedule as a line: ``mon wed 06:00-06:15; all 21:00-05:30``."""
        return "; ".join(
            f"{_days_as_text(window.days)} {window.start:%H:%M}-{window.end:%H:%M}"
            for window in self.windows
        )


def parse_schedule(value: object) -> Schedule:
    """Read either form, or a line of text; raises ScheduleError."""
    if isinstance(value, str):
        windows = [_line(part) for part in value.split(";") if part.strip()]
    elif isinstance(value, list):
        windows = [_entry(entry) for entry in value]
    elif isinstance(value, dict):
        windows = list(_edges(value))
    else:
        raise ScheduleError(_shown(value))
    if len(windows) > MAX_WINDOWS:
        raise ScheduleError(_TOO_MANY)
    return Schedule(tuple(windows))


def _entry(entry: object) -> Window:
    """Read one window of the list form."""
    if not isinstance(entry, dict):
        raise ScheduleError(_shown(entry))
    days = entry.get("dias", entry.get("days"))
    names = [days] if isinstance(days, str) else days
    if names is not None and not isinstance(names, list):
        raise ScheduleError(_shown(days))
    return Window(
        start=_time(entry.get("inicio", entry.get("start"))),
        end=_time(entry.get("fin", entry.get("end"))),
        days=frozenset().union(*map(_day, names)) if names else EVERY_DAY,
    )


def _line(part: str) -> Window:
    """Read one window of a line of text."""
    part = part.strip()
    match = _LINE.fullmatch(part) if len(part) <= _LONGEST_PART else None
    if match is None:
        raise ScheduleError(_shown(part))
    names = re.split(r"[\s,]+", (match["days"] or "").strip())
    found = [_day(name) for name in names if name]
    return Window(
        start=_time(match["start"]),
        end=_time(match["end"]),
        days=frozenset().union(*found) if found else EVERY_DAY,
    )


def _edges(value: Mapping[str, object]) -> Iterator[Window]:
    """Read the object form: what is switched when, on which day.

    What a day switches on and never off stays on until the next edge of another day.
    """
    edges: dict[int, bool] = {}
    for name, of_day in value.items():
        if not isinstance(of_day, list) or len(of_day) > MAX_WINDOWS:
            raise ScheduleError(_shown(of_day))
        for at, on in map(_edge, of_day):
            minute = at.hour * 60 + at.minute
            edges |= {day * _DAY + minute: on for day in _day(name)}
    if not any(edges.values()):
        return
    if all(edges.values()):
        yield Window(start=time(0), end=time(0))
        return
    # The week goes round: what was switched last holds at its beginning.
    was_on = edges[max(edges)]
    begun = _last_start(edges)
    for minute, on in sorted(edges.items()):
        if was_on and not on:
            yield from _between(begun, minute)
        elif on and not was_on:
            begun = minute
        was_on = on


def _last_start(edges: Mapping[int, bool]) -> int:
    """Return when the last run of the week was switched on."""
    begun = 0
    on_before = edges[max(edges)]
    for minute, on in sorted(edges.items()):
        if on and not on_before:
            begun = minute
        on_before = on
    return begun


def _between(start: int, end: int) -> Iterator[Window]:
    """Yield windows of at most a day, from one minute of the week to another."""
    left = (end - start) % (7 * _DAY)
    while left > 0:
        length = min(left, _DAY)
        yield Window(
            start=_of_day(start),
            end=_of_day(start + length),
            days=frozenset({start // _DAY % 7}),
        )
        start, left = start + length, left - length


def _of_day(minute: int) -> time:
    """Return the time of a minute of the week."""
    hour, minute = divmod(minute % _DAY, 60)
    return time(hour, minute)


def _edge(edge: object) -> tuple[time, bool]:
    """Read a time and what it switches."""
    if not isinstance(edge, list) or len(edge) != 2:  # noqa: PLR2004
        raise ScheduleError(_shown(edge))
    at, to = edge
    word = str(to).lower()
    if word in _ON or word in _OFF:
        return _time(at), word in _ON
    raise ScheduleError(_shown(to))


def _time(value: object) -> time:
    """Read hours and minutes."""
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ScheduleError(_shown(value))
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:  # noqa: PLR2004
        raise ScheduleError(_shown(value))
    return time(hour, minute)


def _day(name: object) -> frozenset[int]:
    """Read a day, in Spanish or English, with or without accents."""
    plain = unicodedata.normalize("NFKD", str(name)).casefold().strip()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    if (days := _DAYS.get(plain)) is None:
        raise ScheduleError(_shown(name))
    return days


def _days_as_text(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "all"
    return " ".join(_ENGLISH[day][:3] for day in sorted(days))


def _shown(value: object) -> str:
    """Return what is wrong, short enough for a message."""
    return str(value)[:40]
