"""What a report of a board costs the event loop, beside the smallest `SensorEntity`.

All three sides live in one Home Assistant and are posted to by one client at one rate,
in turns; what an idle Home Assistant uses in the same time is subtracted.
"""

import asyncio
import itertools
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from .bare_webhook.const import BOARDS, ENTITIES, STATES, WRITES
from .figure import Figure, note, spread
from .home import Cpu, cpu, home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .home import Home

_RATE = 32.0
"""Posts per second, so each board reports every 1.5 s."""
_ROUNDS = 30
"""Many and short, for the speed of a machine that others share changes."""
_GOAL = 1.15
"""Against the smallest entities; the row of bare states is there to compare with."""


@dataclass(frozen=True, kw_only=True)
class _Side:
    name: str
    url: str


class _Bench:
    """A Home Assistant, the sides in it and the boards that post to them."""

    def __init__(self, home: Home, sides: list[_Side], task: Path) -> None:
        self._home = home
        self._task = task
        self._said = {side: itertools.count() for side in sides}
        self.sides = sides

    async def post(self, side: _Side) -> None:
        """Let each board post once; every value differs from the one before."""
        due = time.monotonic()
        for number in itertools.islice(self._said[side], BOARDS):
            said = {
                "location": f"Board{number % BOARDS}",
                "temperature_c": round(20 + number % 37 / 10, 1),
                "humidity_pct": round(40 + number % 31 / 10, 1),
            }
            await self._home.boards.post(side.url, said)
            due += 1 / _RATE
            await asyncio.sleep(due - time.monotonic())

    async def writes(self, side: _Side) -> float:
        """Return how many states a post writes."""
        path = f"/api/webhook/{WRITES}"
        await self._home.boards.post(path, {})
        await self.post(side)
        written: int = await self._home.boards.post(path, {})
        return written / BOARDS

    async def cost(self, side: _Side | None) -> Cpu:
        """Return what is used in a second, with posts to a side or without."""
        before = cpu(self._task)
        begun = time.monotonic()
        if side is None:
            await asyncio.sleep(BOARDS / _RATE)
        else:
            await self.post(side)
        return cpu(self._task).since(before) / (time.monotonic() - begun)


async def measure() -> list[Figure]:
    """Return a figure for each reference."""
    async with home() as house:
        await house.start()
        url = await house.add_receiver({"allowed": ["127.0.0.1"]})
        # The new option reloads the entry, and a post must not come in between.
        await house.restart()
        sides = [
            _Side(name="ours", url=url),
            _Side(name="states", url=f"/api/webhook/{STATES}"),
            _Side(name="entities", url=f"/api/webhook/{ENTITIES}"),
        ]
        bench = _Bench(house, sides, await house.task())
        await _prepare(bench)
        costs = await _rounds(bench)
    return list(_figures(costs))


async def _prepare(bench: _Bench) -> None:
    """Let every board report once, and check that all sides do the same work."""
    for side in bench.sides:
        await bench.post(side)
    written = {side.name: await bench.writes(side) for side in bench.sides}
    note(f"push_ingest_cost: states written by a post: {written}")
    if len(set(written.values())) > 1:
        text = f"the sides do not write the same: {written}"
        raise RuntimeError(text)


async def _rounds(bench: _Bench) -> dict[str, list[float]]:
    """Measure the sides in turns, each round beginning with another."""
    idle: list[Cpu] = []
    busy: dict[_Side, list[Cpu]] = {side: [] for side in bench.sides}
    for number in range(_ROUNDS):
        idle.append(await bench.cost(None))
        first = number % len(bench.sides)
        for side in (*bench.sides[first:], *bench.sides[:first]):
            busy[side].append(await bench.cost(side))
    loop_idle = median(used.loop for used in idle)
    process_idle = median(used.process for used in idle)
    costs: dict[str, list[float]] = {}
    for side, seen in busy.items():
        costs[side.name] = [_per_post(used.loop - loop_idle) for used in seen]
        process = [_per_post(used.process - process_idle) for used in seen]
        note(f"{side.name}: loop {spread(costs[side.name], 'µs')}")
        note(f"{side.name}: process {spread(process, 'µs')}")
    return costs


def _per_post(a_second: float) -> float:
    """Return the microseconds of a post."""
    return a_second * 1e6 / _RATE


def _figures(costs: dict[str, list[float]]) -> Iterator[Figure]:
    ours = median(costs["ours"])
    for name, side, goal in (
        ("push_ingest_cost", "states", None),
        ("push_ingest_cost_entities", "entities", _GOAL),
    ):
        reference = median(costs[side])
        yield Figure(
            name=name,
            ours=ours,
            reference=reference,
            unit="µs of the loop per post",
            ratio=ours / reference,
            goal=goal,
            goal_is_ratio=True,
        )
