"""Convert temperatures exactly as Home Assistant does, bit for bit."""

from enum import StrEnum
from typing import Final

_FREEZING: Final = 32.0  # °F
_DEGREE: Final = 1.8  # °F in a °C


class TemperatureUnit(StrEnum):
    """Units of temperatures, as Home Assistant writes them."""

    CELSIUS = "°C"
    FAHRENHEIT = "°F"


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
