"""Operations on the windows of a schedule: whole days, midnight, days in common."""

from datetime import time
from typing import TYPE_CHECKING, Final

from ....lib.weekly import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MIDNIGHT: Final = time(0)
_NOON: Final = time(12)


def without_whole_days(windows: Iterable[Window]) -> Iterator[Window]:
    """Yield the windows, those of a whole day in two halves."""
    for window in windows:
        if window.start != window.end:
            yield window
            continue
        middle = _NOON if window.start != _NOON else _MIDNIGHT
        yield Window(start=window.start, end=middle, days=window.days)
        days = window.days
        if middle < window.start:  # the middle lies on the next day
            days = _next_days(days)
        yield Window(start=middle, end=window.end, days=days)


def split_at_midnight(windows: Iterable[Window]) -> Iterator[Window]:
    """Yield the windows, those across midnight in two parts."""
    for window in windows:
        if window.start < window.end or window.end == _MIDNIGHT:
            yield window
            continue
        yield Window(start=window.start, end=_MIDNIGHT, days=window.days)
        yield Window(start=_MIDNIGHT, end=window.end, days=_next_days(window.days))


def days_joined(windows: Iterable[Window]) -> list[Window]:
    """Return windows with equal times on several days as one each."""
    days: dict[tuple[time, time], frozenset[int]] = {}
    for window in windows:
        times = (window.start, window.end)
        days[times] = days.get(times, frozenset()) | window.days
    return [Window(start=start, end=end, days=on) for (start, end), on in days.items()]


def joined(windows: Iterable[Window]) -> list[Window]:
    """Return the windows, two that touch at midnight as one."""
    found = list(windows)
    for evening in [window for window in found if window.end == _MIDNIGHT]:
        days = _next_days(evening.days)
        morning = next(
            (
                window
                for window in found
                if window.start == _MIDNIGHT < window.end <= evening.start
                and window.days == days
            ),
            None,
        )
        if morning is not None:
            found[found.index(evening)] = Window(
                start=evening.start, end=morning.end, days=evening.days
            )
            found.remove(morning)
    return found


def _next_days(days: frozenset[int]) -> frozenset[int]:
    """Return the days after these."""
    return frozenset((day + 1) % 7 for day in days)
