"""What a push of 8 sensors costs, beside a bare webhook without a journal; and a flood.

Both sides live in one Home Assistant and are pushed to by one client at one rate, in
turns; what an idle Home Assistant uses in the same time is taken off.
"""

import asyncio
import itertools
import time
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from .bare_webhook.const import LAG, READINGS
from .figure import Figure, note, spread
from .home import Cpu, cpu, home

if TYPE_CHECKING:
    from pathlib import Path

    from .home import Home

_SENSORS = 8
_DEVICES = 10
_RATE = 40.0
"""Pushes a second of the comparison."""
_PUSHES = 40
_ROUNDS = 14
_GOAL = 1.5

_FLOOD = 200.0
"""Pushes a second of the flood."""
_FLOOD_LASTS = 15.0
_AT_ONCE = 16
_P99_GOAL = 250.0
_LAG_GOAL = 50.0
_SETTLE = 3.0


class _Bench:
    """A Home Assistant, and devices that push to it."""

    def __init__(self, home: Home, task: Path, ours: str) -> None:
        self._home = home
        self._task = task
        self._numbers = itertools.count()
        self.sides = {"ours": ours, "bare": f"/api/webhook/{READINGS}"}

    def said(self) -> dict[str, Any]:
        """Return a push that no other is like."""
        number = next(self._numbers)
        device = number % _DEVICES
        now = datetime.now(UTC)
        sensors = [
            {
                "sensorsId": 1 + device * _SENSORS + sensor,
                "sensorsTypeId": 1,
                # The fraction lets no two pushes of a second be repeats.
                "times": f"{now:%H:%M:%S.%f}",
                "isAlarm": "0",
                "isLine": 1,
                "reVal": f"{number % 1000}.{sensor}",
                "value": f"{number % 1000}.{sensor}",
            }
            for sensor in range(_SENSORS)
        ]
        return {
            "flag": "00",
            "deviceId": 1 + device,
            "deviceUserid": 902,
            "parentUserId": "310",
            "time": f"{now:%Y-%m-%d %H:%M:%S}",
            "sensorsDates": sensors,
        }

    async def push(self, path: str) -> float:
        """Push once; return the milliseconds until the answer."""
        begun = time.monotonic()
        await self._home.boards.post(path, self.said())
        return (time.monotonic() - begun) * 1e3

    async def cost(self, path: str | None) -> Cpu:
        """Return what is used in a second, while a side is pushed to or nobody is."""
        before, begun = cpu(self._task), time.monotonic()
        if path is None:
            await asyncio.sleep(_PUSHES / _RATE)
        else:
            for number in range(_PUSHES):
                await self.push(path)
                due = begun + (number + 1) / _RATE
                await asyncio.sleep(due - time.monotonic())
        return cpu(self._task).since(before) / (time.monotonic() - begun)

    async def flood(self) -> tuple[list[float], float, float]:
        """Return the waits, the rate that was kept and the longest lag, in ms."""
        path, waits = self.sides["ours"], list[float]()
        begun = time.monotonic()
        turns = itertools.count()
        await self._home.boards.post(f"/api/webhook/{LAG}", {})

        async def send() -> None:
            while (at := next(turns) / _FLOOD) < _FLOOD_LASTS:
                await asyncio.sleep(begun + at - time.monotonic())
                waits.append(await self.push(path))

        await asyncio.gather(*(send() for _ in range(_AT_ONCE)))
        rate = len(waits) / (time.monotonic() - begun)
        lag: float = await self._home.boards.post(f"/api/webhook/{LAG}", {})
        return waits, rate, lag * 1e3


async def measure() -> list[Figure]:
    """Return the figures of the comparison and of the flood."""
    async with home() as house:
        await house.start()
        ours = await house.add_tlink()
        # The new option reloads the entry, and a push must not come in between.
        await house.restart()
        bench = _Bench(house, await house.task(), ours)
        for path in bench.sides.values():
            for _ in range(_DEVICES):
                await bench.push(path)
        await asyncio.sleep(_SETTLE)
        figures = await _compared(bench)
        waits, rate, lag = await bench.flood()
    note(f"flood: {rate:.0f} pushes/s, median {median(waits):.1f} ms")
    return [
        *figures,
        _plain("tlink_push_p99", quantiles(waits, n=100)[98], _P99_GOAL),
        _plain("tlink_loop_block", lag, _LAG_GOAL),
    ]


async def _compared(bench: _Bench) -> list[Figure]:
    """Measure both sides in turns."""
    idle: list[Cpu] = []
    busy: dict[str, list[Cpu]] = {name: [] for name in bench.sides}
    for _ in range(_ROUNDS):
        idle.append(await bench.cost(None))
        for name, path in bench.sides.items():
            busy[name].append(await bench.cost(path))
    figures: list[Figure] = []
    for name, part in (
        ("tlink_ingest_cost", "process"),
        ("tlink_ingest_cost_loop", "loop"),
    ):
        unused = median(getattr(used, part) for used in idle)
        costs = {
            side: [(getattr(used, part) - unused) * 1e6 / _RATE for used in seen]
            for side, seen in busy.items()
        }
        for side, values in costs.items():
            note(f"{side}: {part} {spread(values, 'µs')}")
        ours, reference = median(costs["ours"]), median(costs["bare"])
        figures.append(
            Figure(
                name=name,
                ours=ours,
                reference=reference,
                unit=f"µs of the {part} per push",
                ratio=ours / reference,
                goal=_GOAL,
                goal_is_ratio=True,
            )
        )
    return figures


def _plain(name: str, ours: float, goal: float) -> Figure:
    return Figure(
        name=name, ours=ours, reference=None, unit="ms", ratio=None, goal=goal
    )
