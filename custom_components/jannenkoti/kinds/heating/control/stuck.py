"""Detect a relay that is stuck: off is reported, and the heater still heats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SETTLED: Final = timedelta(minutes=10)
"""After switching off, heat that is in the heater still rises to the sensor."""

WATCHED: Final = timedelta(minutes=20)
"""The time over which the temperature must rise."""

_RISE: Final = 1.5
"""K; more than mixing after a draw-off and the noise of a sensor."""

_SHARE: Final = 0.4
"""The share of the rise that the smallest stage alone would cause."""

_POWER_SHARE: Final = 0.3
"""The share of its power that a stage consumes only while it is on."""

_POWER_FOR: Final = timedelta(minutes=2)

WATER: Final = 1.163
"""Wh to warm 1 L of water by 1 K."""


@dataclass(slots=True)
class StuckHeat:
    """Watch the temperature of a tank while all its stages report off."""

    volume: float
    """L."""
    watts: float
    """Of its smallest stage."""
    off_since: datetime | None = None
    start: tuple[datetime, float] | None = None
    stuck: bool = False

    def observe(self, *, on: bool, temperature: float | None, now: datetime) -> None:
        """Record whether any stage is on, and the temperature (°C)."""
        if on or (self.off_since is not None and now < self.off_since):
            self.off_since = self.start = None
            self.stuck = self.stuck and not on
        if on or temperature is None:
            return
        if self.off_since is None:
            self.off_since = now
        if now < self.off_since + SETTLED:
            return
        if self.start is None or temperature < self.start[1]:
            # A tank that cools is proof that nothing heats it.
            self.stuck = self.stuck and self.start is None
            self.start = (now, temperature)
            return
        since, first = self.start
        if now < since + WATCHED:
            return
        hours = (now - since) / timedelta(hours=1)
        expected = self.watts * hours / (self.volume * WATER)
        self.stuck = temperature - first >= max(_RISE, _SHARE * expected)
        self.start = (now, temperature)


@dataclass(slots=True)
class StuckPower:
    """Watch the power of a stage while its output reports off."""

    watts: float
    since: datetime | None = None
    stuck: bool = False

    def observe(self, *, on: bool, power: float | None, now: datetime) -> None:
        """Record the output and the power (W) that the stage consumes."""
        if on or power is None or power < _POWER_SHARE * self.watts:
            self.since = None
            self.stuck = self.stuck and power is None and not on
            return
        if self.since is None or now < self.since:
            self.since = now
        self.stuck = now - self.since >= _POWER_FOR
