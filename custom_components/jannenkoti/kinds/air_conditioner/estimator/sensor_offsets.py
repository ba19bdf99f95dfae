"""How the sensors of one room differ from their mean.

With its offset known, each reading counts by itself when it comes, and the estimate
does not jump when a sensor drops out.
"""

import math
from dataclasses import dataclass, field
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

# A sensor that has repeated a value so often, while the mean of some readings of
# another one has moved by so much (°C) more than its own step, is frozen.
_REPEATED = 6
_MOVED = 0.8
_UNKNOWN_STEP = 0.2
_SMOOTHS = 0.3


@dataclass(slots=True)
class Span:
    """Between which values a sensor was, °C."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Return how far it has moved, °C."""
        return self.high - self.low

    def extend(self, value: float) -> None:
        """Include a value."""
        self.low, self.high = min(self.low, value), max(self.high, value)


@dataclass(slots=True)
class Source:
    """One sensor of the room."""

    name: str
    value: float
    at: datetime
    offset: float = 0.0
    """How much more it shows than the mean of all, °C."""
    moved: bool = True
    """Whether the last reading was another than the one before."""
    interval: float = 1.0
    """The time between the last two readings, h."""
    readings: int = 1
    repeated: int = 1
    """How many readings in a row were equal."""
    step: float = math.inf
    """The finest step of its own readings, °C."""
    smooth: float = 0.0
    """The mean of its readings, in which the last ones count most, °C."""
    others: dict[str, Span] = field(default_factory=dict)
    """Between which values the others were since its readings began to repeat."""

    @property
    def is_contradicted(self) -> bool:
        """Whether it repeats a value while others show that the room moves."""
        step = self.step if self.step < math.inf else _UNKNOWN_STEP
        moved = max((span.width for span in self.others.values()), default=0.0)
        return self.repeated >= _REPEATED and moved > _MOVED + step


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
        new = Source(sensor, value, at, value - expected, smooth=value)
        self._sources[sensor] = new
        return self._center()

    def receive(self, source: Source, value: float, at: datetime) -> None:
        """Take a reading of a known sensor."""
        step = abs(value - source.value)
        source.moved = step > 0
        source.readings += 1
        if step > 0:
            self.grain = min(self.grain, step)
            source.step = min(source.step, step)
            source.repeated, source.others = 1, {}
        else:
            source.repeated += 1
        source.interval = max(at - source.at, timedelta(0)) / _HOUR
        source.value, source.at = value, at
        source.smooth += _SMOOTHS * (value - source.smooth)
        for other in self._sources.values():
            if other is not source:
                span = Span(source.smooth, source.smooth)
                other.others.setdefault(source.name, span).extend(source.smooth)

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
