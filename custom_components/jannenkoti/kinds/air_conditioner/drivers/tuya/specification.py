"""Make the data point map from the specification in Tuya's cloud.

https://developer.tuya.com/en/docs/iot/f?id=K9gf46qujdmwb lists the codes of the
category ``kt``, air conditioners.
"""

import json
from typing import TYPE_CHECKING, Any, Final

from .....lib.temperature import TemperatureUnit
from . import datapoints
from .recognition import (
    UNIT_NAMES,
    Recognized,
    is_likely_fahrenheit,
    is_set_temperature,
    limits_of,
    modes_of,
    proposed_modes,
    recognize,
    unit_of_range,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDARD: Final[dict[str, Any]] = {
    "power": {"code": "switch"},
    "target": {"code": "temp_set", "scale": 1, "minimum": 16, "maximum": 31, "step": 1},
    "current": {"code": "temp_current", "scale": 1},
    "mode": {
        "code": "mode",
        "values": {"cool": "cold", "dry": "wet", "fan_only": "wind", "heat": "hot"},
    },
    "fan": {
        "code": "fan_speed_enum",
        "values": {"low": "low", "medium": "mid", "high": "high", "auto": "auto"},
    },
}
"""The documented map, for devices without a specification."""

_CODES: Final = {
    "power": ("switch", "switch_1", "Power", "power"),
    "target": ("temp_set",),
    "current": ("temp_current",),
    "mode": ("mode",),
    "fan": ("fan_speed_enum", "windspeed", "fan_speed"),
}
_LIMITS: Final = ("minimum", "maximum", "step")
# No temperature has more decimals, and none is larger with them.
_DECIMALS: Final = (0, 1, 2, 3)
_LARGEST: Final = 1e6
# °C; a sensor that reports more reports °F.
_HOTTEST: Final = 60
# What a sensor in a room can show, in °C or °F.
_COLDEST: Final = -40
_HOTTEST_SHOWN: Final = 120
_FANS: Final = {"mid": "medium", "middle": "medium", "med": "medium"}


def code_map(specification: object, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the map by codes of a device, from its specification and its values.

    A part that the device does not have, or that is not clear, is left out; without a
    power it is no air conditioner, and the map is of no use.
    """
    return recognize_codes(specification, values).points


def recognize_codes(specification: object, values: Mapping[str, object]) -> Recognized:
    """Return the map by codes, and what of the device was not understood."""
    functions = _points(specification, "functions")
    if not functions:
        return _recognize_values(values)
    found = Recognized()
    readable = _points(specification, "status") | functions
    for part, codes in _CODES.items():
        points = readable if part == "current" else functions
        code = next((code for code in codes if code in points), None)
        if code is None:
            continue
        details = _details(part, points[code], values.get(code))
        if details is None:
            words, value = _words(points[code]), values.get(code)
            found.unclear[part] = {"code": code, "words": words, "value": value}
        elif details.get("values") != {}:  # A choice without a word is none.
            found.points[part] = {"code": code} | details
    return found


def _recognize_values(values: Mapping[str, object]) -> Recognized:
    """Return what the values of a device without a specification show."""
    dps = {
        str(part["dp"]): values.get(STANDARD[name]["code"])
        for name, part in datapoints.STANDARD.items()
    }
    by_number = recognize(dps)
    found = Recognized()
    for name, part in by_number.points.items():
        details = {key: value for key, value in part.items() if key != "dp"}
        found.points[name] = {"code": STANDARD[name]["code"]} | details
    for name, value in by_number.unclear.items():
        code = STANDARD[name]["code"]
        found.unclear[name] = {"code": code, "words": [], "value": value}
    return found


def _points(specification: object, section: str) -> dict[str, dict[str, Any]]:
    """Return the definition of each code in a section."""
    rows = specification.get(section) if isinstance(specification, dict) else None
    return {
        row["code"]: _values(row.get("values"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get("code"), str)
    }


def _values(raw: object) -> dict[str, Any]:
    """Read the limits or words of a data point, which come as JSON within JSON."""
    try:
        values = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError, RecursionError:
        return {}
    return values if isinstance(values, dict) else {}


def _details(
    part: str, values: Mapping[str, Any], value: object
) -> dict[str, Any] | None:
    """Return the definition of a part in a map; None if it is not clear."""
    if part == "power":
        return {}
    if part == "target":
        return _target(values, value)
    if part == "current":
        return _current(values, value)
    words = _words(values)
    if part == "mode":
        known = modes_of(words)
        # More than these may be meant by words that are not known.
        is_clear = known or not words
        return {"values": known} if is_clear and known == _proposed(words) else None
    return {"values": {_FANS.get(w.lower(), w.lower()): w for w in words}}


def _proposed(words: list[str]) -> dict[str, str]:
    """Return what a form would propose for several words."""
    return proposed_modes(words) if len(words) > 1 else modes_of(words)


def _words(values: Mapping[str, Any]) -> list[str]:
    words = values.get("range")
    return [w for w in words if isinstance(w, str)] if isinstance(words, list) else []


def _target(values: Mapping[str, Any], value: object) -> dict[str, Any] | None:
    """Return scale, unit and limits; the specification's scale is a power of ten."""
    scale = _scale(values)
    lowest, highest, step = (
        _number(values.get(key)) / scale for key in ("min", "max", "step")
    )
    shown = _number(value) / scale if _number(value) else None
    if not (lowest < highest and step > 0):
        lowest, highest, step = (STANDARD["target"][key] for key in _LIMITS)
    unit = unit_of_range(lowest, highest, values.get("unit"), shown)
    if unit is None:
        return None
    if shown is not None and not is_set_temperature(unit, shown, lowest, highest):
        return None  # Another scale than the specification says.
    lowest, highest = limits_of(unit, lowest, highest)
    limits = dict(zip(_LIMITS, (lowest, highest, step), strict=True))
    return {"scale": scale, **_named(unit), **limits}


def _current(values: Mapping[str, Any], value: object) -> dict[str, Any] | None:
    """Return scale and unit of the room temperature."""
    scale = _scale(values)
    shown = _number(value) / scale if _number(value) else None
    lowest, highest = (_number(values.get(key)) / scale for key in ("min", "max"))
    named = str(values.get("unit", "")).strip().lower()
    if shown is not None and not _COLDEST <= shown <= _HOTTEST_SHOWN:
        return None  # Another scale than the specification says.
    if shown is not None and is_likely_fahrenheit(shown):
        return {"scale": scale, **_named(TemperatureUnit.FAHRENHEIT)}
    if named in ("f", "°f", "℉") and highest > _HOTTEST:
        return {"scale": scale, **_named(TemperatureUnit.FAHRENHEIT)}
    return {"scale": scale} if lowest <= highest else None


def _named(unit: TemperatureUnit) -> dict[str, str]:
    return {} if unit is TemperatureUnit.CELSIUS else {"unit": UNIT_NAMES[unit]}


def _scale(values: Mapping[str, Any]) -> int:
    exponent = values.get("scale")
    return int(10**exponent) if exponent in _DECIMALS else 1


def _number(value: object) -> float:
    """Return a number of a believable size, or zero, which is no good limit."""
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return float(value)
    return 0.0
