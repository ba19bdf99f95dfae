"""Decide which stages are on: pure, from the state, the inputs and the time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..model import Reason, StageDecision
from .tank_rules import Demand, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....lib.guard import MinimumTimes, Phase

STEP_PAUSE: Final = timedelta(seconds=30)
"""Between two switchings by surplus: the average must show the effect of the first."""

TOLERATED_IMPORT: Final = 0.1
"""The share of a stage's power that may be imported before it is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInput:
    """A stage with its state."""

    watts: float
    demand: Demand
    phase: Phase | None
    """Whether its output is on and since when; None if that is not known."""
    minimum: MinimumTimes
    asked: bool = False
    """What was last commanded, whether it is confirmed yet or not."""
    manual: bool = False
    """What the user has asked for in manual mode."""
    held: bool = False
    """Whether somebody else has switched it a short time ago."""

    @property
    def on(self) -> bool:
        """Return whether its output is on."""
        return self.phase is not None and self.phase.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The surplus."""

    available: float | None
    """W, averaged; what the heating consumes now is included. None if not known."""
    buffer: float
    """W that stay unused when a stage is switched on."""
    switched: datetime | None
    """When a stage was last switched because of the surplus."""


def decide(
    stages: Sequence[StageInput], supply: Supply, now: datetime
) -> tuple[StageDecision, ...]:
    """Return what each stage is to do.

    Stages that heat for another reason use the surplus first. The others are switched
    one at a time: on in order, off from the last.
    """
    decided = {
        number: fixed
        for number, stage in enumerate(stages)
        if (fixed := _fixed(stage)) is not None
    }
    used = sum(stages[number].watts for number, done in decided.items() if done.on)
    free = {n: stage for n, stage in enumerate(stages) if n not in decided}
    decided |= _by_surplus(free, supply, used, now)
    return tuple(
        _guarded(stage, decided[number], now) for number, stage in enumerate(stages)
    )


def _fixed(stage: StageInput) -> StageDecision | None:
    """Return what a stage does that does not depend on the surplus."""
    demand = stage.demand
    if demand.level is Level.FORBIDDEN:
        return StageDecision(on=False, reason=demand.reason, urgent=True)
    if stage.held:
        return StageDecision(on=stage.on, reason=Reason.HOLD)
    if demand.level is Level.MANUAL:
        return StageDecision(on=stage.manual, reason=demand.reason, forced=True)
    if demand.level is Level.OFF:
        return StageDecision(on=False, reason=demand.reason)
    if demand.level is Level.FULL:
        forced = demand.reason is not Reason.SURPLUS
        return StageDecision(on=True, reason=demand.reason, forced=forced)
    return None


def _by_surplus(
    stages: Mapping[int, StageInput], supply: Supply, used: float, now: datetime
) -> dict[int, StageDecision]:
    """Return what the stages do that may use surplus only."""
    if supply.available is None:
        return {n: StageDecision(on=False, reason=Reason.NO_POWER) for n in stages}
    left, wanted, excess = supply.available - used, None, None
    for number, stage in stages.items():
        need = stage.watts
        if stage.asked:
            if left < need * (1 - TOLERATED_IMPORT):
                excess = number
            left -= need
        elif wanted is None and left >= need + supply.buffer:
            wanted = number
    changing = wanted if excess is None else excess
    pausing = supply.switched is not None and (
        supply.switched <= now < supply.switched + STEP_PAUSE
    )
    return {
        number: _stage_by_surplus(stage, change=number == changing, pausing=pausing)
        for number, stage in stages.items()
    }


def _stage_by_surplus(
    stage: StageInput, *, change: bool, pausing: bool
) -> StageDecision:
    """Return what a stage does if it is the one to change, or not."""
    if change and pausing:
        return StageDecision(on=stage.asked, reason=Reason.SETTLING)
    on = stage.asked is not change
    return StageDecision(on=on, reason=Reason.SURPLUS if on else Reason.NO_SURPLUS)


def _guarded(
    stage: StageInput, decision: StageDecision, now: datetime
) -> StageDecision:
    """Return a decision that keeps the minimum times, unless safety requires it."""
    phase = stage.phase
    if decision.urgent or phase is None or phase.on is decision.on:
        return decision
    free_at = phase.free_at(stage.minimum)
    if now >= free_at:
        return decision
    reason = Reason.MINIMUM_ON if phase.on else Reason.MINIMUM_OFF
    return replace(decision, on=phase.on, reason=reason, free_at=free_at)
