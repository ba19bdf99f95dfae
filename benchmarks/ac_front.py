"""How near ours comes to the physical limit, with a fan of one speed.

The contest of `ac_control`, three days of six seeds: three rooms with people, cooking,
open windows and sensors that drop out. The limit is what perfect foresight does to the
same rooms, by dynamic programming in the same run; no person interferes there, because
foresight would use the time that is not judged. Beside generic_thermostat and the
original, the remote control, edits and restarts are part of it.
"""

from functools import reduce
from operator import add
from statistics import median
from typing import TYPE_CHECKING

from .figure import Figure, note
from .thermostats.limit import front, least_outside
from .thermostats.rounds import (
    CALM_PLACES,
    ONE_SPEED_DAYS,
    ONE_SPEED_PLACES,
    calm_script,
    one_speed,
)
from .thermostats.world import SENSOR_KINDS, script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .thermostats.contest import Result
    from .thermostats.limit import Point

_SEEDS = range(1, 7)
_FAULTY_SEEDS = range(1, 4)
_CHOICES = ("few_starts", "balanced", "precise")
_GENERIC, _SEED = "generic_thermostat", "seed"
_NAMES = (*_CHOICES, _GENERIC, _SEED)

type _Rooms = dict[tuple[str, int], dict[str, Result]]
type _Limits = dict[tuple[str, int], list[Point]]


async def measure() -> list[Figure]:
    """Run each thermostat through the same days, and find the limit of each room."""
    calm, limits = await _calm_rooms()
    for line in _by_room(calm, limits):
        note(line)
    rooms = await _lived_in_rooms()
    faulty = await _with_faulty_sensors()
    return [
        _distance(calm, limits),
        *_beside_generic(rooms),
        *_faults(rooms, [*faulty, *_ours(calm)]),
        _untrusted(calm),
        _few_commands(rooms),
    ]


async def _calm_rooms() -> tuple[_Rooms, _Limits]:
    """Return what each thermostat does without interference, and the limits."""
    rooms: _Rooms = {}
    limits: _Limits = {}
    for place in CALM_PLACES:
        for seed in _SEEDS:
            happens = calm_script(place, seed)
            limits[place.name, seed] = front(place, happens, seed, ONE_SPEED_DAYS)
            rooms[place.name, seed] = {
                name: await one_speed(name, place, happens, seed) for name in _NAMES
            }
            note(_row((place.name, seed), rooms, limits))
    return rooms, limits


async def _lived_in_rooms() -> _Rooms:
    """Return what they do in a home that is used."""
    rooms: _Rooms = {}
    for place in ONE_SPEED_PLACES:
        for seed in _SEEDS:
            happens = script(place, seed)
            rooms[place.name, seed] = {
                name: await one_speed(name, place, happens, seed)
                for name in ("few_starts", "balanced", _GENERIC, _SEED)
            }
    return rooms


def _ours(rooms: _Rooms) -> list[Result]:
    return [room[name] for room in rooms.values() for name in _CHOICES if name in room]


def _ratio(result: Result, limit: list[Point]) -> float:
    """Return how much further from the band than the limit with as many starts."""
    return result.degree_hours / least_outside(limit, result.judged_starts)


def _distance(rooms: _Rooms, limits: _Limits) -> Figure:
    """Return the distance of the worst of the three choices."""
    distances = {
        name: median(_ratio(room[name], limits[key]) for key, room in rooms.items())
        for name in _CHOICES
    }
    worst = max(distances, key=distances.__getitem__)
    ours = sum(room[worst].degree_hours for room in rooms.values())
    limit = sum(
        least_outside(limits[key], room[worst].judged_starts)
        for key, room in rooms.items()
    )
    note(f"ac_front_distance: {worst}, of {distances}")
    return Figure(
        name="ac_front_distance",
        ours=ours,
        reference=limit,
        unit="°C·h",
        ratio=distances[worst],
        goal=1.25,
        goal_is_ratio=True,
    )


def _beside_generic(rooms: _Rooms) -> list[Figure]:
    """Return what the balanced choice does beside generic_thermostat."""
    ours = reduce(add, (room["balanced"] for room in rooms.values()))
    generic = reduce(add, (room[_GENERIC] for room in rooms.values()))
    return [
        Figure(
            name="ac_outside_vs_generic",
            ours=ours.degree_hours,
            reference=generic.degree_hours,
            unit="°C·h",
            ratio=ours.degree_hours / generic.degree_hours,
            goal=0.75,
            goal_is_ratio=True,
        ),
        Figure(
            name="ac_starts_one_speed",
            ours=ours.starts,
            reference=generic.starts,
            unit="starts",
            ratio=ours.starts / generic.starts,
            goal=1.0,
            goal_is_ratio=True,
        ),
    ]


