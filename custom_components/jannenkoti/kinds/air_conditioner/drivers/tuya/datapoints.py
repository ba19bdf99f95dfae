"""Tuya data points of an air conditioner: which one means what, in which scale.

In the local network they have numbers, in the cloud codes such as ``temp_set``.

There is no standard that devices keep, so the map belongs to the device and the user
can edit it. Shares and spellings: counted over the air conditioners in tuya-local's
device files (docs/air_conditioner-details.md).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard

from .....lib.temperature import TemperatureUnit, from_celsius, to_celsius
from ...model import Abilities, DeviceState, HvacMode

if TYPE_CHECKING:
    from ...model import Change

type Word = bool | int | str
type Raw = Word | float

NUMBER: Final = "dp"
CODE: Final = "code"
"""How a part names its data point, in the local network and in the cloud."""

STANDARD: dict[str, Any] = {
    "power": {"dp": 1},
    "target": {"dp": 2, "scale": 1, "minimum": 16, "maximum": 31, "step": 1},
    "current": {"dp": 3, "scale": 1},
    "mode": {
        "dp": 4,
        "values": {"cool": "cold", "dry": "wet", "fan_only": "wind", "heat": "hot"},
    },
    "fan": {
        "dp": 5,
        "values": {"low": "low", "medium": "mid", "high": "high", "auto": "auto"},
    },
}
"""The most common map; a device uses the parts that it has."""

# How the unit of a temperature is written in a map, in small letters.
_UNITS: Final = {
    **dict.fromkeys(("c", "°c", "℃"), TemperatureUnit.CELSIUS),
    **dict.fromkeys(("f", "°f", "℉"), TemperatureUnit.FAHRENHEIT),
}


# No raw temperature is larger.
_LARGEST: Final = 1e6
# How a number of a map may scale a temperature; NaN is not within these.
_SCALES: Final = (0.001, 10_000)


class InvalidDatapoints(Exception):
    """A map of data points cannot be used; the argument names the part."""


@dataclass(frozen=True, kw_only=True)
class _Temperature:
    dp: str
    scale: float
    unit: TemperatureUnit

    def decode(self, raw: object) -> float | None:
        """Return a raw value in °C."""
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return None
        # A float would overflow for an integer of hundreds of digits.
        if not math.isfinite(raw) or abs(raw) > _LARGEST:
            return None
        return to_celsius(raw / self.scale, self.unit)

    def encode(self, celsius: float) -> int:
        """Return a temperature in °C as a raw value."""
        return round(from_celsius(celsius, self.unit) * self.scale)


@dataclass(frozen=True, kw_only=True)
class _Choice:
    dp: str
    values: dict[str, Word]
    """Our name to the device's; a value that is not here is never invented."""

    def decode(self, raw: object) -> str | None:
        # By type as well: in Python True is 1.
        alike = ((o, its) for o, its in self.values.items() if type(its) is type(raw))
        return next((ours for ours, its in alike if its == raw), None)


@dataclass(frozen=True, kw_only=True)
class Datapoints:
    """The map of one device."""

    power: str
    target: _Temperature | None
    current: _Temperature | None
    mode: _Choice | None
    fan: _Choice | None
    abilities: Abilities

    @classmethod
    def parse(cls, raw: Mapping[str, Any], by: str = NUMBER) -> Self:
        """Parse a stored map; raises InvalidDatapoints with the name of the part."""
        if not isinstance(raw, Mapping):
            raise InvalidDatapoints("power")
        power = _choice(raw, "power", by)
        if power is None:
            raise InvalidDatapoints("power")
        mode, fan = _choice(raw, "mode", by), _choice(raw, "fan", by)
        try:
            modes = tuple(HvacMode(name) for name in mode.values) if mode else ()
        except ValueError as err:
            raise InvalidDatapoints("mode") from err
        return cls(
            power=power.dp,
            target=_temperature(raw, "target", by),
            current=_temperature(raw, "current", by),
            mode=mode,
            fan=fan,
            abilities=_abilities(raw, modes),
        )

    @property
    def numbers(self) -> list[str]:
        """Return the data points in use, for devices that answer only what is asked."""
        parts = (self.target, self.current, self.mode, self.fan)
        return [self.power, *(part.dp for part in parts if part is not None)]

    def decode(self, dps: Mapping[str, object]) -> DeviceState | None:
        """Return the state in a device's answer; None if it lacks the power."""
        power = dps.get(self.power)
        if not isinstance(power, bool):
            return None
        raw_mode = dps.get(self.mode.dp) if self.mode else None
        mode = self.mode.decode(raw_mode) if self.mode else None
        # A mode that the map does not have, for example one of the unit's own.
        foreign = power and mode is None and raw_mode is not None
        return DeviceState(
            on=power,
            deviating=frozenset({"mode"}) if foreign else frozenset(),
            mode=None if mode is None else HvacMode(mode),
            fan=self.fan.decode(dps.get(self.fan.dp)) if self.fan else None,
            target=self.target.decode(dps.get(self.target.dp)) if self.target else None,
            current=self.current.decode(dps.get(self.current.dp))
            if self.current
            else None,
        )

    def encode(self, change: Change) -> dict[str, Raw]:
        """Return the data points that a command sets; the unmapped is left out."""
        dps: dict[str, Raw] = {}
        if change.on is not None:
            dps[self.power] = change.on
        if change.mode is not None and self.mode and change.mode in self.mode.values:
            dps[self.mode.dp] = self.mode.values[change.mode]
        if change.fan is not None and self.fan and change.fan in self.fan.values:
            dps[self.fan.dp] = self.fan.values[change.fan]
        if change.target is not None and self.target:
            dps[self.target.dp] = self.target.encode(change.target)
        return dps


