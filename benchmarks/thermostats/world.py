"""The rooms, what happens in them, and the air conditioner that keeps a record.

What happens is drawn once per room from a seed, so that it is the same for all. Heat in
watts, temperatures in °C, time in seconds since the midnight before the first day.
"""

import math
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from custom_components.jannenkoti.kinds.air_conditioner.model import (
    DeviceState,
    HvacMode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from custom_components.jannenkoti.kinds.air_conditioner.model import Change

DAYS: Final = 14
STEP: Final = 5
"""Short beside the minute in which a compressor comes up, s."""
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
BEGIN: Final = datetime(2026, 7, 1, tzinfo=UTC)

TARGET: Final = 24.5
BAND: Final = 0.5
MINIMUM: Final = 240
"""Both the minimum on and the minimum off time."""
SLEEP: Final = (23 * HOUR, 31 * HOUR)
"""The night of a bedroom."""
RESPECT: Final = 2 * HOUR
"""How long a use of the remote control counts."""
OFFLINE: Final = 60
"""How long Home Assistant takes to restart."""
_TOO_COLD: Final = TARGET - 2.0
"""A run that somebody began by the remote control may be ended below this, °C."""
SETTLING: Final = HOUR
"""How long a thermostat has until its work is judged."""

_WEATHER = 60  # The weather, the sun and the people change each minute.
_EXCHANGER = 90.0  # A compressor and its coil come up and down within a minute or two.
_REPORT = 60  # Common battery sensors report once a minute at most ...
_SENSOR: Final = 150.0  # ... and their housing follows the air within minutes.
_NOISE = 0.05

# The part of what a unit can do that it does at a fan speed; "auto" blows at its most
# as long as the unit is far from its own set temperature.
FANS: Final = {"low": 0.5, "medium": 0.75, "high": 1.0, "auto": 1.0}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A room with its sensors and its air conditioner."""

    name: str
    air: float
    """What warms up at once: air, textiles, the surface of furniture, J/K."""
    mass: float
    """What follows: walls, floor, furniture, J/K."""
    coupling: float
    """Between both, W/K."""
    loss: float
    """To the outdoors, W/K."""
    sun: float
    """Through the window at most, W."""
    watts: float
    """What the air conditioner takes out at full blast."""
    sensors: int = 1
    lag: tuple[float, float] = (1, 4)
    """Shortest and longest delay of the report after a command, s."""
    sleep: bool = False
    sensor_lag: float = _SENSOR
    """How slowly the housings of its sensors follow the air, s."""

    def asleep(self, now: int) -> bool:
        """Return whether it is night and somebody sleeps here."""
        start, end = SLEEP
        return self.sleep and (now - start) % DAY < end - start


PLACES: Final = (
    Place(
        name="bedroom",
        air=250e3,
        mass=2e6,
        coupling=180,
        loss=25,
        sun=250,
        watts=1700,
        sleep=True,
    ),
    Place(
        name="living room",
        air=600e3,
        mass=6e6,
        coupling=350,
        loss=60,
        sun=700,
        watts=3000,
        sensors=2,
    ),
    Place(
        name="attic",
        air=400e3,
        mass=1.5e6,
        coupling=200,
        loss=55,
        sun=700,
        watts=2500,
        lag=(10, 40),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Weather:
    """A minute of what the room cannot help."""

    outdoors: float
    sun: float
    people: float
    airing: float
    """What an open window adds to the loss, W/K."""


@dataclass(kw_only=True)
class Script:
    """All that will happen in a room."""

    weather: list[Weather] = field(default_factory=list)
    presses: dict[int, bool] = field(default_factory=dict)
    """When the remote control is used, and whether it switches on."""
    edits: dict[int, float] = field(default_factory=dict)
    restarts: set[int] = field(default_factory=set)
    unavailable: list[set[int]] = field(default_factory=list)
    """For each sensor, the minutes in which it is unavailable."""
    silent: list[set[int]] = field(default_factory=list)
    """For each sensor, the minutes in which it is silent."""

    sensor: SensorKind = "ordinary"
    """What is wrong with the sensors."""

    def judged(self, place: Place, days: int = DAYS) -> list[bool]:
        """Return for each step whether the temperature is judged.

        It is while it is requested: not during the night of a bedroom,
        sleeps, nor while somebody has taken over by the remote control, nor for an hour
        after either, after the start and after another target.
        """
        total = days * DAY
        judged = [True] * (total // STEP)
        spans = [(0, SETTLING)]
        spans += [(at, at + RESPECT + SETTLING) for at in self.presses]
        spans += [(at, at + SETTLING) for at in self.edits]
        if place.sleep:
            start, end = SLEEP
            spans += [
                (day * DAY + start, day * DAY + end + SETTLING)
                for day in range(-1, DAYS)
            ]
        for start, end in spans:
            for step in range(max(start, 0) // STEP, min(end, total) // STEP):
                judged[step] = False
        return judged


type SensorKind = Literal["ordinary", "noisy", "frozen", "change_only", "spiking"]
SENSOR_KINDS: Final[tuple[SensorKind, ...]] = (
    "noisy",
    "frozen",
    "change_only",
    "spiking",
)

# A cheap sensor, one that hangs for hours once or twice a day, and one with a bad wire.
_NOISY = 0.3
_FROZEN_HOURS = 5
_SPIKES = 0.02
_SPIKE = 2.0, 8.0

# How often such things happen in a day, in a home that is much used and little tended.
_PRESSES, _EDITS, _RESTARTS, _OUTAGES = 0.7, 0.6, 0.4, 0.5
_PRESSES_ON = 0.4  # The others switch off.
_MINUTES = DAY // 60
_DAYLIGHT = 5, 21


def script(place: Place, seed: int) -> Script:
    """Return what will happen in a room."""
    chance = Random(f"{place.name} {seed}")
    made = Script(weather=list(_weather(place, chance)))
    for midnight in range(0, DAYS * DAY, DAY):
        if chance.random() < _PRESSES:
            at = midnight + _moment(chance, 8, 20)
            made.presses[at] = chance.random() < _PRESSES_ON
        if chance.random() < _EDITS:
            at = midnight + _moment(chance, 8, 22)
            made.edits[at] = chance.choice((23.5, 24.0, 24.5, 25.0))
        if chance.random() < _RESTARTS:
            made.restarts.add(midnight + _moment(chance, 0, 24))
    for _ in range(place.sensors):
        made.unavailable.append(_outages(chance))
        made.silent.append(_outages(chance))
    return made


def _moment(chance: Random, first: int, last: int) -> int:
    """Return a step between two hours of a day."""
    return chance.randrange(first * HOUR, last * HOUR, STEP)


def _outages(chance: Random) -> set[int]:
    """Return the minutes in which a sensor is not there."""
    minutes: set[int] = set()
    for midnight in range(0, DAYS * _MINUTES, _MINUTES):
        if chance.random() < _OUTAGES:
            start = midnight + chance.randrange(_MINUTES)
            minutes.update(range(start, start + chance.randrange(5, 90)))
    return minutes


def _weather(place: Place, chance: Random) -> Iterator[Weather]:
    """Yield the minutes of two heat waves: clouds, people, a stove, open windows."""
    drift = clouds = people = 0.0
    airing = cooking = 0
    for minute in range(DAYS * _MINUTES):
        hour = minute / 60 % 24
        drift += chance.gauss(0, 0.02) - drift * 0.001
        if chance.random() < 1 / 30:
            clouds = chance.choice((0.0, 0.3, 0.7))
        if chance.random() < 1 / 90:
            people = chance.choice((0.0, 100.0, 100.0, 250.0, 400.0))
        airing, cooking = max(airing - 1, 0), max(cooking - 1, 0)
        if _DAYLIGHT[0] <= hour < _DAYLIGHT[1] and chance.random() < 1 / 700:
            airing = chance.randrange(3, 12)
        if _DAYLIGHT[0] <= hour < _DAYLIGHT[1] and chance.random() < 1 / 900:
            cooking = chance.randrange(15, 40)
        yield Weather(
            outdoors=_outdoors(minute) + drift,
            sun=place.sun * _height(hour) * (1 - clouds),
            people=60 + people + (500 if cooking else 0),
            airing=place.loss * 2 if airing else 0,
        )


def _outdoors(minute: int) -> float:
    """Return warm days, the warmer ones in waves of some days."""
    wave = max(0.0, math.sin(2 * math.pi * minute / (7 * _MINUTES) - 1))
    daily = math.cos(2 * math.pi * (minute / 60 - 15) / 24)
    return 25 + 5 * daily + 5 * wave


def _height(hour: float) -> float:
    """Return how much of its most the sun gives."""
    dawn, dusk = _DAYLIGHT
    return max(0.0, math.sin(math.pi * (hour - dawn) / (dusk - dawn)))


class Unit:
    """The air conditioner: it obeys at once, beeps, reports later, and counts."""

    def __init__(self, place: Place, seed: int) -> None:
        """Initialize the unit, off, with its last settings."""
        self.now = 0
        self.state = DeviceState(on=False, mode=HvacMode.COOL, fan="auto", target=16.0)
        self.air = TARGET
        """The temperature in the room."""
        self.starts = self.violations = self.commands = self.fights = 0
        self.unseen = 0
        """Presses that no report could show."""
        self.started_at: int | None = None
        """When a command has started the compressor last."""
        self._pressed: tuple[int, bool] | None = None
        self._changed = -MINIMUM
        self._reported = self.state
        self._telling: deque[tuple[int, DeviceState]] = deque()
        self._pressed_shown = 0
        """When the last press is reported."""
        self._lag = place.lag
        self._chance = Random(f"lag {place.name} {seed}")

    def receive(self, change: Change) -> None:
        """Obey a command, with a beep."""
        self.commands += 1
        if self._pressed is not None and change.on is self._pressed[1]:
            self._duplicate()
        elif self._pressed is not None and change.on is not None:
            at, on = self._pressed
            if on and self.air < _TOO_COLD:
                self._pressed = (
                    None  # No one wants it so cold, no matter what switched it on.
                )
            elif self.now - at < RESPECT and change.on is not on is self.state.on:
                self.fights += 1
        self._become(self.state.after(change), commanded=True)

    def _duplicate(self) -> None:
        """Take note of a command that does what somebody has just pressed.

        As long as the press is not reported, all reports are those of the command: no
        thermostat can know that there was a press as well.
        """
        if self.now < self._pressed_shown:
            self._pressed = None
            self.unseen += 1

    def press(self, *, on: bool) -> None:
        """Obey the remote control.

        A press that reverts a command in the same step of the reports is not shown.
        """
        before = self._telling[-1][0] if self._telling else self.now
        changes = on is not self.state.on
        self._become(replace(self.state, on=on), commanded=False)
        self._pressed_shown = self._telling[-1][0]
        if changes and before == self._pressed_shown:
            self.unseen += 1
        elif changes:
            self._pressed = self.now, on

    def report(self) -> DeviceState:
        """Return the state that the unit reports now."""
        while self._telling and self._telling[0][0] <= self.now:
            self._reported = self._telling.popleft()[1]
        return self._reported

    def _become(self, state: DeviceState, *, commanded: bool) -> None:
        if state.compressor is not self.state.compressor:
            self.starts += state.compressor
            if commanded and state.compressor:
                self.started_at = self.now
            if commanded and self.now - self._changed < MINIMUM:
                self.violations += 1
            self._changed = self.now
        self.state = state
        lag = self._chance.uniform(*self._lag)
        at = math.ceil((self.now + lag) / STEP) * STEP
        # Reports come in order.
        at = max(at, self._telling[-1][0]) if self._telling else at
        self._telling.append((at, state))


class Room:
    """What the air, the walls and the sensors of a room do."""

    def __init__(self, place: Place, happens: Script, seed: int) -> None:
        """Begin warm, as after an afternoon without cooling."""
        self.temperature = self.walls = 26.0
        self._sensors = [26.0] * place.sensors
        self._place = place
        self._weather = happens.weather
        self.heat = 0.0
        """What the unit takes out now, W."""
        self._chance = Random(f"noise {place.name} {seed}")
        self._shown: dict[int, float | None] = {}
        self._freezes = Random(f"freezes {place.name} {seed}").randrange(9, 18)

    def pass_step(self, now: int, unit: DeviceState) -> None:
        """Let a step of time pass."""
        place = self._place
        goal = place.watts * FANS[unit.fan or "auto"] if unit.compressor else 0.0
        self.pass_heat(now, goal)
        for index, sensor in enumerate(self._sensors):
            follow = (self.temperature - sensor) * STEP / place.sensor_lag
            self._sensors[index] = sensor + follow

    def pass_heat(self, now: int, goal: float) -> None:
        """Let the air and the walls go on while the unit comes up to so many watts."""
        place, weather = self._place, self._weather[now // _WEATHER]
        self.heat += (goal - self.heat) * STEP / _EXCHANGER
        through = place.coupling * (self.walls - self.temperature)
        flow = (place.loss + weather.airing) * (weather.outdoors - self.temperature)
        gain = through + flow + weather.people + weather.sun / 2 - self.heat
        self.temperature += gain / place.air * STEP
        self.walls += (weather.sun / 2 - through) / place.mass * STEP

    def words(self, now: int, happens: Script) -> dict[int, float | None]:
        """Return the readings of now; None for a sensor that is unavailable."""
        said: dict[int, float | None] = {}
        minute = now // _REPORT
        kind = happens.sensor
        for index, sensor in enumerate(self._sensors):
            if now % _REPORT != index * 25 % _REPORT:
                continue
            noise = self._chance.gauss(0, _NOISY if kind == "noisy" else _NOISE)
            if minute in happens.silent[index]:
                continue
            gone = minute in happens.unavailable[index]
            value = None if gone else round(sensor + noise, 1)
            if value is not None and kind != "ordinary":
                value = self._faulty(kind, now, index, value)
                if kind == "change_only" and value == self._shown.get(index):
                    continue
            self._shown[index] = said[index] = value
        return said

    def _faulty(self, kind: SensorKind, now: int, index: int, value: float) -> float:
        """Return what a faulty sensor shows instead of a value."""
        if kind == "spiking" and self._chance.random() < _SPIKES:
            return value + self._chance.choice((-1, 1)) * self._chance.uniform(*_SPIKE)
        frozen = index == 0 and now % DAY // HOUR in range(
            self._freezes, self._freezes + _FROZEN_HOURS
        )
        shown = self._shown.get(index)
        return shown if kind == "frozen" and frozen and shown is not None else value


def instant(now: int) -> datetime:
    """Return the time of day that goes with a time of the simulation."""
    return BEGIN + timedelta(seconds=now)
