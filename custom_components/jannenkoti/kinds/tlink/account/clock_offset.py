"""Distinguish a wrong time zone or clock from a slow network, by apparent delays."""

from collections import deque
from datetime import datetime, timedelta
from statistics import median
from typing import Final

# Several in a row, because one late push means nothing; apart, because a backlog
# arrives at once.
_ENOUGH: Final = 10
_APART: Final = timedelta(minutes=1)
_QUARTER: Final = 900.0
"""Time zones differ by quarters of an hour, in seconds."""
_SAME: Final = 240.0
"""Offsets that differ by less are equal, apart from network delays, in seconds."""


class ClockOffset:
    """How late the most recent pushes seemed to be."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._offsets: deque[float] = deque(maxlen=_ENOUGH)
        self._last: datetime | None = None

    def observe(self, sent: datetime | None, received: datetime) -> None:
        """Record a push; without a time it has no effect."""
        if sent is None or (
            self._last is not None and timedelta() <= received - self._last < _APART
        ):
            return
        self._last = received
        self._offsets.append((received - sent).total_seconds())

    @property
    def constant(self) -> float | None:
        """By how many seconds all of them seem to be late, None if that differs."""
        if len(self._offsets) < _ENOUGH:
            return None
        if max(self._offsets) - min(self._offsets) > _SAME:
            return None
        return median(self._offsets)

    @property
    def hours_off(self) -> float | None:
        """By how many hours the time zone is wrong, None if it seems right."""
        if (middle := self.constant) is None:
            return None
        off = round(middle / _QUARTER) * _QUARTER
        if abs(off) < 2 * _QUARTER or abs(middle - off) > _SAME:
            return None
        return off / 3600
