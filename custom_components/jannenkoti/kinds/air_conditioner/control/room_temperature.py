"""The temperature of a room: what its sensors agree on, smoothed by time."""

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from ....lib.quorum import Doubt, Quorum, agree
from ....lib.reading import Gate, Plausible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from ..options import Options

# Samples closer together than this part of the smoothing time are one, so that a sensor
# that talks without end cannot fill the memory.
_SAMPLES = 100

# A room where people live: an open window in winter moves a sensor by a few degrees a
# minute, a DS18B20 that has just started (85 °C) or a broken wire (-127 °C) by more.
_PLAUSIBLE = Plausible(lowest=-40, highest=60, step=3, per_minute=3)

# To °C: minus the first, times the second.
_UNITS = {None: (0, 1), "°C": (0, 1), "°F": (32, 5 / 9), "K": (273.15, 1)}


def celsius(text: str, unit: str | None) -> float | None:
    """Return what a sensor says in °C; None if that is no temperature."""
    try:
        value = float(text)
        zero, factor = _UNITS[unit]
    except KeyError, ValueError:
        return None
    return (value - zero) * factor if math.isfinite(value) else None


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """The last word of a sensor that was believed."""

    value: float
    """°C."""
    at: datetime


class _Sensor:
    """One sensor of the room."""

    def __init__(self) -> None:
        self.gate = Gate(_PLAUSIBLE)
        self.latest: SourceReading | None = None
        self.doubt = Doubt.SILENT
        """Why it does not count once its last believed word is too old."""

    def hear(self, value: float | None, at: datetime) -> None:
        """Take a reading; None says that the sensor has become unavailable."""
        if value is None:
            self.latest, self.doubt = None, Doubt.SILENT
        elif self.gate.passes(value, at):
            self.latest, self.doubt = SourceReading(value=value, at=at), Doubt.SILENT
        else:
            self.doubt = Doubt.IMPLAUSIBLE

    def reading(self, oldest: datetime) -> float | Doubt:
        """Return what it says, or why that does not count."""
        if self.latest is None or self.latest.at <= oldest:
            return self.doubt
        return self.latest.value


class RoomTemperature:
    """What sensors agree on, weighed over a stretch of time."""

    def __init__(
        self,
        sensors: Sequence[str],
        *,
        smoothing: timedelta,
        stale_after: timedelta,
        tolerance: float,
    ) -> None:
        """Hear these sensors, in failover order.

        Smooth over ``smoothing``; leave out what is older than ``stale_after`` and what
        differs from the others by more than ``tolerance`` (°C).
        """
        self._sensors = {sensor: _Sensor() for sensor in sensors}
        self._smoothing = smoothing
        self._stale_after = stale_after
        self._tolerance = tolerance
        # (since, what was agreed on from then on)
        self._agreed: deque[tuple[datetime, float]] = deque()

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return what hears the sensors of the options."""
        return cls(
            options.sensors,
            smoothing=options.smoothing,
            stale_after=options.stale_after,
            tolerance=options.tolerance,
        )

    @property
    def latest(self) -> dict[str, SourceReading | None]:
        """Return the last believed word of each sensor."""
        return {name: sensor.latest for name, sensor in self._sensors.items()}

    @property
    def rejected(self) -> int:
        """Return how many readings were too implausible to be believed."""
        return sum(sensor.gate.rejected for sensor in self._sensors.values())

    def configure(
        self, *, smoothing: timedelta, stale_after: timedelta, tolerance: float
    ) -> None:
        """Work with other numbers from now on."""
        self._smoothing = smoothing
        self._stale_after = stale_after
        self._tolerance = tolerance

    def hear(self, sensor: str, value: float | None, at: datetime) -> None:
        """Take a reading; None says that the sensor has become unavailable."""
        self._sensors[sensor].hear(value, at)
        agreed = self.agree(at).value
        if agreed is not None:
            # Weighed from its arrival, not from the next decision on. Of the states
            # that are there at the start the older ones may come last.
            newest = self._agreed[-1][0] if self._agreed else at
            self._sample(max(at, newest), agreed)

    def agree(self, now: datetime) -> Quorum:
        """Return what the sensors agree on, °C, before it is smoothed."""
        oldest = now - self._stale_after
        return agree(
            {name: sensor.reading(oldest) for name, sensor in self._sensors.items()},
            self._tolerance,
        )

    def ask(self, now: datetime) -> Quorum:
        """Return the room's temperature, °C, with who is trusted for it."""
        quorum = self.agree(now)
        if quorum.value is None:
            self._agreed.clear()
            return quorum
        return Quorum(
            value=self._smooth(now, quorum.value),
            trusted=quorum.trusted,
            doubted=quorum.doubted,
        )

    def shift(self, step: timedelta) -> None:
        """Keep every age as it is after the clock was stepped."""
        for sensor in self._sensors.values():
            if sensor.latest is not None:
                sensor.latest = replace(sensor.latest, at=sensor.latest.at + step)
        self._agreed = deque((since + step, value) for since, value in self._agreed)

    def _sample(self, at: datetime, value: float) -> None:
        """Add what is agreed on from an instant on; bounded."""
        agreed = self._agreed
        if agreed and agreed[-1][0] > at - self._smoothing / _SAMPLES:
            agreed[-1] = (agreed[-1][0], value)
        else:
            agreed.append((at, value))
        # The sample in force at the start of the stretch stays, older ones go.
        while len(agreed) > 1 and agreed[1][0] <= at - self._smoothing:
            agreed.popleft()

    def _smooth(self, now: datetime, value: float) -> float:
        """Sample what is agreed on now and return the mean over the stretch."""
        agreed = self._agreed
        if agreed and agreed[-1][0] > now:
            # The clock was set back; what came before has no place on its time line.
            agreed.clear()
        self._sample(now, value)
        start = now - self._smoothing
        if len(agreed) == 1:
            return agreed[0][1]
        total = weight = 0.0
        until = now
        for since, then in reversed(agreed):
            seconds = (until - max(since, start)).total_seconds()
            total += then * seconds
            weight += seconds
            until = since
        return total / weight if weight else value
