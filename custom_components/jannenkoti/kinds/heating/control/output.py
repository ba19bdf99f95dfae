"""Follow one output: what was commanded, what it reports, and who switched it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ....lib.echo import Echo, Verdict
from ....lib.guard import Phase, observe
from ....lib.hold import Hold

CONFIRMED_WITHIN: Final = timedelta(seconds=20)
"""A relay over Zigbee or a cloud reports its new state within some seconds."""

RETRY_PAUSES: Final = (
    timedelta(),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
)
"""After each command that was not confirmed; the last applies from then on."""

NOT_FOLLOWING: Final = 3
"""Commands without effect after which it is reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputState:
    """What is known of an output.

    A level is 0 for off and 1 for on; SG-Ready has 2 for forced and -1 for locked, too.
    """

    phase: Phase | None = None
    """On or off, and since when; None until it is known."""
    level: int | None = None
    """What was last reported."""
    level_since: datetime | None = None
    available: bool = False
    asked: int | None = None
    """What was last commanded or accepted."""
    echo: Echo[int] | None = None
    misses: int = 0
    retry_at: datetime | None = None
    hold: Hold | None = None

    @property
    def on(self) -> bool:
        """Return whether it was on when it last reported."""
        return self.phase is not None and self.phase.on

    @property
    def not_following(self) -> bool:
        """Return whether commands have no effect."""
        return self.misses >= NOT_FOLLOWING

    def held(self, now: datetime) -> bool:
        """Return whether a change from outside is in effect."""
        return self.held_until(now) is not None

    def held_until(self, now: datetime) -> datetime | None:
        """Return until when a change from outside is in effect, if one is."""
        hold = self.hold
        return hold.until if hold is not None and hold.holds(now) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A level that an output is to have."""

    stage: int
    level: int
    before: int | None
    """What it last reported."""


def report(
    state: OutputState, reported: int | None, now: datetime, longest_hold: timedelta
) -> OutputState:
    """Return the state after a report; None means that the output is unavailable."""
    if reported is None:
        return replace(state, available=False)
    before = state.level
    if before != reported or state.level_since is None or state.level_since > now:
        state = replace(state, level=reported, level_since=now)
    phase = observe(state.phase, on=reported > 0, now=now)
    state = replace(state, available=True, phase=phase)
    if state.hold is not None and not state.hold.holds(now):
        state = replace(state, hold=None)
    if state.echo is not None:
        return _judge(state, state.echo, reported, now)
    if state.asked is None:
        return replace(state, asked=reported)
    if reported == state.asked:
        return replace(state, misses=0, retry_at=None)
    changed = before is not None and before != reported
    if changed and longest_hold and not state.misses:
        hold = Hold.begin(now, longest_hold)
        return replace(state, asked=reported, hold=hold)
    return state


def _judge(
    state: OutputState, echo: Echo[int], reported: int, now: datetime
) -> OutputState:
    """Return the state of an output that was commanded."""
    verdict = echo.judge(confirmed=reported == echo.expected, now=now)
    if verdict is Verdict.CONFIRMED:
        return replace(state, echo=None, misses=0, retry_at=None)
    if verdict is Verdict.PENDING:
        return state
    pause = RETRY_PAUSES[min(state.misses, len(RETRY_PAUSES) - 1)]
    return replace(state, echo=None, misses=state.misses + 1, retry_at=now + pause)


def command(
    state: OutputState, wanted: int, now: datetime, *, urgent: bool, held_for: timedelta
) -> tuple[OutputState, bool]:
    """Return the state and whether to send the wanted level now.

    Nothing is sent while the output already has the level, while the last command may
    still be confirmed, or while a retry is due later. Another level than before is sent
    at once, but not before the current one was held for its time (SG-Ready).
    """
    if urgent:
        state = replace(state, hold=None)
    elif (
        state.level_since is not None
        and state.level is not None
        and now < state.level_since + held_for
    ):
        wanted = state.level
    is_new = state.asked != wanted
    if state.level == wanted and (state.echo is None or not is_new):
        if is_new:
            state = replace(state, asked=wanted, misses=0, retry_at=None)
        return state, False
    if state.echo is not None and not is_new:
        return state, False
    waiting = state.retry_at is not None and now < state.retry_at
    if not state.available or (waiting and not is_new):
        return replace(state, asked=wanted), False
    echo = Echo(expected=wanted, deadline=now + CONFIRMED_WITHIN)
    misses = 0 if is_new else state.misses
    return replace(state, asked=wanted, echo=echo, misses=misses, retry_at=None), True
