"""The heating: what a plan costs, and what it saves, in simulated houses.

`plan_cost`, `plan_loop_block`, `plan_loop_block_rules`: a plan of 48 hours for two
tanks and three stages, by HiGHS and by rules.
`stage_switches`, `surplus_unused`: a day of sun and clouds, beside the original's rule.
`heating_cost`, `comfort`: days with random weather, prices and draw-offs.
`plan_quality`: the plan as carried out, beside the exact optimum of the same problem.
`plan_quality_foresight`: the same beside an optimum that knows each minute.
`heating_long` measures the last four over more days.
"""

import asyncio
import random
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook, TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import TypicalWeek
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.learned import Learned
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank, drawn, load, production

from ..figure import Figure, note, spread
from .contest import days, foresight, quality
from .rules import seeds_rule
from .world import STAGES, SURPLUS_TARGET, USUAL_DRAWS, WATTS, World

_ROUNDS = 7
_TIME_LIMIT = 5.0  # s, for HiGHS
_SCHEDSTAT = Path("/proc/thread-self/schedstat")
_DAYS, _LOST, _KNOWN, _BLOCKS = 8, 4, 10, 1


async def measure() -> list[Figure]:
    """Measure all."""
    return [
        *await _cost(),
        *_switches(),
        *days(_DAYS, _LOST),
        *quality(_KNOWN),
        *foresight(_BLOCKS, 1),
    ]


# What a plan costs


async def _cost() -> list[Figure]:
    """Measure the CPU of a plan in a thread, and how late the loop is meanwhile."""
    cpu, late = await _planned(_TIME_LIMIT)
    note(f"plan of 48 h: {spread(cpu, 's')}; loop late: {spread(late, 'ms')}")
    by_rules, late_by_rules = await _planned(None)
    note(f"by rules: {spread(by_rules, 's')}; loop late: {spread(late_by_rules, 'ms')}")
    return [
        Figure(
            name="plan_cost",
            ours=median(cpu),
            reference=None,
            unit="s",
            ratio=None,
            goal=1.0,
        ),
        Figure(
            name="plan_loop_block",
            ours=median(late),
            reference=None,
            unit="ms",
            ratio=None,
            goal=5.0,
        ),
        Figure(
            name="plan_loop_block_rules",
            ours=median(late_by_rules),
            reference=None,
            unit="ms",
            ratio=None,
            goal=5.0,
        ),
    ]


async def _planned(limit: float | None) -> tuple[list[float], list[float]]:
    """Return CPU times (s) of plans and how late the loop was (ms), by round."""
    outlook, tanks = big_problem()
    cpu, late = [], []
    for _ in range(_ROUNDS):
        stop = asyncio.Event()
        watch = asyncio.create_task(_lateness(stop))
        cpu.append(await asyncio.to_thread(_timed, outlook, tanks, limit))
        stop.set()
        late.append(await watch)
    return cpu, late


def _timed(outlook: Outlook, tanks: list[TankNow], limit: float | None) -> float:
    """Return the CPU time of a plan in this thread, s."""
    begun = time.thread_time()
    make_plan(outlook, tanks, MIDNIGHT, limit)
    return time.thread_time() - begun


async def _lateness(stop: asyncio.Event) -> float:
    """Return the longest time that the loop did not run, ms.

    Less what its thread waited for a processor, which other processes cause. Waiting
    for the interpreter lock, which the plan's thread may hold, counts.
    """
    worst, before, waited = 0.0, time.perf_counter(), _waited()
    while not stop.is_set():
        await asyncio.sleep(0)
        now, waits = time.perf_counter(), _waited()
        worst, before = max(worst, now - before - (waits - waited)), now
        waited = waits
    return worst * 1000


def _waited() -> float:
    """Return how long this thread has waited for a processor, s."""
    return int(_SCHEDSTAT.read_text(encoding="ascii").split()[1]) / 1e9


def big_problem() -> tuple[Outlook, list[TankNow]]:
    """Return two tanks with three stages and two days of quarter hours."""
    raw = raw_options()
    raw["tanks"].append({**raw["tanks"][0], "name": "Buffer", "volume": 800})
    options = Options.parse(raw)
    tanks = [
        TankNow(
            options=tank,
            learned=Learned(volume=tank.volume),
            temperature=47.0,
            stages=stages,
        )
        for tank, stages in zip(
            options.tanks, ((2000.0, 2000.0), (2000.0,)), strict=True
        )
    ]
    world = World.by_chance(random.Random(1), 2)
    tanks[0].learned.draws = [USUAL_DRAWS[hour % 24] for hour in range(7 * 24)]
    return world.outlook(MIDNIGHT + timedelta(hours=13), TypicalWeek()), tanks


# The surplus control beside the original's


def _switches() -> list[Figure]:
    """Compare switching operations and the surplus used on a day of sun and clouds."""
    raw = raw_options()
    raw["tanks"][0]["floor"] = 5  # The original has none, and buys nothing for it.
    house = House(raw=raw, clouds=0.8, step=15.0, tank=WaterTank(temperature=45.0))
    house.run(24)
    switched, used = _seeds_day()
    surplus = (production(at, clouds=0.8) - load(at) for at in range(0, 86_400, 30))
    total = sum(max(watts, 0.0) for watts in surplus) * 30 / 3.6e6
    note(
        f"a day of sun and clouds: {house.switched} switchings, "
        f"{house.surplus_used:.2f} kWh of surplus; original: {switched}, {used:.2f} kWh"
    )
    return [
        Figure(
            name="stage_switches",
            ours=house.switched,
            reference=switched,
            unit="",
            ratio=house.switched / switched,
            goal=0.5,
            goal_is_ratio=True,
        ),
        Figure(
            name="surplus_unused",
            ours=total - house.surplus_used,
            reference=total - used,
            unit="kWh",
            ratio=(total - house.surplus_used) / (total - used),
            goal=1.0,
            goal_is_ratio=True,
        ),
    ]


def _seeds_day() -> tuple[int, float]:
    """Return switchings and used surplus (kWh) of the original's rule."""
    tank, on, switched, used = WaterTank(temperature=45.0), [False] * STAGES, 0, 0.0
    for number in range(2 * 24 * 60):
        at = number * 30.0
        pv, house = production(at, clouds=0.8), load(at)
        heat = sum(on) * WATTS
        after = [False] * STAGES
        if tank.temperature < SURPLUS_TARGET:
            after = seeds_rule(pv - house - heat, on)
        switched += sum(a is not b for a, b in zip(on, after, strict=True))
        on = after
        heat = sum(on) * WATTS
        used += min(heat, max(pv - house, 0.0)) * 30 / 3.6e6
        tank = tank.step(30, heat, drawn(at, 30))
    return switched, used
