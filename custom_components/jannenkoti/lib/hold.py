"""A manual hold: the device was operated by other means, and is left alone for a time.

A change by the remote control is intended. The hold is shown and can be canceled, and
the change is not reverted. It ends at the next change of the schedule or after the
longest time.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The time for which a manual change stays in effect (UTC)."""

    since: datetime
    until: datetime

    @classmethod
    def begin(
        cls, now: datetime, longest: timedelta, edge: datetime | None = None
    ) -> Self:
        """Return a hold that ends at the next edge of the schedule, at the latest."""
        until = now + longest
        return cls(since=now, until=until if edge is None else min(until, edge))

    def holds(self, now: datetime) -> bool:
        """Return whether it is in effect; not if the clock was set back before it."""
        return self.since <= now < self.until

    def shifted(self, step: timedelta) -> Self:
        """Return this hold after the clock was stepped, with the same time left."""
        return replace(self, since=self.since + step, until=self.until + step)

    def begun_by(self, now: datetime) -> Self:
        """Return this hold after a restart; one from the future starts now.

        It was stored before the clock was set back. How much of it is over is unknown,
        so it applies in full.
        """
        return self if self.since <= now else self.shifted(now - self.since)
