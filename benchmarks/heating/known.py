"""Days without uncertainty: the plan as carried out beside its exact optimum.

Both sides have the same inputs: the sun of each hour, the price and the draw-off of
each quarter of an hour. The world delivers exactly that. So nothing is measured but the
horizon and the time limit of the planner, and what the control makes of its plan with
whole stages, cycles and minimum times.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, override

from custom_components.jannenkoti.kinds.heating.insight.energy import Hour
from custom_components.jannenkoti.kinds.heating.planning.build import TankNow, build
from custom_components.jannenkoti.kinds.heating.planning.curve import TypicalWeek
from custom_components.jannenkoti.kinds.heating.planning.highs import solve
from custom_components.jannenkoti.kinds.heating.planning.make import plan_of
from custom_components.jannenkoti.kinds.heating.planning.problem import (
    Problem,
    Slot,
    TankProblem,
)
from custom_components.jannenkoti.kinds.heating.tank.learned import Learned
from demo.heating_house import MIDNIGHT, House
from demo.heating_physics import CELLAR, COLD, WATER, WaterTank

from .bill import Bill
from .ours import TIME_LIMIT
from .world import (
    FEED_IN,
    FLOOR,
    MINUTE,
    QUARTER,
    STAGES,
    SURPLUS_TARGET,
    TARGET,
    USUAL_LOAD,
    WATTS,
    World,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

CYCLE = 30.0
"""s; with the 15 s of the coordinator it takes twice as long, with the same result."""
_SLOT = 900.0
_LONG = 300.0
"""s for the solver of the optimum."""


@dataclass(frozen=True, kw_only=True)
class KnownWorld(World):
    """Days whose sun is that of the forecast, constant in each hour."""

    @override
    def pv(self, at: float) -> float:
        return self.forecast(at)

    @override
    def surplus(self, at: float) -> float:
        return self.pv(at) - USUAL_LOAD[int(at % 86_400 // 3600)]

    @cached_property
    def draws(self) -> tuple[float, ...]:
        """Return the heat (Wh) drawn in each quarter of an hour."""
        return tuple(
            sum(self.heat(begin + minute * MINUTE, MINUTE) for minute in range(15))
            for begin in (number * _SLOT for number in range(96 * len(self.days)))
        )

    @override
    def water(self, tank: WaterTank, at: float, seconds: float) -> float:
        heat = self.draws[int(at // _SLOT)] * seconds / _SLOT
        return heat / (WATER * max(tank.temperature - COLD, 1.0))


@dataclass
class KnownTank(Learned):
    """A tank of which nothing is left to be learned: no draw-off surprises."""

    @property
    @override
    def loss(self) -> float:
        return WaterTank.loss

    @property
    @override
    def spare(self) -> float:
        return 0.0

    @override
    def margin(self, now: datetime, zone: tzinfo) -> float:
        return 0.0


@dataclass
class KnownHouse(House):
    """The house of the tests in a known world."""

    world: KnownWorld = field(kw_only=True)
    step: float = CYCLE

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.controller.memories[0].learned = KnownTank(volume=self.tank.volume)
        # Of yesterday, whose forecast was right, too.
        self.controller.energy.hours.extend(
            Hour(
                start=MIDNIGHT + timedelta(hours=hour - 24),
                production=self.world.forecast(hour * 3600.0) / 1000,
            )
            for hour in range(24)
        )

    @override
    def production(self) -> float:
        return self.world.pv(self.seconds)

    @override
    def load(self) -> float:
        return USUAL_LOAD[int(self.seconds % 86_400 // 3600)]

    @override
    def water(self) -> float:
        return self.world.water(self.tank, self.seconds, self.step)


def carried_out(world: KnownWorld, days: int) -> tuple[Bill, int]:
    """Return the bill of our controller and how many plans it followed."""
    house, bill, typical = KnownHouse(world=world), Bill("known"), TypicalWeek()
    controller, plans = house.controller, 0
    yesterday = {
        MIDNIGHT + timedelta(hours=hour - 24): world.forecast(hour * 3600.0)
        for hour in range(24)
    }
    for number in range(int(days * 86_400 / CYCLE)):
        if not number * CYCLE % _SLOT:
            outlook = world.outlook(house.now, typical)
            pv = {**yesterday, **outlook.pv}
            error = controller.energy.forecast_error(pv)
            outlook = replace(outlook, pv=pv, load=USUAL_LOAD, error=error)
            tank = TankNow(
                options=controller.options.tanks[0],
                learned=controller.memories[0].learned,
                temperature=house.tank.temperature,
                stages=(WATTS,) * STAGES,
            )
            problem = build(outlook, [tank], house.now)
            first = int(house.seconds // _SLOT)
            draws = world.draws[first : first + len(problem.slots)]
            exact = replace(problem.tanks[0], draws=draws, loss=WaterTank.loss)
            problem = replace(problem, tanks=(exact,))
            made = plan_of(problem, TIME_LIMIT, controller.follower.plan)
            if not made.kept:
                plans += 1
                controller.follower.set_plan(made.plan, (0,), exact=outlook.exact)
        at = house.seconds
        house.cycle()
        bill.add(world, at, house.tank, house.heat, CYCLE)
    bill.end(house.tank, 0.0)
    return bill, plans


def optimum(world: KnownWorld, days: int, end: float) -> float:
    """Return the least cost of some days after which the tank has a temperature.

    One linear program over all days, solved to its end. A stage may be on for any part
    of a slot, so no plan of whole stages costs less.
    """
    count = days * 96
    slots = tuple(
        Slot(
            start=MIDNIGHT + number * QUARTER,
            end=MIDNIGHT + (number + 1) * QUARTER,
            price=world.price(number * _SLOT),
            feed_in=FEED_IN,
            surplus=world.surplus(number * _SLOT),
        )
        for number in range(count)
    )
    tank = TankProblem(
        capacity=WaterTank.volume * WATER,
        loss=WaterTank.loss,
        ambient=CELLAR,
        temperature=WaterTank.temperature,
        floor=FLOOR,
        target=TARGET,
        ceiling=SURPLUS_TARGET,
        watts=WATTS * STAGES,
        draws=world.draws[:count],
        floors=(FLOOR,) * (count - 1) + (max(end, FLOOR),),
    )
    problem = Problem(slots=slots, tanks=(tank,), worth=0.0, stages=(WATTS,) * STAGES)
    plan = solve(problem, _LONG)
    return sum(
        problem.cost(slot, power)
        for slot, power in zip(slots, plan.watts[0], strict=True)
    )