def _untrusted(rooms: _Rooms) -> Figure:
    """Return the share of the time without trust in the room model, worst room."""
    shares = {}
    for place in CALM_PLACES:
        own = reduce(
            add, (r["balanced"] for key, r in rooms.items() if key[0] == place.name)
        )
        shares[place.name] = 100 - 100 * own.trusted / own.lived
    note(f"ac_untrusted_one_speed by room: {shares}")
    return Figure(
        name="ac_untrusted_one_speed",
        ours=max(shares.values()),
        reference=None,
        unit="% of the time",
        ratio=None,
        goal=20,
    )


def _few_commands(rooms: _Rooms) -> Figure:
    """Return the commands of the worst seed, all rooms together."""

    def commands(name: str, seed: int) -> int:
        return sum(room[name].commands for key, room in rooms.items() if key[1] == seed)

    ratios = {
        seed: commands("few_starts", seed) / commands(_SEED, seed) for seed in _SEEDS
    }
    worst = max(ratios, key=ratios.__getitem__)
    note(f"ac_commands_one_speed by seed: {ratios}")
    return Figure(
        name="ac_commands_one_speed",
        ours=commands("few_starts", worst),
        reference=commands(_SEED, worst),
        unit="commands",
        ratio=ratios[worst],
        goal=0.5,
        goal_is_ratio=True,
    )


async def _with_faulty_sensors() -> list[Result]:
    """Run the balanced choice with sensors that are at fault; nothing may go wrong."""
    results: list[Result] = []
    for kind in SENSOR_KINDS:
        ours = []
        for place in ONE_SPEED_PLACES:
            for seed in _FAULTY_SEEDS:
                happens = script(place, seed)
                happens.sensor = kind
                ours.append(await one_speed("balanced", place, happens, seed, days=1))
        results += ours
        note(f"{kind} sensors: {_faults_of(ours)}")
    return results


def _faults(rooms: _Rooms, faulty: list[Result]) -> list[Figure]:
    ours = [*_ours(rooms), *faulty]
    generic = [room[_GENERIC] for room in rooms.values()]
    note(f"ours in all rooms: {_faults_of(ours)}")
    note(f"generic_thermostat: {_faults_of(generic)}")
    return [
        Figure(
            name=f"ac_{name}_one_speed",
            ours=sum(getattr(result, name) for result in ours),
            reference=sum(getattr(result, name) for result in generic),
            unit="commands",
            ratio=None,
            goal=0,
        )
        for name in ("violations", "fights", "false_starts")
    ]


def _faults_of(results: Iterable[Result]) -> str:
    total = reduce(add, results)
    return (
        f"{total.violations} violations, {total.fights} fights"
        f" ({total.unseen} presses that no report shows),"
        f" {total.false_starts} false starts of {total.starts} starts"
        f" ({total.blind_starts} more without readings, but in the band),"
        f" {total.degree_hours:.2f} °C·h"
    )


def _by_room(rooms: _Rooms, limits: _Limits) -> list[str]:
    """Return the rows of each room: medians over the seeds."""
    head = f"{'room':12} {'thermostat':19} {'starts':>6} {'°C·h':>6} {'limit':>6}"
    lines = [f"{head} {'ratio':>6} {'commands':>8} {'faults':>6}"]
    for place in ONE_SPEED_PLACES:
        for name in _NAMES:
            own = [
                (rooms[key][name], limits[key]) for key in rooms if key[0] == place.name
            ]
            results = [result for result, _ in own]
            least = [
                least_outside(limit, result.judged_starts) for result, limit in own
            ]
            lines.append(
                f"{place.name:12} {name:19}"
                f" {median(r.starts for r in results):6.0f}"
                f" {median(r.degree_hours for r in results):6.2f}"
                f" {median(least):6.2f}"
                f" {median(_ratio(r, limit) for r, limit in own):6.2f}"
                f" {median(r.commands for r in results):8.0f}"
                f" {sum(r.faults for r in results):6}"
            )
    return lines


def _row(key: tuple[str, int], rooms: _Rooms, limits: _Limits) -> str:
    """Return starts, °C·h and distance of each thermostat in a room with a seed."""
    points = " ".join(f"{p.starts}/{p.outside:.2f}" for p in limits[key])
    own = "; ".join(
        f"{name} {result.starts}/{result.degree_hours:.2f}"
        f" = {_ratio(result, limits[key]):.2f}"
        for name, result in rooms[key].items()
    )
    return f"{key[0]} {key[1]}: limit {points}; {own}"
