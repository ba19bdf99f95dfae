"""What a post of a board costs the event loop, beside a bare webhook's.

All three sides live in one Home Assistant and are posted to by one client at one rate,
in turns; what an idle Home Assistant uses in the same time is taken off.
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
"""Posts a second, so each board is heard every 1.5 s."""
_POSTS = 4 * BOARDS
_ROUNDS = 7
_GOAL = 1.3


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

    async def post(self, side: _Side, posts: int) -> None:
        """Let the boards post in turn; every value differs from the one before."""
        due = time.monotonic()
        for number in itertools.islice(self._said[side], posts):
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
        await self.post(side, _POSTS)
        written: int = await self._home.boards.post(path, {})
        return written / _POSTS

    async def idle(self) -> Cpu:
        """Return what is used in a second in which nobody posts."""
        before = cpu(self._task)
        begun = time.monotonic()
        await asyncio.sleep(_POSTS / _RATE)
        used = cpu(self._task).since(before)
        took = time.monotonic() - begun
        return Cpu(used.loop / took, used.process / took)

    async def cost(self, side: _Side, idle: Cpu) -> Cpu:
        """Return what a post uses, in microseconds."""
        before = cpu(self._task)
        begun = time.monotonic()
        await self.post(side, _POSTS)
        used = cpu(self._task).since(before)
        took = time.monotonic() - begun
        return Cpu(
            (used.loop - idle.loop * took) * 1e6 / _POSTS,
            (used.process - idle.process * took) * 1e6 / _POSTS,
        )


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
    """Let every board be known, and see that all sides do the same work."""
    for side in bench.sides:
        await bench.post(side, _POSTS)
    written = {side.name: await bench.writes(side) for side in bench.sides}
    note(f"push_ingest_cost: states written by a post: {written}")
    if len(set(written.values())) > 1:
        text = f"the sides do not write the same: {written}"
        raise RuntimeError(text)


async def _rounds(bench: _Bench) -> dict[str, list[Cpu]]:
    """Measure the sides in turns, each round beginning with another."""
    costs: dict[str, list[Cpu]] = {side.name: [] for side in bench.sides}
    for number in range(_ROUNDS):
        idle = await bench.idle()
        first = number % len(bench.sides)
        for side in (*bench.sides[first:], *bench.sides[:first]):
            costs[side.name].append(await bench.cost(side, idle))
    for name, used in costs.items():
        note(f"{name}: loop {spread([cost.loop for cost in used], 'µs')}")
        note(f"{name}: process {spread([cost.process for cost in used], 'µs')}")
    return costs


def _figures(costs: dict[str, list[Cpu]]) -> Iterator[Figure]:
    ours = median(cost.loop for cost in costs["ours"])
    for name, side in (
        ("push_ingest_cost", "states"),
        ("push_ingest_cost_entities", "entities"),
    ):
        reference = median(cost.loop for cost in costs[side])
        yield Figure(
            name=name,
            ours=ours,
            reference=reference,
            unit="µs of the loop per post",
            ratio=ours / reference,
            goal=_GOAL,
            goal_is_ratio=True,
        )
