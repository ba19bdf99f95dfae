"""The latest value of each input, with its age."""

from typing import TYPE_CHECKING, Final

from ....lib.reading import Gate, Plausible, Reading
from .units import COLDEST, FAULT, HOTTEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

# A tank of 30 L with a heater of 9 kW warms by 4.3 °C per minute. Cold water can reach
# a sensor at the inlet at once; a jump that lasts is accepted after three readings.
TANK: Final = Plausible(lowest=COLDEST, highest=HOTTEST, step=8, per_minute=6)

_EXACT: Final = 0.01
"""K."""


class Latest:
    """The latest values of some entities."""

    def __init__(self, temperatures: Iterable[str]) -> None:
        """Initialize; temperatures must not jump."""
        self._readings: dict[str, Reading[float]] = {}
        self._gates = {entity: Gate(TANK) for entity in temperatures}
        self._faults = 0

    @property
    def rejected(self) -> int:
        """Return how many temperatures were implausible."""
        return self._faults + sum(gate.rejected for gate in self._gates.values())

    def receive(self, entity: str, value: float | None, at: datetime) -> None:
        """Record a report; None means that the entity has no usable value now.

        An unusable report is no reason to discard the value before: entities are
        unavailable for a second at each reconnect. The age limit decides.
        """
        if value is None:
            return
        gate = self._gates.get(entity)
        if gate is not None and _is_fault(gate, value):
            self._faults += 1
            return
        if gate is None or gate.passes(value, at):
            self._readings[entity] = Reading(value=value, measured=at, received=at)

    def value(self, entity: str, now: datetime, limit: timedelta) -> float | None:
        """Return a value that is not older than a limit.

        A report from the future was received before the clock was set back. Its age is
        unknown, so it does not count.
        """
        reading = self._readings.get(entity)
        if reading is None or reading.measured > now + limit:
            return None
        return reading.value if reading.age(now) <= limit else None

    def shift(self, step: timedelta) -> None:
        """Keep the ages after the clock was stepped."""
        self._readings = {
            entity: Reading(
                value=reading.value,
                measured=reading.measured + step,
                received=reading.received + step,
            )
            for entity, reading in self._readings.items()
        }


def _is_fault(gate: Gate, value: float) -> bool:
    """Return whether a temperature (°C) is that of a sensor which has not measured.

    However often it is repeated; unless the tank was about as warm before.
    """
    if abs(value - FAULT) > _EXACT:
        return False
    before = gate.trusted
    return before is None or abs(before[0] - value) > TANK.step
