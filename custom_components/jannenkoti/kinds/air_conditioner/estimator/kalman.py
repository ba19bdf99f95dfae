"""An extended Kalman filter for the air of a room and the sensor that follows it.

The air's temperature T changes by ``drift - pull * (T - 24) + drive * effect`` degrees
an hour, the sensor's by ``(T - S) / lag``. The drift is what the sun, people, walls and
the air outside bring in; it wanders over the day. The pull is one by the time constant
of the air. The drives are what the unit does at its full effect, cooling and heating.
The filter estimates all of them from the readings and their uncertainty with them.

References: A. Gelb (ed.), Applied Optimal Estimation (1974), chapter 6, for the filter;
R. K. Mehra, On the identification of variances and adaptive Kalman filtering (1970),
for learning both noises from the correlation of the innovations.
"""

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

AIR, SENSOR, DRIFT, PULL, COOL, HEAT, LAG = range(7)
_ALL = range(7)
_CONSTANT = range(2, 7)

REFERENCE: Final = 24.0
"""The drift is that at this temperature, °C; rooms are kept near it."""

# What rooms, units and sensors may be like: a mean and a standard deviation, in °C,
# °C/h and 1/h; the lag is the logarithm of hours. The air alone follows the walls
# within 20 minutes to hours, units alone change it by 2 to 30 °C/h, and housings
# follow the air within 20 seconds to five minutes.
_FIRST = (24.0, 24.0, 2.0, 1.5, -10.0, 10.0, math.log(75 / 3600))
_SPREAD = (5.0, 5.0, 5.0, 1.2, 8.0, 8.0, 0.6)

# How far each wanders in an hour, but for the drift, which is learned.
_WANDER = (0.05, 0.0, 0.0, 0.05, 0.2, 0.2, 0.02)

_PULLS = (1 / 48, 6.0)
_LAGS = (math.log(5 / 3600), math.log(600 / 3600))
_DRIVES = (0.1, 60.0)
_DRIFTS = 60.0
_TEMPERATURES = (-60.0, 80.0)

# The limits of what is learned of the noises: a sensor's (°C) and the drift's (°C/h in
# an hour). The first guesses are those of a sensor with one decimal and a lived-in
# room.
_NOISES = (0.01, 0.5)
_RESTLESS = (0.3, 12.0)
_FIRST_NOISE, _FIRST_RESTLESS = 0.07, 3.0

# A part of what one reading teaches of the noises; some hundred readings are enough.
_TEACHES = 0.02
_OUTLIER = 9.0

# The standard deviation of what rounding takes, as a part of the step.
_ROUNDING = 12**-0.5

# Readings closer together than this have errors that are alike, h.
_ALIKE = 60 / 3600

_FINEST = 30 / 3600


def propagate(
    x: list[float], hours: float, cool: float, heat: float
) -> tuple[float, float, float]:
    """Advance an estimate by a short time with the mean effects of the unit.

    Returns the slope of the air, how much of a difference the sensor keeps, and by how
    much it was behind the air at that slope.
    """
    lag = math.exp(x[LAG])
    rest = x[DRIFT] - x[PULL] * (x[AIR] - REFERENCE)
    rate = rest + x[COOL] * cool + x[HEAT] * heat
    keep = math.exp(-hours / lag)
    behind = x[SENSOR] - x[AIR] + rate * lag
    x[AIR] += rate * hours
    x[SENSOR] = x[AIR] - rate * lag + keep * behind
    return rate, keep, behind


