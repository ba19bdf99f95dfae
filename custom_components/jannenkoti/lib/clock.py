"""Detect steps of the wall clock.

Minimum times are stored as wall-clock times, so that they survive restarts. A time
server that corrects the clock, or a suspended machine, must not shorten them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The two clocks may drift so far apart between two readings; more is a step.
_DRIFT = timedelta(seconds=5)
_NO_STEP = timedelta()


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The wall clock (UTC) and a clock that is never set (s), read together."""

    wall: datetime
    ticks: float

    def step_to(self, later: Clocks) -> timedelta:
        """Return how far the wall clock was set forward (or back) in between."""
        passed = timedelta(seconds=later.ticks - self.ticks)
        step = (later.wall - self.wall) - passed
        return step if abs(step) > _DRIFT else _NO_STEP
