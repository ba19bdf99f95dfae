"""Weekly schedules of devices: the firmware's two forms, and a line of text.

A list of windows: ``[{"dias": ["lunes"], "inicio": "06:00", "fin": "06:15"}]``; or
edges by day: ``{"lunes": [["07:00", "on"], ["23:00", "off"]], "diario": [...]}``.
A window across midnight belongs to the day on which it starts.
"""

import re
import reprlib
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ....lib.weekly import EVERY_DAY, Moment, Span, Weekly, Window
from .windows import days_joined, joined, split_at_midnight, without_whole_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from ..wire.payload import Json

# More than a household plans in a week; each window costs time at every update.
MAX_WINDOWS: Final = 64
# Seven days by their long names and two times.
_LONGEST_PART: Final = 128
_LONGEST_LINE: Final = MAX_WINDOWS * _LONGEST_PART
_LONGEST_DAYS: Final = 128

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
    **dict.fromkeys(("weekdays", "laborables"), frozenset(range(5))),
    **dict.fromkeys(("weekend", "weekends", "finde"), frozenset({5, 6})),
}
_ON: Final = {"on", "true", "1", "activo", "encendido", "encender"}
_OFF: Final = {"off", "false", "0", "inactivo", "apagado", "apagar"}
_DAY: Final = 24 * 60  # minutes
_MIDNIGHT: Final = time(0)
_NOON: Final = time(12)
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-5][0-9])?")
_TIMES: Final = re.compile(r"([0-9:]+)[ \t]*-[ \t]*([0-9:]+)$")
# What stands between two days or times, as keyboards of phones and people write it.
_DASHES: Final = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_UNTIL: Final = re.compile(r"\s*-\s*|\s+(?:a|al|to)\s+")
_TOO_MANY: Final = f"> {MAX_WINDOWS}"
_TOO_LONG: Final = f"> {_LONGEST_LINE}"


class ScheduleError(ValueError):
    """A schedule that cannot be read; the argument is the part that is wrong."""


@dataclass(frozen=True)
class Schedule:
    """When a device is to be on, by the days and times of the home."""

    windows: tuple[Window, ...]
    weekly: tuple[Window, ...] = field(init=False, repr=False, compare=False)
    """The same for `lib.weekly`, which has no window of a whole day."""

    def __post_init__(self) -> None:
        """Split windows that last for a whole day in two that touch."""
        object.__setattr__(self, "weekly", tuple(without_whole_days(self.windows)))

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
        """The windows in the firmware's list form."""
        return [_entry_of(window) for window in self.windows]

    @cached_property
    def served(self) -> list[Json]:
        """The list form that every firmware applies alike: split at midnight.

        Firmware compares the hours after midnight with the day of today, and takes
        equal times for always (old) or for never (new).
        """
        return [_entry_of(window) for window in split_at_midnight(self.weekly)]

    @cached_property
    def joined(self) -> Schedule:
        """The schedule with windows joined again that were split at midnight."""
        return Schedule(tuple(joined(self.windows)))

    @cached_property
    def as_text(self) -> str:
        """The schedule as a line: ``mon wed 06:00-06:15; all 21:00-05:30``."""
        return "; ".join(
            f"{_days_as_text(window.days)} {window.start:%H:%M}-{window.end:%H:%M}"
            for window in self.windows
        )


def parse_schedule(value: object) -> Schedule:
    """Parse either form, or a line of text; raises ScheduleError."""
    if isinstance(value, str):
        if len(value) > _LONGEST_LINE:
            raise ScheduleError(_TOO_LONG)
        lines = value.translate(_DASHES).split(";")
        windows = [_line(part) for part in lines if part.strip()]
    elif isinstance(value, list | dict) and len(value) > MAX_WINDOWS:
        raise ScheduleError(_TOO_MANY)
    elif isinstance(value, list):
        windows = [_entry(entry) for entry in value]
    elif isinstance(value, dict):
        windows = days_joined(_edges(value))
    else:
        raise ScheduleError(_shown(value))
    if len(windows) > MAX_WINDOWS:
        raise ScheduleError(_TOO_MANY)
    return Schedule(tuple(windows))


def _entry_of(window: Window) -> Json:
    """Return a window in the firmware's list form."""
    return {
        "dias": ["todos"]
        if window.days == EVERY_DAY
        else [_SPANISH[day] for day in sorted(window.days)],
        "inicio": f"{window.start:%H:%M}",
        "fin": f"{window.end:%H:%M}",
    }


