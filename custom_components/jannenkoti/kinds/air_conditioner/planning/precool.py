"""Starts early, so that the room is ready in time.

That is at the end of a night in which the unit is off, or at an expected arrival. The
room model gives the lead time; while it is not trusted there is no early start.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from .overrides import Preset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from .plan import Plan

type Expected = datetime | time | None
"""An expected arrival: once, each day, or unknown."""

# Predictions are accurate within 25 %; the margin covers the minimum off time.
_RESERVE = 1.25
_MARGIN = timedelta(minutes=5)
_NO_TIME = timedelta(0)


def expected_at(state: str | None, zone: tzinfo) -> Expected:
    """Parse the state of an entity; a time without a zone is local time."""
    if state is None:
        return None
    try:
        return time.fromisoformat(state).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(state)
    except ValueError:
        return None
    if " " not in state and "T" not in state:
        return None  # A date without a time.
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def next_arrival(
    expected: Iterable[Expected], now: datetime, zone: tzinfo
) -> datetime | None:
    """Return the next expected arrival."""
    times = [_next(one, now, zone) for one in expected]
    return min((at for at in times if at is not None and at > now), default=None)


def _next(expected: Expected, now: datetime, zone: tzinfo) -> datetime | None:
    if not isinstance(expected, time):
        return expected
    today = now.astimezone(zone).date()
    at = datetime.combine(today, expected, zone)
    # Compared as instants: Python compares times of one zone by the wall clock.
    if at.timestamp() <= now.timestamp():
        at = datetime.combine(today + timedelta(days=1), expected, zone)
    return at.astimezone(now.tzinfo)


class Precooler:
    """Decides when to start early, and keeps that decision."""

    def __init__(self) -> None:
        """Initialize without an early start."""
        self._ready_at: datetime | None = None

    def early(
        self,
        plan: Plan,
        arrival: datetime | None,
        now: datetime,
        *,
        need: timedelta | None,
        longest: timedelta,
    ) -> Plan:
        """Return the plan, changed if it is time to start early.

        ``need`` is how long the unit takes to reach the user's own target, None if
        unknown; ``longest`` limits the early start. An early start lasts until the
        room is needed, or until its temperature is unknown.
        """
        ready_at = None
        if plan.asleep:
            ready_at = plan.ready_at
        elif plan.preset is Preset.AWAY:
            ready_at = arrival
        if ready_at is None or need is None or not now < ready_at <= now + longest:
            self._ready_at = None
            return plan
        if self._ready_at != ready_at:
            if need <= _NO_TIME or ready_at - now > need * _RESERVE + _MARGIN:
                return plan
            self._ready_at = ready_at
        edge = ready_at if plan.edge is None else min(plan.edge, ready_at)
        return replace(plan, asleep=False, relief=0.0, early=True, edge=edge)
