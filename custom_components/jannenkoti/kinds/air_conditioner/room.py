"""The temperature of a room from several sensors, smoothed by time."""

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

# Samples closer together than this part of the smoothing time are one, so that a sensor
# that talks without end cannot fill the memory.
_SAMPLES = 100


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
class Heard:
    """The last word of a sensor."""

    value: float
    """°C."""
    at: datetime


class RoomTemperature:
    """Mean of the sensors that have spoken lately, weighed over a stretch of time."""

    def __init__(self, *, smoothing: timedelta, stale_after: timedelta) -> None:
        """Smooth over ``smoothing``; leave out what is older than ``stale_after``."""
        self._smoothing = smoothing
        self._stale_after = stale_after
        self._heard: dict[str, Heard] = {}
        # (since, mean of the fresh sensors from then on)
        self._means: deque[tuple[datetime, float]] = deque()

    @property
    def heard(self) -> dict[str, Heard]:
        """Return the last word of each sensor that has one."""
        return dict(self._heard)

    def hear(self, sensor: str, value: float | None, at: datetime) -> None:
        """Take a reading; None says that the sensor has become unavailable."""
        if value is None:
            self._heard.pop(sensor, None)
        else:
            self._heard[sensor] = Heard(value=value, at=at)

    def fresh(self, now: datetime) -> dict[str, float]:
        """Return the readings that are young enough, by sensor."""
        oldest = now - self._stale_after
        return {
            sensor: heard.value
            for sensor, heard in self._heard.items()
            if heard.at > oldest
        }

    def value(self, now: datetime) -> float | None:
        """Return the room's temperature, °C; None when every sensor is silent."""
        fresh = self.fresh(now)
        if not fresh:
            self._means.clear()
            return None
        mean = sum(fresh.values()) / len(fresh)
        if self._means and self._means[-1][0] > now:
            # The clock was set back; what came before has no place on its time line.
            self._means.clear()
        if not self._means or self._means[-1][0] <= now - self._smoothing / _SAMPLES:
            self._means.append((now, mean))
        else:
            self._means[-1] = (self._means[-1][0], mean)
        return self._smoothed(now, mean)

    def shift(self, step: timedelta) -> None:
        """Keep every age as it is after the clock was stepped."""
        self._heard = {
            sensor: Heard(value=heard.value, at=heard.at + step)
            for sensor, heard in self._heard.items()
        }
        self._means = deque((since + step, mean) for since, mean in self._means)

    def _smoothed(self, now: datetime, mean: float) -> float:
        start = now - self._smoothing
        means = self._means
        # The sample in force at the start of the stretch stays, older ones go.
        while len(means) > 1 and means[1][0] <= start:
            means.popleft()
        total = weight = 0.0
        until = now
        for since, value in reversed(means):
            seconds = (until - max(since, start)).total_seconds()
            total += value * seconds
            weight += seconds
            until = since
        return total / weight if weight else mean
