"""The heating: what a plan costs, and what it saves, in simulated houses.

`plan_cost`, `plan_loop_block`: a plan of 48 hours for two tanks and three stages.
`stage_switches`, `surplus_unused`: a day of sun and clouds, beside the original's rule.
`heating_cost`, `comfort`: days with random weather, prices and draw-offs, beside "the
cheapest hours" and the original's rule; each keeps the same tank. Minutes below the
floor are reported for all.
"""

import asyncio
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot, Tariff
from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook, TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.learned import Learned
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank, drawn, load, production

from ..figure import Figure, note, spread

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_ROUNDS = 7
_DAYS = 30
_FEED_IN = 0.08
_FLOOR, _TARGET = 40.0, 50.0
_WATTS, _STAGES = 2000.0, 3
_MINUTE = 60.0
_DRAWN = {6: 45.0, 12: 15.0, 19: 50.0}
_CHEAPEST = 4

type Policy = Callable[[float, WaterTank, float, list[bool]], list[bool]]


async def measure() -> list[Figure]:
    """Measure all."""
    return [*await _cost(), *_switches(), *_days()]


# What a plan costs


async def _cost() -> list[Figure]:
    """Measure the CPU of a plan in a thread, and how late the loop is meanwhile."""
    outlook, tanks = _big_problem()
    cpu, late = [], []
    for _ in range(_ROUNDS):
        stop = asyncio.Event()
        watch = asyncio.create_task(_lateness(stop))
        seconds = await asyncio.to_thread(_timed, outlook, tanks)
        stop.set()
        cpu.append(seconds)
        late.append(await watch)
    note(f"plan of 48 h: {spread(cpu, 's')}; loop late: {spread(late, 'ms')}")
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
    ]


def _timed(outlook: Outlook, tanks: list[TankNow]) -> float:
    """Return the CPU time of a plan in this thread, s."""
    begun = time.thread_time()
    make_plan(outlook, tanks, MIDNIGHT, 5.0)
    return time.thread_time() - begun


async def _lateness(stop: asyncio.Event) -> float:
    """Return the longest time that the loop did not run, ms."""
    worst, before = 0.0, time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(0)
        now = time.perf_counter()
        worst, before = max(worst, now - before), now
    return worst * 1000


def _big_problem() -> tuple[Outlook, list[TankNow]]:
    """Return two tanks with three stages and two days of quarter hours."""
    chance = random.Random(1)
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
    return _outlook(_prices(chance, 2), chance.random(), tanks[0].learned), tanks


def _prices(chance: random.Random, days: int) -> PriceCurve:
    """Return prices with two peaks a day, noise and some negative hours."""
    level, swing = chance.uniform(0.12, 0.35), chance.uniform(0.05, 0.2)
    dip = chance.randrange(24) if chance.random() < 0.4 else -1  # noqa: PLR2004
    slots = []
    for number in range(days * 96):
        hour = number / 4 % 24
        price = level + swing * math.sin((hour - 4) / 24 * 4 * math.pi)
        price = -0.05 if int(hour) == dip else price + chance.gauss(0, 0.02)
        at = MIDNIGHT + number * _QUARTER
        slots.append(PriceSlot(at, at + _QUARTER, price))
    return PriceCurve(slots)


def _outlook(curve: PriceCurve, clouds: float, learned: Learned) -> Outlook:
    """Return prices, the solar forecast and usual draw-offs."""
    learned.draws = [
        _DRAWN.get(hour % 24, 0.0) * 1.163 * (_TARGET - 12) for hour in range(7 * 24)
    ]
    pv = {
        MIDNIGHT + n * _HOUR: production(n * 3600 + 1800, clouds=clouds)
        for n in range(72)
    }
    usual = [load(hour * 3600 + 1800) for hour in range(24)]
    return Outlook(
        curve=curve,
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=_FEED_IN),
        zone=UTC,
        pv=pv,
        pv_limit=10_000.0,
        load=usual,
    )


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


def _seeds_rule(cover: float, on: list[bool]) -> list[bool]:
    """Return what the original does: each stage in order, by the momentary surplus."""
    after = list(on)
    for number, was_on in enumerate(on):
        if cover > _WATTS:
            after[number] = True
            cover -= _WATTS
        elif cover < 0:
            after[number] = False
        else:
            after[number] = was_on
    return after


def _seeds_day() -> tuple[int, float]:
    """Return switchings and used surplus (kWh) of the original's rule."""
    tank, on, switched, used = WaterTank(temperature=45.0), [False] * _STAGES, 0, 0.0
    for number in range(2 * 24 * 60):
        at = number * 30.0
        pv, house = production(at, clouds=0.8), load(at)
        heat = sum(on) * _WATTS
        after = [False] * _STAGES
        if tank.temperature < 60:  # noqa: PLR2004 - ours heats to 60 with surplus
            after = _seeds_rule(pv - house - heat, on)
        switched += sum(a is not b for a, b in zip(on, after, strict=True))
        on = after
        heat = sum(on) * _WATTS
        used += min(heat, max(pv - house, 0.0)) * 30 / 3.6e6
        tank = tank.step(30, heat, drawn(at, 30))
    return switched, used


