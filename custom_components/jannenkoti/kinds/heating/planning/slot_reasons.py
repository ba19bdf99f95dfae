"""Why a slot of a plan has heat, or none: from its numbers."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .problem import Plan, Slot, TankProblem

_BOUGHT: Final = 50.0
"""W; a slot that buys less is heated by surplus."""
_HALF: Final = 0.5
_NEAR: Final = 0.5
"""K below its target at which a tank counts as warm."""
_EQUAL: Final = 1e-9
_COLDER: Final = 0.05
"""K below what is required; less is rounding."""


class SlotReason(StrEnum):
    """Why a slot heats or does not; the texts are ``common.heating_slot_<key>``."""

    ABOVE_TARGET = "above_target"
    BOOST = "boost"
    CHEAP = "cheap"
    CHEAPEST_FLOOR = "cheapest_floor"
    CHEAPEST_WARM_BY = "cheapest_warm_by"
    DEAR = "dear"
    EXPENSIVE = "expensive"
    EXPORT = "export"
    FAST = "fast"
    FLOOR = "floor"
    HOLD = "hold"
    HOLIDAY = "holiday"
    LEGIONELLA = "legionella"
    MANUAL = "manual"
    MINIMUM_OFF = "minimum_off"
    MINIMUM_ON = "minimum_on"
    NEEDED = "needed"
    NEGATIVE_PRICE = "negative_price"
    NO_POWER = "no_power"
    NO_TEMPERATURE = "no_temperature"
    NOT_FOLLOWING = "not_following"
    NOT_NEEDED = "not_needed"
    OVER_TEMPERATURE = "over_temperature"
    PLANNED = "planned"
    SURPLUS = "surplus"
    UNAVAILABLE = "unavailable"
    WAITS_SURPLUS = "waits_surplus"
    WARM_ENOUGH = "warm_enough"


HEATING: Final = frozenset(
    {
        SlotReason.ABOVE_TARGET,
        SlotReason.BOOST,
        SlotReason.CHEAP,
        SlotReason.CHEAPEST_FLOOR,
        SlotReason.CHEAPEST_WARM_BY,
        SlotReason.FAST,
        SlotReason.FLOOR,
        SlotReason.LEGIONELLA,
        SlotReason.NEEDED,
        SlotReason.NEGATIVE_PRICE,
        SlotReason.PLANNED,
        SlotReason.SURPLUS,
    }
)
"""A slot with one of these has heat."""

RESTING: Final = frozenset(
    {
        SlotReason.DEAR,
        SlotReason.EXPORT,
        SlotReason.HOLIDAY,
        SlotReason.NO_TEMPERATURE,
        SlotReason.NOT_NEEDED,
        SlotReason.OVER_TEMPERATURE,
        SlotReason.WAITS_SURPLUS,
        SlotReason.WARM_ENOUGH,
    }
)
"""A slot with one of these has none. The others apply to a part of a slot."""

_LAST: Final = frozenset({SlotReason.WARM_ENOUGH, SlotReason.NOT_NEEDED})


@dataclass(frozen=True, slots=True)
class Why:
    """A reason with the values in its text: numbers, and times as datetime."""

    key: SlotReason
    values: Mapping[str, object] = field(default_factory=dict)


def why(
    plan: Plan,
    watts: Sequence[Sequence[float]],
    temperatures: Sequence[Sequence[float]],
    forced: Sequence[Sequence[Why | None]],
) -> tuple[Why, ...]:
    """Return one reason for each slot; ``forced`` has those that are given.

    Of several tanks, that of the one with the most heat counts, then a given one, then
    that of a tank that waits.
    """
    numbers = _Numbers(plan, watts)
    slots = range(len(plan.slots))
    by_tank = [
        [given[n] or numbers.why(place, n, temperatures[place]) for n in slots]
        for place, given in enumerate(forced)
    ]

    def rank(place: int, number: int) -> tuple[float, bool, bool]:
        waits = by_tank[place][number].key not in _LAST
        return watts[place][number], forced[place][number] is not None, waits

    first = [max(range(len(by_tank)), key=partial(rank, number=n)) for n in slots]
    return tuple(by_tank[place][n] for n, place in enumerate(first))


class _Numbers:
    """Return why a tank heats, by prices, powers and temperatures."""

    def __init__(self, plan: Plan, watts: Sequence[Sequence[float]]) -> None:
        """Initialize with the powers (W) of all tanks."""
        self._plan = plan
        self._watts = watts
        self._heat: list[float] = [sum(powers) for powers in zip(*watts, strict=True)]
        prices = sorted(slot.price for slot in plan.slots)
        self._usual = prices[len(prices) // 2] if prices else 0.0

    def why(self, place: int, number: int, course: Sequence[float]) -> Why:
        """Return the reason of a slot."""
        if self._watts[place][number] > 0:
            return self._why_heat(place, number, course)
        return self._why_rest(place, number, course)

    def _why_heat(self, place: int, number: int, course: Sequence[float]) -> Why:
        """Return why a tank is heated in a slot."""
        slot, tank = self._plan.slots[number], self._plan.tanks[place]
        bought = self._heat[number] - max(slot.surplus, 0.0)
        price = {"price": round(slot.price, 3)}
        if slot.price <= 0 and bought > _BOUGHT:
            return Why(SlotReason.NEGATIVE_PRICE, price)
        if self._by_surplus(number):
            watts = {"watts": round(slot.surplus)}
            if course[number] <= tank.target:
                return Why(SlotReason.SURPLUS, watts)
            degrees = {"temperature": round(tank.target, 1)}
            return Why(SlotReason.ABOVE_TARGET, {**watts, **degrees})
        due = self._due(place, number, course)
        if due is not None:
            return self._why_due(place, number, due)
        return Why(
            SlotReason.CHEAP if slot.price <= self._usual else SlotReason.PLANNED, price
        )

    def _by_surplus(self, number: int) -> bool:
        """Return whether at least half of the heat of a slot is surplus."""
        surplus = max(self._plan.slots[number].surplus, 0.0)
        return 0 < _HALF * self._heat[number] <= surplus

    def _why_due(self, place: int, number: int, due: int) -> Why:
        """Return the reason of heat without which a tank gets too cold later."""
        slots, tank = self._plan.slots, self._plan.tanks[place]
        values = {
            "price": round(slots[number].price, 3),
            "time": slots[due].end,
            "temperature": round(tank.least(due), 1),
        }
        cheaper = any(
            slots[n].price < slots[number].price - _EQUAL and not self._heat[n]
            for n in range(number, due + 1)
        )
        if cheaper:
            return Why(SlotReason.NEEDED, values)
        if tank.least(due) > tank.floor:
            return Why(SlotReason.CHEAPEST_WARM_BY, values)
        return Why(SlotReason.CHEAPEST_FLOOR, values)

    def _due(self, place: int, number: int, course: Sequence[float]) -> int | None:
        """Return the slot at whose end the tank is too cold without some heat."""
        slots, tank = self._plan.slots, self._plan.tanks[place]
        heat = self._watts[place][number] * slots[number].hours
        missing = heat / tank.capacity
        for later in range(number, len(slots)):
            if later > number:
                missing *= 1 - _lost(tank, slots[later])
            if course[later] - missing < tank.least(later) - _COLDER:
                return later
        return None

    def _why_rest(self, place: int, number: int, course: Sequence[float]) -> Why:
        """Return why a tank is not heated in a slot."""
        slots, tank = self._plan.slots, self._plan.tanks[place]
        slot, powers = slots[number], self._watts[place]
        warm = Why(SlotReason.WARM_ENOUGH, {"temperature": round(course[number], 1)})
        later = (n for n in range(number + 1, len(slots)) if powers[n] > 0)
        after = next(later, None)
        if after is None or course[number] >= tank.target - _NEAR:
            return warm
        then = {"time": slots[after].start}
        price = {"price": round(slot.price, 3), "later": round(slots[after].price, 3)}
        if self._by_surplus(after):
            return Why(SlotReason.WAITS_SURPLUS, then)
        if slot.surplus > _BOUGHT and slots[after].price < slot.feed_in:
            return Why(SlotReason.EXPORT, {**then, **price})
        if slots[after].price < slot.price - _EQUAL:
            return Why(SlotReason.DEAR, {**then, **price})
        return Why(SlotReason.NOT_NEEDED, then)


def _lost(tank: TankProblem, slot: Slot) -> float:
    """Return the share of additional heat that a tank loses in a slot."""
    return tank.loss * slot.hours / tank.capacity
