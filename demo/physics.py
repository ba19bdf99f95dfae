"""The house's physics: weather, one room, and what its air conditioner does to it.

Pure: `step` takes the room from one instant to a later one. Temperatures in °C, heat in
watts, time in seconds since the midnight before the house was built.
"""

import math
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0
DAY = 24 * HOUR

# The weather of a northern heat wave: warm nights, afternoons above thirty degrees.
_MEAN = 25.0
_SWING = 5.0
_WARMEST = 15 * HOUR
_WAVE = 4.0
_WAVE_LASTS = 6 * DAY
_OUTDOOR_VAPOUR = 11.5  # g/m³: 50 % at 25 °C

# A living room with its furniture (600 kJ/K) and walls (45 W/K), in which people live.
_CAPACITY = 600_000.0
_LOSS = 45.0
_INTERNAL = 150.0
_SUN = 350.0
_SUNRISE, _SUNSET = 5 * HOUR, 21 * HOUR
_AIRING = 2 * HOUR  # the time in which the air is exchanged
_BREATH = 1.5 / HOUR  # g/m³ per second

# A small split unit, whose heat exchanger follows the compressor within a minute.
_WATTS = {"low": 1000.0, "mid": 1500.0, "high": 2100.0, "auto": 1500.0}
_EXCHANGER = 60.0
_DRYING_SHARE = 0.4  # Drying cools less and dries more: g/m³ per second and kW.
_DRIED_BY_COOLING, _DRIED_BY_DRYING = 1.2 / HOUR, 4.0 / HOUR
_DEADBAND = 0.5  # the unit's own thermostat, around the temperature that it is set to

# Small beside the exchanger's minute, so that the steps add up however they are cut.
_FINEST = 10.0


class Mode(StrEnum):
    """What the air conditioner is set to, in its own words."""

    COLD = "cold"
    WET = "wet"
    WIND = "wind"
    HOT = "hot"


class Fan(StrEnum):
    """How hard the air conditioner blows, in its own words."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"
    AUTO = "auto"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """How the air conditioner is set."""

    power: bool = False
    mode: Mode = Mode.COLD
    target: int = 24
    fan: Fan = Fan.LOW


@dataclass(frozen=True, kw_only=True)
class Room:
    """The room at an instant."""

    time: float = 14 * HOUR
    temperature: float = 27.0
    vapour: float = 12.5
    """Water in the air, g/m³."""
    compressor: bool = False
    heat: float = 0.0
    """What the air conditioner brings in now, W; negative while it cools."""

    @property
    def humidity(self) -> float:
        """Return the relative humidity, %."""
        return min(100 * self.vapour / saturation(self.temperature), 100.0)


def outdoor(at: float) -> float:
    """Return the temperature outside: a sine over the day that rides on a heat wave."""
    daily = math.cos(2 * math.pi * (at - _WARMEST) / DAY)
    wave = math.sin(math.pi * at / _WAVE_LASTS) ** 2
    return _MEAN + _SWING * daily + _WAVE * wave


def outdoor_humidity(at: float) -> float:
    """Return the relative humidity outside, %."""
    return min(100 * _OUTDOOR_VAPOUR / saturation(outdoor(at)), 100.0)


def sunshine(at: float) -> float:
    """Return what the sun brings through the window, W."""
    part = (at % DAY - _SUNRISE) / (_SUNSET - _SUNRISE)
    return _SUN * math.sin(math.pi * part) if 0 < part < 1 else 0.0


def saturation(temperature: float) -> float:
    """Return how much water air can hold, g/m³ (Magnus' formula and the gas law)."""
    pressure = 611.2 * math.exp(17.62 * temperature / (243.12 + temperature))
    return 2.167 * pressure / (273.15 + temperature)


def step(room: Room, unit: Unit, seconds: float) -> Room:
    """Return the room a while later; with no time at all the compressor still obeys."""
    room = replace(room, compressor=_compressor(room, unit))
    while seconds > 0:
        part = min(seconds, _FINEST)
        room = _small_step(room, unit, part)
        seconds -= part
    return room


def _compressor(room: Room, unit: Unit) -> bool:
    """Whether the compressor runs: the unit is on and its own thermostat calls."""
    if not unit.power or unit.mode is Mode.WIND:
        return False
    if unit.mode is Mode.WET:
        return True
    excess = room.temperature - unit.target
    if unit.mode is Mode.HOT:
        excess = -excess
    return excess > (-_DEADBAND if room.compressor else _DEADBAND)


def _small_step(room: Room, unit: Unit, seconds: float) -> Room:
    drying = unit.mode is Mode.WET
    goal = 0.0
    if room.compressor:
        goal = _WATTS[unit.fan] if unit.mode is Mode.HOT else -_WATTS[unit.fan]
        goal *= _DRYING_SHARE if drying else 1.0
    heat = goal + (room.heat - goal) * math.exp(-seconds / _EXCHANGER)
    inflow = _LOSS * (outdoor(room.time) - room.temperature)
    gain = inflow + _INTERNAL + sunshine(room.time) + (room.heat + heat) / 2
    dried = _DRIED_BY_DRYING if drying else _DRIED_BY_COOLING
    condensed = max(-heat, 0.0) / 1000 * dried
    aired = (_OUTDOOR_VAPOUR - room.vapour) / _AIRING
    temperature = room.temperature + gain / _CAPACITY * seconds
    vapour = room.vapour + (aired + _BREATH - condensed) * seconds
    later = replace(
        room,
        time=room.time + seconds,
        temperature=temperature,
        vapour=min(max(vapour, 1.0), saturation(temperature)),
        heat=heat,
    )
    return replace(later, compressor=_compressor(later, unit))


class Clock:
    """The house's time, which may run faster than ours."""

    def __init__(
        self, speed: float = 1.0, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Start at zero now and run ``speed`` times as fast as the real time."""
        self.speed = speed
        self._ticks = ticks
        self._start = ticks()
        self._before = 0.0

    def elapsed(self) -> float:
        """Return how long the house has lived, in its own seconds."""
        return self._before + (self._ticks() - self._start) * self.speed

    def run_at(self, speed: float) -> None:
        """Run at another speed from now on."""
        self._before = self.elapsed()
        self._start = self._ticks()
        self.speed = speed

    def real(self, seconds: float) -> float:
        """Return how long a stretch of the house's time takes in ours."""
        return seconds / self.speed
