"""Measure a push of 8 sensors, beside bare webhooks without a journal, and a flood.

All sides run in one Home Assistant and receive pushes of one client at one rate, in
turns; what an idle Home Assistant uses in the same time is subtracted.
"""

import asyncio
import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from .bare_webhook.const import (
    COLLECTIONS,
    LAG,
    PUSHED_DEVICES,
    PUSHED_SENSORS,
    READING_ENTITIES,
    READINGS,
)
from .figure import Figure, note, spread
from .home import Cpu, cpu, home

if TYPE_CHECKING:
    from pathlib import Path

    from .home import Home

_SENSORS = PUSHED_SENSORS
_DEVICES = PUSHED_DEVICES
_RATE = 40.0
"""Pushes a second of the comparison."""
_PUSHES = 40
_ROUNDS = 14
_GOAL = 1.5

_FLOOD = 200.0
"""Pushes a second of the flood."""
_FLOOD_LASTS = 6.0
_FLOODS = 4
"""Of each side, in turns: one full collection must not decide about a side."""
_AT_ONCE = 16
_FLOOD_GOAL = 1.1
_SETTLE = 6.0
"""Seconds: the recorder writes every five what it was given."""
_QUIET = 20.0
"""Milliseconds that a thread may wait for a processor on a machine that is quiet."""


