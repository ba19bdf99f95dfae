"""A plan as it will be carried out: requests, faults and the floor come before it."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .problem import DEVIATION
from .slot_reasons import HEATING, RESTING, SlotReason, Why, why

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .problem import Plan, Slot, TankProblem

ALMOST_ZERO: Final = 1.0
"""W; less is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """What a tank does for some time, whatever is planned."""

    reason: SlotReason
    watts: float = 0.0
    start: datetime | None = None
    """None means now."""
    until: datetime | None = None
    """None means until something else ends it."""
    up_to: float = math.inf
    """°C that it is heated to."""
    ends: bool = False
    """Whether it is over when the tank has this temperature."""
    down_to: float = -math.inf
    """°C at which it is over."""
    degrees: float = math.nan
    """°C in its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TankSituation:
    """What comes before the plan of a tank."""

    floor: float
    """°C below which it is heated from any source."""
    forced: tuple[Forced, ...] = ()
    """The first one that applies counts."""
    temperature: float | None = None
    """°C measured now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """The mean power of each tank in each slot, and why."""

    watts: tuple[tuple[float, ...], ...]
    """By tank, then slot."""
    temperatures: tuple[tuple[float, ...], ...]
    """By tank, at the end of each slot."""
    reasons: tuple[Why, ...]
    """By slot."""


def carried_out(
    plan: Plan, situations: Sequence[TankSituation], now: datetime
) -> CarriedOut:
    """Return what a plan becomes, with one reason for each slot."""
    found = courses(plan, situations, now)
    watts = tuple(tuple(course.watts) for course in found)
    temperatures = tuple(tuple(course.temperatures) for course in found)
    forced = [course.reasons for course in found]
    return CarriedOut(
        watts=watts,
        temperatures=temperatures,
        reasons=why(plan, watts, temperatures, forced),
    )


def courses(
    plan: Plan, situations: Sequence[TankSituation], now: datetime
) -> list[Course]:
    """Return what each tank does; fast enough for the event loop."""
    return [
        Course(plan, place, situation, now).run()
        for place, situation in enumerate(situations)
    ]


class Course:
    """One tank over all slots."""

    def __init__(
        self, plan: Plan, place: int, situation: TankSituation, now: datetime
    ) -> None:
        """Initialize at the start of the plan."""
        self.watts: list[float] = []
        self.temperatures: list[float] = []
        self.reasons: list[Why | None] = []
        self._plan = plan
        self._place = place
        self._tank: TankProblem = plan.tanks[place]
        self._situation = situation
        self._now = now
        self._left = list(situation.forced)
        self._temperature = self._tank.temperature
        self._draw = 0.0  # Wh that is drawn in the current slot
        self._moved = False

    def run(self) -> Course:
        """Go through all slots."""
        for number, slot in enumerate(self._plan.slots):
            planned = self._plan.watts[self._place][number]
            power, reason, part = planned, None, slot
            self._draw = self._tank.draws[number]
            if slot.start < self._now < slot.end:
                part = self._rest_of(number, slot)
            elif slot.start == self._now:
                self._measure()
            if slot.end > self._now:
                power, reason = self._power(part, planned)
            power = power if power > ALMOST_ZERO else 0.0
            self._moved = self._moved or abs(power - planned) > ALMOST_ZERO
            self._temperature = (
                self._tank.after(self._temperature, power, part, self._draw)
                if self._moved
                else self._plan.temperatures[self._place][number]
            )
            self.watts.append(power)
            self.temperatures.append(self._temperature)
            self.reasons.append(reason)
        return self

    def _rest_of(self, number: int, slot: Slot) -> Slot:
        """Return what is left of the current slot, with the temperature of now."""
        passed = (self._now - slot.start) / (slot.end - slot.start)
        after = self._plan.temperatures[self._place][number]
        self._temperature += (after - self._temperature) * passed
        self._draw *= 1 - passed
        self._measure()
        return replace(slot, start=self._now)

    def _measure(self) -> None:
        """Use the measured temperature if it differs from the planned one."""
        measured = self._situation.temperature
        if measured is not None and abs(measured - self._temperature) > DEVIATION:
            self._temperature, self._moved = measured, True

    def _power(self, slot: Slot, planned: float) -> tuple[float, Why | None]:
        """Return the power (W) of a slot, and the reason if it is not the plan."""
        for forced in list(self._left):
            if self._temperature <= forced.down_to:
                self._left.remove(forced)
                continue
            share = self._share(forced, slot)
            if share <= 0:
                continue
            power = self._forced(forced, slot, planned, share)
            if power > ALMOST_ZERO or forced.reason not in HEATING:
                return power, _why_forced(forced, slot)
            if not forced.ends:
                return 0.0, None  # The tank is warm, and nothing is bought.
        power = planned
        if self._moved and planned > 0:
            free = slot.surplus > ALMOST_ZERO or slot.price <= 0
            warmest = self._tank.ceiling if free else self._tank.target
            power = min(planned, self._needed(slot, warmest))
        needed = self._needed(slot, self._situation.floor)
        needed = min(needed, self._tank.watts)
        if needed <= power + ALMOST_ZERO:
            return power, None
        if power > ALMOST_ZERO:
            return needed, None
        degrees = round(self._situation.floor, 1)
        return needed, Why(SlotReason.FLOOR, {"temperature": degrees})

    def _share(self, forced: Forced, slot: Slot) -> float:
        """Return the share of a slot in which something applies."""
        begin = max(slot.start, self._now, forced.start or self._now)
        end = slot.end if forced.until is None else min(slot.end, forced.until)
        return (end - begin) / (slot.end - slot.start)

    def _forced(
        self, forced: Forced, slot: Slot, planned: float, share: float
    ) -> float:
        """Return the mean power (W) of a slot in which something applies."""
        if forced.reason in RESTING:
            return 0.0
        heat = forced.watts * share
        needed = self._needed(slot, forced.up_to)
        if needed <= heat:
            if forced.ends:
                self._left.remove(forced)
            return needed
        return heat + planned * (1 - share)

    def _needed(self, slot: Slot, temperature: float) -> float:
        """Return the power (W) with which a slot ends at a temperature (°C)."""
        tank = self._tank
        cold = tank.after(self._temperature, 0.0, slot, self._draw)
        return max((temperature - cold) * tank.capacity / slot.hours, 0.0)


def _why_forced(forced: Forced, slot: Slot) -> Why:
    """Return the reason of something that applies, with its end and temperature."""
    end = slot.end if forced.until is None else forced.until
    values: dict[str, object] = {"time": end}
    if not math.isnan(forced.degrees):
        values["temperature"] = round(forced.degrees, 1)
    return Why(forced.reason, values)
