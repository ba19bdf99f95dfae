"""Recognize a system clock that was not set yet.

A computer without a battery-backed clock starts in 1970, or at its last shutdown, and
is set later by days. Readings that are received before must not be filed there.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

RELEASED: Final = datetime(2025, 12, 1, tzinfo=UTC)
"""No clock is right that is before the release of this integration."""

# A time server may set a clock back by a little.
_TOLERANCE: Final = timedelta(minutes=5)

# A time server corrects a clock within minutes. A clock that stays behind for so long
# is right, and what was stored before came from one that was ahead.
_CORRECTED_WITHIN: Final = timedelta(hours=1)


class ClockCheck:
    """Compares the clock with the newest moment that was stored."""

    def __init__(self) -> None:
        """Initialize before anything is known to be stored."""
        self._newest = RELEASED
        self._behind_since: datetime | None = None

    def stored(self, moment: datetime) -> None:
        """Record a moment that was stored."""
        self._newest = max(self._newest, moment)

    def is_behind(self, now: datetime) -> bool:
        """Return whether the clock cannot be right."""
        return now < self._newest - _TOLERANCE

    def received(self, now: datetime, sent: datetime | None) -> datetime | None:
        """Return when a message was received, None if that cannot be known.

        While the clock is behind, the message's own time is used. If the two agree,
        the clock is right and the newest stored moment was wrong.
        """
        if not self.is_behind(now):
            self._behind_since = None
            return now
        if self._behind_since is None or now < self._behind_since:
            self._behind_since = now
        agrees = sent is not None and abs(sent - now) <= _TOLERANCE
        if now >= RELEASED and (agrees or now - self._behind_since > _CORRECTED_WITHIN):
            self._newest = now
            return now
        return sent
