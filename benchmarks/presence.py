"""Departures that did not happen, in a simulated house of fourteen days.

Three people with phones that sleep, an access point that fails and a router that
restarts. The reference is Home Assistant's ping tracker on the same trace: a ping every
30 seconds, away after `consider_home` of 180 seconds.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from custom_components.jannenkoti.kinds.presence.stages.rules import (
    Parameters,
    Presence,
    Sign,
    Source,
)

from .figure import Figure, note

_DAYS: Final = 14
_PEOPLE: Final = 3
_BEGIN: Final = datetime(2026, 1, 12, tzinfo=UTC)
_TICK: Final = timedelta(seconds=10)
_TICKS: Final = _DAYS * 24 * 360
_REFERENCE_TICKS: Final = 3
_CONSIDER_HOME: Final = timedelta(seconds=180)
_PHONE: Final = "phone"
_WORKDAYS: Final = 5


async def measure() -> list[Figure]:
    """Count both on the same trace."""
    random = Random(14)
    outages = _outages(random)
    ours, reference, departures = 0, 0, 0
    arrivals: list[float] = []
    for _ in range(_PEOPLE):
        person = _Person(_absences(random), random)
        counted = person.run(outages)
        ours += counted.ours
        reference += counted.reference
        arrivals += counted.arrivals
        departures += counted.seen
    note(f"{departures} true departures seen, arrivals within {max(arrivals):.0f} s")
    return [
        Figure(
            name="false_away",
            ours=ours,
            reference=reference,
            unit="departures",
            ratio=None,
            goal=0.0,
        ),
        Figure(
            name="arrival_delay",
            ours=max(arrivals),
            reference=None,
            unit="s",
            ratio=None,
            goal=15.0,
        ),
    ]


def _outages(random: Random) -> list[tuple[int, int]]:
    """Return when the Wi-Fi is down, in ticks: failures, and restarts of the router."""
    found = []
    for day in range(_DAYS):
        if day % 3 == 0:
            begin = day * 8640 + random.randrange(8640)
            found.append((begin, begin + random.randint(30, 240)))
        if day % 7 == 2:  # noqa: PLR2004 - a weekday
            begin = day * 8640 + 3 * 360
            found.append((begin, begin + 24))
    return found


def _absences(random: Random) -> list[tuple[int, int]]:
    """Return when a person is out, in ticks."""
    found = []
    for day in range(_DAYS):
        start = 8 if day % 7 < _WORKDAYS else 11
        hours = 8 if day % 7 < _WORKDAYS else 2
        begin = day * 8640 + start * 360 + random.randint(-180, 180)
        found.append((begin, begin + hours * 360 + random.randint(-180, 360)))
    return found


@dataclass(slots=True)
class _Counted:
    """What both trackers did."""

    ours: int = 0
    reference: int = 0
    seen: int = 0
    arrivals: list[float] = field(default_factory=list)


class _Person:
    """A person, their phone, and both trackers."""

    def __init__(self, absences: list[tuple[int, int]], random: Random) -> None:
        """Initialize a person who is home."""
        self._absences = absences
        self._random = random
        self._sleeps_until = 0
        self._awake_until = 0
        self._presence = Presence(
            parameters=Parameters(), zone=UTC, sources={_PHONE: Source()}
        )

    def run(self, outages: list[tuple[int, int]]) -> _Counted:
        """Return what both trackers did in all days."""
        counted = _Counted()
        before, reference_before, reference_seen = True, True, _BEGIN
        arrived: int | None = None
        for tick in range(_TICKS):
            now = _BEGIN + tick * _TICK
            out = any(begin <= tick < end for begin, end in self._absences)
            if any(tick == end for _begin, end in self._absences):
                arrived, self._awake_until = tick, tick + 12
            down = any(begin <= tick < end for begin, end in outages)
            answers = not out and not down and self._answers(tick, now)
            sign = Sign.HERE if answers else Sign.LOST if down else Sign.NOT_HERE
            self._presence.report(_PHONE, sign, now)
            home = bool(self._presence.decide(now).home)
            if before and not home:
                counted.ours += not out
                counted.seen += out
            if home and arrived is not None and not down:
                counted.arrivals.append((tick - arrived + 1) * 10.0)
                arrived = None
            if down:  # No source could see them; the arrival counts from here.
                arrived = None if arrived is None else tick + 1
            before = home
            if tick % _REFERENCE_TICKS == 0:
                reference_seen = now if answers else reference_seen
                there = now - reference_seen <= _CONSIDER_HOME
                counted.reference += reference_before and not there and not out
                reference_before = there
        return counted

    def _answers(self, tick: int, now: datetime) -> bool:
        """Return whether the phone answers: it sleeps in between, longer at night."""
        if tick < self._awake_until:
            return True
        if tick < self._sleeps_until:
            return False
        night = now.hour >= 22 or now.hour < 7  # noqa: PLR2004 - hours
        minutes = self._random.lognormvariate(1.8, 0.8) if night else 0.0
        minutes = minutes or self._random.lognormvariate(0.3, 0.7)
        asleep = min(minutes, 60.0 if night else 10.0)
        self._awake_until = tick + self._random.randint(2, 30)
        self._sleeps_until = self._awake_until + round(asleep * 6)
        return True
