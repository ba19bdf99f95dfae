"""What a level says of a lying cylinder: litres, percent, mass, a warning."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, pi, sin, sqrt, tau
from typing import Any, Final

# The limits of the originals, as shares of a full tank.
_LOW_LOW: Final = 0.10
_LOW: Final = 0.30
_HIGH: Final = 0.95

_LITRE: Final = 1000  # cm³
_MILLIMETRES: Final = 10  # in a centimetre

# Finer than any probe, and coarse enough that what is reckoned of one more step is more
# than what is lost by reckoning: a fuller tank never holds less.
_DECIMALS: Final = 4

_LARGEST: Final = 10_000  # cm: no tank of a home, nor of a harbour, is larger

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

    litres: float
    percent: float
    mass: float
    level: TankLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Tank:
    """A cylinder that lies on its side. Lengths in centimetres, as on its plate."""

    radius: float
    """The outer one."""
    length: float
    wall: float = 0.0
    density: float = DIESEL

    @classmethod
    def parse(cls, said: dict[str, Any]) -> Tank:
        """Read a tank; raises ValueError if there cannot be one like that."""
        try:
            tank = cls(**{key: float(value) for key, value in said.items()})
        except TypeError as err:
            raise ValueError(str(err)) from None
        if not (
            0 < tank.radius <= _LARGEST
            and 0 < tank.length <= _LARGEST
            and 0 <= tank.wall < min(tank.radius, tank.length / 2)
            and 0 < tank.density <= 25  # noqa: PLR2004 - osmium has 22.6
        ):
            raise ValueError(said)
        return tank

    def contents(self, millimetres: float) -> Contents:
        """Return what a fill height means, measured from the inner bottom."""
        radius, length = self.radius - self.wall, self.length - 2 * self.wall
        height = round(millimetres, _DECIMALS) / _MILLIMETRES
        filled = min(max(height / (2 * radius), 0.0), 1.0)
        # Half the angle's cosine would tell little of an almost empty tank.
        angle = 4 * asin(sqrt(filled))
        share = (angle - sin(angle)) / tau
        litres = share * pi * radius**2 * length / _LITRE
        return Contents(
            litres=litres,
            percent=100 * share,
            mass=litres * self.density,
            level=_level(share),
        )


def _level(share: float) -> TankLevel:
    """Judge how full a tank is."""
    if share <= _LOW_LOW:
        return TankLevel.LOW_LOW
    if share <= _LOW:
        return TankLevel.LOW
    return TankLevel.HIGH if share >= _HIGH else TankLevel.NORMAL
