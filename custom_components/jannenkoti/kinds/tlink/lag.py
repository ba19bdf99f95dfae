"""Tells a wrong time zone from a slow network, by how far readings seem to be off."""

from collections import deque
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

# A few in a row, so that a backlog or one wrong clock is no news.
_ENOUGH: Final = 10
_QUARTER: Final = 900.0
"""Zones differ by quarters of an hour, in seconds."""
_SAME: Final = 240.0
"""All pushes are off by the same, give or take what their way takes, in seconds."""


class Lag:
    """How late the latest pushes seemed to be."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lags: deque[float] = deque(maxlen=_ENOUGH)

    def see(self, sent: datetime | None, received: datetime) -> None:
        """Take note of a push; one that tells no time tells nothing here."""
        if sent is not None:
            self._lags.append((received - sent).total_seconds())

    @property
    def hours_off(self) -> float | None:
        """By how many hours the zone is wrong, None if it seems right."""
        if len(self._lags) < _ENOUGH or max(self._lags) - min(self._lags) > _SAME:
            return None
        middle = median(self._lags)
        off = round(middle / _QUARTER) * _QUARTER
        if abs(off) < 2 * _QUARTER or abs(middle - off) > _SAME:
            return None
        return off / 3600
