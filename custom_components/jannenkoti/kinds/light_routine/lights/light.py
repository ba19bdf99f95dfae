"""The rules for one light: when it may be sent something, and when it is left alone.

A light that is off is never sent anything. What was pending when it was turned off is
dropped, also where the report of that arrives late.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from .look import Look, is_between
from .states import Abilities, Pause, PauseEnd, Phase, Ramp, Report, Sent

DOUBTFUL_FOR: Final = timedelta(seconds=30)
"""A report of "on" so soon after "off" may be an old one that arrives late."""

VETO_LASTS: Final = timedelta(minutes=10)
"""An action that turned a light off without effect is ignored after this time."""

_FIRST_REPORTS: Final = timedelta(seconds=5)
"""How long after a command a light may report another color than it was sent: a lamp
shows the nearest color that it has."""

_FADE_ENDS_LATE: Final = timedelta(seconds=10)

_ASKED_LASTS: Final = timedelta(seconds=30)

_STEP: Final = timedelta(seconds=30)
"""Least time between two steps for a light that cannot fade by itself."""
_STEPS: Final = 20

_RETRIES: Final = tuple(timedelta(seconds=s) for s in (30, 60, 120, 240, 480))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An action that has turned the light on, until its report comes."""

    until: datetime
    explicit: bool


