"""Convert temperatures exactly as Home Assistant does, bit for bit."""

from enum import StrEnum
from typing import Final
from unicodedata import normalize

# How devices write °C and °F besides the usual way: without the sign, as one character,
# with another ring or in words.
_RINGS: Final = str.maketrans({"º": "°", "⁰": "°", "˚": "°", "ᵒ": "°"})
_CELSIUS: Final = frozenset({"c", "°c", "degc", "celsius"})
_FAHRENHEIT: Final = frozenset({"f", "°f", "degf", "fahrenheit"})
_LONGEST_UNIT: Final = 20

_FREEZING: Final = 32.0  # In °F.
_DEGREE: Final = 1.8  # One °C has this many °F.


class TemperatureUnit(StrEnum):
    """Units of temperatures, as Home Assistant writes them."""

    CELSIUS = "°C"
    FAHRENHEIT = "°F"


def read_temperature_unit(text: object) -> TemperatureUnit | None:
    """Return the unit that a device reports, None if it is not understood."""
    if not isinstance(text, str) or len(text) > _LONGEST_UNIT:
        return None
    # The compatibility form of ℃ and ℉ is two characters.
    word = normalize("NFKC", text.translate(_RINGS)).replace(" ", "").casefold()
    if word in _CELSIUS:
        return TemperatureUnit.CELSIUS
    return TemperatureUnit.FAHRENHEIT if word in _FAHRENHEIT else None


def to_celsius(value: float, unit: TemperatureUnit) -> float:
    """Return a temperature in °C."""
    if unit is TemperatureUnit.CELSIUS:
        return value
    return (value - _FREEZING) / _DEGREE


def from_celsius(value: float, unit: TemperatureUnit) -> float:
    """Return a temperature in °C in another unit."""
    return value if unit is TemperatureUnit.CELSIUS else value * _DEGREE + _FREEZING


def convert(value: float, source: TemperatureUnit, target: TemperatureUnit) -> float:
    """Return a temperature in another unit."""
    return (
        value if source is target else from_celsius(to_celsius(value, source), target)
    )


def difference_in_celsius(value: float, unit: TemperatureUnit) -> float:
    """Return a difference of temperatures in °C."""
    return value if unit is TemperatureUnit.CELSIUS else value / _DEGREE
