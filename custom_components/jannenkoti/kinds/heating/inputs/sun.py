"""Estimate what solar modules produce, from the position of the sun and the clouds.

Position: the equations of NOAA's solar calculator. Clear sky: Meinel's direct
radiation with a tenth of it as diffuse radiation, and the air mass of Kasten and
Young. Clouds: Kasten and Czeplak (1980). Good for a plan, not for a yield report.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOLAR: Final = 1353.0  # W/m² above the atmosphere
_DIFFUSE: Final = 0.1
_GROUND: Final = 0.2  # what grass reflects
_STANDARD: Final = 1000.0  # W/m² of the rated power
_SYSTEM: Final = 0.85  # after dirt, cables and the inverter
_PER_KELVIN: Final = 0.004  # what silicon loses above 25 °C
_WARMS: Final = 0.03  # K above the air for each W/m²
_RATED: Final = 25.0  # °C
_MILD: Final = 15.0  # °C where no temperature is known
_SAMPLES: Final = 4
_HOUR: Final = timedelta(hours=1)

UNKNOWN_SKY: Final = 0.6
"""Of a clear sky's production where nothing is known of clouds."""
_LEAST_SKY: Final = 0.1
_ENOUGH_SUN: Final = 1000.0
"""Wh; with less in a day, measured by possible production says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarArray:
    """Modules that face one way."""

    peak: float
    """W."""
    tilt: float
    """° from the horizontal."""
    azimuth: float
    """° clockwise from north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """The weather of an hour."""

    clouds: float
    """0 (clear) to 1 (overcast)."""
    temperature: float | None = None
    """°C."""


type Vector = tuple[float, float, float]


def sun_direction(latitude: float, longitude: float, at: datetime) -> Vector:
    """Return the direction of the sun as a unit vector: east, north, up."""
    utc = at.astimezone(UTC)
    minutes = utc.hour * 60 + utc.minute + utc.second / 60
    year = 2 * math.pi / 365 * (utc.timetuple().tm_yday - 1 + (minutes / 60 - 12) / 24)
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
        - 0.002697 * math.cos(3 * year)
        + 0.00148 * math.sin(3 * year)
    )
    late = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    angle = math.radians((minutes + late + 4 * longitude) / 4 - 180)
    place = math.radians(latitude)
    across = math.cos(declination)
    return (
        -across * math.sin(angle),
        math.cos(place) * math.sin(declination)
        - math.sin(place) * across * math.cos(angle),
        math.sin(place) * math.sin(declination)
        + math.cos(place) * across * math.cos(angle),
    )


def clear_power(array: SolarArray, sun: Vector, temperature: float = _MILD) -> float:
    """Return the power (W) of modules below a clear sky."""
    height = sun[2]
    if height <= 0:
        return 0.0
    degrees = math.degrees(math.asin(min(height, 1.0)))
    mass = 1 / (height + 0.50572 * (degrees + 6.07995) ** -1.6364)
    direct = _SOLAR * 0.7 ** (mass**0.678)
    diffuse = _DIFFUSE * direct
    tilt, azimuth = math.radians(array.tilt), math.radians(array.azimuth)
    faces = (
        math.sin(tilt) * math.sin(azimuth),
        math.sin(tilt) * math.cos(azimuth),
        math.cos(tilt),
    )
    straight = max(sum(a * b for a, b in zip(faces, sun, strict=True)), 0.0)
    radiation = (
        direct * straight
        + diffuse * (1 + faces[2]) / 2
        + _GROUND * (direct * height + diffuse) * (1 - faces[2]) / 2
    )
    warmer = temperature + _WARMS * radiation - _RATED
    share = radiation / _STANDARD * _SYSTEM * (1 - _PER_KELVIN * warmer)
    return float(array.peak * share)


def through_clouds(clouds: float) -> float:
    """Return which part of a clear sky's radiation clouds let through."""
    return float(1 - 0.75 * min(max(clouds, 0.0), 1.0) ** 3.4)


def estimate(
    arrays: Iterable[SolarArray],
    place: tuple[float, float],
    hours: Iterable[datetime],
    skies: Mapping[datetime, Sky],
    unknown: float = UNKNOWN_SKY,
) -> dict[datetime, float]:
    """Return the energy (Wh) of each hour (UTC); ``unknown`` where no sky is known."""
    roofs, found = tuple(arrays), dict[datetime, float]()
    for hour in hours:
        sky = skies.get(hour)
        known = None if sky is None else sky.temperature
        temperature = _MILD if known is None else known
        share = unknown if sky is None else through_clouds(sky.clouds)
        middles = (hour + _HOUR * (n + 0.5) / _SAMPLES for n in range(_SAMPLES))
        suns = [sun_direction(*place, at) for at in middles]
        total = sum(
            clear_power(roof, sun, temperature) for roof in roofs for sun in suns
        )
        found[hour] = share * max(total, 0.0) / _SAMPLES
    return found


def sky_of_yesterday(
    measured: Mapping[datetime, float], clear: Mapping[datetime, float]
) -> float:
    """Return measured by possible production (Wh) of the last day.

    Without a measurement it is a usual share.
    """
    possible = sum(clear.get(hour, 0.0) for hour in measured)
    produced = sum(measured.values())
    if possible < _ENOUGH_SUN or produced <= 0:
        return UNKNOWN_SKY
    return min(max(produced / possible, _LEAST_SKY), 1.0)