class Light:
    """The state of one light."""

    __slots__ = (
        "_asked",
        "_due_at",
        "_fade",
        "_off_at",
        "_retries",
        "_veto_until",
        "_wait_until",
        "abilities",
        "look",
        "pause",
        "phase",
        "ramp",
        "sent",
    )

    def __init__(self, pause: Pause | None = None) -> None:
        """Initialize a light that has not reported yet."""
        self.phase = Phase.GONE
        self.look = Look()
        self.abilities = Abilities()
        self.pause = pause
        self.ramp: Ramp | None = None
        self.sent: Sent | None = None
        self._due_at: datetime | None = None
        self._fade = False
        self._off_at: datetime | None = None
        self._asked: _Asked | None = None
        self._retries = 0
        self._veto_until: datetime | None = None
        self._wait_until: datetime | None = None

    # What happens

    def slot_began(self, now: datetime, ends: PauseEnd) -> None:
        """Start the next slot, which the light fades to."""
        if ends is PauseEnd.NEXT_SLOT:
            self.pause = None
        self._retries = 0
        self.request(now, fade=True)

    def request(self, now: datetime, *, fade: bool) -> None:
        """Let the light be set to the slot, if it is on and not paused."""
        self.drop()
        if self.phase is Phase.ON:
            self._due_at, self._fade = now, fade

    def drop(self) -> None:
        """Drop what is pending."""
        self.ramp = None
        self._due_at = None

    def off_requested(self, now: datetime) -> None:
        """Record an action that turns the light off, before it reports that."""
        self.drop()
        self.pause = None
        self._asked = None
        self._veto_until = now + VETO_LASTS
        self._off_at = now

    def on_requested(self, now: datetime, *, explicit: bool) -> None:
        """Record an action that turns the light on, or on with a look."""
        self._veto_until = self._off_at = self._wait_until = None
        self._asked = _Asked(until=now + _ASKED_LASTS, explicit=explicit)

    def failed(self, now: datetime) -> None:
        """Try a command that was not carried out again later, a few times."""
        self.sent = None
        if self._retries < len(_RETRIES):
            self._due_at = now + _RETRIES[self._retries]
            self._fade = False
            self._retries += 1

    def report(
        self, report: Report, now: datetime, *, adapt: bool, lasts: timedelta | None
    ) -> None:
        """Take a reported state.

        ``adapt`` is whether lights that are turned on get the slot; ``lasts`` is how
        long a manual change pauses them, None for until another event.
        """
        before, self.phase = self.phase, report.phase
        if report.phase is Phase.ON:
            self.abilities = report.abilities
            if before is Phase.OFF:
                self._turned_on(report, now, adapt=adapt, lasts=lasts)
            elif before is Phase.GONE:
                self._returned(report, now)
            else:
                self._changed(report, now, lasts)
            self.look = report.look
            return
        self.drop()
        self.sent = None
        if report.phase is Phase.OFF:
            self.pause = None
            self._veto_until = None
            if not self._is_asked(now):
                self._off_at = now

    def _is_asked(self, now: datetime) -> bool:
        """Return whether an action has just turned the light on."""
        return self._asked is not None and now < self._asked.until

    def _turned_on(
        self, report: Report, now: datetime, *, adapt: bool, lasts: timedelta | None
    ) -> None:
        """Let a light that was turned on have the slot, or keep what it was set to."""
        asked = self._asked if self._is_asked(now) else None
        self._asked = None
        if asked is None and not report.by_user:
            self._doubt()
        if asked is not None and asked.explicit:
            self._pause(report.look, now, lasts)
        elif adapt:
            self.request(now, fade=False)

    def _doubt(self) -> None:
        """Wait before the light counts as on, if it has just been off."""
        if self._off_at is not None:
            self._wait_until = self._off_at + DOUBTFUL_FOR

    def _returned(self, report: Report, now: datetime) -> None:
        """Let a light that was unreachable have the slot once.

        A paused one stays as it is, unless it lost its look, as after a power cut.
        """
        self._asked = None
        if self.pause is not None:
            if not self.pause.look.differs(report.look):
                return
            self.pause = None
        self._retries = 0
        self._doubt()
        self.request(now, fade=False)

    def _changed(self, report: Report, now: datetime, lasts: timedelta | None) -> None:
        """Decide whether a change of a light that is on was made by hand.

        Home Assistant keeps the context of an action for some seconds, so only the
        first report with ours is surely the answer.
        """
        had_answered = self.sent is not None and self.sent.answered
        if self.sent is not None and not self.sent.answered:
            answered = report.ours or self.look.differs(report.look)
            self.sent = replace(self.sent, answered=answered)
        if self.pause is not None:
            self.pause = replace(self.pause, look=report.look)
            return
        self._asked = None
        if not self.look.differs(report.look) or (report.ours and not had_answered):
            return
        if not self._is_effect_of_command(report, now):
            self._pause(report.look, now, lasts)

    def _is_effect_of_command(self, report: Report, now: datetime) -> bool:
        """Return whether a change is what the last command does, not a manual one."""
        sent = self.sent
        if sent is None:
            return False
        if not sent.target.filled_by(report.look).differs(report.look):
            return True
        if report.by_user:
            return False
        begin = self.ramp.start if self.ramp else sent.start
        seen = report.look
        if now <= sent.at + _FIRST_REPORTS:
            seen = Look(brightness=seen.brightness)
        return now <= sent.until + _FADE_ENDS_LATE and is_between(
            seen, begin, sent.target
        )

    def _pause(self, look: Look, now: datetime, lasts: timedelta | None) -> None:
        """Leave the light alone."""
        self.drop()
        until = None if lasts is None else now + lasts
        self.pause = Pause(since=now, until=until, look=look)

    # What to do

    def may_be_sent_to(self, now: datetime) -> bool:
        """Return whether the light is on and nothing prevents a command."""
        blocked = any(
            until is not None and now < until
            for until in (self._veto_until, self._wait_until)
        )
        return self.phase is Phase.ON and not blocked and self.pause is None

    def expire(self, now: datetime) -> None:
        """End a pause whose time is over; one from before a clock step ends, too."""
        pause = self.pause
        if pause is None or pause.until is None:
            return
        if now >= pause.until or now < pause.since - _FADE_ENDS_LATE:
            self.pause = None
            self.request(now, fade=False)

    def take(
        self, now: datetime, target: Look, fade: float
    ) -> tuple[Look, float] | None:
        """Return the look and transition (s) to send now, if any; it is then sent."""
        if self._due_at is None or now < self._due_at:
            return None
        if self.ramp is not None:
            return self._next_step(now)
        if self._wait_until is not None and now < self._wait_until:
            self._due_at = self._wait_until
            return None
        self._due_at = None
        return self._begin(now, target, fade)

    def _begin(
        self, now: datetime, target: Look, fade: float
    ) -> tuple[Look, float] | None:
        """Return the one command of a change, or prepare its steps."""
        if not self.may_be_sent_to(now) or not self.abilities.dims:
            return None
        wanted = target if self.abilities.colors else Look(brightness=target.brightness)
        if wanted.reached_by(self.look):
            return None
        seconds = fade if self._fade else 0.0
        duration = timedelta(seconds=seconds)
        if not self.abilities.fades and duration >= 2 * _STEP:
            step = max(_STEP, duration / _STEPS)
            self.ramp = Ramp(
                start=self.look,
                target=wanted,
                begin=now,
                end=now + duration,
                step=step,
            )
            self._due_at = now + step
            return None
        return self._send(wanted, now, seconds if self.abilities.fades else 0.0)

    def _next_step(self, now: datetime) -> tuple[Look, float] | None:
        """Return the next step of a ramp."""
        ramp = self.ramp
        if ramp is None or not self.may_be_sent_to(now):
            self.drop()
            return None
        look = ramp.look_at(now)
        self._due_at = now + ramp.step
        if now >= ramp.end:
            self.drop()
        return self._send(look, now, 0.0)

    def _send(self, look: Look, now: datetime, seconds: float) -> tuple[Look, float]:
        """Record a command."""
        until = now + timedelta(seconds=seconds)
        self.sent = Sent(at=now, until=until, start=self.look, target=look)
        return look, seconds

    def check_answer(self, now: datetime) -> None:
        """Send again what a light has not reacted to."""
        sent = self.sent
        if sent is None or sent.answered or now < sent.until + _FADE_ENDS_LATE:
            return
        self.sent = None
        if self.ramp is None and not sent.target.reached_by(self.look):
            self.failed(now)

    @property
    def is_retrying(self) -> bool:
        """Return whether the last command was not carried out yet."""
        return self._retries > 0 and self._due_at is not None

    def next_at(self) -> datetime | None:
        """Return when there is something to do."""
        times = [self._due_at]
        if self.pause is not None:
            times = [self.pause.until]
        if self.sent is not None and not self.sent.answered:
            times.append(self.sent.until + _FADE_ENDS_LATE)
        return min((at for at in times if at is not None), default=None)
