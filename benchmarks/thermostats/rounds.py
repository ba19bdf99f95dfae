"""Every thermostat in every room."""

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Comfort,
)

from .contest import live
from .generic import Generic
from .ours import Ours
from .seed import Seed
from .world import DAYS, PLACES, Unit, script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .contest import Contestant, Result
    from .world import Place, Script

NAMES = ("ours", "generic_thermostat", "seed")

ONE_SPEED_DAYS: Final = 3
"""Until the middle of the first heat wave."""
ONE_SPEED_PLACES: Final = tuple(replace(place, sensor_lag=60.0) for place in PLACES)
"""The same rooms with quicker sensors."""
CALM_PLACES: Final = tuple(replace(place, sleep=False) for place in ONE_SPEED_PLACES)
"""The same, regulated at night too."""
_ONE_SPEED: Final = ("auto",)


async def results(seed: int) -> dict[str, dict[str, Result]]:
    """Return for each room what each thermostat has done to it."""
    return {
        place.name: {name: await _result(name, place, seed) for name in NAMES}
        for place in PLACES
    }


async def commands(name: str, seed: int) -> int:
    """Return how many commands a thermostat sends in all rooms."""
    rooms = [await _result(name, place, seed) for place in PLACES]
    return sum(room.commands for room in rooms)


def calm_script(place: Place, seed: int) -> Script:
    """Return the same weather, people and sensors without hands.

    The target and the remote control are not touched and Home Assistant is not
    restarted, so the temperature is judged all the time and the limit has no time off.
    """
    return replace(script(place, seed), presses={}, edits={}, restarts=set())


async def one_speed(
    name: str, place: Place, happens: Script, seed: int, *, days: int = ONE_SPEED_DAYS
) -> Result:
    """Return what a thermostat does with a fan of one speed."""
    unit = Unit(place, seed)
    async with _contestant(name, place, unit, _ONE_SPEED) as contestant:
        return await live(contestant, place, happens, unit, seed, days=days)


async def _result(name: str, place: Place, seed: int) -> Result:
    unit = Unit(place, seed)
    async with _contestant(name, place, unit) as contestant:
        happens = script(place, seed)
        return await live(contestant, place, happens, unit, seed, days=DAYS)


@asynccontextmanager
async def _contestant(
    name: str, place: Place, unit: Unit, fans: tuple[str, ...] | None = None
) -> AsyncIterator[Contestant]:
    if name == "generic_thermostat":
        async with Generic.running(unit) as generic:
            yield generic
    elif name == "seed":
        yield Seed(unit)
    else:
        comfort = Comfort.BALANCED if name == "ours" else Comfort(name)
        if fans is None:
            yield Ours(place, unit, comfort=comfort)
        else:
            yield Ours(place, unit, comfort=comfort, fans=fans)
