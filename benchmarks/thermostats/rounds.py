"""Every thermostat in every room."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from .contest import live
from .generic import Generic
from .ours import Ours
from .seed import Seed
from .world import PLACES, Unit, script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .contest import Contestant, Result
    from .world import Place

NAMES = ("ours", "generic_thermostat", "seed")


async def results(seed: int) -> dict[str, dict[str, Result]]:
    """Return for each room what each thermostat has done to it."""
    return {
        place.name: {name: await _result(name, place, seed) for name in NAMES}
        for place in PLACES
    }


async def _result(name: str, place: Place, seed: int) -> Result:
    unit = Unit(place, seed)
    async with _contestant(name, place, unit) as contestant:
        return await live(contestant, place, script(place, seed), unit, seed)


@asynccontextmanager
async def _contestant(name: str, place: Place, unit: Unit) -> AsyncIterator[Contestant]:
    if name == "generic_thermostat":
        async with Generic.running(unit) as generic:
            yield generic
    else:
        yield Ours(place, unit) if name == "ours" else Seed(unit)
