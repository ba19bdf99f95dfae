"""The mathematics of the learned room: an extended Kalman filter.

The room's temperature T changes by ``drift - pull * (T - 24) + drive`` degrees an hour.
The drift is what the sun, people and the air outside bring in; it wanders over the day,
and no other sensor is needed to follow it. The pull is one by the time constant, the
drive what the unit does while it cools or heats, and the lag says how much later than
that the sensor tells. The filter estimates them all from each reading and knows how
sure it is. However long it runs, it holds six numbers and their covariance.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPERATURE, DRIFT, PULL, COOL, HEAT, LAG = range(6)
_ALL = range(6)
_LEARNED = range(1, 6)

REFERENCE: Final = 24.0
"""The drift is what it would be at this temperature, °C; near where rooms are kept."""

# What rooms and units may be like: a mean, and how far most are from it. In °C/h, 1/h
# and h: time constants from 2 to 24 hours, units that alone cool by 1 to 12 °C/h.
_FIRST = (0.0, 1.0, 0.2, -5.0, 5.0, 0.0)
_SPREAD = (5.0, 3.0, 0.15, 4.0, 4.0, 0.04)

# How far each wanders in an hour: the drift follows the sun and the weather, the drive
# the fan's speed, the filters and the heat outside, the pull doors that are left open.
_WANDER = (0.05, 0.5, 0.003, 0.1, 0.1, 0.0005)

# The quickest and the slowest rooms, 1/h: half an hour and two days.
_PULLS = (1 / 48, 2.0)

# A sensor's noise (°C), and the time (h) in which its errors are alike: coarse steps
# err alike for minutes, so a sensor that speaks more often knows no more.
_NOISE = 0.1
_ALIKE = 2 / 60

# What the unit may do in an hour in which nobody knows what it does, °C.
_UNKNOWN = 6.0

# How far the drift may have moved when a window was opened, °C/h.
_DISTURBED = 3.0

_FINEST = 5 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stretch of time in hours, and for how many of them the unit did what."""

    hours: float
    cool: float = 0.0
    heat: float = 0.0
    unknown: float = 0.0
    cool_change: float = 0.0
    """By how much the cooling was more at the end than at the start, -1 to 1."""
    heat_change: float = 0.0

    def part(self, parts: int) -> Step:
        """Return one of so many equal parts."""
        return Step(
            hours=self.hours / parts,
            cool=self.cool / parts,
            heat=self.heat / parts,
            unknown=self.unknown / parts,
            cool_change=self.cool_change / parts,
            heat_change=self.heat_change / parts,
        )


def change(x: Sequence[float], step: Step) -> float:
    """Return by how much a room's temperature changes in a short step, °C."""
    cool = step.cool - x[LAG] * step.cool_change
    heat = step.heat - x[LAG] * step.heat_change
    rest = x[DRIFT] - x[PULL] * (x[TEMPERATURE] - REFERENCE)
    return step.hours * rest + cool * x[COOL] + heat * x[HEAT]


def noise_of(hours: float) -> float:
    """Return the variance of a reading that comes so long after the last one."""
    return _NOISE**2 * max(1.0, _ALIKE / hours)


class RoomFilter:
    """The estimate ``x`` with its covariance ``p``."""

    def __init__(self) -> None:
        """Begin with what rooms are like."""
        self.x = list(_FIRST)
        self.p = [[_SPREAD[i] ** 2 if i == j else 0.0 for j in _ALL] for i in _ALL]

    def spread(self, which: int) -> float:
        """Return how far from the truth a part of the estimate may well be."""
        return math.sqrt(self.p[which][which])

    def predict(self, step: Step) -> None:
        """Let time pass."""
        parts = max(1, math.ceil(step.hours / _FINEST))
        for _ in range(parts):
            self._predict(step.part(parts))

    def _predict(self, step: Step) -> None:
        x, p, hours = self.x, self.p, step.hours
        # How the new temperature depends on each part of the estimate.
        row = (
            1 - hours * x[PULL],
            hours,
            -hours * (x[TEMPERATURE] - REFERENCE),
            step.cool - x[LAG] * step.cool_change,
            step.heat - x[LAG] * step.heat_change,
            -step.cool_change * x[COOL] - step.heat_change * x[HEAT],
        )
        x[TEMPERATURE] += change(x, step)
        top = [sum(row[k] * p[k][j] for k in _ALL) for j in _ALL]
        p[0][0] = sum(top[k] * row[k] for k in _ALL)
        p[0][0] += _WANDER[0] ** 2 * hours + (_UNKNOWN * step.unknown) ** 2
        for j in _LEARNED:
            p[0][j] = p[j][0] = top[j]
            # What is not seen, as heating in summer, is known no less than at first.
            if p[j][j] < _SPREAD[j] ** 2:
                p[j][j] += _WANDER[j] ** 2 * hours

    def surprise(self, value: float, noise: float) -> float:
        """Return how unexpected a reading is, in standard deviations."""
        return abs(value - self.x[0]) / math.sqrt(self.p[0][0] + noise)

    def correct(self, value: float, noise: float) -> None:
        """Learn from a reading with the given variance."""
        x, p = self.x, self.p
        top = list(p[0])
        gains = [part / (top[0] + noise) for part in top]
        error = value - x[0]
        for i in _ALL:
            x[i] += gains[i] * error
            for j in _ALL:
                p[i][j] -= gains[i] * top[j]
        low, high = _PULLS
        x[PULL] = min(max(x[PULL], low), high)

    def move_to(self, value: float, noise: float) -> None:
        """Take a temperature that has nothing to do with the last one."""
        self.x[0] = value
        self._forget(0, noise)

    def disturb(self, value: float, noise: float) -> None:
        """Take a temperature that nothing explains: a window, perhaps."""
        self.move_to(value, noise)
        self._forget(DRIFT, min(self.p[DRIFT][DRIFT] + _DISTURBED**2, _SPREAD[1] ** 2))

    def _forget(self, which: int, variance: float) -> None:
        """Let a part of the estimate know nothing of the others."""
        for i in _ALL:
            self.p[i][which] = self.p[which][i] = 0.0
        self.p[which][which] = variance

    def replace(self, which: int, value: float, variance: float) -> None:
        """Take a part of the estimate from elsewhere."""
        self.x[which] = value
        self._forget(which, min(variance, _SPREAD[which] ** 2))

    def as_list(self) -> list[list[float]]:
        """Return all of it as JSON."""
        return [self.x, *self.p]

    @classmethod
    def from_list(cls, raw: Sequence[Sequence[float]]) -> RoomFilter:
        """Read what was stored; raises TypeError or ValueError."""
        rows = [[float(number) for number in row] for row in raw]
        if [len(row) for row in rows] != [len(_ALL)] * (len(_ALL) + 1):
            raise ValueError
        found = cls()
        found.x, *found.p = rows
        finite = all(math.isfinite(number) for row in rows for number in row)
        low, high = _PULLS
        if not finite or not low <= found.x[PULL] <= high:
            raise ValueError
        if any(found.p[i][i] < 0 for i in _ALL):
            raise ValueError
        return found
