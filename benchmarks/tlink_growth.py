"""What a push costs with 2,000 known sensors, beside one with 10.

Only the rules of an account (parsing, repeats, states): the cost of Home Assistant's
part does not depend on the number of sensors.
"""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.journal.codec import encode
from custom_components.jannenkoti.kinds.tlink.model import parse_push
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.kinds.tlink.push.times import Times

from .figure import Figure, note, spread

_FEW, _MANY = 10, 2_000
_SENSORS = 8
_PUSHES = 4_000
_ROUNDS = 7
_GOAL = 1.2
_BEGUN = datetime(2026, 7, 1, tzinfo=UTC)


class _Home:
    """An account with so many sensors, all of one device."""

    def __init__(self, sensors: int) -> None:
        self._sensors = sensors
        self._account = Account(Options.parse({}), Secrets(()))
        self._times = Times(self._account.options.zone)
        self._now = _BEGUN
        for first in range(0, sensors, _SENSORS):
            self._push(first)

    def _push(self, first: int) -> None:
        """Take one push in."""
        self._now += timedelta(seconds=1)
        rows: list[dict[str, Any]] = [
            {
                "sensorsId": 1 + (first + number) % self._sensors,
                "sensorsTypeId": 1,
                "times": self._times.of_day(self._now),
                "isAlarm": "0",
                "isLine": 1,
                "value": "15.0",
            }
            for number in range(_SENSORS)
        ]
        reported = {
            "deviceId": 1,
            "deviceUserid": 2,
            "time": self._times.written(self._now),
            "sensorsDates": rows,
        }
        push = parse_push(reported, self._times, self._now)
        self._account.reserve(push.samples)
        encode(push)
        self._account.take(push)

    def receive_all(self) -> float:
        """Return the microseconds of a push."""
        begun = time.process_time()
        for number in range(_PUSHES):
            self._push(number * _SENSORS)
        return (time.process_time() - begun) * 1e6 / _PUSHES


async def measure() -> list[Figure]:
    """Measure both in turns."""
    homes = {sensors: _Home(sensors) for sensors in (_FEW, _MANY)}
    costs: dict[int, list[float]] = {sensors: [] for sensors in homes}
    for _ in range(_ROUNDS):
        for sensors, home in homes.items():
            costs[sensors].append(home.receive_all())
    for sensors, seen in costs.items():
        note(f"{sensors} sensors: {spread(seen, 'µs')}")
    ours, reference = median(costs[_MANY]), median(costs[_FEW])
    return [
        Figure(
            name="tlink_growth",
            ours=ours,
            reference=reference,
            unit="µs per push",
            ratio=ours / reference,
            goal=_GOAL,
            goal_is_ratio=True,
        )
    ]
