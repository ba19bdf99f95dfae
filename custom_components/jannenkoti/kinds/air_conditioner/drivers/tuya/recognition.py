"""Recognize scales, units and words in what a Tuya device reports.

Nothing is guessed: a value that fits no reading, or more than one, is left open for the
user to decide.
"""

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .....lib.temperature import TemperatureUnit, to_celsius
from ...model import HvacMode
from .datapoints import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Scales of set temperatures and of measured ones, counted in real devices.
_TARGET_SCALES: Final = (1, 10, 100)
_CURRENT_SCALES: Final = (1, 2, 10, 100)
# What a set temperature and a room can be, °C.
_TARGET: Final = (15.0, 35.0)
_ROOM: Final = (5.0, 45.0)
_HOTTEST_ROOM: Final = 120.0  # °F
_LIKELY_ROOM: Final = (10.0, 40.0)

# Limits of a set temperature where the device does not report them, in its unit.
_LIMITS: Final = {
    TemperatureUnit.CELSIUS: (16, 31),
    TemperatureUnit.FAHRENHEIT: (61, 88),
}
UNIT_NAMES: Final = {TemperatureUnit.CELSIUS: "C", TemperatureUnit.FAHRENHEIT: "F"}

_UNIT_OF: Final = {
    **dict.fromkeys(("c", "°c", "℃"), TemperatureUnit.CELSIUS),
    **dict.fromkeys(("f", "°f", "℉"), TemperatureUnit.FAHRENHEIT),
}
# Limits that a specification may name, °C.
_NAMED_LIMITS: Final = (0.0, 50.0)

# Words seen in real devices, in small letters.
_WORDS: Final = {
    HvacMode.COOL: ("cold", "cool", "cooling", "refrigeration"),
    HvacMode.DRY: ("wet", "dry", "dehumidify", "dehumidification", "dehum"),
    HvacMode.FAN: ("wind", "fan", "fan_only", "ventilation", "fanonly"),
    HvacMode.HEAT: ("hot", "heat", "heating"),
}
_MODE_OF: Final = {word: mode for mode, words in _WORDS.items() for word in words}
# Words of one device are of one style.
_STYLES: Final = (
    {mode: words[0] for mode, words in _WORDS.items()},
    {mode: words[1] for mode, words in _WORDS.items()},
)
_ALIKE: Final = 0.6

