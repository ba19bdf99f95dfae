"""What a day has cost: commands, each of them a beep, and starts of the compressor."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Read what was stored; raises KeyError, TypeError or ValueError."""
        return cls(
            day=date.fromisoformat(raw["day"]),
            commands=int(raw["commands"]),
            starts=int(raw["starts"]),
        )
