"""The best that any thermostat can do: dynamic programming with perfect foresight.

It knows the weather, the people and the edits of all days in advance, and the true
temperature of the air. Its remote control is not used, and what it does while the
temperature is not judged costs little. Only physics and the minimum times limit
it. For each price of a start it finds the switching times with the least

    degree hours outside the band + price * starts,

so the prices together give the front: the fewest degree hours for a number of starts.
What is reported is not the value of the program but what its switching times do to the
simulated room, so the approximations below can only make the limit easier to reach:

- decisions every 15 s;
- the temperature of the walls is that of a run of plain hysteresis in the same weather;
- the minimum time after a switch is one step of the program, and what is left of the
  coil's warming up or cooling down after it is added at once.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .world import BAND, DAY, MINIMUM, STEP, TARGET, Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .world import Place, Script

type _Floats = NDArray[np.floating[Any]]

PRICES: Final = (0.01, 0.03, 0.07, 0.15, 0.32)
"""What a start may cost, °C·h."""

_TICK: Final = 15
_LOCKED: Final = MINIMUM // _TICK
_LOWEST, _HIGHEST, _FINE = 21.0, 31.0, 0.02
_GRID: Final[_Floats] = np.arange(_LOWEST, _HIGHEST, _FINE)
_HOUR = 3600.0
_PASSES: Final = 1
_UNJUDGED: Final = 0.1
_MIDDLE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Point:
    """What one price of a start leads to."""

    starts: int
    """Starts while the temperature is judged."""
    outside: float
    """Degree hours outside the band while the temperature is judged."""


@dataclass(kw_only=True)
class _Days:
    """What happens, for each tick."""

    targets: _Floats
    forced: list[bool | None]
    """Whether the unit has to be on or off; None while that is free."""
    alpha: _Floats
    """How the air's temperature changes in a tick at rest: alpha * T + beta."""
    beta: _Floats
    drop: float
    """What the unit takes from the air in a tick, °C."""
    judged: list[bool]
    """For each step of the simulation."""
    weights: _Floats
    """How much what happens in a tick costs."""


def front(place: Place, happens: Script, seed: int, days: int) -> list[Point]:
    """Return what perfect foresight does to a room, one point for each price."""
    known = _days(place, happens, seed, days)
    ons, offs = _policies(place, known)
    for _ in range(_PASSES):
        walls = _lived(place, happens, seed, known, _Policy(ons, offs, _MIDDLE))[1]
        known = _days(place, happens, seed, days, walls)
        ons, offs = _policies(place, known)
    return [
        _lived(place, happens, seed, known, _Policy(ons, offs, index))[0]
        for index in range(len(PRICES))
    ]


def least_outside(points: list[Point], starts: float) -> float:
    """Return the least degree hours for a number of starts, between the points."""
    ordered: list[Point] = []
    for point in sorted(points, key=lambda point: (point.starts, point.outside)):
        if not ordered or point.outside < ordered[-1].outside:
            ordered.append(point)
    xs = [float(point.starts) for point in ordered]
    ys = [math.log(max(point.outside, 1e-3)) for point in ordered]
    if starts < xs[0] and len(xs) > 1 and xs[1] > xs[0]:
        slope = (ys[1] - ys[0]) / (xs[1] - xs[0])
        return math.exp(ys[0] + slope * (starts - xs[0]))
    return math.exp(float(np.interp(starts, xs, ys)))


