"""Detect a tank sensor that repeats one value while the tank is heated."""

from dataclasses import dataclass

from .stuck import WATER

_MOVES = 0.3
"""K; a smaller change is noise of a sensor that is otherwise frozen."""

_MOST = 20.0
"""K by which the heat would have warmed the whole tank. A sensor at the top of a
stratified tank may wait for some of it."""


@dataclass(slots=True)
class FrozenSensor:
    """Count the heat that a tank received since its temperature last changed."""

    volume: float
    """L."""
    value: float | None = None
    heat: float = 0.0
    """Wh."""

    def observe(self, temperature: float | None, heat: float) -> None:
        """Record the temperature (°C) and the heat (Wh) since the last call."""
        if temperature is None:
            return
        if self.value is None or abs(temperature - self.value) >= _MOVES:
            self.value, self.heat = temperature, 0.0
        self.heat += heat

    @property
    def is_frozen(self) -> bool:
        """Return whether the value cannot be true any more."""
        return self.heat > _MOST * WATER * self.volume
