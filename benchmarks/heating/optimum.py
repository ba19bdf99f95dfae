"""The cheapest heating that perfect information allows: a bound for all.

A linear program over all days at once, in quarters of an hour. It knows every price,
cloud and draw-off, and each of its stages may be on for any part of a quarter.
"""

from dataclasses import replace
from datetime import timedelta

from custom_components.jannenkoti.kinds.heating.planning.highs import solve
from custom_components.jannenkoti.kinds.heating.planning.problem import (
    Problem,
    Slot,
    TankProblem,
)
from demo.heating_house import MIDNIGHT
from demo.heating_physics import CELLAR, WATER, WaterTank

from .world import (
    FEED_IN,
    FLOOR,
    MINUTE,
    QUARTER,
    STAGES,
    SURPLUS_TARGET,
    TARGET,
    WATTS,
    World,
)

_LONG = 300.0
"""s for the solver."""


def optimum(world: World, days: int, end: float, floor: float = FLOOR) -> float:
    """Return the least cost of some days after which the tank has a temperature."""
    problem = _problem(world, days)
    tank = replace(problem.tanks[0], floor=floor)
    # A tank that is as warm at the end as the other one.
    count = len(problem.slots)
    tank = replace(tank, floors=(floor,) * (count - 1) + (max(end, floor),))
    ended = replace(problem, tanks=(tank,))
    plan = solve(ended, _LONG)
    powers = zip(ended.slots, plan.watts[0], strict=True)
    return sum(ended.cost(slot, power) for slot, power in powers)


def _problem(world: World, days: int) -> Problem:
    """Return the days as they will be."""
    slots, draws = [], []
    for number in range(days * 96):
        begin = number * 900.0
        minutes = [begin + minute * MINUTE for minute in range(15)]
        at = MIDNIGHT + timedelta(seconds=begin)
        surplus = sum(max(world.surplus(each), 0.0) for each in minutes) / 15
        slots.append(
            Slot(
                start=at,
                end=at + QUARTER,
                price=world.price(begin),
                feed_in=FEED_IN,
                surplus=surplus,
            )
        )
        draws.append(sum(world.heat(each, MINUTE) for each in minutes))
    tank = WaterTank()
    return Problem(
        slots=tuple(slots),
        worth=0.0,
        stages=(WATTS,) * STAGES,
        tanks=(
            TankProblem(
                capacity=tank.volume * WATER,
                loss=tank.loss,
                ambient=CELLAR,
                temperature=tank.temperature,
                floor=FLOOR,
                target=TARGET,
                ceiling=SURPLUS_TARGET,
                watts=WATTS * STAGES,
                draws=tuple(draws),
            ),
        ),
    )
