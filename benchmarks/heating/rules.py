"""Rules of others, restated: they heat the same tank in the same world.

Each may have a thermostat beside it that keeps the floor, for a heating that lets the
water become cold is cheap and useless.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.heating_physics import WaterTank

from .bill import Bill
from .world import (
    FEED_IN,
    FLOOR,
    MINUTE,
    STAGES,
    SURPLUS_TARGET,
    TARGET,
    USUAL_DRAWS,
    USUAL_LOAD,
    WATTS,
)

if TYPE_CHECKING:
    from .world import World

_GUARD = 5.5
"""K above the floor at which the thermostat of a reference heats: no less keeps the
floor in the evening's draw-off."""
_GUARD_ENDS = 3.0
_CHEAPEST = 4
"""Hours that the cheapest-hours rule heats at most; less leaves the tank cold."""
_ENABLE, _DISABLE = 60.0, 180.0
"""s; evcc's delays for switching by surplus, by its documentation."""
_CHEAP_SHARE = 0.25
"""The share of the prices that the user of evcc lets count as cheap."""
_SLOT = 1800.0
"""s; EMHASS plans in half hours."""

type Rule = Callable[[World, float, WaterTank, list[bool]], list[bool]]

OFF = [False] * STAGES
ON = [True] * STAGES


def run(
    world: World, name: str, rule: Rule, *, guarded: bool, days: int, worth: float
) -> Bill:
    """Return the bill of a rule over some days."""
    bill, tank, on, warming = Bill(name), WaterTank(), list(OFF), False
    for number in range(days * 24 * 60):
        at = number * MINUTE
        on = rule(world, at, tank, on)
        if guarded:
            start = FLOOR + _GUARD
            end = start + (_GUARD_ENDS if warming else 0.0)
            warming = tank.temperature < end
            on = list(ON) if warming else on
        heat = sum(on) * WATTS
        tank = tank.step(MINUTE, heat, world.water(tank, at, MINUTE))
        bill.add(world, at, tank, heat)
    bill.end(tank, worth)
    return bill


def thermostat(
    _world: World, _at: float, tank: WaterTank, on: list[bool]
) -> list[bool]:
    """Heat to the target, again 5 K below it."""
    return list(ON) if tank.temperature < (TARGET if any(on) else TARGET - 5) else OFF


def seeds_rule(cover: float, on: list[bool]) -> list[bool]:
    """Return what the original does: each stage in order, by the momentary surplus."""
    after = list(on)
    for number, was_on in enumerate(on):
        if cover > WATTS:
            after[number] = True
            cover -= WATTS
        elif cover < 0:
            after[number] = False
        else:
            after[number] = was_on
    return after


def by_surplus(world: World, at: float, tank: WaterTank, on: list[bool]) -> list[bool]:
    """Heat as the original does, to the surplus target as ours."""
    if tank.temperature >= SURPLUS_TARGET:
        return list(OFF)
    return seeds_rule(world.surplus(at) - sum(on) * WATTS, on)


def by_cheapest_hours(
    world: World, at: float, tank: WaterTank, _on: list[bool]
) -> list[bool]:
    """Heat to the target in the cheapest hours of the day."""
    prices = world.day(at).prices
    means = [sum(prices[4 * hour : 4 * hour + 4]) for hour in range(24)]
    cheapest = sorted(range(24), key=means.__getitem__)[:_CHEAPEST]
    heats = int(at // 3600) % 24 in cheapest and tank.temperature < TARGET
    return list(ON if heats else OFF)


@dataclass
class Evcc:
    """Surplus with delays, and all stages while the price is below a limit."""

    wants_more: float = 0.0
    wants_less: float = 0.0
    """Seconds for which more or fewer stages fit the surplus."""
    seen: list[float] = field(default_factory=list)

    def __call__(
        self, world: World, at: float, tank: WaterTank, on: list[bool]
    ) -> list[bool]:
        """Return the stages."""
        if not at % 86_400:
            self.seen = sorted((*self.seen, *world.day(at).prices))
        limit = self.seen[int(_CHEAP_SHARE * len(self.seen))]
        if world.price(at) <= limit and tank.temperature < TARGET:
            return list(ON)
        if tank.temperature >= SURPLUS_TARGET:
            return list(OFF)
        return self._by_surplus(world.surplus(at), sum(on))

    def _by_surplus(self, surplus: float, count: int) -> list[bool]:
        """Return the stages after the delays."""
        more = count < STAGES and surplus >= (count + 1) * WATTS
        less = count > 0 and surplus < count * WATTS
        self.wants_more = self.wants_more + MINUTE if more else 0.0
        self.wants_less = self.wants_less + MINUTE if less else 0.0
        if self.wants_more >= _ENABLE:
            count, self.wants_more = count + 1, 0.0
        elif self.wants_less >= _DISABLE:
            count, self.wants_less = count - 1, 0.0
        return [number < count for number in range(STAGES)]


@dataclass
class Emhass:
    """A day-ahead plan: the half hours that cost least for the usual demand."""

    slots: set[int] = field(default_factory=set)

    def __call__(
        self, world: World, at: float, tank: WaterTank, _on: list[bool]
    ) -> list[bool]:
        """Return the stages."""
        if not at % 86_400:
            self.slots = self._plan(world, at)
        limit = SURPLUS_TARGET if world.surplus(at) > WATTS else TARGET
        heats = int(at % 86_400 // _SLOT) in self.slots and tank.temperature < limit
        return list(ON if heats else OFF)

    def _plan(self, world: World, at: float) -> set[int]:
        """Return the half hours: as many as the demand of a usual day needs."""
        lost = 2.2 * (TARGET - 18) * 24
        need = (sum(USUAL_DRAWS) + lost) / (STAGES * WATTS)
        count = max(round(need / (_SLOT / 3600)), 1)
        return set(sorted(range(48), key=lambda n: _cost(world, at, n))[:count])


def _cost(world: World, day: float, number: int) -> float:
    """Return what a half hour of all stages costs by the forecast."""
    at = day + number * _SLOT
    surplus = world.forecast(at) - USUAL_LOAD[int(at % 86_400 // 3600)]
    own = min(max(surplus, 0.0), STAGES * WATTS)
    price = (world.price(at) + world.price(at + _SLOT / 2)) / 2
    return own * FEED_IN + (STAGES * WATTS - own) * price