class _Bench:
    """A Home Assistant, and devices that push to it."""

    def __init__(self, home: Home, task: Path, ours: str) -> None:
        self._home = home
        self._task = task
        self._numbers = itertools.count()
        self.sides = {
            "ours": ours,
            "bare": f"/api/webhook/{READINGS}",
            "entities": f"/api/webhook/{READING_ENTITIES}",
        }

    def reported(self) -> dict[str, Any]:
        """Return a push that differs from all others."""
        number = next(self._numbers)
        device = number % _DEVICES
        now = datetime.now(UTC)
        sensors = [
            {
                "sensorsId": 1 + device * _SENSORS + sensor,
                "sensorsTypeId": 1,
                # With a fraction, no push repeats another one of the same second.
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
        await self._home.boards.post(path, self.reported())
        return (time.monotonic() - begun) * 1e3

    async def cost(self, path: str | None) -> Cpu:
        """Return what is used in a second, with pushes to a side or without."""
        before, begun = cpu(self._task), time.monotonic()
        if path is None:
            await asyncio.sleep(_PUSHES / _RATE)
        else:
            for number in range(_PUSHES):
                await self.push(path)
                due = begun + (number + 1) / _RATE
                await asyncio.sleep(due - time.monotonic())
        return cpu(self._task).since(before) / (time.monotonic() - begun)

    async def full_collections(self) -> dict[str, tuple[int, float]]:
        """Return the full collections since the last call, by thread."""
        counts = await self._home.boards.post(f"/api/webhook/{COLLECTIONS}", {})
        return {thread: (int(n), seconds) for thread, (n, seconds) in counts.items()}

    async def flood(self, path: str) -> _Flood:
        """Push to a side as fast as a flood does."""
        waits = list[float]()
        await self._home.boards.post(f"/api/webhook/{LAG}", {})
        before, begun = cpu(self._task), time.monotonic()
        turns = itertools.count()

        async def send() -> None:
            while (at := next(turns) / _FLOOD) < _FLOOD_LASTS:
                await asyncio.sleep(begun + at - time.monotonic())
                waits.append(await self.push(path))

        await asyncio.gather(*(send() for _ in range(_AT_ONCE)))
        lasted = time.monotonic() - begun
        return _Flood(
            waits=waits,
            rate=len(waits) / lasted,
            loop=cpu(self._task).since(before).loop / len(waits),
            lags=await self._home.boards.post(f"/api/webhook/{LAG}", {}),
        )


@dataclass(frozen=True, kw_only=True)
class _Flood:
    """What a flood was like."""

    waits: list[float]
    """Milliseconds until each answer."""
    rate: float
    loop: float
    """CPU seconds of the loop's thread for each push."""
    lags: dict[str, float]
    """The longest lags in seconds, and whose they were."""

    @property
    def p99(self) -> float:
        """The wait of all but one in a hundred, in milliseconds."""
        return quantiles(self.waits, n=100)[98]

    def print_details(self, side: str) -> None:
        """Print what the figures consist of."""
        note(
            f"flood, {side}: {self.rate:.0f} pushes/s, {self.loop * 1e6:.0f} µs of the "
            f"loop each, median {median(self.waits):.1f} ms, p99 {self.p99:.0f} ms"
        )
        lags = {name: f"{seconds * 1e3:.0f} ms" for name, seconds in self.lags.items()}
        note(f"flood, {side}: longest lags of the loop: {lags}")
        if self.lags["waited"] * 1e3 > _QUIET:
            note("the machine was not quiet: the loop waited long for a processor")


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
        return [*figures, *await _flooded(bench)]


async def _flooded(bench: _Bench) -> list[Figure]:
    """Flood both sides in turns."""
    floods: dict[str, list[_Flood]] = {"ours": [], "bare": []}
    collections = _Collections()
    for number in range(_FLOODS):
        for side in sorted(floods, reverse=number % 2 == 1):
            await asyncio.sleep(_SETTLE)
            await bench.full_collections()
            floods[side].append(await bench.flood(bench.sides[side]))
            collections.add(side, await bench.full_collections())
    for side, seen in floods.items():
        for flood in seen:
            flood.print_details(side)
    collections.print_details("flood, ")
    waits = {side: [w for f in seen for w in f.waits] for side, seen in floods.items()}
    p99 = {side: quantiles(found, n=100)[98] for side, found in waits.items()}
    lag = {
        side: median(flood.lags["own"] for flood in seen) * 1e3
        for side, seen in floods.items()
    }
    return [
        _ratio_in_ms("tlink_flood_p99", p99["ours"], p99["bare"]),
        _ratio_in_ms("tlink_loop_block", lag["ours"], lag["bare"]),
    ]


class _Collections:
    """The full garbage collections of rounds."""

    def __init__(self) -> None:
        self._rounds: dict[tuple[str, str], list[tuple[int, float]]] = {}

    def add(self, side: str, counts: dict[str, tuple[int, float]]) -> None:
        """Add the collections of a round of a side, by thread."""
        for thread, count in counts.items():
            self._rounds.setdefault((side, thread), []).append(count)

    def print_details(self, prefix: str = "") -> None:
        """Print them per round and thread."""
        for (side, thread), counts in self._rounds.items():
            rounds = " ".join(str(number) for number, _ in counts)
            lasted = sum(seconds for _, seconds in counts) * 1e3
            note(
                f"{prefix}{side}: full collections by the {thread} thread in each "
                f"round: {rounds}, together {lasted:.0f} ms"
            )


async def _compared(bench: _Bench) -> list[Figure]:
    """Measure both sides in turns."""
    idle: list[Cpu] = []
    busy: dict[str, list[Cpu]] = {name: [] for name in bench.sides}
    collections = _Collections()
    for _ in range(_ROUNDS):
        idle.append(await bench.cost(None))
        for name, path in bench.sides.items():
            await bench.full_collections()
            busy[name].append(await bench.cost(path))
            collections.add(name, await bench.full_collections())
    collections.print_details()
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
        # Every integration needs Home Assistant's entities, so the goal is
        # against the smallest ones; the row of bare states is there to compare with.
        for suffix, side, goal in (
            ("", "bare", None),
            ("_entities", "entities", _GOAL),
        ):
            ours, reference = median(costs["ours"]), median(costs[side])
            figures.append(
                Figure(
                    name=f"{name}{suffix}",
                    ours=ours,
                    reference=reference,
                    unit=f"µs of the {part} per push",
                    ratio=ours / reference,
                    goal=goal,
                    goal_is_ratio=True,
                )
            )
    return figures


def _ratio_in_ms(name: str, ours: float, reference: float) -> Figure:
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit="ms",
        ratio=ours / reference,
        goal=_FLOOD_GOAL,
        goal_is_ratio=True,
    )
