"""How long the compressor has run today."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """The seconds of a stretch of time in which the compressor's state was known."""

    running: float = 0.0
    known: float = 0.0

    @property
    def duty(self) -> float | None:
        """Return the part of the known time that it ran, 0 to 1."""
        return self.running / self.known if self.known else None


class RunTimeMeter:
    """Adds up the run time from looks at the compressor."""

    def __init__(self, time: RunTime | None = None) -> None:
        """Go on from an earlier time, or begin."""
        self.time = time or RunTime()
        self._last: tuple[datetime, bool | None] | None = None

    def see(self, now: datetime, *, on: bool | None) -> None:
        """Take what the compressor does from now on; None where nobody knows."""
        if self._last is not None:
            since, was_on = self._last
            seconds = (now - since).total_seconds()
            if was_on is not None and seconds > 0:
                self.time = replace(
                    self.time,
                    running=self.time.running + (seconds if was_on else 0.0),
                    known=self.time.known + seconds,
                )
        self._last = (now, on)

    def begin_anew(self, midnight: datetime) -> None:
        """Begin the next day; what it does goes on across midnight."""
        on = None if self._last is None else self._last[1]
        self.time = RunTime()
        self._last = (midnight, on)

    def break_off(self) -> None:
        """Count nothing until the next look."""
        self._last = None
