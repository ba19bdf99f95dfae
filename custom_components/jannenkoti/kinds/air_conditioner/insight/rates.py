"""How fast the room cools while the compressor runs and warms while it rests.

The rules are the original's: each reading belongs to the state in force at its time,
each pair of neighbors to the state of the first; pairs too far apart are ignored.
`average` takes a whole day at once, `RateMeter` one reading after the other; the
result is the same.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LONGEST_PAIR: Final = 900.0
"""Readings further apart than this (s) are no pair; the original's number."""

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A reading of the room."""

    at: datetime
    value: float
    """°C."""
    voters: tuple[str, ...] = ()
    """The sensors that it is the mean of; where they change, the mean may jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerChange:
    """The compressor runs, or rests, from an instant on; None if unknown."""

    at: datetime
    on: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the pairs of one state add up to."""

    seconds: float = 0.0
    change: float = 0.0
    """°C."""
    pairs: int = 0

    @property
    def slope(self) -> float | None:
        """Return the mean change in °C per second; None without pairs."""
        return self.change / self.seconds if self.pairs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The average rates of a period."""

    on: Sums = field(default_factory=Sums)
    """While the compressor ran to cool or to dry."""
    off: Sums = field(default_factory=Sums)
    """While it rested."""

    @property
    def cooling(self) -> float | None:
        """Return the change while it ran, °C/h: normally negative."""
        return _per_hour(self.on.slope)

    @property
    def heating(self) -> float | None:
        """Return the change while it rested, °C/h: normally positive."""
        return _per_hour(self.off.slope)

    def cooling_power(self, capacity: float | None) -> float | None:
        """Return what a room of this capacity (J/K) lost while it ran, W."""
        return _power(self.on.slope, -1, capacity)

    def heating_power(self, capacity: float | None) -> float | None:
        """Return what a room of this capacity (J/K) gained while it rested, W."""
        return _power(self.off.slope, 1, capacity)

    def plus(self, first: Point, second: Point, *, on: bool | None) -> Rates:
        """Return the rates with one more pair, if it is valid."""
        seconds = (second.at - first.at).total_seconds()
        if on is None or first.voters != second.voters:
            return self
        if not 0 < seconds <= LONGEST_PAIR:
            return self
        sums = self.on if on else self.off
        sums = Sums(
            seconds=sums.seconds + seconds,
            change=sums.change + second.value - first.value,
            pairs=sums.pairs + 1,
        )
        return replace(self, on=sums) if on else replace(self, off=sums)


def average(
    points: Sequence[Point], switches: Sequence[PowerChange], *, before: bool | None
) -> Rates:
    """Return the rates of readings in the order of their times.

    ``before`` is the state until the first switch; a switch at the instant of a reading
    counts for it.
    """
    times = [switch.at for switch in switches]
    rates = Rates()
    for first, second in pairwise(points):
        index = bisect_right(times, first.at)
        on = switches[index - 1].on if index else before
        rates = rates.plus(first, second, on=on)
    return rates


class RateMeter:
    """Rates from a stream of readings; keeps the sums and the last reading."""

    def __init__(self, rates: Rates | None = None) -> None:
        """Initialize with the rates of earlier readings, if any."""
        self.rates = rates or Rates()
        self._on: bool | None = None
        self._last: tuple[Point, bool | None] | None = None

    def switch(self, switch: PowerChange) -> None:
        """Record the compressor's state."""
        self._on = switch.on
        if self._last is not None and switch.at <= self._last[0].at:
            self._last = (self._last[0], switch.on)

    def read(self, point: Point) -> None:
        """Add a reading."""
        if self._last is not None:
            first, on = self._last
            self.rates = self.rates.plus(first, point, on=on)
        self._last = (point, self._on)

    def start_day(self) -> None:
        """Start the next day; a pair across midnight belongs to neither."""
        self.rates = Rates()
        self.break_off()

    def break_off(self) -> None:
        """Discard the last reading: no pair across this point."""
        self._last = None


def _per_hour(slope: float | None) -> float | None:
    return None if slope is None else slope * _HOUR


def _power(slope: float | None, sign: int, capacity: float | None) -> float | None:
    if slope is None or capacity is None:
        return None
    if not math.isfinite(capacity) or capacity <= 0:
        return None
    return max(0.0, sign * slope * capacity)
