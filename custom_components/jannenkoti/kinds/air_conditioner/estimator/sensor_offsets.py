"""How the sensors of one room differ from their mean.

With its offset known, each reading counts by itself when it comes, and the estimate
does not jump when a sensor drops out.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

COARSEST: Final = 1.0
"""A coarser step than this is none that a room sensor shows, °C."""

# How much one reading teaches of the offset, and how long a sensor counts that has
# stopped reporting.
_TEACHES = 0.01
_MOST_SENSORS = 32
_GONE = timedelta(hours=1)
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Source:
    """One sensor of the room."""

    value: float
    at: datetime
    offset: float = 0.0
    """How much more it shows than the mean of all, °C."""
    moved: bool = True
    """Whether the last reading was another than the one before."""
    interval: float = 1.0
    """The time between the last two readings, h."""


class SensorOffsets:
    """The sensors that report, with their offsets, which add up to nothing."""

    def __init__(self) -> None:
        """Start without sensors."""
        self._sources: dict[str, Source] = {}
        self.grain = COARSEST
        """The finest step that the readings have shown, °C."""

    def __len__(self) -> int:
        """Return how many sensors report."""
        return len(self._sources)

    def clear(self) -> None:
        """Forget all sensors."""
        self._sources.clear()

    def get(self, sensor: str) -> Source | None:
        """Return a sensor that has reported lately."""
        return self._sources.get(sensor)

    def add(self, sensor: str, value: float, at: datetime, expected: float) -> float:
        """Add a sensor that shows a value where another was expected.

        Returns by how much the mean of all sensors is more than thought.
        """
        if len(self._sources) >= _MOST_SENSORS:
            return 0.0
        self._sources[sensor] = Source(value, at, value - expected)
        return self._center()

    def receive(self, source: Source, value: float, at: datetime) -> None:
        """Take a reading of a known sensor."""
        step = abs(value - source.value)
        source.moved = step > 0
        if step > 0:
            self.grain = min(self.grain, step)
        source.interval = max(at - source.at, timedelta(0)) / _HOUR
        source.value, source.at = value, at

    def learn(self, source: Source, rest: float) -> float:
        """Learn from how much more a reading was than expected with its offset.

        Returns by how much the mean of all sensors is more than thought.
        """
        if len(self._sources) < 2:  # noqa: PLR2004 - an offset is between two
            return 0.0
        source.offset += _TEACHES * rest
        for name, other in list(self._sources.items()):
            if source.at - other.at > _GONE:
                del self._sources[name]
        return self._center()

    def shift(self, step: timedelta) -> None:
        """Keep all ages as they are after the clock was stepped."""
        for source in self._sources.values():
            source.at += step

    def _center(self) -> float:
        mean = sum(source.offset for source in self._sources.values())
        mean /= len(self._sources)
        for source in self._sources.values():
            source.offset -= mean
        return mean
