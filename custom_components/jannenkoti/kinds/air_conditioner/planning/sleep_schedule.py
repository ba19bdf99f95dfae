"""The sleep window of every day: one for all, and days that have their own."""

from collections import defaultdict
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from ....lib.weekly import EVERY_DAY, Weekly, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As Home Assistant and the original call them."""
DAYS: Final = "days"
START: Final = "start"
END: Final = "end"

type Row = Mapping[str, Any]
"""Own times for some days: their names, a start and an end; without them no sleep."""


class BadRow(ValueError):
    """Times of a row that cannot be used."""


def window_of(row: Row) -> Window | None:
    """Return the window of a row, None for days without sleep; raises BadRow."""
    days, start, end = row.get(DAYS), row.get(START), row.get(END)
    if not isinstance(days, list | tuple) or not days or {*days} - {*WEEKDAYS}:
        raise BadRow
    if not start and not end:
        return None
    try:
        window = Window(
            start=time.fromisoformat(str(start)),
            end=time.fromisoformat(str(end)),
            days=frozenset(map(WEEKDAYS.index, days)),
        )
    except ValueError as err:
        raise BadRow from err
    if window.start == window.end:
        raise BadRow
    return window


def readable_rows(raw: object) -> tuple[Row, ...]:
    """Return the rows of an option that can be read; the others are left out."""
    rows = raw if isinstance(raw, list | tuple) else ()
    return tuple(row for row in rows if _is_readable(row))


def _is_readable(row: object) -> bool:
    if not isinstance(row, dict):
        return False
    try:
        window_of(row)
    except BadRow, TypeError:  # An unhashable name of a day is a TypeError.
        return False
    return True


def week(start: time, end: time, rows: Iterable[Row], zone: tzinfo) -> Weekly:
    """Return the windows of a week: the days that no row names have the common one.

    A day that is in several rows has several windows. Raises BadRow.
    """
    rows = tuple(rows)
    named = frozenset(WEEKDAYS.index(day) for row in rows for day in row.get(DAYS, ()))
    own = [window for row in rows if (window := window_of(row)) is not None]
    common = Window(start=start, end=end, days=EVERY_DAY - named)
    return Weekly(windows=(common, *own), zone=zone)


def rows_of(schedule: Mapping[str, Row | None]) -> list[dict[str, Any]]:
    """Return the rows of a schedule as the original had it: a window for each day.

    Days with the same times share a row; a day without times has no sleep. Raises
    BadRow.
    """
    shared: defaultdict[tuple[Any, Any], list[str]] = defaultdict(list)
    for day, window in schedule.items():
        times = {} if window is None else window
        if not isinstance(times, dict):
            raise BadRow
        shared[times.get("start") or "", times.get("stop") or ""].append(day)
    rows = [
        {DAYS: sorted(days, key=_place), **({START: start} if start else {})}
        | ({END: stop} if stop else {})
        for (start, stop), days in shared.items()
    ]
    for row in rows:
        window_of(row)
    return rows


def schedule_of(rows: Iterable[Row]) -> dict[str, dict[str, str | None]]:
    """Return rows in the format of the original; the last window of each day."""
    return {
        day: {"start": _minutes(row.get(START)), "stop": _minutes(row.get(END))}
        for row in rows
        for day in row[DAYS]
    }


def _place(day: str) -> int:
    return WEEKDAYS.index(day) if day in WEEKDAYS else len(WEEKDAYS)


def _minutes(text: str | None) -> str | None:
    return text[:5] if text else None
