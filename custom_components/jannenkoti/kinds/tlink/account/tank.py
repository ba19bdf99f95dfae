"""Contents of a lying cylinder by its fill height: liters, percent, mass, a warning."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, pi, sin, sqrt, tau
from typing import Any, Final

# The limits of the original programs, as shares of a full tank.
_LOW_LOW: Final = 0.10
_LOW: Final = 0.30
_HIGH: Final = 0.95

_LITER: Final = 1000  # cm³
_MILLIMETERS: Final = 10  # in a centimeter

# Finer than any probe, and coarse enough that one step adds more than rounding errors:
# the contents never decrease when the level rises.
_DECIMALS: Final = 4

_LARGEST: Final = 10_000  # cm; no tank is larger

DIESEL: Final = 0.84
"""kg/l, and the default."""


class TankLevel(StrEnum):
    """How full a tank is."""

    LOW_LOW = "low_low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a tank."""

    liters: float
    percent: float
    mass: float
    level: TankLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Tank:
    """A cylinder that lies on its side. Lengths in centimeters, as on its plate."""

    radius: float
    """The outer radius."""
    length: float
    wall: float = 0.0
    density: float = DIESEL

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> Tank:
        """Parse a tank; raises ValueError if its dimensions are not possible."""
        try:
            tank = cls(**{key: float(value) for key, value in fields.items()})
        except TypeError as err:
            raise ValueError(str(err)) from None
        if not (
            0 < tank.radius <= _LARGEST
            and 0 < tank.length <= _LARGEST
            and 0 <= tank.wall < min(tank.radius, tank.length / 2)
            and 0 < tank.density <= 25  # noqa: PLR2004 - osmium has 22.6
        ):
            raise ValueError(fields)
        return tank

    def contents(self, millimetres: float) -> Contents:
        """Return the contents at a fill height, measured from the inner bottom."""
        radius, length = self.radius - self.wall, self.length - 2 * self.wall
        height = round(millimetres, _DECIMALS) / _MILLIMETERS
        filled = min(max(height / (2 * radius), 0.0), 1.0)
        # The cosine of half the angle is imprecise for an almost empty tank.
        angle = 4 * asin(sqrt(filled))
        share = (angle - sin(angle)) / tau
        liters = share * pi * radius**2 * length / _LITER
        return Contents(
            liters=liters,
            percent=100 * share,
            mass=liters * self.density,
            level=_level(share),
        )


def _level(share: float) -> TankLevel:
    """Return how full a tank is, by its share."""
    if share <= _LOW_LOW:
        return TankLevel.LOW_LOW
    if share <= _LOW:
        return TankLevel.LOW
    return TankLevel.HIGH if share >= _HIGH else TankLevel.NORMAL
