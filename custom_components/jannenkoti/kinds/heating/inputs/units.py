"""Convert what entities report to W and °C."""

from typing import Final

from ....lib.reading import read_number
from ....lib.temperature import read_temperature_unit, to_celsius

_WATTS: Final = {"mw": 0.001, "w": 1.0, "kw": 1000.0}
_MEGA: Final = 1_000_000.0
_FULL: Final = 100.0  # %

MOST_WATTS: Final = 1_000_000.0
"""No home has more; a larger value is a fault of the sensor."""

COLDEST: Final = -40.0
HOTTEST: Final = 120.0
"""°C; outside, a sensor is broken: a DS18B20 reports -127 or 127.9 °C without power."""

FAULT: Final = 85.0
"""°C; what a DS18B20 reports when it has been reset and has not measured yet."""


def watts(state: object, unit: object) -> float | None:
    """Return a power in W, or None if it is no number or has no unit of power."""
    value = read_number(state)
    if value is None or not isinstance(unit, str):
        return None
    word = unit.strip()
    factor = _MEGA if word == "MW" else _WATTS.get(word.casefold())
    if factor is None:
        return None
    power = value * factor
    return power if abs(power) <= MOST_WATTS else None


def celsius(state: object, unit: object) -> float | None:
    """Return a temperature in °C, or None if it is no plausible temperature."""
    value = read_number(state)
    read = read_temperature_unit(unit)
    if value is None or read is None:
        return None
    temperature = to_celsius(value, read)
    return temperature if COLDEST <= temperature <= HOTTEST else None


def percent(state: object) -> float | None:
    """Return a state of charge in %, or None."""
    value = read_number(state)
    return value if value is not None and 0 <= value <= _FULL else None
