"""A manual hold: somebody else has taken over, for a time that has an end.

Whoever uses the remote control means it. The hold is shown, can be cancelled, and is
never fought; it ends at the next edge of the schedule or after the longest time.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """From when to when things stay as somebody has set them (UTC)."""

    since: datetime
    until: datetime

    @classmethod
    def begin(
        cls, now: datetime, longest: timedelta, edge: datetime | None = None
    ) -> Self:
        """Return a hold until the edge, or for the longest time if that is sooner."""
        until = now + longest
        return cls(since=now, until=until if edge is None else min(until, edge))

    def holds(self, now: datetime) -> bool:
        """Whether it is still on; one from the future is of a clock since set back."""
        return self.since <= now < self.until

    def shifted(self, step: timedelta) -> Self:
        """Return this hold after the clock was stepped, its rest unchanged."""
        return replace(self, since=self.since + step, until=self.until + step)

    def begun_by(self, now: datetime) -> Self:
        """Return this hold after a start; one from the future begins now.

        It was stored by a clock that has been set back since, and nobody knows how much
        of it is over, so all of it is respected.
        """
        return self if self.since <= now else self.shifted(now - self.since)