def _days(
    place: Place,
    happens: Script,
    seed: int,
    days: int,
    walls: _Floats | None = None,
) -> _Days:
    """Return all that the program has to know in advance."""
    ticks = days * DAY // _TICK
    targets, forced = _wanted(place, happens, ticks)
    judged = happens.judged(place, days)
    if walls is None:
        walls = _walls(place, happens, seed, targets, forced)
    alpha, beta = np.empty(ticks), np.empty(ticks)
    for tick in range(ticks):
        weather = happens.weather[tick * _TICK // 60]
        loss = place.loss + weather.airing
        keep = 1 - (place.coupling + loss) * STEP / place.air
        gain = place.coupling * walls[tick] + loss * weather.outdoors
        gain = (gain + weather.people + weather.sun / 2) * STEP / place.air
        alpha[tick], beta[tick] = keep**3, gain * (1 + keep + keep**2)
    return _Days(
        targets=targets,
        forced=forced,
        alpha=alpha,
        beta=beta,
        drop=place.watts * _TICK / place.air,
        judged=judged,
        weights=np.where(judged[:: _TICK // STEP], 1.0, _UNJUDGED),
    )


def _wanted(
    place: Place, happens: Script, ticks: int
) -> tuple[_Floats, list[bool | None]]:
    """Return for each tick the target and whether the unit has to rest."""
    targets: _Floats = np.full(ticks, TARGET)
    forced: list[bool | None] = [None] * ticks
    for at, target in sorted(happens.edits.items()):
        targets[at // _TICK :] = target
    for tick in range(ticks):
        if place.asleep(tick * _TICK):
            forced[tick] = False
    return targets, forced


def _walls(
    place: Place,
    happens: Script,
    seed: int,
    targets: _Floats,
    forced: list[bool | None],
) -> _Floats:
    """Return the walls' temperature in a run of plain hysteresis."""
    walls: _Floats = np.empty(len(targets))

    def switch(tick: int, room: Room, on: bool) -> bool:  # noqa: FBT001
        walls[tick] = room.walls
        above = room.temperature - targets[tick]
        return bool(above > -BAND if on else above >= BAND)

    _run(place, happens, seed, forced, switch)
    return walls


def _run(
    place: Place,
    happens: Script,
    seed: int,
    forced: list[bool | None],
    switch: Callable[[int, Room, bool], bool],
) -> tuple[list[int], _Floats]:
    """Run the simulated room; return the starts and the temperature at each step."""
    room = Room(place, happens, seed)
    on, since = False, -MINIMUM
    starts: list[int] = []
    steps = len(forced) * _TICK // STEP
    temperatures: _Floats = np.empty(steps)
    for step in range(steps):
        now = step * STEP
        if now % _TICK == 0:
            tick = now // _TICK
            own = forced[tick]
            wanted = switch(tick, room, on)
            free = now - since >= MINIMUM
            after = own if own is not None else wanted if free else on
            if after is not on:
                starts += [step] if after else []
                on, since = after, now
        room.pass_heat(now, place.watts if on else 0.0)
        temperatures[step] = room.temperature
    return starts, temperatures


@dataclass(frozen=True)
class _Policy:
    """The decisions of one price: for each tick and temperature, whether to switch."""

    ons: list[NDArray[np.uint8]]
    offs: list[NDArray[np.uint8]]
    index: int

    def switches(self, tick: int, temperature: float, *, on: bool) -> bool:
        """Return whether to switch over now."""
        cell = round((temperature - _LOWEST) / _FINE)
        cell = min(max(cell, 0), len(_GRID) - 1)
        bits = (self.offs if on else self.ons)[tick][self.index]
        return bool(bits[cell >> 3] >> (7 - (cell & 7)) & 1)


def _lived(
    place: Place, happens: Script, seed: int, known: _Days, policy: _Policy
) -> tuple[Point, _Floats]:
    """Return what the decisions of the program do to the simulated room."""
    walls: _Floats = np.empty(len(known.targets))

    def switch(tick: int, room: Room, on: bool) -> bool:  # noqa: FBT001
        walls[tick] = room.walls
        missing = room.heat - place.watts * on
        soon = room.temperature - missing * _COIL / place.air
        return on is not policy.switches(tick, soon, on=on)

    starts, temperatures = _run(place, happens, seed, known.forced, switch)
    targets = np.repeat(known.targets, _TICK // STEP)
    beyond = np.maximum(np.abs(temperatures - targets) - BAND, 0)
    judged = np.array(known.judged)
    outside = float(beyond[judged].sum()) * STEP / _HOUR
    counted = sum(known.judged[step] for step in starts)
    return Point(starts=counted, outside=outside), walls


_COIL = 90.0 - STEP
"""The coil's inertia in the simulated room, s: what is left of it adds up to so many
seconds of the difference."""


def _policies(
    place: Place, known: _Days
) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]]:
    """Return for each tick at which temperatures to switch on and to switch off."""
    ticks = len(known.targets)
    starting, stopping = _locked(place, known, on=True), _locked(place, known, on=False)
    prices = np.array(PRICES)[:, None]
    nothing = np.zeros((len(PRICES), len(_GRID)))
    # The values of the ticks to come, as far as the end of a minimum time.
    off: list[_Floats] = [nothing] * (_LOCKED + 1)
    on: list[_Floats] = [nothing] * (_LOCKED + 1)
    ons: list[NDArray[np.uint8]] = [np.empty(0, np.uint8)] * ticks
    offs = list(ons)
    for tick in range(ticks - 1, -1, -1):
        target, own = known.targets[tick], known.forced[tick]
        rest = known.alpha[tick] * _GRID + known.beta[tick]
        run = rest - known.drop
        if own is not None:
            value = _at(on[0] if own else off[0], run if own else rest)
            off_now = on_now = value
            ons[tick] = offs[tick] = np.zeros((len(PRICES), len(_GRID) // 8 + 1), "u1")
        else:
            counts = known.weights[tick]
            here = np.maximum(np.abs(_GRID - target) - BAND, 0) * _TICK / _HOUR * counts
            stay_off = here + _at(off[0], rest)
            stay_on = here + _at(on[0], run)
            cost, end = starting.lump(tick, known)
            start = prices * counts + cost + _at(on[-1], end)
            cost, end = stopping.lump(tick, known)
            stop = cost + _at(off[-1], end)
            ons[tick] = np.packbits(start < stay_off, axis=1)
            offs[tick] = np.packbits(stop < stay_on, axis=1)
            off_now, on_now = np.minimum(stay_off, start), np.minimum(stay_on, stop)
        off.insert(0, off_now)
        on.insert(0, on_now)
        off.pop()
        on.pop()
    return ons, offs


def _at(values: _Floats, temperatures: _Floats) -> _Floats:
    """Return the values at temperatures between those of the grid.

    By cubic interpolation: a linear one, repeated each tick, would blur the
    temperature by some tenths of a degree in an hour.
    """
    place = np.clip((temperatures - _LOWEST) / _FINE, 1, len(_GRID) - 2.001)
    cells = place.astype(np.intp)
    t = place - cells
    below, above, far = t - 1, t + 1, t - 2
    found = values[:, cells - 1] * (-t * below * far / 6)
    found += values[:, cells] * (above * below * far / 2)
    found += values[:, cells + 1] * (-above * t * far / 2)
    found += values[:, cells + 2] * (above * t * below / 6)
    return found


@dataclass(frozen=True)
class _Lock:
    """The ticks after a switch: how each depends on the temperature before it."""

    factors: _Floats
    offsets: _Floats
    rest: float
    """What is left of the coil's change at the end, °C."""

    def lump(self, tick: int, known: _Days) -> tuple[_Floats, _Floats]:
        """Return the cost of the minimum time and the temperature at its end."""
        until = min(_LOCKED, len(known.targets) - tick)
        factors, offsets = self.factors[tick, :until], self.offsets[tick, :until]
        before = known.targets[tick : tick + until]
        way = np.outer(factors, _GRID) + (offsets - before)[:, None]
        beyond = np.maximum(np.abs(way) - BAND, 0)
        cost = known.weights[tick : tick + until] @ beyond * _TICK / _HOUR
        end = factors[-1] * _GRID + offsets[-1] + self.rest
        return cost, end


def _locked(place: Place, known: _Days, *, on: bool) -> _Lock:
    ticks = len(known.targets)
    factors, offsets = np.ones((ticks, _LOCKED)), np.zeros((ticks, _LOCKED))
    factor, offset = np.ones(ticks), np.zeros(ticks)
    heat = 0.0 if on else place.watts
    goal = place.watts if on else 0.0
    for index in range(_LOCKED):
        mean = 0.0
        for _ in range(_TICK // STEP):
            heat += (goal - heat) * STEP / 90.0
            mean += heat * STEP / place.air
        alpha = np.append(known.alpha[index:], np.ones(index))
        beta = np.append(known.beta[index:], np.zeros(index))
        factor = alpha * factor
        offset = alpha * offset + beta - mean
        factors[:, index], offsets[:, index] = factor, offset
    rest = -(heat - goal) * _COIL / place.air
    return _Lock(factors, offsets, rest)