class RoomFilter:
    """The estimate ``x`` with its covariance ``p``."""

    def __init__(self) -> None:
        """Start with what rooms are like."""
        self.x = list(_FIRST)
        self.p = [[_SPREAD[i] ** 2 if i == j else 0.0 for j in _ALL] for i in _ALL]
        self.noise = _FIRST_NOISE
        """Standard deviation of a reading, °C."""
        self.restless = _FIRST_RESTLESS
        """How far the drift wanders in an hour, °C/h."""
        self.grain = 0.0
        """The finest step that readings show, °C; noise is not less than its part."""
        self._last_innovation = 0.0

    def spread(self, which: int) -> float:
        """Return the standard deviation of a part of the estimate."""
        return math.sqrt(max(self.p[which][which], 0.0))

    @property
    def lag(self) -> float:
        """Return the lag of the sensor in hours."""
        return math.exp(self.x[LAG])

    def predict(
        self, hours: float, cool: float, heat: float, *, unknown: float = 0.0
    ) -> None:
        """Advance by a short time with the mean effects of the unit, 0 to 1.

        ``unknown`` °C/h is what the unit may do unseen.
        """
        x, p, lag = self.x, self.p, self.lag
        air = x[AIR]
        rate, keep, behind = propagate(x, hours, cool, heat)
        part = lag / hours * (1 - keep)
        # The rows of the Jacobian matrix that are not those of the identity.
        up = (
            1 - hours * x[PULL],
            0.0,
            hours,
            -hours * (air - REFERENCE),
            hours * cool,
            hours * heat,
            0.0,
        )
        low = [(1 - part) * value for value in up]
        low[AIR] += part - keep
        low[SENSOR] += keep
        low[LAG] += lag * rate * (keep - 1) + keep * behind * hours / lag
        self._carry(up, low)
        p[AIR][AIR] += _WANDER[AIR] ** 2 * hours + (unknown * hours) ** 2
        wander = (*_WANDER[:DRIFT], self.restless, *_WANDER[PULL:])
        for j in _CONSTANT:
            # What cannot be observed, as heating in summer or the drift in silence, is
            # known no less than at the start.
            if p[j][j] < _SPREAD[j] ** 2:
                p[j][j] += wander[j] ** 2 * hours
        self._bound()

    def _carry(self, up: Sequence[float], low: Sequence[float]) -> None:
        """Carry the covariance through a step.

        ``up`` and ``low`` are the rows of the air and the sensor in the Jacobian
        matrix; the other rows are those of the identity.
        """
        p = self.p
        top = [sum(up[k] * p[k][j] for k in _ALL) for j in _ALL]
        mid = [sum(low[k] * p[k][j] for k in _ALL) for j in _ALL]
        p[AIR][AIR] = sum(top[k] * up[k] for k in _ALL)
        p[AIR][SENSOR] = p[SENSOR][AIR] = sum(top[k] * low[k] for k in _ALL)
        p[SENSOR][SENSOR] = sum(mid[k] * low[k] for k in _ALL)
        for j in _CONSTANT:
            p[AIR][j] = p[j][AIR] = top[j]
            p[SENSOR][j] = p[j][SENSOR] = mid[j]

    def surprise(self, value: float, hours: float) -> float:
        """Return how unexpected a reading is, in standard deviations."""
        return abs(value - self.x[SENSOR]) / math.sqrt(
            self.p[SENSOR][SENSOR] + self._variance(hours)
        )

    def _variance(self, hours: float) -> float:
        return self.noise**2 * max(1.0, _ALIKE / max(hours, 1 / 3600))

    def correct(self, value: float, hours: float) -> None:
        """Learn from a reading that comes so many hours after the last."""
        x, p = self.x, self.p
        column = [p[i][SENSOR] for i in _ALL]
        total = column[SENSOR] + self._variance(hours)
        error = value - x[SENSOR]
        gains = [part / total for part in column]
        for i in _ALL:
            x[i] += gains[i] * error
        for i in _ALL:
            for j in range(i, 7):
                p[i][j] = p[j][i] = p[i][j] - gains[i] * column[j]
        self._learn_noises(error / math.sqrt(total), total)
        self._bound()

    def _learn_noises(self, innovation: float, total: float) -> None:
        """Adapt both noises until the innovations are white and as large as foretold.

        Innovations that go on in one direction say that the drift wanders more than
        thought, those that alternate that it wanders less.
        """
        squared = min(innovation**2, _OUTLIER)
        together = innovation * self._last_innovation
        together = min(max(together, -_OUTLIER), _OUTLIER)
        self._last_innovation = math.copysign(math.sqrt(squared), innovation)
        share = self.noise**2 / total
        self.noise *= math.exp(_TEACHES * share * (squared - 1))
        least = max(_NOISES[0], self.grain * _ROUNDING)
        self.noise = min(max(self.noise, least), _NOISES[1])
        self.restless *= math.exp(_TEACHES * together)
        self.restless = min(max(self.restless, _RESTLESS[0]), _RESTLESS[1])

    def _bound(self) -> None:
        x = self.x
        for which, (low, high) in (
            (AIR, _TEMPERATURES),
            (SENSOR, _TEMPERATURES),
            (DRIFT, (-_DRIFTS, _DRIFTS)),
            (PULL, _PULLS),
            (COOL, (-_DRIVES[1], -_DRIVES[0])),
            (HEAT, _DRIVES),
            (LAG, _LAGS),
        ):
            x[which] = min(max(x[which], low), high)
        for i in _ALL:
            self.p[i][i] = min(max(self.p[i][i], 1e-9), _SPREAD[i] ** 2 * 25)

    def move_to(self, value: float, variance: float) -> None:
        """Take a temperature that has nothing to do with the last one."""
        self.x[AIR] = self.x[SENSOR] = value
        for which in (AIR, SENSOR):
            self._forget(which, variance)
        self.p[AIR][SENSOR] = self.p[SENSOR][AIR] = variance * 0.9
        self._last_innovation = 0.0

    def loosen(self, which: int, variance: float) -> None:
        """Be less sure of a part of the estimate."""
        self.p[which][which] = min(self.p[which][which] + variance, _SPREAD[which] ** 2)

    def _forget(self, which: int, variance: float) -> None:
        """Let a part of the estimate have nothing to do with the others."""
        for i in _ALL:
            self.p[i][which] = self.p[which][i] = 0.0
        self.p[which][which] = variance

    def replace(self, which: int, value: float, variance: float) -> None:
        """Take a part of the estimate from elsewhere."""
        self.x[which] = value
        self._forget(which, min(variance, _SPREAD[which] ** 2))

    def copy(self) -> RoomFilter:
        """Return an independent copy."""
        other = RoomFilter()
        other.x, other.p = list(self.x), [list(row) for row in self.p]
        other.noise, other.restless = self.noise, self.restless
        other.grain = self.grain
        return other

    def as_dict(self) -> dict[str, object]:
        """Return all of it as JSON."""
        return {
            "x": self.x,
            "p": self.p,
            "noise": self.noise,
            "restless": self.restless,
        }

    @classmethod
    def from_dict(cls, raw: object) -> RoomFilter | None:
        """Read what was stored; None if it is damaged."""
        if not isinstance(raw, dict):
            return None
        rows = raw.get("p")
        x = _numbers(raw.get("x"))
        if x is None or not isinstance(rows, list) or len(rows) != len(x):
            return None
        p = [row for row in map(_numbers, rows) if row is not None]
        if len(p) != len(x):
            return None
        found = cls()
        found.x, found.p = x, p
        found.noise = number(raw.get("noise"), *_NOISES, _FIRST_NOISE)
        found.restless = number(raw.get("restless"), *_RESTLESS, _FIRST_RESTLESS)
        found._bound()
        found._make_consistent()
        return found

    def _make_consistent(self) -> None:
        """Let no covariance be larger than the variances allow."""
        p = self.p
        for i in _ALL:
            for j in range(i):
                most = _ALMOST_ALIKE * math.sqrt(p[i][i] * p[j][j])
                p[i][j] = p[j][i] = min(max(p[i][j], -most), most)


def number(raw: object, low: float, high: float, default: float) -> float:
    """Return a stored number within limits; the default if it is none."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return default
    return float(raw) if low <= raw <= high else default


def _numbers(raw: object) -> list[float] | None:
    """Return a stored row of the estimate; None if it is damaged."""
    if not isinstance(raw, list) or len(raw) != len(_ALL):
        return None
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in raw):
        return None
    # A larger number is no estimate, and may be too large for a float.
    if not all(-_LARGEST < part < _LARGEST for part in raw):
        return None
    return [float(part) for part in raw]


_LARGEST = 1e6
_ALMOST_ALIKE = 1 - 1e-6
