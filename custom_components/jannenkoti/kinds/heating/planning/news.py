"""Whether there is news since a plan was made, and whether another plan is better."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .build import SLOT
from .highs import buys_above_target
from .problem import DEVIATION, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problem import Plan, Problem, Slot, TankProblem

_PRICE: Final = 0.005
"""Per kWh; a smaller change moves no heat that matters."""
_SURPLUS: Final = 500.0
"""Wh of usable surplus that a forecast changes until the end of the plan."""
_BETTER: Final = 0.01
"""Of the currency: another plan must be cheaper by this to replace the current one."""


def is_news(plan: Plan, problem: Problem) -> bool:
    """Return whether a problem differs from what a plan was made for.

    News are a longer horizon, other tanks or targets, prices, a forecast, or a
    temperature that differ by more than noise.
    """
    slots, new = plan.slots, problem.slots
    if len(plan.tanks) != len(problem.tanks) or not slots or not new:
        return True
    if new[-1].end - slots[-1].end >= SLOT or any(
        _set_by_user(before) != _set_by_user(tank)
        for before, tank in zip(plan.tanks, problem.tanks, strict=True)
    ):
        return True
    pairs = _pairs(slots, new)
    if len(pairs) < len(new):
        return True
    if any(abs(slots[old].price - slot.price) > _PRICE for old, slot in pairs):
        return True
    most = sum(tank.watts for tank in problem.tanks)
    changed = sum(
        abs(_usable(slots[old], most) - _usable(slot, most)) * slot.hours
        for old, slot in pairs
    )
    return changed > _SURPLUS or any(
        abs(_expected(plan, place, pairs[0][0], new[0]) - tank.temperature) > DEVIATION
        for place, tank in enumerate(problem.tanks)
    )


def better(plan: Plan, current: Plan, problem: Problem) -> Plan:
    """Return a new plan if it is cheaper than to go on as before.

    Else the current powers are returned, with the new prices and temperatures. Those
    that would buy power above a target never go on: a tank is warmer than planned.
    """
    pairs = _pairs(current.slots, problem.slots)
    if len(current.tanks) != len(problem.tanks) or len(pairs) < len(problem.slots):
        return plan
    watts = [[powers[old] for old, _ in pairs] for powers in current.watts]
    before = evaluate(problem, watts, current.method, current.gap)
    if buys_above_target(problem, before) and not buys_above_target(problem, plan):
        return plan
    return plan if plan.cost < before.cost - _BETTER else before


def _set_by_user(tank: TankProblem) -> TankProblem:
    """Return what of a tank the user or its equipment sets."""
    return replace(tank, temperature=0.0, loss=0.0, draws=(), floors=())


def _pairs(old: Sequence[Slot], new: Sequence[Slot]) -> list[tuple[int, Slot]]:
    """Return the new slots with the numbers of the old ones that contain them."""
    pairs, number = [], 0
    for slot in new:
        while number < len(old) and old[number].end <= slot.start:
            number += 1
        if number == len(old):
            break
        pairs.append((number, slot))
    return pairs


def _usable(slot: Slot, most: float) -> float:
    """Return the surplus (W) of a slot that the stages can use."""
    return min(max(slot.surplus, 0.0), most)


def _expected(plan: Plan, place: int, number: int, first: Slot) -> float:
    """Return the temperature (°C) that a plan has at the start of a slot."""
    slot, course = plan.slots[number], plan.temperatures[place]
    before = course[number - 1] if number else plan.tanks[place].temperature
    share = (first.start - slot.start) / (slot.end - slot.start)
    return before + (course[number] - before) * share
