"""How long a year of one room takes: what a thermostat thinks, minute by minute.

Two sensors and what they agree on, the sleep schedule in local time, the compressor's
guard and the decision; the air conditioner obeys at once.
"""

import math
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.jannenkoti.kinds.air_conditioner.control import room_temperature
from custom_components.jannenkoti.kinds.air_conditioner.control.decide import (
    Inputs,
    decide,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import (
    SENSORS,
    SLEEP,
    Options,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Occupancy,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    NO_OVERRIDES,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.planner import Planner
from custom_components.jannenkoti.lib.guard import Phase, observe

from .figure import Figure, note

_YEAR = 365 * 24 * 60
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_GOAL = 10.0

_SENSORS = ("sensor.wall", "sensor.shelf")
_OPTIONS = Options.parse({SENSORS: _SENSORS, SLEEP: True})
_INTENT = Request(fan="low")
_NOTHING_AROUND = Occupancy()
_ABILITIES = Abilities(modes=tuple(HvacMode), fans=("low", "high"))

_COOLING = 0.2
"""What a running compressor takes from the room in a minute, °C."""
_DRIFT = 0.02
"""The part of the difference to the outdoors that comes in within a minute."""


class _House:
    """A room, its air conditioner and what decides."""

    def __init__(self) -> None:
        self.starts = 0
        self._indoors = 24.0
        self._device = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=16.0)
        self._phase: Phase | None = None
        self._planner = Planner(
            _OPTIONS.planning, _OPTIONS.weekly(ZoneInfo("Europe/Helsinki"))
        )
        self._room = room_temperature.RoomTemperature(
            _SENSORS,
            smoothing=_OPTIONS.smoothing,
            stale_after=_OPTIONS.stale_after,
            tolerance=_OPTIONS.tolerance,
        )

    def live(self, minute: int) -> None:
        """Live through a minute of a summer's day."""
        outdoors = 27 + 5 * math.sin(minute * 2 * math.pi / (24 * 60))
        self._indoors += (outdoors - self._indoors) * _DRIFT
        self._indoors -= _COOLING * self._device.compressor
        now = _BEGIN + timedelta(minutes=minute)
        for sensor in _SENSORS:
            self._room.receive(sensor, self._indoors, now)
        self._decide(now)

    def _decide(self, now: datetime) -> None:
        inputs = Inputs(
            device=self._device,
            room=self._room.ask(now).value,
            plan=self._planner.plan(NO_OVERRIDES, _NOTHING_AROUND, now),
        )
        decision = decide(
            _INTENT,
            self._phase,
            inputs,
            now,
            parameters=_OPTIONS.parameters,
            abilities=_ABILITIES,
        )
        self.starts += decision.change.on is True
        self._device = self._device.after(decision.change)
        self._phase = observe(decision.phase, on=self._device.compressor, now=now)


async def measure() -> list[Figure]:
    """Measure once; a year is long enough."""
    house = _House()
    begun = time.thread_time()
    for minute in range(_YEAR):
        house.live(minute)
    took = time.thread_time() - begun
    note(f"decide_year: {_YEAR} decisions, {house.starts} starts of the compressor")
    return [
        Figure(
            name="decide_year",
            ours=took,
            reference=None,
            unit="s",
            ratio=None,
            goal=_GOAL,
        )
    ]
