"""Find a frozen sensor: it repeats a value though the room must have moved."""

from typing import TYPE_CHECKING

from .kalman import SENSOR

if TYPE_CHECKING:
    from .kalman import RoomFilter

# A reading that has not moved though it should have, by so much (°C) more than the
# finest step of the sensor and than the uncertainty, is that of a frozen sensor.
_FLAT = 0.4
_CERTAIN = 3.0

# So many equal readings are normal even for a sensor with one decimal.
_REPEATED = 4


class FlatLine:
    """Readings that repeat, and the estimate as it would be without them."""

    def __init__(self, value: float, before: RoomFilter) -> None:
        """Begin with the first of them and with the estimate that it led to."""
        self.filter = before.copy()
        """The estimate as it was when they began, gone on without them since."""
        self.is_frozen = False
        self._value = value
        self._repeated = 1

    def repeat(self, grain: float, *, trusted: bool) -> bool:
        """Count one more equal reading; return whether it proves the sensor frozen.

        ``grain`` is the finest step of the sensor, °C; without trust in the estimate
        nothing is proved.
        """
        self._repeated += 1
        if self.is_frozen or self._repeated < _REPEATED or not trusted:
            return False
        limit = _FLAT + grain + _CERTAIN * self.filter.spread(SENSOR)
        self.is_frozen = abs(self.filter.x[SENSOR] - self._value) > limit
        return self.is_frozen
