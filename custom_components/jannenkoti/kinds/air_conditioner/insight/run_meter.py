"""How long the compressor has run today."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """Run time and time with a known state of the compressor, s."""

    running: float = 0.0
    known: float = 0.0

    @property
    def duty(self) -> float | None:
        """Return the duty cycle in the known time, 0 to 1."""
        return self.running / self.known if self.known else None


class RunTimeMeter:
    """Sums the run time from observations of the compressor."""

    def __init__(self, time: RunTime | None = None) -> None:
        """Initialize with an earlier run time, if any."""
        self.time = time or RunTime()
        self._last: tuple[datetime, bool | None] | None = None

    def update(self, now: datetime, *, on: bool | None) -> None:
        """Record whether the compressor runs from now on; None if unknown."""
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

    def start_day(self, midnight: datetime) -> None:
        """Start the next day; the state continues across midnight."""
        on = None if self._last is None else self._last[1]
        self.time = RunTime()
        self._last = (midnight, on)

    def break_off(self) -> None:
        """Count nothing until the next update."""
        self._last = None
