"""What a light shows: brightness and color, compared with tolerance."""

from dataclasses import dataclass, replace
from math import hypot
from typing import Final

# Hue, Zigbee and Home Assistant each round to their own steps: 1 of 254, 1 of 255, 1 %.
BRIGHTNESS_TOLERANCE: Final = 6
MIRED_TOLERANCE: Final = 12
XY_TOLERANCE: Final = 0.025

_MIRED: Final = 1_000_000

# How far lamps that mix a color temperature of primary colors are from the locus.
_LOCUS_TOLERANCE: Final = 0.07

# A fade that the lamp runs itself may leave the straight line between its two colors.
_LINE_TOLERANCE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Brightness (1 to 255) and color; None is unknown, or not to be changed."""

    brightness: int | None = None
    kelvin: int | None = None
    xy: tuple[float, float] | None = None

    def reached_by(self, seen: Look) -> bool:
        """Return whether a light that shows ``seen`` needs no command for this."""
        if self.brightness is not None and not _near(self.brightness, seen.brightness):
            return False
        if self.kelvin is not None:
            return _same_kelvin(self.kelvin, seen.kelvin)
        return self.xy is None or _same_xy(self.xy, seen.xy)

    def differs(self, other: Look) -> bool:
        """Return whether a user would call the change from one to the other visible."""
        known = self.brightness is not None and other.brightness is not None
        if known and not _near(self.brightness or 0, other.brightness):
            return True
        return self._color_differs(other)

    def _color_differs(self, other: Look) -> bool:
        """Return whether the colors differ; a color temperature is a point as well."""
        if self.kelvin is not None and other.kelvin is not None:
            return not _same_kelvin(self.kelvin, other.kelvin)
        mine, theirs = self.point, other.point
        if mine is None or theirs is None:
            return False
        reported = self.xy is not None and other.xy is not None
        tolerance = XY_TOLERANCE if reported else _LOCUS_TOLERANCE
        return hypot(mine[0] - theirs[0], mine[1] - theirs[1]) > tolerance

    @property
    def point(self) -> tuple[float, float] | None:
        """Return the color as a point of the diagram; None if it is unknown."""
        if self.xy is not None or self.kelvin is None:
            return self.xy
        return xy_of_kelvin(self.kelvin)

    def filled_by(self, other: Look) -> Look:
        """Return this look with what is unknown taken from another."""
        brightness = (
            self.brightness if self.brightness is not None else other.brightness
        )
        if self.kelvin is not None or self.xy is not None:
            return replace(self, brightness=brightness)
        return replace(other, brightness=brightness)


def is_between(seen: Look, start: Look, target: Look) -> bool:
    """Return whether a look can be a moment of the fade from one to another."""
    if None not in (seen.brightness, start.brightness, target.brightness):
        low, high = sorted((start.brightness or 0, target.brightness or 0))
        if not (
            low - BRIGHTNESS_TOLERANCE
            <= (seen.brightness or 0)
            <= high + BRIGHTNESS_TOLERANCE
        ):
            return False
    if None in (seen.point, start.point, target.point):
        return True
    point, begin, end = (look.point or (0.0, 0.0) for look in (seen, start, target))
    return _distance_to_line(point, begin, end) <= _LINE_TOLERANCE


def xy_of_kelvin(kelvin: int) -> tuple[float, float]:
    """Return the point of a color temperature on the Planckian locus.

    Cubic splines of Kim et al. (2002), for 1667 to 25,000 K.
    """
    t = min(max(kelvin, 1667), 25000)
    warm = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    cold = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    x = warm if t <= 4000 else cold  # noqa: PLR2004 - where the splines meet
    if t <= 2222:  # noqa: PLR2004
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif t <= 4000:  # noqa: PLR2004
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    return round(x, 4), round(y, 4)


def mixed(start: Look, target: Look, part: float) -> Look:
    """Return the look at a part (0 to 1) of the way; colors in mireds or xy."""
    brightness = target.brightness
    if brightness is not None and start.brightness is not None:
        brightness = round(start.brightness + (brightness - start.brightness) * part)
    kelvin, xy = target.kelvin, target.xy
    if kelvin and start.kelvin:
        from_mired, to_mired = _MIRED / start.kelvin, _MIRED / kelvin
        kelvin = round(_MIRED / (from_mired + (to_mired - from_mired) * part))
    elif xy is not None and start.xy is not None:
        (x0, y0), (x1, y1) = start.xy, xy
        xy = (round(x0 + (x1 - x0) * part, 4), round(y0 + (y1 - y0) * part, 4))
    return Look(brightness=brightness, kelvin=kelvin, xy=xy)


def _near(wanted: int, seen: int | None) -> bool:
    """Return whether two levels of brightness are one after rounding.

    At the lowest level each step is visible, so the tolerance grows with the level.
    """
    if seen is None:
        return False
    return abs(wanted - seen) <= min(BRIGHTNESS_TOLERANCE, 2 + max(wanted, seen) // 16)


def _same_kelvin(wanted: int, seen: int | None) -> bool:
    """Return whether two color temperatures are one after rounding to mireds."""
    if not seen or not wanted:
        return False
    return abs(_MIRED / wanted - _MIRED / seen) <= MIRED_TOLERANCE


def _same_xy(wanted: tuple[float, float], seen: tuple[float, float] | None) -> bool:
    """Return whether two colors are one after rounding."""
    if seen is None:
        return False
    return hypot(wanted[0] - seen[0], wanted[1] - seen[1]) <= XY_TOLERANCE


def _distance_to_line(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Return the distance of a point from the line between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    part = 0.0
    if length > 0:
        part = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    part = min(max(part, 0.0), 1.0)
    return hypot(point[0] - start[0] - part * dx, point[1] - start[1] - part * dy)