# Days with prices


@dataclass
class _Bill:
    """What the days of one policy cost."""

    cost: float = 0.0
    cold: float = 0.0
    """Minutes below the floor."""

    def add(self, tank: WaterTank, heat: float, surplus: float, price: float) -> None:
        """Add a minute."""
        own = min(heat, max(surplus, 0.0))
        self.cost += (own * _FEED_IN + (heat - own) * price) / 60_000
        self.cold += tank.temperature < _FLOOR

    def left(self, tank: WaterTank, worth: float) -> None:
        """Credit the heat that is left at the end of a day."""
        kept = (tank.temperature - _FLOOR) * tank.volume * 1.163 / 1000
        self.cost -= worth * kept


def _days() -> list[Figure]:
    """Compare the cost of random days, and the minutes below the floor."""
    chance = random.Random(7)
    ours, cheapest, seed = _Bill(), _Bill(), _Bill()
    for _ in range(_DAYS):
        curve, clouds = _prices(chance, 2), chance.random()
        factor, worth = chance.uniform(0.7, 1.1), 0.15
        _our_day(ours, curve, clouds, factor, worth)
        hours = _cheapest(curve)
        policies: list[tuple[_Bill, Policy]] = [
            (cheapest, _by_hours(hours)),
            (seed, _by_surplus),
        ]
        for bill, policy in policies:
            _simple_day(bill, policy, curve, clouds, factor, worth)
    better = min(cheapest, seed, key=lambda bill: bill.cost)
    note(
        f"{_DAYS} days: ours {ours.cost:.2f}, {ours.cold:.0f} min below the floor; "
        f"cheapest {_CHEAPEST} hours {cheapest.cost:.2f}, {cheapest.cold:.0f} min; "
        f"original {seed.cost:.2f}, {seed.cold:.0f} min"
    )
    return [
        Figure(
            name="heating_cost",
            ours=ours.cost,
            reference=better.cost,
            unit="EUR",
            ratio=ours.cost / better.cost,
            goal=0.85,
            goal_is_ratio=True,
        ),
        Figure(
            name="comfort",
            ours=ours.cold,
            reference=better.cold,
            unit="min",
            ratio=None,
            goal=0.0,
        ),
    ]


def _our_day(
    bill: _Bill, curve: PriceCurve, clouds: float, factor: float, worth: float
) -> None:
    """Run the controller with a plan each quarter of an hour for a day."""
    house = House(clouds=clouds, draw=factor, step=_MINUTE)
    house.controller.curve = curve
    memory = house.controller.memories[0]
    outlook = _outlook(curve, clouds, memory.learned)
    for number in range(24 * 60):
        if number % 15 == 0:
            now = TankNow(
                options=house.controller.options.tanks[0],
                learned=memory.learned,
                temperature=house.tank.temperature,
                watts=_WATTS * _STAGES,
            )
            plan = make_plan(outlook, [now], house.now, 5.0).plan
            house.controller.follower.set_plan(plan, (0,))
        at, when = house.seconds, house.now
        surplus = production(at, clouds=clouds) - load(at)
        house.cycle()
        bill.add(house.tank, house.heat, surplus, curve.at(when) or 0.0)
    bill.left(house.tank, worth)


def _cheapest(curve: PriceCurve) -> list[int]:
    """Return the cheapest hours of the day."""

    def price(hour: int) -> float:
        start = MIDNIGHT + hour * _HOUR
        return curve.mean(start, start + _HOUR) or 0.0

    return sorted(range(24), key=price)[:_CHEAPEST]


def _by_hours(hours: list[int]) -> Policy:
    """Return the policy that heats in some hours to the target."""

    def policy(
        at: float, _tank: WaterTank, _cover: float, _on: list[bool]
    ) -> list[bool]:
        return [int(at // 3600) % 24 in hours] * _STAGES

    return policy


def _by_surplus(
    _at: float, _tank: WaterTank, cover: float, on: list[bool]
) -> list[bool]:
    """Return what the original does."""
    return _seeds_rule(cover, on)


def _simple_day(
    bill: _Bill,
    policy: Policy,
    curve: PriceCurve,
    clouds: float,
    factor: float,
    worth: float,
) -> None:
    """Run a policy for a day; it heats to the target of 50 °C, the seed's own."""
    tank, on = WaterTank(), [False] * _STAGES
    for number in range(24 * 60):
        at = number * _MINUTE
        surplus = production(at, clouds=clouds) - load(at)
        on = policy(at, tank, surplus - sum(on) * _WATTS, on)
        if tank.temperature >= _TARGET:
            on = [False] * _STAGES
        heat = sum(on) * _WATTS
        when: datetime = MIDNIGHT + timedelta(seconds=at)
        tank = tank.step(_MINUTE, heat, drawn(at, _MINUTE, factor))
        bill.add(tank, heat, surplus, curve.at(when) or 0.0)
    bill.left(tank, worth)
