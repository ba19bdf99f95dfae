"""The physics of the heating: tanks that lose heat, the sun, and what people use.

Pure: everything is a function of the time, in seconds since midnight of the first day.
"""

import math
from dataclasses import dataclass, replace

HOUR = 3600.0
DAY = 24 * HOUR

WATER = 1.163  # Wh to warm 1 L by 1 K
COLD = 10.0  # °C of the tap
CELLAR = 18.0  # °C around the tanks

_SUNRISE, _SUNSET = 6 * HOUR, 20 * HOUR
_CLOUD = 11 * 60.0  # s for a field of clouds to pass
_EVENING, _NIGHT = 17 * HOUR, 22 * HOUR

# Liters of hot water: a shower in the morning and in the evening, and dishes at noon.
_DRAWS = ((6.5 * HOUR, 45.0), (12.5 * HOUR, 15.0), (19.0 * HOUR, 50.0))
_DRAW_LASTS = 600.0


@dataclass(frozen=True, kw_only=True)
class WaterTank:
    """A well-mixed tank."""

    volume: float = 300.0
    """L."""
    loss: float = 2.2
    """W/K; a good tank of 300 L loses about 1.6 kWh a day."""
    temperature: float = 48.0
    """°C."""

    def step(self, seconds: float, watts: float, drawn: float = 0.0) -> WaterTank:
        """Return the tank a moment later, heated and with water drawn (L)."""
        hours = seconds / HOUR
        heat = (watts - self.loss * (self.temperature - CELLAR)) * hours
        # What is drawn is replaced by cold water.
        mixed = self.temperature - drawn / self.volume * (self.temperature - COLD)
        return replace(self, temperature=mixed + heat / (self.volume * WATER))


def production(at: float, peak: float = 8000.0, clouds: float = 0.0) -> float:
    """Return the power (W) of a PV system; ``clouds`` is 0 (clear) to 1."""
    part = (at % DAY - _SUNRISE) / (_SUNSET - _SUNRISE)
    if not 0 < part < 1:
        return 0.0
    shadow = 0.5 + 0.5 * math.sin(2 * math.pi * at / _CLOUD)
    ripple = 0.5 + 0.5 * math.sin(2 * math.pi * at / 97.0)
    covered = clouds * (0.75 * shadow + 0.25 * ripple)
    height: float = math.sin(math.pi * part) ** 1.3
    return peak * height * (1 - 0.85 * covered)


def load(at: float) -> float:
    """Return what the house consumes (W) beside the heating."""
    hour = at % DAY
    base = 250.0 + 60.0 * math.sin(2 * math.pi * at / 2700.0)
    kettle = 2000.0 if hour % (4 * HOUR) < 180 else 0.0  # noqa: PLR2004
    return base + kettle + (450.0 if _EVENING <= hour < _NIGHT else 0.0)


def drawn(at: float, seconds: float, factor: float = 1.0) -> float:
    """Return the hot water (L) that is drawn from a time on."""
    hour = at % DAY
    return sum(
        factor * liters * seconds / _DRAW_LASTS
        for start, liters in _DRAWS
        if start <= hour < start + _DRAW_LASTS
    )
