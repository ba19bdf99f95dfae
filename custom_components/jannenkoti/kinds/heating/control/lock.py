"""Lock a heat pump with SG-Ready in the most expensive hours of the day."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ..inputs.prices import PriceSlot, local_day
from ..model import Mode, Reason, StageDecision
from ..options import SG_READY_HOLD, OutputType
from .sg_ready import LOCK_BUDGET
from .tank_rules import RECOVERED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from ..options import Options
    from ..planning.curve import PriceCurve
    from .output import OutputState
    from .saved_state import SavedState

_LOCKED: Final = -1
_FORCED: Final = 2
"""Levels of an output; 0 is off and 1 is on."""

DEARER: Final = 0.25
"""The share by which a locked slot costs at least more than the median of its day."""

SPARE: Final = timedelta(minutes=1)
"""Of the budget: relays are switched in cycles, and may be slow."""

WARM: Final = RECOVERED
"""K above the start of heating for comfort, below which a lock ends."""
WARM_ENOUGH: Final = WARM + 2.0
"""K above it, from which a lock may begin."""

_WAITS: Final = frozenset(
    {Reason.NO_POWER, Reason.NO_SURPLUS, Reason.TARGET_REACHED, Reason.WAITING}
)
"""Why a stage is off although its tank needs no heat now."""


def level_of(decision: StageDecision, kind: OutputType) -> int:
    """Return the level that carries out a decision."""
    if kind is not OutputType.SG_READY:
        return int(decision.on)
    if decision.locked:
        return _LOCKED
    return _FORCED if decision.on and decision.forced else int(decision.on)


def lock_slots(curve: PriceCurve, now: datetime, zone: tzinfo) -> list[PriceSlot]:
    """Return the slots of the local day in which a heat pump may be locked.

    These are the most expensive ones, two hours of them at most, that cost at least a
    quarter more than the median of the day. There are none unless all prices of the
    day are known.
    """
    start, end = local_day(now.astimezone(zone).date(), zone)
    if not curve.covers(start, end):
        return []
    slots = [
        PriceSlot(max(slot.start, start), min(slot.end, end), slot.price)
        for slot in curve.slots
        if slot.start < end and slot.end > start
    ]
    median = _median(slots)
    least, left = median + DEARER * abs(median), LOCK_BUDGET
    found: list[PriceSlot] = []
    for slot in sorted(slots, key=lambda slot: (-slot.price, slot.start)):
        left -= slot.end - slot.start
        if left < timedelta() or slot.price < least or slot.price <= 0:
            break
        found.append(slot)
    return found


def _median(slots: Sequence[PriceSlot]) -> float:
    """Return the price that half of the time costs at most."""
    half = sum((slot.end - slot.start for slot in slots), timedelta()) / 2
    for slot in sorted(slots, key=lambda slot: slot.price):
        half -= slot.end - slot.start
        if half <= timedelta():
            break
    return slot.price


def count_lock(saved: SavedState, now: datetime, zone: tzinfo) -> SavedState:
    """Return the state with the lock of the local day counted.

    All outputs share one budget. A lock counts from its command on, and also if
    something else has set it.
    """
    day = now.astimezone(zone).date()
    locked = any(map(_is_locked, saved.outputs))
    start = local_day(day, zone)[0]
    lock = saved.lock.observe(day.isoformat(), start, now, locked=locked)
    return replace(saved, lock=lock)


def with_locks(
    options: Options,
    saved: SavedState,
    decisions: Sequence[StageDecision],
    spare: Sequence[float | None],
    slots: Sequence[PriceSlot],
    now: datetime,
) -> tuple[StageDecision, ...]:
    """Return the decisions, of which some lock their heat pump.

    ``spare`` is how far (K) each tank is above the start of heating for comfort, and
    ``saved`` must be counted up to now. A lock ends as soon as one of its conditions
    does, but an output keeps each of its levels for ten minutes.
    """
    left = saved.lock.left(now)
    return tuple(
        replace(decision, locked=True, reason=Reason.EXPENSIVE)
        if stage.type is OutputType.SG_READY
        and saved.mode is Mode.AUTOMATIC
        and decision.reason in _WAITS
        and not decision.on
        and _may_lock(output, spare[stage.tank], left, slots, now)
        else decision
        for stage, output, decision in zip(
            options.stages, saved.outputs, decisions, strict=True
        )
    )


def _may_lock(
    output: OutputState,
    spare: float | None,
    left: timedelta,
    slots: Sequence[PriceSlot],
    now: datetime,
) -> bool:
    """Return whether price, comfort and budget allow a lock, or its continuation."""
    if spare is None or not _contain(slots, now):
        return False
    if _is_locked(output):
        return spare >= WARM and left > SPARE
    return (
        output.available
        and spare >= WARM_ENOUGH
        and left >= SG_READY_HOLD + SPARE
        and _contain(slots, now + SG_READY_HOLD)
    )


def _contain(slots: Sequence[PriceSlot], time: datetime) -> bool:
    """Return whether one of the slots contains a time."""
    return any(slot.start <= time < slot.end for slot in slots)


def _is_locked(output: OutputState) -> bool:
    """Return whether an output is locked, or commanded to be."""
    return _LOCKED in {output.level, output.asked}
