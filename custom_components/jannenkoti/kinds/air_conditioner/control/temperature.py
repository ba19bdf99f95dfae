"""Decide by the temperature: plain hysteresis, or where the learned room will turn."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ..estimator.kalman import REFERENCE
from ..estimator.turning_point import Band
from ..model import HvacMode
from .parameters import Comfort

if TYPE_CHECKING:
    from ..estimator.turning_point import Air
    from .parameters import Parameters

PRICES: Final = {
    Comfort.FEW_STARTS: 0.28,
    Comfort.BALANCED: 0.08,
    Comfort.PRECISE: 0.06,
}
"""How many °C·h outside the band one start is worth: the distance of the choices on the
front of starts and comfort, see docs/air_conditioner-details.md."""

# Without readings a start has to be needed in all but 4 of 100 cases: so many standard
# deviations.
_SURE = 1.75

# How far ahead the next switch is searched; the next poll searches again.
_SOON = timedelta(minutes=6)


@dataclass(slots=True, kw_only=True)
class Temperature:
    """The temperature that a decision compares with the target."""

    mode: HvacMode
    target: float
    """The target in force, °C."""
    parameters: Parameters
    room: float | None
    """The smoothed mean of the sensors, °C; None while no sensor is trusted."""
    air: Air | None = None
    """The air of the learned room; None while that is not trusted."""

    def runs(self, *, on: bool) -> bool:
        """Return whether the compressor should run, the minimum times aside."""
        if self.air is None:
            return self.room is not None and self.is_outside(on=on)
        return (on or self._may_start(self.air)) and self.air.runs(self._band(), on=on)

    def _may_start(self, air: Air) -> bool:
        """Return whether a start by the learned room is on the right side of a target.

        The sensors must not contradict it; without them it must be likely.
        """
        sign = -1 if self.mode is HvacMode.HEAT else 1
        if self.room is not None:
            return sign * (self.room - self.target) >= 0
        likely = air.level - _SURE * air.spread
        return likely >= sign * (self.target - REFERENCE)

    def anticipates(self, *, on: bool, runs: bool) -> bool:
        """Return whether ``runs`` is not what plain hysteresis would decide."""
        if self.air is None or self.room is None:
            return False
        return runs is not self.is_outside(on=on)

    def is_outside(self, *, on: bool) -> bool:
        """Return whether plain hysteresis runs the compressor.

        Inside the band it stays as it is; without a reading as well.
        """
        if self.room is None:
            return on
        too_warm = self.room >= self.target + self.parameters.above
        too_cold = self.room <= self.target - self.parameters.below
        if self.mode is HvacMode.HEAT:
            return too_cold or (on and not too_warm)
        return too_warm or (on and not too_cold)

    def switches_within(self, *, on: bool) -> timedelta | None:
        """Return when the learned room has to be switched, if that is soon."""
        if self.air is None:
            return None
        return self.air.switches_within(self._band(), _SOON, on=on)

    def _band(self) -> Band:
        """Return the band around the target, in the direction of the unit."""
        low = self.target - self.parameters.below - REFERENCE
        high = self.target + self.parameters.above - REFERENCE
        if self.mode is HvacMode.HEAT:
            low, high = -high, -low
        return Band(
            low=low,
            high=high,
            price=PRICES[self.parameters.comfort],
            minimum=self.parameters.minimum,
        )
