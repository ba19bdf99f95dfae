"""Carry out a plan: give each tank the heat of the current slot."""

from datetime import timedelta
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


_FORESEEN: Final = timedelta(hours=12)
"""A better time that is further away does not keep surplus out of the tank."""


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
        self._slot: datetime | None = None
        self._heat: dict[int, float] = {}

    def set_plan(self, plan: Plan | None, tanks: Sequence[int]) -> None:
        """Replace the plan, whose tanks have these numbers."""
        self.plan = plan
        self.tanks = tuple(tanks)
        self._slot = None

    def heated(self, tank: int, heat: float, now: datetime) -> None:
        """Record the heat (Wh) that a tank has received since the last call."""
        found = self._present(now)
        start = None if found is None else found[1].start
        if start != self._slot:
            self._slot, self._heat = start, {}
            return
        self._heat[tank] = self._heat.get(tank, 0.0) + heat

    def stages(
        self, stages: Sequence[StageOptions], now: datetime
    ) -> dict[int, Reason]:
        """Return the stages that the plan turns on now, with the reason.

        As many as are needed to deliver what is missing by the end of the slot.
        """
        found = self._present(now)
        if found is None or self.plan is None:
            return {}
        number, slot = found
        if self.plan.heat(number) - _fitting(stages, slot.surplus) < _BOUGHT:
            return {}
        reason = Reason.PLAN if slot.price > 0 else Reason.NEGATIVE_PRICE
        wanted: dict[int, Reason] = {}
        left = max((slot.end - now).total_seconds() / 3600, 1 / 3600)
        for place, tank in enumerate(self.tanks):
            heat = self.plan.watts[place][number] * slot.hours
            missing = heat - self._heat.get(tank, 0.0)
            if missing < _DONE:
                continue
            power = missing / left
            for stage, options in enumerate(stages):
                if options.tank == tank and power > 0:
                    wanted[stage] = reason
                    power -= options.watts
        return wanted

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

    def next_start(self, now: datetime) -> datetime | None:
        """Return when the plan heats next, or since when it heats now."""
        if self.plan is None:
            return None
        for number, slot in enumerate(self.plan.slots):
            if slot.end > now and self.plan.heat(number) >= _BOUGHT:
                return slot.start
        return None

    def _present(self, now: datetime) -> tuple[int, Slot] | None:
        """Return the current slot with its number, None if the plan has ended."""
        slots = () if self.plan is None else self.plan.slots
        return next(
            ((n, slot) for n, slot in enumerate(slots) if slot.start <= now < slot.end),
            None,
        )
