"""Find a frozen sensor: it repeats a value though the room must have moved."""

import math
from typing import TYPE_CHECKING

from .kalman import COOL, DRIFT, HEAT, PULL, SENSOR

if TYPE_CHECKING:
    from .kalman import RoomFilter

# A reading that has not moved though it should have, by so much (°C) more than the
# finest step of the sensor and than the uncertainty, is that of a frozen sensor. Equal
# readings while a room moves are rare enough for two standard deviations.
_FLAT = 0.4
_CERTAIN = 2.0

# So many equal readings are normal even for a sensor with one decimal.
_REPEATED = 6


class FlatLine:
    """Readings that repeat, and the estimate as it would be without them."""

    def __init__(self, before: RoomFilter) -> None:
        """Begin with the estimate that the first of them led to."""
        self.filter = before.copy()
        """The estimate as it was when they began, gone on without them since."""
        self.is_frozen = False
        self._first = before.x[SENSOR]
        self._drift = before.spread(DRIFT)
        self._drive = before.spread(COOL), before.spread(HEAT)
        self._hours = 0.0
        self._driven = [0.0, 0.0]
        self._repeated = 1

    def advance(self, hours: float, cool: float, heat: float) -> None:
        """Count a short time with the mean effects of the unit."""
        self._hours += hours
        self._driven[0] += cool * hours
        self._driven[1] += heat * hours

    def repeat(self, grain: float, *, trusted: bool) -> bool:
        """Count one more equal reading; return whether it proves the sensor frozen.

        ``grain`` is the finest step of the sensor, °C; without trust in the estimate
        nothing is proved.
        """
        self._repeated += 1
        if self.is_frozen or self._repeated < _REPEATED or not trusted:
            return False
        limit = _FLAT + grain + _CERTAIN * self._uncertainty
        self.is_frozen = abs(self.filter.x[SENSOR] - self._first) > limit
        return self.is_frozen

    @property
    def _uncertainty(self) -> float:
        """Return how uncertain it is by how much the room has moved since, °C.

        The drift counts as it was: readings do not begin to repeat in the very moment
        in which the drift changes to what keeps the room still.
        """
        pull = self.filter.x[PULL]
        drifted = self._drift * (1 - math.exp(-pull * self._hours)) / pull
        driven = [
            sure * hours for sure, hours in zip(self._drive, self._driven, strict=True)
        ]
        return math.hypot(drifted, *driven)
