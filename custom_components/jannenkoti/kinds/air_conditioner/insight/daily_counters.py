"""Daily counters: commands (each is a beep) and starts of the compressor."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from ....lib.stored import Stored


_MOST = 86_400  # One a second.


@dataclass(frozen=True, kw_only=True)
class DailyCounters:
    """The counts of one local day."""

    day: date
    commands: int = 0
    starts: int = 0

    def on(self, day: date) -> DailyCounters:
        """Return the counts of a day, which begin at zero."""
        return self if day == self.day else DailyCounters(day=day)

    def plus(self, *, commands: int = 0, starts: int = 0) -> DailyCounters:
        """Return the counts with some more."""
        if not commands and not starts:
            return self
        return replace(
            self, commands=self.commands + commands, starts=self.starts + starts
        )

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "day": self.day.isoformat(),
            "commands": self.commands,
            "starts": self.starts,
        }

    @classmethod
    def read(cls, stored: Stored) -> Self | None:
        """Read what was stored; None if the day is not readable."""
        try:
            day = date.fromisoformat(stored.text("day", "", len("2026-01-01")))
        except ValueError:
            return None
        return cls(
            day=day,
            commands=stored.integer("commands", 0, 0, _MOST),
            starts=stored.integer("starts", 0, 0, _MOST),
        )
