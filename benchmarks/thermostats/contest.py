"""Lets a thermostat live through what happens in a room, and judges it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .world import BAND, DAYS, HOUR, MINUTE, OFFLINE, STEP, TARGET, Room

if TYPE_CHECKING:
    from .world import Place, Script, Unit

_BLIND = 15 * MINUTE


class Contestant(Protocol):
    """What can happen to a thermostat."""

    def trusts(self, now: int, /) -> bool:
        """Return whether it acts by what it has learned of the room."""

    async def receive(self, now: int, sensor: int, value: float | None, /) -> None:
        """Take a word of a sensor."""

    async def edit(self, target: float) -> None:
        """Take another target."""

    async def sleep(self, *, asleep: bool) -> None:
        """Enter or leave the night."""

    async def stop(self) -> None:
        """Stop with Home Assistant."""

    async def start(self) -> None:
        """Start again."""

    async def pass_step(self) -> None:
        """Let the clocks go on, also while it is stopped."""

    async def tick(self, now: int, /) -> None:
        """Live through a step."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a thermostat has done to a room and its unit."""

    starts: int
    outside: float
    """For how long the room was outside the band while it was judged, s."""
    judged: float
    violations: int
    commands: int
    degree_hours: float = 0.0
    """How far and how long it was outside the band, °C·h."""
    judged_starts: int = 0
    """Starts while the temperature was judged."""
    fights: int = 0
    """Commands against somebody who has used the remote control."""
    unseen: int = 0
    """Uses of the remote control that no report could show."""
    false_starts: int = 0
    """Starts in air that was below the target already.

    Without any reading for 15 minutes the air is not known so exactly; then a start
    is false in air below the band.
    """
    blind_starts: int = 0
    """Starts without readings in air that was below the target, but in the band."""
    trusted: int = 0
    """For how long it acted by what it had learned of the room, s."""
    lived: int = 0
    """How long all of it took, s."""

    @property
    def faults(self) -> int:
        """Return what no thermostat may do, all together."""
        return self.violations + self.fights + self.false_starts

    def __add__(self, other: Result) -> Result:
        """Return what it has done to both rooms."""
        return Result(
            starts=self.starts + other.starts,
            outside=self.outside + other.outside,
            judged=self.judged + other.judged,
            violations=self.violations + other.violations,
            commands=self.commands + other.commands,
            degree_hours=self.degree_hours + other.degree_hours,
            judged_starts=self.judged_starts + other.judged_starts,
            fights=self.fights + other.fights,
            unseen=self.unseen + other.unseen,
            false_starts=self.false_starts + other.false_starts,
            blind_starts=self.blind_starts + other.blind_starts,
            trusted=self.trusted + other.trusted,
            lived=self.lived + other.lived,
        )


class _Life:
    """The days of one thermostat in one room."""

    def __init__(
        self, contestant: Contestant, place: Place, happens: Script, unit: Unit
    ) -> None:
        self._contestant = contestant
        self._place = place
        self._happens = happens
        self._unit = unit
        self.target = TARGET
        self._to_edit: float | None = None
        self._back_at = 0

    async def pass_step(self, now: int, words: dict[int, float | None]) -> None:
        """Let all happen that happens in a step."""
        happens, contestant = self._happens, self._contestant
        await contestant.pass_step()
        if now in happens.presses:
            self._unit.press(on=happens.presses[now])
        if now in happens.edits:
            self.target = self._to_edit = happens.edits[now]
        if now in happens.restarts and now >= self._back_at:
            await contestant.stop()
            self._back_at = now + OFFLINE
        if now < self._back_at:
            return
        if now == self._back_at and now:
            await contestant.start()
        for sensor, value in words.items():
            await contestant.receive(now, sensor, value)
        if self._to_edit is not None:
            await contestant.edit(self._to_edit)
            self._to_edit = None
        asleep = self._place.asleep(now)
        if asleep is not self._place.asleep(now - STEP):
            await contestant.sleep(asleep=asleep)
        await contestant.tick(now)


async def live(
    contestant: Contestant,
    place: Place,
    happens: Script,
    unit: Unit,
    seed: int,
    *,
    days: int = DAYS,
) -> Result:
    """Let all days pass."""
    life = _Life(contestant, place, happens, unit)
    room = Room(place, happens, seed)
    outside = judged_starts = trusted = read_at = 0
    false_starts = [0, 0]
    degree_seconds = 0.0
    judged = happens.judged(place, days)
    for step, counts in enumerate(judged):
        now = unit.now = step * STEP
        room.pass_step(now, unit.state)
        unit.air = room.temperature
        started = unit.starts
        words = room.words(now, happens)
        read_at = now if any(word is not None for word in words.values()) else read_at
        await life.pass_step(now, words)
        judged_starts += counts * (unit.starts - started)
        if unit.started_at == now and room.temperature < life.target:
            below = room.temperature < life.target - BAND
            false_starts[now - read_at <= _BLIND or below] += 1
        if now % MINUTE == 0:
            trusted += MINUTE * contestant.trusts(now)
        beyond = abs(room.temperature - life.target) - BAND
        if counts and beyond > 0:
            outside += STEP
            degree_seconds += beyond * STEP
    return Result(
        starts=unit.starts,
        outside=outside,
        judged=sum(judged) * STEP,
        violations=unit.violations,
        commands=unit.commands,
        degree_hours=degree_seconds / HOUR,
        judged_starts=judged_starts,
        fights=unit.fights,
        unseen=unit.unseen,
        false_starts=false_starts[True],
        blind_starts=false_starts[False],
        trusted=trusted,
        lived=len(judged) * STEP,
    )
