"""Whether a person is home: arrival at once, departure after a grace time.

What is lost is not a departure: while a source cannot be asked, or the reference host
is unreachable too, the state stays as it is.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

DOOR_BEFORE: Final = timedelta(minutes=10)
"""A door that opened this long before the last sign of a person can be their departure:
a phone may answer from the stairs."""

DOOR_LONGEST: Final = timedelta(hours=12)
"""After so long without any sign a person has left through a door without a sensor."""

_CERTAIN: Final = 100
_LEAST: Final = 50


class Sign(StrEnum):
    """The evidence of a source now."""

    HERE = "here"
    NOT_HERE = "not_here"
    LOST = "lost"
    """The source cannot be asked."""


class Stage(StrEnum):
    """Whether a person is home, and for how long not."""

    HOME = "home"
    JUST_LEFT = "just_left"
    AWAY = "away"
    EXTENDED_AWAY = "extended_away"


class Reason(StrEnum):
    """Why the stage is what it is."""

    SEEN = "seen"
    GRACE = "grace"
    EVIDENCE_LOST = "evidence_lost"
    DOOR_CLOSED = "door_closed"
    ALL_LEFT = "all_left"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What the user has chosen."""

    grace: timedelta = timedelta(minutes=15)
    night_grace: timedelta = timedelta(minutes=90)
    """Between the two times of the night: phones sleep, and people seldom leave."""
    night_from: time = time(21)
    night_to: time = time(9)
    just_left: timedelta = timedelta(minutes=10)
    extended: timedelta = timedelta(hours=24)
    own_grace: Mapping[str, timedelta] = field(default_factory=dict)
    """Grace times of single sources, at any time of day."""
    has_doors: bool = False

    def grace_of(self, source: str, silent_since: datetime, now: datetime) -> timedelta:
        """Return the grace time of a source that is silent since a local time."""
        if (own := self.own_grace.get(source)) is not None:
            return own
        nights = any(self._is_night(at.time()) for at in (silent_since, now))
        return max(self.grace, self.night_grace) if nights else self.grace

    def _is_night(self, at: time) -> bool:
        """Return whether a local time is in the night, which may span midnight."""
        if self.night_from <= self.night_to:
            return self.night_from <= at < self.night_to
        return at >= self.night_from or at < self.night_to


