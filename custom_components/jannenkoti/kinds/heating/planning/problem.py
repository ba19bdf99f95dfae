"""What is to be planned: tanks, prices and surplus in slots; and what a plan costs."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

DISCOMFORT: Final = 2.0
"""Price of a K·h below the floor: dearer than any power, so that it never pays."""

DEVIATION: Final = 0.7
"""K between a tank and its plan; more than mixing and the steps of a sensor."""

_KILO: Final = 1000.0
_EQUAL: Final = 1e-9
"""Per hour; costs that differ by less are equal."""


class Method(StrEnum):
    """How a plan was made."""

    OPTIMAL = "optimal"
    RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the power in a slot with one price."""

    power: float
    """W."""
    price: float
    """Per kWh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time of constant price."""

    start: datetime
    end: datetime
    price: float
    """Per kWh of import."""
    feed_in: float
    """Per kWh of export."""
    surplus: float
    """W that would be exported without heating; negative while importing."""

    @property
    def hours(self) -> float:
        """Return the length."""
        return (self.end - self.start).total_seconds() / 3600

    def rate(self, power: float) -> float:
        """Return what heating with a power (W) costs per hour; surplus comes first."""
        own = min(power, max(self.surplus, 0.0))
        return (own * self.feed_in + (power - own) * self.price) / _KILO

    def levels(self, powers: Sequence[float]) -> tuple[float, ...]:
        """Return those of some powers (W) that no mixture of others undercuts."""
        pieces = self.pieces(powers)
        return tuple(
            power
            for power in powers
            if self.rate(power) <= _cost_of(pieces, power) / _KILO + _EQUAL
        )

    def pieces(self, levels: Sequence[float]) -> tuple[Piece, ...]:
        """Return the least cost of any mean power, as pieces of rising price.

        Stages are on or off: a mean power between two levels (W) is one of them for a
        part of the slot. So the least cost is the lower convex hull of the levels.
        """
        hull = [(0.0, 0.0)]
        for level in sorted({power for power in levels if power > 0}):
            point = (level, self.rate(level))
            while len(hull) > 1 and _slope(hull[-2], point) <= _slope(
                hull[-2], hull[-1]
            ):
                hull.pop()
            hull.append(point)
        return tuple(
            Piece(power=after[0] - before[0], price=_slope(before, after) * _KILO)
            for before, after in pairwise(hull)
        )


def _cost_of(pieces: Sequence[Piece], power: float) -> float:
    """Return what a power (W) costs, from the cheapest piece on: price times W."""
    cost, left = 0.0, power
    for piece in pieces:
        part = min(left, piece.power)
        cost += part * piece.price
        left -= part
    return cost


def _slope(first: tuple[float, float], last: tuple[float, float]) -> float:
    """Return the rise between two points."""
    return (last[1] - first[1]) / (last[0] - first[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class TankProblem:
    """A tank over all slots."""

    capacity: float
    """Wh/K."""
    loss: float
    """W/K."""
    ambient: float
    temperature: float
    """°C at the start."""
    floor: float
    target: float
    """°C up to which power is bought."""
    ceiling: float
    """°C up to which surplus heats."""
    watts: float
    """Of all its stages together."""
    draws: tuple[float, ...]
    """Wh that are drawn in each slot."""
    floors: tuple[float, ...] = ()
    """°C at the end of each slot where that is more than the floor; or nothing."""

    def least(self, number: int) -> float:
        """Return the lowest temperature (°C) allowed at the end of a slot."""
        return max(self.floor, self.floors[number]) if self.floors else self.floor

    def after(self, temperature: float, heat: float, slot: Slot, draw: float) -> float:
        """Return the temperature after a slot."""
        lost = self.loss * (temperature - self.ambient)
        return temperature + ((heat - lost) * slot.hours - draw) / self.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All that a plan depends on."""

    slots: tuple[Slot, ...]
    tanks: tuple[TankProblem, ...]
    worth: float
    """Per kWh of heat that is left at the end: a mean price, so that the plan does not
    end with cold tanks."""
    stages: tuple[float, ...] = ()
    """The power of each stage (W), in the order in which they are turned on. Without
    any, the power has no steps."""

    def pieces(self, slot: Slot) -> tuple[Piece, ...]:
        """Return what power costs in a slot."""
        if self.stages:
            return slot.pieces(tuple(accumulate(self.stages)))
        most = sum(tank.watts for tank in self.tanks)
        return slot.pieces((min(max(slot.surplus, 0.0), most), most))

    def cost(self, slot: Slot, heat: float) -> float:
        """Return what heating with a mean power (W) costs in a slot."""
        pieces = self.pieces(slot)
        left = max(heat - sum(piece.power for piece in pieces), 0.0)
        return (_cost_of(pieces, heat) + left * slot.price) * slot.hours / _KILO


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The mean power of each tank in each slot."""

    slots: tuple[Slot, ...]
    watts: tuple[tuple[float, ...], ...]
    """By tank, then slot."""
    temperatures: tuple[tuple[float, ...], ...]
    """By tank, at the end of each slot."""
    cost: float
    method: Method
    gap: float = 0.0
    """Relative distance to the proven optimum."""
    tanks: tuple[TankProblem, ...] = ()
    """The tanks as they were when the plan was made."""

    def heat(self, number: int) -> float:
        """Return the power of all tanks in a slot (W)."""
        return sum(tank[number] for tank in self.watts)


def evaluate(
    problem: Problem,
    watts: Sequence[Sequence[float]],
    method: Method,
    gap: float = 0.0,
) -> Plan:
    """Return a plan with its temperatures and its cost.

    The cost contains the discomfort below the floor, less the heat left at the end.
    """
    cost, courses = 0.0, []
    for tank, powers in zip(problem.tanks, watts, strict=True):
        temperature, course = tank.temperature, []
        for number, slot in enumerate(problem.slots):
            temperature = tank.after(
                temperature, powers[number], slot, tank.draws[number]
            )
            course.append(temperature)
            cold = max(tank.least(number) - temperature, 0.0)
            cost += DISCOMFORT * cold * slot.hours
        left = (temperature - tank.floor) * tank.capacity / _KILO
        cost -= problem.worth * left
        courses.append(tuple(course))
    for number, slot in enumerate(problem.slots):
        cost += problem.cost(slot, sum(powers[number] for powers in watts))
    return Plan(
        slots=problem.slots,
        watts=tuple(tuple(powers) for powers in watts),
        temperatures=tuple(courses),
        cost=cost,
        method=method,
        gap=gap,
        tanks=problem.tanks,
    )
