"""Hourly statistics of values that arrive in the order of their times.

The rule is that of `lib.hours`: a value counts until the next one. It is restated for
numbers, because millions of values pass through here.
"""

from array import array
from dataclasses import dataclass
from typing import Final

HOUR: Final = 3600
_RESET_BELOW: Final = 0.9
"""A meter that falls below this share of its last value was reset."""
MOST_VALUES: Final = 20_000
"""Values of one hour, which are in memory until it is closed: five a second."""


class OutOfOrder(Exception):
    """A value belongs to an hour that was already closed."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """The statistics of one hour."""

    start: int
    """Seconds since 1970."""
    mean: float
    lowest: float
    highest: float
    state: float
    """The last value of the hour."""
    growth: float
    """How much a meter has counted since the first value, at the end of the hour."""


class HourSeries:
    """The hours of one series, 48 bytes each."""

    __slots__ = (
        "_columns",
        "_current",
        "_growth",
        "_last",
        "_meter",
        "_starts",
        "_values",
        "duplicates",
        "surplus",
    )

    def __init__(self) -> None:
        """Initialize an empty series."""
        self._starts = array("q")
        self._columns = tuple(array("d") for _ in range(5))
        self._current = 0
        self._values: dict[float, float] = {}
        self._last: tuple[float, float] | None = None
        self._growth = 0.0
        self._meter: float | None = None
        self.duplicates = 0
        self.surplus = 0

    def add(self, at: float, value: float) -> bool:
        """Add a value; return whether an hour began with it.

        Within an hour any order is possible; of two values with the same time, the
        later one is kept. Raises OutOfOrder if the hour of the value was closed.
        """
        start = int(at // HOUR) * HOUR
        values, began = self._values, start != self._current
        if began:
            if start < self._current:
                raise OutOfOrder
            self.close()
            self._current, values = start, self._values
        if at in values:
            self.duplicates += 1
        elif len(values) >= MOST_VALUES:
            self.surplus += 1
            return began
        values[at] = value
        return began

    def close(self) -> None:
        """Compute the hour that was open."""
        if not self._values:
            return
        start, end = self._current, self._current + HOUR
        steps = sorted(self._values.items())
        self._grow([value for _, value in steps])
        last = steps[-1]
        if self._last is not None and self._last[0] >= start - HOUR:
            steps.insert(0, (start, self._last[1]))
        lowest = highest = steps[0][1]
        weighted, (at, value) = 0.0, steps[0]
        for next_at, next_value in steps[1:]:
            weighted += value * (next_at - at)
            at, value = next_at, next_value
            if value < lowest:
                lowest = value
            elif value > highest:
                highest = value
        weighted += value * (end - at)
        mean = weighted / (end - steps[0][0])
        self._starts.append(start)
        # Rounding must not lead outside.
        row = (min(max(mean, lowest), highest), lowest, highest, last[1], self._growth)
        for column, number in zip(self._columns, row, strict=True):
            column.append(number)
        self._last = last
        self._values = {}

    def _grow(self, values: list[float]) -> None:
        """Count on like a meter; by the recorder's rule for `total_increasing`."""
        for value in values:
            self._growth += growth(self._meter, value)
            if value >= 0:
                self._meter = value

    def __len__(self) -> int:
        """Return the number of closed hours."""
        return len(self._starts)

    def __getitem__(self, index: int) -> HourRow:
        """Return one hour."""
        return HourRow(
            self._starts[index], *(column[index] for column in self._columns)
        )

    @property
    def starts(self) -> array[int]:
        """Return the starts of all closed hours, ascending."""
        return self._starts


def growth(state: float | None, value: float) -> float:
    """Return how much a meter has counted from one value to the next."""
    if state is None or value < 0:
        return 0.0
    return value if value < _RESET_BELOW * state else value - state
