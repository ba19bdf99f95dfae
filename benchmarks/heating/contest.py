"""Our cost and comfort beside those of other rules, and beside the optimum."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ..figure import Figure, note
from . import ours, rules
from .known import KnownWorld, carried_out
from .known import optimum as exact_optimum
from .optimum import optimum
from .world import World

if TYPE_CHECKING:
    from .bill import Bill

WORTH = 0.15
"""Per kWh of heat that is left at the end; about what a plan pays for it."""

_BLOCK = 5
"""Days in a row that are compared with their optimum."""
_LOST_EVERY = 4


def days(count: int, lost: int) -> list[Figure]:
    """Compare cost and comfort of random days.

    On ``lost`` further ones, prices or forecast are missing every second day.
    """
    world = World.by_chance(random.Random(7), count)
    mine = ours.run(world, days=count, worth=WORTH)
    cheapest = _fair(world, "cheapest hours", rules.by_cheapest_hours, count)
    seed = _fair(world, "original", rules.by_surplus, count)
    evcc = _fair(world, "like evcc", rules.Evcc(), count)
    emhass = _fair(world, "like EMHASS", rules.Emhass(), count)
    dumb = _fair(world, "thermostat", rules.thermostat, count)
    note(f"{count} days, each at its cheapest without cold water:")
    for bill in (mine, cheapest, seed, evcc, emhass, dumb):
        note(f"  {bill}")
    broken = World.by_chance(random.Random(8), lost)
    broken = replace(
        broken,
        lost_prices=frozenset(range(0, lost, _LOST_EVERY)),
        lost_forecast=frozenset(range(2, lost, _LOST_EVERY)),
    )
    without = ours.run(broken, days=lost, worth=WORTH)
    note(f"  {lost} days, prices or forecast lost on every second one: {without}")
    better = min(cheapest, seed, key=lambda bill: bill.net)
    return [
        _ratio("heating_cost", mine, better, 0.85),
        _ratio("heating_cost_evcc", mine, evcc, None),
        _ratio("heating_cost_emhass", mine, emhass, None),
        Figure(
            name="comfort",
            ours=mine.cold + without.cold,
            reference=better.cold,
            unit="min",
            ratio=None,
            goal=0.0,
        ),
    ]


def _fair(world: World, name: str, rule: rules.Rule, count: int) -> Bill:
    """Return the bill of a rule; with a thermostat beside it if the water is cold."""
    bill = rules.run(world, name, rule, guarded=False, days=count, worth=WORTH)
    if not bill.cold:
        return bill
    note(f"  alone: {bill}")
    return rules.run(world, name, rule, guarded=True, days=count, worth=WORTH)


def _ratio(name: str, mine: Bill, other: Bill, goal: float | None) -> Figure:
    """Return two bills beside each other."""
    return _beside(name, mine.net, other.net, goal)


def quality(count: int) -> list[Figure]:
    """Compare the plan as carried out with its exact optimum, in blocks of days."""
    chance = random.Random(9)
    mine = best = cold = 0.0
    plans = 0
    for _ in range(count // _BLOCK):
        days = World.by_chance(chance, _BLOCK).as_forecast().days
        world = KnownWorld(days=days, published=timedelta())
        bill, made = carried_out(world, _BLOCK)
        mine, cold, plans = mine + bill.cost, cold + bill.cold, plans + made
        best += exact_optimum(world, _BLOCK, bill.temperature)
    note(
        f"{count} days of which all is known: {mine:.2f} EUR, optimum {best:.2f}; "
        f"{cold:.1f} min below the floor, {plans} plans"
    )
    return [_beside("plan_quality", mine, best, 1.01)]


def foresight(blocks: int, wrong: int) -> list[Figure]:
    """Compare the cost with an optimum that knows each minute of sun and draw-off.

    Ours has the right forecast of each hour; in ``wrong`` blocks its cost is measured
    with the usual errors, too. There is no goal: the minutes cannot be known.
    """
    chance = random.Random(9)
    mine = surprised = expected = best = 0.0
    for number in range(blocks):
        world = World.by_chance(chance, _BLOCK)
        known = world.as_forecast()
        bill = ours.run(known, days=_BLOCK, worth=WORTH)
        mine += bill.cost
        best += optimum(known, _BLOCK, bill.temperature)
        if number < wrong:
            surprised += ours.run(world, days=_BLOCK, worth=WORTH).cost
            expected += bill.cost
    note(
        f"{blocks * _BLOCK} days: carried out {mine:.2f}, optimum {best:.2f} EUR; "
        f"of {wrong * _BLOCK} days {expected:.2f}, with errors of the forecast "
        f"{surprised:.2f}"
    )
    return [_beside("plan_quality_foresight", mine, best, None)]


def _beside(name: str, mine: float, best: float, goal: float | None) -> Figure:
    """Return two costs beside each other."""
    return Figure(
        name=name,
        ours=mine,
        reference=best,
        unit="EUR",
        ratio=mine / best,
        goal=goal,
        goal_is_ratio=True,
    )
