"""What the room is like, learned from its readings and the compressor alone."""

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from .room_filter import (
    COOL,
    DRIFT,
    HEAT,
    PULL,
    REFERENCE,
    RoomFilter,
    Step,
    change,
    noise_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .rates import Point

GOOD_ERROR: Final = 0.5
"""A model that errs by more in half an hour (°C) is not trusted: half a usual band."""

AHEAD: Final = timedelta(minutes=30)
"""How far ahead the model is tested: as long as the room takes to a degree."""

# Readings closer together bring but work; further apart tell nothing of between.
_LEAST = timedelta(seconds=30)
_MOST = timedelta(hours=3)

# For how long predictions have to have been tested before the model is trusted, and how
# long an error is remembered, h.
_ENOUGH = 6.0
_MEMORY = 24.0

# More standard deviations than that are no noise, and so many in a row no spike.
_SURPRISE = 4.0
_CONVINCED = 3

# How sure of the drive, and of the pull, to be, as a part of them.
_SURE = {COOL: 0.25, HEAT: 0.25, PULL: 0.5}

# How much less or more it may do at another fan speed, as a part; and so many speeds
# are remembered, each for cooling and heating: no unit has more.
_OTHER_SPEED = 0.3
_MOST_SPEEDS = 32

# How slowly a unit comes to its power and goes from it, s; the rest of it is learned.
_INERTIA = 90.0

_FARTHEST = timedelta(hours=12)
_HOUR = 3600.0


class Running(StrEnum):
    """What the unit does to the room."""

    REST = "rest"
    COOL = "cool"
    HEAT = "heat"
    UNKNOWN = "unknown"
    """It is lost; or it dries, which cools by nobody knows how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is known of the room."""

    error: float | None = None
    """How far (°C, root mean square) half-hour predictions were off in a day."""
    trusted: bool = False
    """Whether to act by it."""
    time_constant: float | None = None
    """How fast the room follows what is outside, h; a rough figure."""
    cooling_drive: float | None = None
    """What the unit alone changes while it cools, °C/h: negative."""
    drift: float | None = None
    """How fast the room would change now without the unit, °C/h."""


class RoomModel:
    """Learns from a stream of readings; bounded in memory and work."""

    def __init__(self) -> None:
        """Know what rooms are like, no more."""
        self._filter = RoomFilter()
        self._squared = 0.0
        self._tested = 0.0
        """For how many hours predictions have been tested."""
        self._last: Point | None = None
        self._running = Running.UNKNOWN
        self._until: datetime | None = None
        self._effects = {Running.COOL: 0.0, Running.HEAT: 0.0}
        self._told = dict(self._effects)
        self._hours = dict.fromkeys(Running, 0.0)
        self._surprises = 0
        self._fan: str | None = None
        # (fan, which drive) → the drive at that speed and its variance
        self._drives: dict[tuple[str | None, int], tuple[float, float]] = {}
        # (when, the estimate then, the step that led there)
        self._trail: deque[tuple[datetime, tuple[float, ...], Step]] = deque()

    def run(self, now: datetime, running: Running, fan: str | None = None) -> None:
        """Take what the unit does from now on, and how hard it blows."""
        self._pass(now)
        self._running = running
        if running in _OF.values() and fan != self._fan:
            self._blow(fan)

    def _blow(self, fan: str | None) -> None:
        """Go on with what the unit does at another fan speed, as far as it is known."""
        if self._fan is not None:
            for which in _OF:
                value, spread = self._filter.x[which], self._filter.spread(which)
                # At a speed of which nothing is known it does about the same.
                other = (value, spread**2 + (_OTHER_SPEED * value) ** 2)
                self._filter.replace(which, *self._drives.get((fan, which), other))
                if len(self._drives) < _MOST_SPEEDS:
                    self._drives[(self._fan, which)] = (value, spread**2)
            self._trail.clear()
        self._fan = fan

    def hear(self, point: Point) -> None:
        """Learn from a reading."""
        last = self._last
        if last is not None and timedelta(0) <= point.at - last.at < _LEAST:
            return
        self._pass(point.at)
        step = self._step(point)
        if step is None or last is None or last.voters != point.voters:
            # The first, the first in a long time, or of other sensors.
            self._filter.move_to(point.value, noise_of(_MOST / timedelta(hours=1)))
            self._trail.clear()
        else:
            self._learn(point, step)
        self._last = point

    def break_off(self) -> None:
        """Let nothing reach across a step of the clock."""
        self._last = self._until = None
        self._trail.clear()

    def learned(self, now: datetime) -> Learned:
        """Return what is known."""
        x = self._filter.x
        error = math.sqrt(self._squared) if self._tested else None
        known = self._tested >= _ENOUGH and self._last is not None
        if not known:
            return Learned(error=error)
        return Learned(
            error=error,
            trusted=self._is_trusted(now, COOL),
            time_constant=1 / x[PULL] if self._is_sure(PULL) else None,
            cooling_drive=x[COOL] if self._is_sure(COOL) else None,
            drift=x[DRIFT] - x[PULL] * (x[0] - REFERENCE),
        )

    def time_to(
        self, target: float, now: datetime, *, heating: bool = False
    ) -> timedelta | None:
        """Return how long the unit would take to a temperature, running all the time.

        None while the model is not trusted, and where it would take more than half a
        day or never come there.
        """
        which = HEAT if heating else COOL
        if not self._is_trusted(now, which):
            return None
        x = self._filter.x
        sign = 1 if heating else -1
        way = sign * (target - x[0])
        if way <= 0:
            return timedelta(0)
        end = REFERENCE + (x[DRIFT] + x[which]) / x[PULL]
        reach = sign * (end - x[0])
        if reach <= way:
            return None
        hours = -math.log1p(-way / reach) / x[PULL]
        # It takes a while to come to its power, unless it runs already.
        inertia = timedelta(seconds=_INERTIA * (1 - self._effects[_OF[which]]))
        taken = timedelta(hours=hours) + inertia
        return taken if taken <= _FARTHEST else None

    def _is_sure(self, which: int) -> bool:
        """Whether a part of the estimate is known well, and has the right sign."""
        value = self._filter.x[which]
        right = value < 0 if which == COOL else value > 0
        return right and self._filter.spread(which) <= _SURE[which] * abs(value)

    def _is_trusted(self, now: datetime, which: int) -> bool:
        """Whether predictions were right, of late too, and the drive is known."""
        return (
            self._tested >= _ENOUGH
            and self._squared <= GOOD_ERROR**2
            and self._last is not None
            and now - self._last.at <= AHEAD
            and self._is_sure(which)
        )

    def _pass(self, now: datetime) -> None:
        """Add up what the unit does until now."""
        if self._until is not None and now > self._until:
            seconds = (now - self._until).total_seconds()
            fade = math.exp(-seconds / _INERTIA)
            for running, before in self._effects.items():
                aim = 1.0 if self._running is running else 0.0
                mean = aim + (before - aim) * (1 - fade) * _INERTIA / seconds
                self._effects[running] = aim + (before - aim) * fade
                self._hours[running] += mean * seconds / _HOUR
            if self._running is Running.UNKNOWN:
                self._hours[Running.UNKNOWN] += seconds / _HOUR
        if self._until is None or now > self._until:
            self._until = now

    def _step(self, point: Point) -> Step | None:
        """Return what has happened since the last reading; None if nobody knows."""
        hours, told = self._hours, self._told
        self._hours = dict.fromkeys(Running, 0.0)
        self._told = dict(self._effects)
        if self._last is None:
            return None
        passed = point.at - self._last.at
        if not timedelta(0) < passed <= _MOST:
            return None
        return Step(
            hours=passed.total_seconds() / _HOUR,
            cool=hours[Running.COOL],
            heat=hours[Running.HEAT],
            unknown=hours[Running.UNKNOWN],
            cool_change=self._told[Running.COOL] - told[Running.COOL],
            heat_change=self._told[Running.HEAT] - told[Running.HEAT],
        )

    def _learn(self, point: Point, step: Step) -> None:
        noise = noise_of(step.hours)
        self._filter.predict(step)
        if self._filter.surprise(point.value, noise) <= _SURPRISE:
            self._filter.correct(point.value, noise)
            self._surprises = 0
        else:
            self._surprises += 1
            if self._surprises >= _CONVINCED:
                self._filter.disturb(point.value, noise)
                self._surprises = 0
                self._trail.clear()
        self._test(point.at, step)

    def _test(self, now: datetime, step: Step) -> None:
        """See how well what was known half an hour ago foretold what is known now."""
        trail = self._trail
        trail.append((now, tuple(self._filter.x), step))
        while len(trail) > 1 and trail[1][0] <= now - AHEAD:
            trail.popleft()
        start, then, _ = trail[0]
        if start > now - AHEAD:
            return
        x = list(then)
        for _, _, later in list(trail)[1:]:
            if later.unknown:
                return
            x[0] += change(x, later)
        self._tested = min(self._tested + step.hours, _MEMORY)
        weight = step.hours / max(self._tested, step.hours)
        self._squared += weight * ((x[0] - self._filter.x[0]) ** 2 - self._squared)

    def as_dict(self) -> dict[str, Any]:
        """Return what has to survive a restart as JSON."""
        return {
            "filter": self._filter.as_list(),
            "squared": self._squared,
            "tested": self._tested,
            "fan": self._fan,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> RoomModel:
        """Go on with what was stored; raises KeyError, TypeError or ValueError."""
        model = cls()
        model._filter = RoomFilter.from_list(raw["filter"])
        model._squared = float(raw["squared"])
        model._tested = float(raw["tested"])
        model._fan = raw["fan"] and str(raw["fan"])
        if not (0 <= model._squared < math.inf and 0 <= model._tested <= _MEMORY):
            raise ValueError
        return model


_OF = {COOL: Running.COOL, HEAT: Running.HEAT}
