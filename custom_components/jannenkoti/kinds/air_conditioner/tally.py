"""What a day has cost: commands, each of them a beep, and starts of the compressor."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The counts of one local day."""

    day: date
    commands: int = 0
    starts: int = 0

    def on(self, day: date) -> Tally:
        """Return the counts of a day, which begin at zero."""
        return self if day == self.day else Tally(day=day)

    def plus(self, *, commands: int = 0, starts: int = 0) -> Tally:
        """Return the counts with some more."""
        if not commands and not starts:
            return self
        return replace(
            self, commands=self.commands + commands, starts=self.starts + starts
        )
