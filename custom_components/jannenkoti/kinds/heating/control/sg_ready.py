"""SG-Ready: two relays with four states, and the order in which to switch them.

Source: the specification "SG Ready" of Bundesverband Wärmepumpe, version 1.1.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final


class SgState(IntEnum):
    """The states by their numbers in the specification."""

    LOCK = 1
    """The utility locks the heat pump, for two hours a day at most."""
    NORMAL = 2
    RECOMMENDED = 3
    """Use surplus: the heat pump may raise its set points."""
    FORCED = 4
    """Start at once."""


# Relay 1 and relay 2 of each state.
RELAYS: Final = {
    SgState.LOCK: (True, False),
    SgState.NORMAL: (False, False),
    SgState.RECOMMENDED: (False, True),
    SgState.FORCED: (True, True),
}

LOCK_BUDGET: Final = timedelta(hours=2)
"""The longest lock per day."""


def state_of(first: bool | None, second: bool | None) -> SgState | None:  # noqa: FBT001
    """Return the state of both relays, or None if one is not known."""
    if first is None or second is None:
        return None
    return next(state for state, pair in RELAYS.items() if pair == (first, second))


def steps(before: SgState | None, after: SgState) -> tuple[tuple[int, bool], ...]:
    """Return the relays to switch, by number (0 or 1), in order.

    Between two writes the pair shows another state for a moment. In this order it is
    never a lock or a forced start that neither the old nor the new state contains:
    relay 1 is switched off first and on last. Unknown relays are all written.
    """
    first, second = RELAYS[after]
    old = (not first, not second) if before is None else RELAYS[before]
    changes: list[tuple[int, bool]] = []
    if old[0] and not first:
        changes.append((0, False))
    if old[1] is not second:
        changes.append((1, second))
    if first and not old[0]:
        changes.append((0, True))
    return tuple(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBudget:
    """How long the heat pump was locked on a day (local date as text)."""

    day: str = ""
    used: float = 0.0
    """Seconds of that day in locks that have ended, or that it began with."""
    since: datetime | None = None
    """From when the current lock counts for that day; None without one."""

    def observe(
        self, day: str, start: datetime, now: datetime, *, locked: bool
    ) -> LockBudget:
        """Return the budget at a time of a day, which began at ``start``.

        A lock over midnight counts for each day with its part.
        """
        used = self.used if day == self.day else 0.0
        since = None if self.since is None else max(self.since, start)
        if locked:
            return LockBudget(day=day, used=used, since=min(since or now, now))
        if since is not None:
            used += max((now - since).total_seconds(), 0.0)
        return LockBudget(day=day, used=used)

    def left(self, now: datetime) -> timedelta:
        """Return how long the heat pump may still be locked on the day."""
        used = timedelta(seconds=self.used)
        if self.since is not None:
            used += now - self.since
        return max(LOCK_BUDGET - used, timedelta())

    def shifted(self, step: timedelta) -> LockBudget:
        """Return the budget after the clock was stepped: the length stays the same."""
        return replace(self, since=self.since and self.since + step)