# Other words for fan speeds, in the order of `FAN_NAMES`.
FAN_NAMES: Final = ("low", "medium", "high", "auto")
_OTHER_FANS: Final = (
    {"low": "low", "medium": "middle", "high": "high", "auto": "auto"},
    {"low": "low", "medium": "medium", "high": "high", "auto": "auto"},
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a raw temperature is to be read."""

    unit: TemperatureUnit
    scale: int

    def celsius(self, raw: float) -> float:
        """Return a raw temperature in °C."""
        return to_celsius(raw / self.scale, self.unit)

    def as_part(self, *, with_limits: bool) -> dict[str, Any]:
        """Return its definition in a map."""
        part: dict[str, Any] = {"scale": self.scale}
        if self.unit is TemperatureUnit.FAHRENHEIT:
            part["unit"] = UNIT_NAMES[self.unit]
        if with_limits:
            minimum, maximum = _LIMITS[self.unit]
            part |= {"minimum": minimum, "maximum": maximum, "step": 1}
        return part


@dataclass(kw_only=True)
class Recognized:
    """The map of a device as far as it was recognized."""

    points: dict[str, Any] = field(default_factory=dict)
    unclear: dict[str, object] = field(default_factory=dict)
    """Parts that the device has but that were not understood, with their values."""


def recognize(dps: Mapping[str, object]) -> Recognized:
    """Return the standard map, fitted to a device by what it reported."""
    found = Recognized()
    target: Reading | None = None
    for name, part in STANDARD.items():
        raw = dps.get(str(part["dp"]))
        if raw is None:
            continue
        dp = {"dp": part["dp"]}
        if name == "target":
            target = target_reading(raw)
            _add(found, name, raw, dp, target)
        elif name == "current":
            _add(found, name, raw, dp, current_reading(raw, target))
        elif name == "power":
            found.points[name] = dict(part)
        else:
            _add_choice(found, name, raw, dp)
    return found


def target_reading(raw: object) -> Reading | None:
    """Return how a raw set temperature is to be read; None if that is not clear."""
    return _only(_readings(raw, _TARGET_SCALES, _TARGET))


def current_reading(raw: object, target: Reading | None) -> Reading | None:
    """Return how a raw room temperature is to be read; None if that is not clear.

    It is mostly read as the set temperature is, else as plain °C.
    """
    possible = _readings(raw, _CURRENT_SCALES, _ROOM)
    plain = Reading(unit=TemperatureUnit.CELSIUS, scale=1)
    for likely in (target, plain):
        if likely in possible:
            return likely
    return _only(_readings(raw, _CURRENT_SCALES, _LIKELY_ROOM))


def unit_of_range(
    lowest: float, highest: float, named: object, value: float | None
) -> TemperatureUnit | None:
    """Return the unit of a set temperature from its specification and its value.

    A specification may name the wrong unit, or have limits that cover both.
    """
    possible = [unit for unit in TemperatureUnit if _covers(unit, lowest, highest)]
    units = _UNIT_OF.get(str(named).strip().lower())
    if units in possible:
        return units
    if value is not None:
        possible = [u for u in TemperatureUnit if _is_within(u, value)]
    return possible[0] if len(possible) == 1 else None


def is_set_temperature(
    unit: TemperatureUnit, value: float, lowest: float, highest: float
) -> bool:
    """Return whether a value can be a set temperature, by itself or by its limits."""
    return _is_within(unit, value) or lowest <= value <= highest


def is_likely_fahrenheit(room: float) -> bool:
    """Return whether a room temperature can be one in °F only."""
    return room > _ROOM[1] and room <= _HOTTEST_ROOM


def limits_of(
    unit: TemperatureUnit, lowest: float, highest: float
) -> tuple[float, float]:
    """Return limits without those parts that no air conditioner has."""
    usual = _LIMITS[unit]
    if _covers(unit, lowest, highest):
        return lowest, highest
    bounded = max(lowest, usual[0]), min(highest, usual[1])
    return bounded if bounded[0] < bounded[1] else usual


def modes_of(words: Iterable[str]) -> dict[str, str]:
    """Return our names of modes to the words of a device that are known."""
    found: dict[str, str] = {}
    for word in words:
        if (mode := _MODE_OF.get(word.strip().lower())) is not None:
            found.setdefault(mode.value, word)
    return found


def proposed_modes(words: Iterable[object]) -> dict[str, str]:
    """Return a proposal for words of which some are not known.

    With one word, which is all that a device on the local network shows, the others are
    those of the same style.
    """
    given = [str(word) for word in words]
    found = modes_of(given)
    for word in given:
        if word in found.values():
            continue
        close = difflib.get_close_matches(word.strip().lower(), _MODE_OF, 1, _ALIKE)
        for known in close:
            found.setdefault(_MODE_OF[known].value, word)
    if len(given) != 1 or not found:
        return found
    ((mode, word),) = found.items()
    style = next((s for s in _STYLES if word.lower() in s.values()), _STYLES[1])
    others = {other.value: _cased_like(word, its) for other, its in style.items()}
    return {**others, mode: word}


def _covers(unit: TemperatureUnit, lowest: float, highest: float) -> bool:
    """Return whether limits are believable in a unit."""
    low, high = to_celsius(lowest, unit), to_celsius(highest, unit)
    return lowest < highest and _NAMED_LIMITS[0] <= low and high <= _NAMED_LIMITS[1]


def proposed_fans(words: Iterable[object]) -> dict[str, str]:
    """Return a proposal for words of fan speeds in another spelling."""
    found: dict[str, str] = {}
    for word in map(str, words):
        for values in (STANDARD["fan"]["values"], *_OTHER_FANS):
            for name, its in values.items():
                if word.strip().lower() == its:
                    found.setdefault(name, word)
    return found


def _is_within(unit: TemperatureUnit, value: float) -> bool:
    return _TARGET[0] <= to_celsius(value, unit) <= _TARGET[1]


def _cased_like(word: str, other: str) -> str:
    if word.isupper():
        return other.upper()
    return other.capitalize() if word[:1].isupper() else other


def _add(
    found: Recognized,
    name: str,
    raw: object,
    part: dict[str, Any],
    reading: Reading | None,
) -> None:
    if reading is None:
        found.unclear[name] = raw
    else:
        found.points[name] = part | reading.as_part(with_limits=name == "target")


def _add_choice(
    found: Recognized, name: str, raw: object, part: dict[str, Any]
) -> None:
    """Add a part that has words; one word of a known set stands for all of them."""
    sets = (STANDARD[name]["values"], *_OTHER_FANS) if name == "fan" else ()
    for values in sets or (STANDARD[name]["values"],):
        if raw in values.values():
            found.points[name] = part | {"values": dict(values)}
            return
    found.unclear[name] = raw


def _readings(
    raw: object, scales: Iterable[int], limits: tuple[float, float]
) -> list[Reading]:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return []
    every = [Reading(unit=u, scale=s) for u in TemperatureUnit for s in scales]
    return [r for r in every if limits[0] <= r.celsius(raw) <= limits[1]]


def _only(readings: list[Reading]) -> Reading | None:
    return readings[0] if len(readings) == 1 else None
