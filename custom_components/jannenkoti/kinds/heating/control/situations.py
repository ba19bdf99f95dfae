"""What comes before the plan: modes, boosts, safety, faults and minimum times."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..model import HeatingData, Mode, Reason
from ..planning.carried_out import Forced, TankSituation
from ..planning.runs import Run, runs
from ..planning.slot_reasons import SlotReason
from ..tank.legionella import HOTTEST
from .summary import reason_of
from .tank_rules import COOLED_FROM_LIMIT, RECOVERED

if TYPE_CHECKING:
    from datetime import datetime

    from .controller import Controller

_NOW: Final = {
    Reason.EXPENSIVE: SlotReason.EXPENSIVE,
    Reason.HOLD: SlotReason.HOLD,
    Reason.MINIMUM_OFF: SlotReason.MINIMUM_OFF,
    Reason.MINIMUM_ON: SlotReason.MINIMUM_ON,
    Reason.NOT_FOLLOWING: SlotReason.NOT_FOLLOWING,
    Reason.NO_POWER: SlotReason.NO_POWER,
    Reason.NO_TEMPERATURE: SlotReason.NO_TEMPERATURE,
    Reason.UNAVAILABLE: SlotReason.UNAVAILABLE,
}
"""Reasons of the moment, which no plan knows."""


def situations_of(
    controller: Controller, data: HeatingData, now: datetime
) -> dict[int, TankSituation]:
    """Return what comes before the plan of each planned tank, by its number."""
    options = controller.options
    return {
        number: TankSituation(
            floor=options.tanks[number].floor,
            forced=_forced(controller, data, number, now),
            temperature=controller.temperature(number, now),
        )
        for number in controller.follower.tanks
    }


def coming_runs(
    controller: Controller, data: HeatingData, now: datetime
) -> tuple[Run, ...]:
    """Return the current and the later runs as they will be carried out."""
    plan = controller.follower.plan
    if plan is None:
        return ()
    return runs(plan, list(situations_of(controller, data, now).values()), now)


def _forced(
    controller: Controller, data: HeatingData, number: int, now: datetime
) -> tuple[Forced, ...]:
    """Return what a tank does whatever is planned, the most important first."""
    tank, state = controller.options.tanks[number], controller.saved.tanks[number]
    if data.mode is Mode.HOLIDAY:
        return (Forced(reason=SlotReason.HOLIDAY),)
    found = []
    if state.over:
        cooled = tank.limit - COOLED_FROM_LIMIT
        reason = SlotReason.OVER_TEMPERATURE
        found.append(Forced(reason=reason, down_to=cooled, degrees=tank.limit))
    if (moment := _moment(controller, data, number, now)) is not None:
        found.append(moment)
    stages = controller.options.stages
    if data.mode is Mode.MANUAL:
        watts = sum(
            stage.watts
            for stage, on in zip(stages, controller.saved.manual, strict=True)
            if on and stage.tank == number
        )
        manual = Forced(reason=SlotReason.MANUAL, watts=watts, up_to=tank.limit)
        return (*found, manual)
    return (*found, *_heated(controller, data, number, now))


def _moment(
    controller: Controller, data: HeatingData, number: int, now: datetime
) -> Forced | None:
    """Return a reason of the moment, with the power (W) of what is on now."""
    numbers = [n for n, x in enumerate(controller.options.stages) if x.tank == number]
    decisions = [data.stages[n] for n in numbers]
    reason = _NOW.get(reason_of(decisions))
    if reason is None:
        return None
    times = [decision.free_at for decision in decisions]
    times += [data.holds[n] for n in numbers if n < len(data.holds)]
    until = max((at for at in times if at is not None and at > now), default=None)
    watts = sum(controller.options.stages[n].watts for n in numbers if data.observed[n])
    end = until or controller.follower.end_of_slot(now)
    return Forced(reason=reason, watts=watts, until=end)


def _heated(
    controller: Controller, data: HeatingData, number: int, now: datetime
) -> list[Forced]:
    """Return why a tank is heated from any source, now or at a known time."""
    tank, saved = controller.options.tanks[number], controller.saved
    watts = sum(x.watts for x in controller.options.stages if x.tank == number)
    boost, state = saved.boosts[number], saved.tanks[number]
    found = list[Forced]()
    heated = Forced(reason=SlotReason.FAST, watts=watts, up_to=tank.target)
    heated = replace(heated, degrees=tank.target)
    if boost is not None and not state.reached:
        reason = SlotReason.BOOST
        found.append(replace(heated, reason=reason, until=boost.until, ends=True))
    if data.mode is Mode.FAST:
        return [*found, heated]
    if state.recovering:
        recovered = min(tank.floor + RECOVERED, tank.target)
        floor = replace(heated, reason=SlotReason.FLOOR, up_to=recovered, ends=True)
        found.append(replace(floor, degrees=tank.floor))
    temperature = controller.temperature(number, now)
    start = controller.legionella_start(number, temperature, now)
    if start is not None:
        run = replace(heated, reason=SlotReason.LEGIONELLA, start=start, ends=True)
        found.append(replace(run, up_to=HOTTEST, degrees=HOTTEST))
    return found
