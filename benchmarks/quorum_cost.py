"""What it costs to decide by twenty sensors, beside a room with one.

Each is a whole decision: the quorum is found and smoothed, and what the air conditioner
should do is decided.
"""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

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
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.lib.guard import Phase

from .figure import Figure, note, spread

_DECISIONS = 3_000
_ROUNDS = 7
_GOAL = 100.0
_MANY = 20

_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_POLL = timedelta(seconds=15)
_RUNNING = DeviceState(on=True, mode=HvacMode.COOL, fan="low", target=16.0)
_PHASE = Phase(on=True, since=_NOW - timedelta(hours=1))
_ABILITIES = Abilities(modes=tuple(HvacMode), fans=("low", "high"))


async def measure() -> list[Figure]:
    """Measure both in turns."""
    many, one = [], []
    for _ in range(_ROUNDS):
        many.append(_cost(_MANY))
        one.append(_cost(1))
    note(f"twenty sensors: {spread(many, 'µs')}")
    note(f"one sensor: {spread(one, 'µs')}")
    return [
        Figure(
            name="quorum_cost",
            ours=median(many),
            reference=median(one),
            unit="µs",
            ratio=median(many) / median(one),
            goal=_GOAL,
        )
    ]


def _cost(count: int) -> float:
    """Return the CPU time of one decision, in microseconds."""
    options = Options.parse({})
    sensors = [f"sensor.{index}" for index in range(count)]
    room = room_temperature.RoomTemperature(
        sensors,
        smoothing=options.smoothing,
        stale_after=options.stale_after,
        tolerance=options.tolerance,
    )
    now, request, spent = _NOW, Request(fan="low"), 0.0
    for turn in range(_DECISIONS):
        now += _POLL
        # Receiving the readings is not part of the decision's cost.
        for index, sensor in enumerate(sensors):
            room.receive(sensor, 24 + (index + turn) % 7 / 10, now)
        begun = time.thread_time()
        inputs = Inputs(device=_RUNNING, room=room.ask(now).value)
        decide(
            request,
            _PHASE,
            inputs,
            now,
            parameters=options.parameters,
            abilities=_ABILITIES,
        )
        spent += time.thread_time() - begun
    return spent * 1e6 / _DECISIONS
