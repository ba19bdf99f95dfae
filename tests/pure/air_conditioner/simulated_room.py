"""A simulated room with an air conditioner and an imperfect sensor."""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from custom_components.jannenkoti.kinds.air_conditioner.estimator.estimate import (
    RoomEstimate,
)
from custom_components.jannenkoti.kinds.air_conditioner.estimator.learned import Running

SENSOR = "sensor.room"
NIGHT = datetime(2026, 7, 1, tzinfo=UTC)
_STEP = 15.0
_EXCHANGER = 75.0


@dataclass
class Room:
    """A heat capacity behind a wall, weather, sun, and a unit that takes a minute."""

    capacity: float = 600_000.0
    loss: float = 45.0
    watts: float = 1500.0
    noise: float = 0.1
    coarse: float = 0.0
    every: float = 60.0
    lag: float = 60.0
    """Lag of the sensor, s."""
    seed: int = 1
    temperature: float = 26.0
    now: datetime = NIGHT
    on: bool = False
    airing: float = 0.0
    """Heat flow through an open window, W/K."""
    heats: bool = False
    mean: float = 26.0
    """The mean temperature outside."""
    silent: bool = False
    fan: str | None = None
    _power: float = 0.0
    _shown: float = 26.0
    model: RoomEstimate = field(default_factory=RoomEstimate)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - noise, no secret

    @property
    def drive(self) -> float:
        """Rate of the unit alone, °C/h."""
        return self.watts / self.capacity * 3600 * (1 if self.heats else -1)

    @property
    def time_constant(self) -> float:
        return self.capacity / self.loss / 3600

    @property
    def outside(self) -> float:
        hour = (self.now - NIGHT) / timedelta(hours=1)
        return self.mean + 5 * math.cos(2 * math.pi * (hour - 15) / 24)

    @property
    def sun(self) -> float:
        part = ((self.now - NIGHT) / timedelta(hours=1) % 24 - 5) / 16
        return 150 + (350 * math.sin(math.pi * part) if 0 < part < 1 else 0)

    def read(self) -> float:
        value = self._shown + self.random.gauss(0, self.noise)
        return round(value / self.coarse) * self.coarse if self.coarse else value

    def switch(self, *, on: bool) -> None:
        self.on = on
        self.run()

    def run(self) -> None:
        running = Running.HEAT if self.heats else Running.COOL
        self.model.run(self.now, running if self.on else Running.REST, self.fan)

    def wait(self, seconds: float) -> None:
        """Pass time; the sensor reports at its end."""
        while seconds > 0:
            part = min(seconds, _STEP)
            seconds -= part
            self.now += timedelta(seconds=part)
            goal = self.watts * (1 if self.heats else -1) if self.on else 0.0
            self._power += (goal - self._power) * (1 - math.exp(-part / _EXCHANGER))
            wall = (self.loss + self.airing) * (self.outside - self.temperature)
            gain = (wall + self.sun + self._power) / self.capacity
            self.temperature += gain * part
            follow = 1 - math.exp(-part / self.lag) if self.lag else 1.0
            self._shown += (self.temperature - self._shown) * follow

    def live(self, hours: float, *, sleeps: bool = True) -> None:
        """Regulate the room with a band of one degree around 24.5 °C."""
        end = self.now + timedelta(hours=hours)
        changed = self.now - timedelta(hours=1)
        seen = [self._shown]
        while self.now < end:
            self.wait(self.every)
            value = self.read()
            seen = [*seen[-3:], value]
            mean = sum(seen) / len(seen)
            hour = self.now.hour + self.now.minute / 60
            asleep = sleeps and (hour >= 22.5 or hour < 7)
            wanted = not asleep and (mean >= 25 or (self.on and mean > 24))
            self.run()
            if wanted is not self.on and self.now - changed >= timedelta(minutes=4):
                self.switch(on=wanted)
                changed = self.now
            if not self.silent:
                self.model.read(SENSOR, value, self.now)