@dataclass(slots=True, kw_only=True)
class Source:
    """A source of evidence."""

    sign: Sign = Sign.LOST
    since: datetime | None = None
    """When it began to say so (UTC); a loss in between starts the grace time again."""
    last_here: datetime | None = None
    decides: bool = False
    """Whether its absence alone is enough: it measures where a person is (GPS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a person."""

    home: bool | None = None
    """None before the first evidence."""
    since: datetime | None = None
    stage: Stage | None = None
    reason: Reason = Reason.NO_EVIDENCE
    confidence: int = 0
    """Percent."""
    last_seen: datetime | None = field(default=None, compare=False)
    next_change: datetime | None = None
    source: str | None = None
    """The source that decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """The result of the evidence of a moment."""

    home: bool | None
    reason: Reason
    source: str | None = None
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Presence:
    """The sources of a person, and what follows from them."""

    parameters: Parameters
    zone: tzinfo
    sources: dict[str, Source] = field(default_factory=dict)
    state: State = field(default_factory=State)
    door_opened: datetime | None = None

    def report(self, name: str, sign: Sign, now: datetime) -> None:
        """Add the evidence of a source."""
        source = self.sources[name]
        if sign is Sign.HERE:
            source.last_here = now
        if source.sign is not sign or source.since is None or source.since > now:
            source.sign, source.since = sign, now

    def door(self, now: datetime) -> None:
        """Take an opened door."""
        self.door_opened = now

    def decide(self, now: datetime) -> State:
        """Return the state at a time."""
        seen = [x.last_here for x in self.sources.values() if x.last_here]
        last_seen = max(seen, default=self.state.last_seen)
        verdict = self._home(now, last_seen)
        home, reason, until = verdict.home, verdict.reason, verdict.until
        since = self.state.since
        # A clock that was set back must not make a stage last for years.
        if home != self.state.home or since is None or since > now:
            since = now
        stage, ends = self._stage(since, now) if home is False else (None, None)
        self.state = State(
            home=home,
            since=since,
            stage=Stage.HOME if home else stage,
            reason=reason,
            confidence=self._confidence(reason, until, now),
            last_seen=last_seen,
            next_change=until if home else ends,
            source=verdict.source,
        )
        return self.state

    def _home(self, now: datetime, last_seen: datetime | None) -> _Verdict:
        """Return whether the person is home, why, by which source, and until when."""
        here = [name for name, x in self.sources.items() if x.sign is Sign.HERE]
        if here:
            return _Verdict(home=True, reason=Reason.SEEN, source=here[0])
        ends = {
            name: self._grace_ends(name, x, now)
            for name, x in self.sources.items()
            if x.sign is Sign.NOT_HERE
        }
        lost = [name for name, x in self.sources.items() if x.sign is Sign.LOST]
        left = [n for n, end in ends.items() if self.sources[n].decides and end <= now]
        if not left and (not ends or lost):
            before = self.state.home
            reason = Reason.NO_EVIDENCE if before is None else Reason.EVIDENCE_LOST
            return _Verdict(home=before, reason=reason, source=next(iter(lost), None))
        latest = max(ends, key=lambda name: ends[name])
        if self.state.home:
            if ends[latest] > now and not left:
                return _Verdict(
                    home=True, reason=Reason.GRACE, source=latest, until=ends[latest]
                )
            gate = self._door_holds_until(last_seen)
            if gate is not None and gate > now:
                return _Verdict(home=True, reason=Reason.DOOR_CLOSED, until=gate)
        return _Verdict(
            home=False, reason=Reason.ALL_LEFT, source=(left or [latest])[0]
        )

    def _grace_ends(self, name: str, source: Source, now: datetime) -> datetime:
        """Return when the grace time of a source ends."""
        since = source.since or now
        local, local_now = since.astimezone(self.zone), now.astimezone(self.zone)
        return since + self.parameters.grace_of(name, local, local_now)

    def _door_holds_until(self, last_seen: datetime | None) -> datetime | None:
        """Return until when closed doors prove that no one has left."""
        if not self.parameters.has_doors or last_seen is None:
            return None
        opened = self.door_opened
        if opened is not None and opened >= last_seen - DOOR_BEFORE:
            return None
        return last_seen + DOOR_LONGEST

    def _stage(self, since: datetime, now: datetime) -> tuple[Stage, datetime | None]:
        """Return the stage of an absence, and when the next one begins."""
        left, extended = self.parameters.just_left, self.parameters.extended
        if now < since + left:
            return Stage.JUST_LEFT, since + left
        if now < since + extended:
            return Stage.AWAY, since + extended
        return Stage.EXTENDED_AWAY, None

    def _confidence(self, reason: Reason, until: datetime | None, now: datetime) -> int:
        """Return how certain the state is, in percent."""
        if reason is Reason.GRACE and until is not None:
            since = max(x.since or now for x in self.sources.values())
            left = (until - now) / max(until - since, timedelta(seconds=1))
            part = min(max(left, 0.0), 1.0)
            return round((_LEAST + (_CERTAIN - _LEAST) * part) / 10) * 10
        if reason is Reason.ALL_LEFT:
            votes = [x.sign for x in self.sources.values()]
            certain = sum(sign is Sign.NOT_HERE for sign in votes)
            decides = any(x.decides for x in self.sources.values())
            return min(_CERTAIN, 60 + 20 * certain + 20 * decides)
        return {
            Reason.SEEN: _CERTAIN,
            Reason.DOOR_CLOSED: 80,
            Reason.NO_EVIDENCE: 0,
        }.get(reason, _LEAST)

    def next_at(self) -> datetime | None:
        """Return when there is something to decide without new evidence."""
        return self.state.next_change
