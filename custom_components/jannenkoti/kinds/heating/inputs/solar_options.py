"""The solar modules of the home, for the forecast of their production."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....lib.reading import read_number
from .option_values import NumberOption, number_of, text_of
from .sun import SolarArray

WEATHER: Final = "weather"
LOCATION: Final = "location"
MODULES: Final = "modules"
MODULE_WATTS: Final = "module_watts"
TILT: Final = "tilt"
ORIENTATION: Final = "orientation"

ROOFS: Final = ("", "_2")
"""What the keys of each roof end with."""

_COUNTS: Final = NumberOption(default=0, minimum=0, maximum=500, step=1, unit="")
_WATTS: Final = NumberOption(default=400, minimum=1, maximum=1000, step=5, unit="W")
_TILTS: Final = NumberOption(default=30, minimum=0, maximum=90, step=1, unit="°")
SOLAR_NUMBERS: Final[Mapping[str, NumberOption]] = {
    MODULES: _COUNTS,
    MODULE_WATTS: _WATTS,
    TILT: _TILTS,
}

AZIMUTHS: Final[Mapping[str, float]] = {
    name: number * 45.0
    for number, name in enumerate(
        (
            *("north", "northeast", "east", "southeast"),
            *("south", "southwest", "west", "northwest"),
        )
    )
}
"""Degrees clockwise from north."""
SOUTH: Final = "south"


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarOptions:
    """The roofs, where they are, and who forecasts the clouds."""

    roofs: tuple[SolarArray, ...]
    place: tuple[float, float] | None
    """Latitude and longitude; None for the location of the home."""
    weather: str

    @property
    def peak(self) -> float:
        """Return the power (W) of all modules; 0 if none were entered."""
        return sum(roof.peak for roof in self.roofs)

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> SolarOptions:
        """Parse the options of an entry; a roof without modules is left out."""
        roofs = (_roof(options, ending) for ending in ROOFS)
        return cls(
            roofs=tuple(roof for roof in roofs if roof.peak > 0),
            place=_place(options.get(LOCATION)),
            weather=text_of(options, WEATHER),
        )


def _roof(options: Mapping[str, Any], ending: str) -> SolarArray:
    """Parse one roof."""
    numbers = {
        key: number_of(options, f"{key}{ending}", option)
        for key, option in SOLAR_NUMBERS.items()
    }
    named = text_of(options, f"{ORIENTATION}{ending}")
    return SolarArray(
        peak=numbers[MODULES] * numbers[MODULE_WATTS],
        tilt=numbers[TILT],
        azimuth=AZIMUTHS.get(named, AZIMUTHS[SOUTH]),
    )


def _place(raw: object) -> tuple[float, float] | None:
    """Return latitude and longitude, None unless both are possible."""
    if not isinstance(raw, Mapping):
        return None
    latitude = read_number(raw.get("latitude"))
    longitude = read_number(raw.get("longitude"))
    if latitude is None or longitude is None:
        return None
    possible = abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 - °
    return (latitude, longitude) if possible else None
