"""The runs of a plan that are to come: what the calendar and *Next start* show."""

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from .carried_out import courses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .carried_out import TankSituation
    from .problem import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighboring slots with heat."""

    start: datetime
    """Of its first slot that has not ended."""
    end: datetime
    energy: float
    """kWh of heat."""
    price: float
    """Mean price per kWh."""


def runs(
    plan: Plan, situations: Sequence[TankSituation], now: datetime
) -> tuple[Run, ...]:
    """Return the current and the later runs of a plan as it will be carried out."""
    by_tank = [course.watts for course in courses(plan, situations, now)]
    heat = [sum(watts) for watts in zip(*by_tank, strict=True)]
    left = (number for number, slot in enumerate(plan.slots) if slot.end > now)
    return tuple(
        _run(plan, heat, list(group))
        for heats, group in groupby(left, key=lambda number: heat[number] > 0)
        if heats
    )


def next_boundary(
    plan: Plan | None, found: Sequence[Run], now: datetime
) -> datetime | None:
    """Return when a run starts or ends next; the end of the plan ends none."""
    last = plan.slots[-1].end if plan and plan.slots else None
    times = (time for run in found for time in (run.start, run.end))
    return min((time for time in times if time > now and time != last), default=None)


def _run(plan: Plan, heat: Sequence[float], numbers: Sequence[int]) -> Run:
    """Return the run of some slots."""
    slots = plan.slots
    return Run(
        start=slots[numbers[0]].start,
        end=slots[numbers[-1]].end,
        energy=sum(heat[n] * slots[n].hours for n in numbers) / 1000,
        price=sum(slots[n].price for n in numbers) / len(numbers),
    )
