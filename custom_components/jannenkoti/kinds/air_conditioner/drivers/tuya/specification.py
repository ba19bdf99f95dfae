"""From what Tuya's cloud says of a device to a map of its data points.

https://developer.tuya.com/en/docs/iot/f?id=K9gf46qujdmwb lists the codes of the
category ``kt``, air conditioners.
"""

import json
from typing import TYPE_CHECKING, Any, Final

from ...model import HvacMode

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
"""The documented map, for devices whose specification says nothing."""

_CODES: Final = {
    "power": ("switch", "switch_1", "Power", "power"),
    "target": ("temp_set",),
    "current": ("temp_current",),
    "mode": ("mode",),
    "fan": ("fan_speed_enum", "windspeed", "fan_speed"),
}
# Words seen in real devices, in small letters.
_MODES: Final = {
    **dict.fromkeys(("cold", "cool", "cooling"), HvacMode.COOL.value),
    **dict.fromkeys(("wet", "dry", "dehumidify"), HvacMode.DRY.value),
    **dict.fromkeys(("wind", "fan", "fan_only"), HvacMode.FAN.value),
    **dict.fromkeys(("hot", "heat", "heating"), HvacMode.HEAT.value),
}
_LIMITS: Final = ("minimum", "maximum", "step")
# No temperature has more decimals, and none is larger with them.
_DECIMALS: Final = (0, 1, 2, 3)
_LARGEST: Final = 1e6
_FANS: Final = {"mid": "medium", "middle": "medium", "med": "medium"}


def code_map(specification: object, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the map by codes of a device, from its specification and its values.

    A part that the device does not have is left out; without a power it is no air
    conditioner, and the map is of no use.
    """
    functions = _points(specification, "functions")
    if not functions:
        return {
            part: dict(its)
            for part, its in STANDARD.items()
            if values.get(its["code"]) is not None
        }
    readable = _points(specification, "status") | functions
    found: dict[str, Any] = {}
    for part, codes in _CODES.items():
        points = readable if part == "current" else functions
        code = next((code for code in codes if code in points), None)
        if code is not None:
            found[part] = {"code": code} | _details(part, points[code])
    # A choice with no word that we know is none.
    return {part: its for part, its in found.items() if its.get("values") != {}}


def _points(specification: object, section: str) -> dict[str, dict[str, Any]]:
    """Return what is said of each code in a section."""
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


def _details(part: str, values: Mapping[str, Any]) -> dict[str, Any]:
    if part == "power":
        return {}
    if part in ("target", "current"):
        return _range(values, with_limits=part == "target")
    words = values.get("range")
    known = [w for w in words if isinstance(w, str)] if isinstance(words, list) else []
    if part == "mode":
        named = {_MODES[w.lower()]: w for w in known if w.lower() in _MODES}
    else:
        named = {_FANS.get(word.lower(), word.lower()): word for word in known}
    return {"values": named}


def _range(values: Mapping[str, Any], *, with_limits: bool) -> dict[str, Any]:
    """Return scale and limits in °C; the specification's scale is a power of ten."""
    exponent = values.get("scale")
    scale = 10**exponent if exponent in _DECIMALS else 1
    if not with_limits:
        return {"scale": scale}
    limits = [_number(values.get(key)) / scale for key in ("min", "max", "step")]
    minimum, maximum, step = limits
    if not (minimum < maximum and step > 0):
        target = STANDARD["target"]
        minimum, maximum, step = (target[key] for key in _LIMITS)
    return {"scale": scale, **dict(zip(_LIMITS, (minimum, maximum, step), strict=True))}


def _number(value: object) -> float:
    """Return a number of a believable size, or zero, which is no good limit."""
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return float(value)
    return 0.0
