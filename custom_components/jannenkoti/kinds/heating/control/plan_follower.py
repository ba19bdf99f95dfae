"""Carry out a plan: give each tank the heat of the current slot."""

from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ..model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..options import StageOptions
    from ..planning.problem import Plan, Slot

_BOUGHT: Final = 50.0
"""W; a plan that buys less leaves the slot to the surplus."""
_DONE: Final = 5.0
"""Wh; less is not worth switching for."""
_ROUNDING: Final = 1.0
"""W."""

SHORTEST: Final = timedelta(minutes=3)
"""Of a run, if nothing else is given: the default minimum time."""

_FORESEEN: Final = timedelta(hours=12)
"""A better time that is further away does not keep surplus out of the tank."""

_SAME: Final = 0.2
"""The share by which the surplus may differ from an exact forecast."""
_ALWAYS_SAME: Final = 300.0
"""W; a smaller difference is a small consumer in the house."""


def _fitting(stages: Sequence[StageOptions], surplus: float) -> float:
    """Return the power (W) of the stages that the surplus control turns on."""
    fitting = 0.0
    for stage in stages:
        if fitting + stage.watts > surplus:
            break
        fitting += stage.watts
    return fitting


class PlanFollower:
    """The plan, and the heat that the tanks have received in the current slot."""

    def __init__(self) -> None:
        """Initialize without a plan."""
        self.plan: Plan | None = None
        self.tanks: tuple[int, ...] = ()
        """The numbers of the planned tanks, in the order of the plan."""
        self.exact = False
        self._slot: tuple[int, Slot] | None = None
        self._heat: dict[int, float] = {}
        self._debt: dict[int, float] = {}
        """Wh that a tank received less than planned in the slots before."""
        self._power: dict[int, float] = {}
        """W that each tank was last given."""

    def set_plan(
        self, plan: Plan | None, tanks: Sequence[int], *, exact: bool = False
    ) -> None:
        """Replace the plan, whose tanks have these numbers.

        With an exact forecast, surplus heats only as planned, too.
        """
        self.plan = plan
        self.tanks = tuple(tanks)
        self.exact = exact
        self._slot, self._debt = None, {}

    def heated(self, tank: int, heat: float, now: datetime) -> None:
        """Record the heat (Wh) that a tank has received since the last call."""
        found = self._present(now)
        if found != self._slot:
            self._end_slot()
            self._slot, self._heat = found, {}
        self._heat[tank] = self._heat.get(tank, 0.0) + heat

    def _end_slot(self) -> None:
        """Carry what a slot of an exact plan did not deliver to the next one."""
        if self._slot is None or self.plan is None or not self.exact:
            self._debt = {}
            return
        number, slot = self._slot
        for place, tank in enumerate(self.tanks):
            planned = self.plan.watts[place][number] * slot.hours
            missing = planned + self._debt.get(tank, 0.0) - self._heat.get(tank, 0.0)
            most = max(planned, _MOST_DEBT)
            self._debt[tank] = min(max(missing, -most), most)

    def stages(
        self,
        stages: Sequence[StageOptions],
        now: datetime,
        *,
        exact: bool = False,
        shortest: timedelta = SHORTEST,
    ) -> dict[int, Reason]:
        """Return the stages that the plan turns on now, with the reason.

        Those of the level below the planned power run for all of the slot, the next
        ones as long as the rest needs, but not for less than the shortest run.
        """
        found = self._present(now)
        if found is None or self.plan is None:
            return {}
        number, slot = found
        bought = self.plan.heat(number) - _fitting(stages, slot.surplus)
        if not exact and bought < _BOUGHT:
            return {}
        wanted: dict[int, Reason] = {}
        for place, tank in enumerate(self.tanks):
            own = {n: x.watts for n, x in enumerate(stages) if x.tank == tank}
            power = self._power_now(place, tuple(own.values()), now, shortest)
            self._power[tank] = power
            reason = _reason(slot, power, exact=exact)
            for stage, watts in own.items():
                if watts <= power + _ROUNDING:
                    wanted[stage] = reason
                power -= watts
        return wanted

    def _power_now(
        self, place: int, watts: Sequence[float], now: datetime, shortest: timedelta
    ) -> float:
        """Return the power (W) of the stages of a tank that are to be on."""
        found = self._present(now)
        if found is None or self.plan is None or not watts:
            return 0.0
        number, slot = found
        mean, tank = self.plan.watts[place][number], self.tanks[place]
        steps = tuple(accumulate(watts))
        levels = (0.0, *slot.levels(steps))
        low = max(level for level in levels if level <= mean + _ROUNDING or not level)
        left = max((slot.end - now).total_seconds(), 1.0) / 3600
        missing = mean * slot.hours + self._debt.get(tank, 0.0)
        missing -= self._heat.get(tank, 0.0)
        if missing < _DONE and self._next(place, number) < low:
            return 0.0
        if mean <= low + _ROUNDING:
            return low
        rest = missing - low * left
        high = min((level for level in levels if level > low), default=low)
        hours = shortest / timedelta(hours=1)
        if rest < (high - low) * hours:
            # Too little for all that is cheapest together: one stage more.
            high = min((step for step in steps if step > low), default=low)
        was = self._power.get(tank, 0.0)
        least = _DONE if was >= high else max((high - low) * hours / 2, _DONE)
        if rest >= least:
            return high
        if high <= was and left <= hours and self._next(place, number) >= high:
            return high  # The next slot needs it, too: no pause that is too short.
        return low

    def _next(self, place: int, number: int) -> float:
        """Return the mean power (W) of a tank in the next slot."""
        watts = () if self.plan is None else self.plan.watts[place]
        return watts[number + 1] + _ROUNDING if number + 1 < len(watts) else 0.0

    def is_exact(self, surplus: float | None, now: datetime) -> bool:
        """Return whether the plan says what surplus does: it is as forecast (W)."""
        found = self._present(now)
        if not self.exact or surplus is None or found is None:
            return False
        expected = found[1].surplus
        return abs(surplus - expected) <= max(_SAME * abs(expected), _ALWAYS_SAME)

    def saves_room(self, tank: int, target: float, now: datetime) -> bool:
        """Return whether surplus is to be exported, as a better time needs the room.

        That is one in which power is bought for less than its export pays, and after
        which the tank is at its target (°C).
        """
        found = self._present(now)
        if found is None or self.plan is None or tank not in self.tanks:
            return False
        place = self.tanks.index(tank)
        watts, course = self.plan.watts[place], self.plan.temperatures[place]
        if watts[found[0]] >= _BOUGHT:
            return False
        for number in range(found[0] + 1, len(self.plan.slots)):
            slot = self.plan.slots[number]
            if slot.start - now > _FORESEEN:
                return False
            bought = watts[number] - max(slot.surplus, 0.0) >= _BOUGHT
            if bought and slot.price < slot.feed_in and course[number] >= target - 1:
                return True
        return False

    def end_of_slot(self, now: datetime) -> datetime | None:
        """Return the end of the current slot, None if the plan has ended."""
        found = self._present(now)
        return None if found is None else found[1].end

    def _present(self, now: datetime) -> tuple[int, Slot] | None:
        """Return the current slot with its number, None if the plan has ended."""
        slots = () if self.plan is None else self.plan.slots
        return next(
            ((n, slot) for n, slot in enumerate(slots) if slot.start <= now < slot.end),
            None,
        )


_MOST_DEBT: Final = 100.0
"""Wh that a slot carries at most; what the tank misses beyond it needs a new plan."""


def _reason(slot: Slot, power: float, *, exact: bool) -> Reason:
    """Return why a plan turns on stages of a power (W)."""
    if exact and power <= slot.surplus:
        return Reason.SURPLUS
    return Reason.PLAN if slot.price > 0 else Reason.NEGATIVE_PRICE
