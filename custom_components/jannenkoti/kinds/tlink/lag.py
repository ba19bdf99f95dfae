"""Tells a wrong time zone or clock from a slow network, by how late readings seem."""

from collections import deque
from datetime import datetime, timedelta
from statistics import median
from typing import Final

# A few in a row, so that one late push is no news; apart, so that a backlog is none.
_ENOUGH: Final = 10
_APART: Final = timedelta(minutes=1)
_QUARTER: Final = 900.0
"""Zones differ by quarters of an hour, in seconds."""
_SAME: Final = 240.0
"""All pushes are off by the same, give or take what their way takes, in seconds."""


class Lag:
    """How late the latest pushes seemed to be."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lags: deque[float] = deque(maxlen=_ENOUGH)
        self._last: datetime | None = None

    def see(self, sent: datetime | None, received: datetime) -> None:
        """Take note of a push; one that tells no time tells nothing here."""
        if sent is None or (
            self._last is not None and timedelta() <= received - self._last < _APART
        ):
            return
        self._last = received
        self._lags.append((received - sent).total_seconds())

    @property
    def constant(self) -> float | None:
        """By how many seconds all of them seem to be late, None if that differs."""
        if len(self._lags) < _ENOUGH or max(self._lags) - min(self._lags) > _SAME:
            return None
        return median(self._lags)

    @property
    def hours_off(self) -> float | None:
        """By how many hours the zone is wrong, None if it seems right."""
        if (middle := self.constant) is None:
            return None
        off = round(middle / _QUARTER) * _QUARTER
        if abs(off) < 2 * _QUARTER or abs(middle - off) > _SAME:
            return None
        return off / 3600
