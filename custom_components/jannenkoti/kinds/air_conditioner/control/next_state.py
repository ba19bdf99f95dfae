"""Make the next state: the only place where the state changes automatically."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ....lib.hold import Hold
from ..insight.daily_counters import DailyCounters
from .decide import Reason
from .remote_control import apply_remote_changes

if TYPE_CHECKING:
    from datetime import date

    from ....lib.guard import MinimumTimes, Phase
    from ..model import Abilities
    from ..planning.planner import Planner
    from .decide import Decision
    from .device import TrackedDevice
    from .saved_state import SavedState

_NO_TIME: Final = timedelta(0)

LONGEST_EXTENSION: Final = timedelta(minutes=30)
"""For how long lost connections may restart the minimum off time at most."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the next state depends on besides the state and the device."""

    planner: Planner
    abilities: Abilities
    minimum: MinimumTimes
    hold: timedelta
    """The longest hold; zero for none."""


def before_decision(
    saved: SavedState, device: TrackedDevice, rules: Rules, now: datetime
) -> SavedState:
    """Return the state that a decision starts from.

    Remote changes are applied, and what has ended is removed.
    """
    saved = _after_loss(saved, device, rules.minimum, now)
    saved = _with_remote(saved, device, rules, now)
    if device.state is not None:
        request = saved.request.fitting(rules.abilities)
        if request is not saved.request:
            saved = replace(saved, request=request)
    overrides, occupancy = rules.planner.update(saved.overrides, saved.occupancy, now)
    if overrides is saved.overrides and occupancy is saved.occupancy:
        return saved
    return replace(saved, overrides=overrides, occupancy=occupancy)


def after_decision(
    saved: SavedState,
    device: TrackedDevice,
    decision: Decision,
    today: date,
    *,
    sent: bool,
    commands: int,
) -> SavedState:
    """Return the state after a decision was carried out.

    ``sent``: no part of the command is pending; ``commands``: how many were sent.
    """
    state, request = device.state, saved.request
    if decision.reason is Reason.REFUSED:
        request = replace(request, power=None, pending=frozenset())
    elif state is not None:
        request = request.after(state, sent=sent)
    limited = decision.reason is Reason.HOLD_LIMIT
    phase = decision.phase
    runs = phase is not None and phase.on
    return replace(
        saved,
        request=request,
        phase=phase,
        seen=saved.seen if state is None else state.lasting,
        echo_due=device.echo_due,
        lost_since=device.lost_since,
        hold=None if limited else saved.hold,
        counters=_counters(saved, phase, today, commands),
        rest_extended=None if runs else saved.rest_extended,
    )


def _after_loss(
    saved: SavedState, device: TrackedDevice, minimum: MinimumTimes, now: datetime
) -> SavedState:
    """Return the state after a loss in which the compressor may have been switched.

    A run keeps its start: to end it too early does no harm. A rest starts again, but a
    connection that is lost again and again does not extend it without bound.
    """
    phase, extended = saved.phase, saved.rest_extended
    rested = phase is not None and now - phase.since >= minimum.off
    if extended is not None and rested and not device.was_unseen:
        return replace(saved, rest_extended=None)
    if not device.was_unseen or device.state is None or phase is None:
        return saved
    if phase.on and device.state.compressor:
        return saved
    if extended is None or extended > now:
        return replace(saved, phase=None, rest_extended=now)
    if now - extended < LONGEST_EXTENSION:
        return replace(saved, phase=None)
    return saved


def _with_remote(
    saved: SavedState, device: TrackedDevice, rules: Rules, now: datetime
) -> SavedState:
    """Return the state with the changes by remote control."""
    if saved.hold is not None and not saved.hold.holds(now):
        saved = replace(saved, hold=None)
    if (state := device.state) is None:
        return saved
    request = apply_remote_changes(saved.request, saved.seen, state, rules.abilities)
    if request is not saved.request:
        saved = replace(saved, request=request)
    if device.remote_used and request.regulate:
        saved = replace(saved, hold=_hold(rules, now))
    return saved


def _hold(rules: Rules, now: datetime) -> Hold | None:
    """Return the hold that begins now; None if holds are disabled."""
    if rules.hold <= _NO_TIME:
        return None
    moment = rules.planner.schedule(now)
    edge = None if moment is None else moment.changes_at
    return Hold.begin(now, rules.hold, edge)


def _counters(
    saved: SavedState, phase: Phase | None, today: date, commands: int
) -> DailyCounters:
    """Return the counters of today with what a decision did."""
    before = saved.phase
    off_before = before is not None and not before.on
    started = off_before and phase is not None and phase.on
    counters = (saved.counters or DailyCounters(day=today)).on(today)
    return counters.plus(commands=commands, starts=int(started))
