"""Measured values as devices send them: numbers, or texts with or without a unit."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ....lib.reading import read_number

# No number that a device reports with a unit is longer.
_LONGEST: Final = 64
_WITH_UNIT: Final = re.compile(r"([-+0-9.,eE]+)\s*(\D+)")

type _Convert = Callable[[float], float]


def _same(value: float) -> float:
    return value


def _from_fahrenheit(value: float) -> float:
    return (value - 32) / 1.8


def _thousand(value: float) -> float:
    return value * 1000


_UNITS: Final[Mapping[str, Mapping[str, _Convert]]] = {
    "°C": {
        **dict.fromkeys(("°c", "ºc", "⁰c", "℃", "c", "celsius", "grados"), _same),
        **dict.fromkeys(("°f", "ºf", "℉", "f", "fahrenheit"), _from_fahrenheit),
    },
    "%": dict.fromkeys(("%", "%rh", "% rh", "%hr", "% hr", "pct"), _same),
    "ppm": {"ppm": _same},
    "lx": dict.fromkeys(("lx", "lux"), _same),
    "dB": dict.fromkeys(("db", "dba", "db(a)"), _same),
    "W": {**dict.fromkeys(("w", "watt", "watts"), _same), "kw": _thousand},
    "dBm": {"dbm": _same},
}
"""By the unit of the quantity: what texts have instead, in lower case."""


def read_measured(value: object, unit: str | None) -> float | None:
    """Return a value in a unit; None if it is not a number, or in another unit.

    Never raises; the time does not depend on the length of a text.
    """
    number = read_number(value)
    if number is not None or not isinstance(value, str) or len(value) > _LONGEST:
        return number
    match = _WITH_UNIT.fullmatch(value.strip())
    convert = match and _UNITS.get(unit or "", {}).get(match[2].strip().casefold())
    if match is None or convert is None:
        return None
    number = read_number(match[1])
    return None if number is None else round(convert(number), 6)
