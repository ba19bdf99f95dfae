"""Sum up the decisions for the entities: one reason, and the next change."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Reason, StageDecision, TankView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..model import Boost
    from .output import OutputState
    from .tank_rules import Demand


def shown(decision: StageDecision, output: OutputState) -> StageDecision:
    """Return a decision with the reason that its output gives, if it does not obey."""
    if not output.available:
        return replace(decision, reason=Reason.UNAVAILABLE)
    if output.not_following:
        return replace(decision, reason=Reason.NOT_FOLLOWING)
    return decision


def reason_of(stages: Sequence[StageDecision]) -> Reason:
    """Return the reason of the whole: of a fault, of what heats, or of what waits."""
    faults = (Reason.NOT_FOLLOWING, Reason.UNAVAILABLE)
    for fault in faults:
        if any(stage.reason is fault for stage in stages):
            return fault
    for wanted in (
        lambda stage: stage.urgent and stage.reason is not Reason.HOLIDAY,
        lambda stage: stage.on,
        lambda stage: stage.free_at is not None,
        lambda _stage: True,
    ):
        if (found := next(filter(wanted, stages), None)) is not None:
            return found.reason
    return Reason.NO_TEMPERATURE


def next_change(
    stages: Sequence[StageDecision],
    outputs: Sequence[OutputState],
    boosts: Sequence[Boost | None],
    now: datetime,
) -> datetime | None:
    """Return when something may change by itself, at the earliest."""
    times = [stage.free_at for stage in stages]
    times += [boost.until for boost in boosts if boost is not None]
    for output in outputs:
        times.append(output.retry_at)
        if output.echo is not None:
            times.append(output.echo.deadline)
        if output.hold is not None:
            times.append(output.hold.until)
    return min((at for at in times if at is not None and at > now), default=None)


def by_somebody(before: OutputState, after: OutputState) -> bool:
    """Return whether an output changed without a command."""
    return (
        before.level is not None
        and before.level != after.level
        and before.echo is None
        and after.level != after.asked
    )


def observed(output: OutputState) -> bool | None:
    """Return whether an output is on, None if it is unavailable."""
    return output.phase.on if output.available and output.phase else None


def tank_view(
    temperature: float | None, asked: Demand, boost: Boost | None
) -> TankView:
    """Return what is shown of a tank."""
    until = None if boost is None else boost.until
    return TankView(temperature=temperature, reason=asked.reason, boost_until=until)
