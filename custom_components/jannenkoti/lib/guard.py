"""Minimum on and off times that neither a restart nor an edit can shorten.

A compressor that is started against the pressure of its last run wears out or trips,
so the time of its last change is stored as a wall-clock time, and no change is allowed
before `Phase.free_at`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class MinimumTimes:
    """How long a machine must stay on or off."""

    on: timedelta
    off: timedelta


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Whether a machine runs, and since when (UTC)."""

    on: bool
    since: datetime

    def free_at(self, minimum: MinimumTimes) -> datetime:
        """Return the time from which the machine may be switched."""
        return self.since + (minimum.on if self.on else minimum.off)

    def shifted(self, step: timedelta) -> Phase:
        """Return this phase after the clock was stepped, its age unchanged."""
        return replace(self, since=self.since + step)


def observe(phase: Phase | None, *, on: bool, now: datetime) -> Phase:
    """Return the phase of a machine that is running or stopped now.

    A phase that starts in the future was stored before the clock was set back. Its age
    is unknown, so it starts now, which is the longest wait.
    """
    if phase is None or phase.on is not on or phase.since > now:
        return Phase(on=on, since=now)
    return phase
