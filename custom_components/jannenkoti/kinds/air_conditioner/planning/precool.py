"""Begins early, so that the room is ready when somebody needs it.

That is when the night ends in which the unit is off, or when somebody is expected home.
How early tells the learned room; while that is not trusted nothing begins early.
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
"""When somebody is expected: once, each day, or nobody knows."""

# The forecast is right within a quarter of the time, and whoever rests has to start.
_RESERVE = 1.25
_MARGIN = timedelta(minutes=5)
_NO_TIME = timedelta(0)


def expected_at(told: str | None, zone: tzinfo) -> Expected:
    """Return what an entity tells; a time without a zone is that of the home."""
    if told is None:
        return None
    try:
        return time.fromisoformat(told).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    if " " not in told and "T" not in told:
        return None  # a day is no time
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def coming(
    expected: Iterable[Expected], now: datetime, zone: tzinfo
) -> datetime | None:
    """Return when somebody is expected next."""
    times = [_next(one, now, zone) for one in expected]
    return min((at for at in times if at is not None and at > now), default=None)


def _next(expected: Expected, now: datetime, zone: tzinfo) -> datetime | None:
    if not isinstance(expected, time):
        return expected
    today = now.astimezone(zone).date()
    at = datetime.combine(today, expected, zone)
    # Compared as instants: two times of one zone would be by their hands.
    if at.timestamp() <= now.timestamp():
        at = datetime.combine(today + timedelta(days=1), expected, zone)
    return at.astimezone(now.tzinfo)


class Precooler:
    """Knows what it has begun to get ready for."""

    def __init__(self) -> None:
        """Begin nothing yet."""
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
        """Return the plan as it is once it is time to begin.

        ``need`` is how long the unit would take to the user's own target, None where
        that is not known; ``longest`` is the earliest that may be begun. What was begun
        goes on until the room is needed, for as long as the room is known.
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