def stored_map(raw: object, by: str = NUMBER) -> tuple[Datapoints, list[str]]:
    """Return a stored map, and the parts of it that cannot be used.

    The power of the standard map replaces one that cannot be used.
    """
    parts: dict[str, Any] = dict(raw) if isinstance(raw, Mapping) else {}
    left_out: list[str] = []
    while True:
        try:
            return Datapoints.parse(parts, by), left_out
        except InvalidDatapoints as err:
            part = str(err)
            left_out.append(part)
            parts.pop(part, None)
            if part == "power":
                parts["power"] = {NUMBER: STANDARD["power"][NUMBER], CODE: "switch"}


def check_map(raw: Mapping[str, Any], by: str = NUMBER) -> None:
    """Check a map that a user enters; raises InvalidDatapoints with its part.

    Two modes with one word cannot be distinguished, and the wrong one could be sent. A
    stored map with such a fault is used all the same.
    """
    Datapoints.parse(raw, by)
    used: set[str] = set()
    for name in STANDARD:
        if (part := raw.get(name)) is None:
            continue
        words = [repr(its) for its in part.get("values", {}).values()]
        if (dp := str(part[by])) in used or len(set(words)) < len(words):
            raise InvalidDatapoints(name)
        used.add(dp)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _dp(part: object, name: str, by: str) -> str:
    dp = str(part.get(by, "")) if isinstance(part, dict) else ""
    if not (dp.isdecimal() if by == NUMBER else dp.isidentifier()):
        raise InvalidDatapoints(name)
    return dp


def _temperature(raw: Mapping[str, Any], name: str, by: str) -> _Temperature | None:
    if (part := raw.get(name)) is None:
        return None
    scale = part.get("scale", 1) if isinstance(part, dict) else None
    if not _is_number(scale) or not _SCALES[0] <= scale <= _SCALES[1]:
        raise InvalidDatapoints(name)
    return _Temperature(dp=_dp(part, name, by), scale=scale, unit=_unit(part, name))


def _unit(part: Mapping[str, Any], name: str) -> TemperatureUnit:
    unit = _UNITS.get(str(part.get("unit", "C")).strip().lower())
    if unit is None:
        raise InvalidDatapoints(name)
    return unit


def _choice(raw: Mapping[str, Any], name: str, by: str) -> _Choice | None:
    if (part := raw.get(name)) is None:
        return None
    values = part.get("values", {}) if isinstance(part, dict) else None
    if not isinstance(values, dict) or not all(
        isinstance(its, bool | int | str) for its in values.values()
    ):
        raise InvalidDatapoints(name)
    return _Choice(
        dp=_dp(part, name, by),
        values={str(ours): its for ours, its in values.items()},
    )


def _abilities(raw: Mapping[str, Any], modes: tuple[HvacMode, ...]) -> Abilities:
    """Return what the device can do; limits stand with the target's data point."""
    target, fan = raw.get("target") or {}, raw.get("fan") or {}
    unit = _unit(target, "target")
    default = Abilities()
    if unit is TemperatureUnit.FAHRENHEIT:
        default = Abilities(minimum=61, maximum=88)
    limits = [
        target.get(key, getattr(default, key)) for key in ("minimum", "maximum", "step")
    ]
    if not all(_is_number(limit) and abs(limit) <= _LARGEST for limit in limits):
        raise InvalidDatapoints("target")
    minimum, maximum, step = limits
    # Finer steps than the scale has would be rounded on the way.
    step = max(step, 1 / target.get("scale", 1))
    if minimum >= maximum or limits[2] <= 0:
        raise InvalidDatapoints("target")
    return Abilities(
        modes=modes,
        fans=tuple(fan.get("values", ())),
        minimum=minimum,
        maximum=maximum,
        step=step,
        unit=unit,
    )
