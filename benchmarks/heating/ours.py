"""Our controller with its plan in a world."""

from dataclasses import dataclass, field, replace
from typing import override

from custom_components.jannenkoti.kinds.heating.planning.build import TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import TypicalWeek
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.learned import LEAST_MARGIN
from demo.heating_house import House
from demo.heating_physics import load

from .bill import Bill
from .world import FLOOR, MINUTE, STAGES, USUAL_DRAWS, WATTS, World

PLANNED_FLOOR = FLOOR + LEAST_MARGIN + 0.5
"""°C; what a plan keeps after each draw-off."""

TIME_LIMIT = 5.0
_QUARTER = 15
"""Minutes."""


@dataclass
class HouseInWorld(House):
    """The house of the tests in the weather of a world."""

    world: World = field(kw_only=True)
    step: float = MINUTE

    @override
    def production(self) -> float:
        return self.world.pv(self.seconds)

    @override
    def load(self) -> float:
        return load(self.seconds)

    @override
    def water(self) -> float:
        return self.world.water(self.tank, self.seconds, self.step)


def run(
    world: World,
    *,
    days: int,
    worth: float,
) -> Bill:
    """Return the bill of our controller; it plans with what is known at each time."""
    house, bill, typical = HouseInWorld(world=world), Bill("ours"), TypicalWeek()
    memory = house.controller.memories[0]
    memory.learned.draws = [USUAL_DRAWS[hour % 24] for hour in range(7 * 24)]
    for number in range(days * 24 * 60):
        if number % _QUARTER == 0:
            known = world.outlook(house.now, typical)
            sun = house.controller.energy.sun_now(known.pv, house.now)
            error = house.controller.energy.forecast_error(known.pv)
            known = replace(known, sun=sun, error=error)
            typical.learn(known.curve, house.now, known.zone)
            house.controller.curve = known.curve
            now = TankNow(
                options=house.controller.options.tanks[0],
                learned=memory.learned,
                temperature=house.tank.temperature,
                stages=(WATTS,) * STAGES,
            )
            follower = house.controller.follower
            made = make_plan(known, [now], house.now, TIME_LIMIT, follower.plan)
            if not made.kept or follower.exact is not known.exact:
                follower.set_plan(made.plan, (0,), exact=known.exact)
        at = house.seconds
        house.cycle()
        bill.add(world, at, house.tank, house.heat)
    bill.end(house.tank, worth)
    return bill