def _entry(entry: object) -> Window:
    """Parse one window of the list form."""
    if not isinstance(entry, dict):
        raise ScheduleError(_shown(entry))
    days = _days(entry.get("dias", entry.get("days")))
    return Window(
        start=_time(entry.get("inicio", entry.get("start"))),
        end=_end(entry.get("fin", entry.get("end"))),
        days=days,
    )


def _days(value: object) -> frozenset[int]:
    """Parse days: a list or a text of names; none mean every day."""
    if isinstance(value, str) and len(value) <= _LONGEST_DAYS:
        names: list[object] = [
            *re.split(r"[\s,]+", _UNTIL.sub("-", value.translate(_DASHES).strip()))
        ]
    elif value is None or isinstance(value, list):
        names = value or []
    else:
        raise ScheduleError(_shown(value))
    if len(names) > _LONGEST_DAYS:
        raise ScheduleError(_shown(value))
    found = [_day(name) for name in names if name != ""]
    return frozenset().union(*found) if found else EVERY_DAY


def _line(part: str) -> Window:
    """Parse one window of a line of text: days, then two times."""
    part = part.strip()
    match = _TIMES.search(part) if len(part) <= _LONGEST_PART else None
    days = "" if match is None else part[: match.start()]
    if match is None or (days and not days[-1].isspace()):
        raise ScheduleError(_shown(part))
    return Window(start=_time(match[1]), end=_end(match[2]), days=_days(days.strip()))


def _edges(value: Mapping[str, object]) -> Iterator[Window]:
    """Parse the object form: what is switched when, on which day.

    What one day switches on stays on until the next edge, of any day.
    """
    edges: dict[int, bool] = {}
    ends: dict[int, bool] = {}
    for name, of_day in value.items():
        if not isinstance(of_day, list) or len(of_day) > MAX_WINDOWS:
            raise ScheduleError(_shown(of_day))
        days = _day(name)
        for minute, on in map(_edge, of_day):
            found = ends if minute == _DAY else edges
            found |= {(day * _DAY + minute) % (7 * _DAY): on for day in days}
    edges = ends | edges  # What a day starts with replaces the end of the day before.
    if not any(edges.values()):
        return
    if all(edges.values()):
        yield Window(start=time(0), end=time(0))
        return
    # The last edge of the week also holds at its start.
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


def _edge(edge: object) -> tuple[int, bool]:
    """Parse a minute of the day, which may be its end, and what it switches."""
    if not isinstance(edge, list) or len(edge) != 2:  # noqa: PLR2004
        raise ScheduleError(_shown(edge))
    at, to = edge
    word = str(to).lower() if isinstance(to, str) or to in (0, 1) else ""
    if word in _ON or word in _OFF:
        if _is_midnight(at):
            return _DAY, word in _ON
        moment = _time(at)
        return moment.hour * 60 + moment.minute, word in _ON
    raise ScheduleError(_shown(to))


def _time(value: object) -> time:
    """Parse hours and minutes; seconds are dropped."""
    text = value.strip() if isinstance(value, str) else ""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ScheduleError(_shown(value))
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:  # noqa: PLR2004
        raise ScheduleError(_shown(value))
    return time(hour, minute)


def _end(value: object) -> time:
    """Parse the end of a window, which may be 24:00."""
    return _MIDNIGHT if _is_midnight(value) else _time(value)


def _is_midnight(value: object) -> bool:
    """Return whether a time is the end of a day."""
    return isinstance(value, str) and value.strip() in {"24:00", "24:00:00"}


def _day(name: object) -> frozenset[int]:
    """Parse a day or a range of days, in Spanish or English, accents optional."""
    if not isinstance(name, str) or len(name) > _LONGEST_DAYS:
        raise ScheduleError(_shown(name))
    plain = unicodedata.normalize("NFKD", name).casefold().strip()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _UNTIL.sub("-", plain.translate(_DASHES))
    if (days := _DAYS.get(plain)) is not None:
        return days
    first, last = (_DAYS.get(part.strip()) for part in _two_parts(plain))
    if first is None or last is None or len(first) > 1 or len(last) > 1:
        raise ScheduleError(_shown(name))
    (start,), (end,) = first, last
    return frozenset((start + n) % 7 for n in range((end - start) % 7 + 1))


def _two_parts(text: str) -> tuple[str, str]:
    """Return what stands before and after a hyphen."""
    first, _, last = text.partition("-")
    return first, last


def _days_as_text(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "all"
    return " ".join(_ENGLISH[day][:3] for day in sorted(days))


def _shown(value: object) -> str:
    """Return what is wrong, short enough for a message."""
    return (value if isinstance(value, str) else reprlib.repr(value))[:40]
