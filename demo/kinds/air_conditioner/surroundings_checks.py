"""Whether an open window and an empty home are taken into account."""

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from demo.kind import Check
from demo.waiting import eventually

from .tunables import AWAY, BAND, TARGET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .demo import Demo

_LIMIT = 90
# °C above the band: enough to be sure that only the window keeps the unit off.
_TOO_WARM = 0.3
# s. Between a command of Home Assistant and the unit's own record of it.
_LATENCY = 0.5


async def minds_its_surroundings(demo: Demo) -> AsyncIterator[Check]:
    """Yield the checks of windows and presence."""
    yield await _pauses(demo)
    yield await _resumes(demo)
    yield await _goes_away(demo)


async def _pauses(demo: Demo) -> Check:
    """Open the window: the unit must stop, show why, and stay off in the heat."""
    await demo.client.let_happen("air_conditioner/open_the_window")
    reason = demo.unique_id("reason")

    async def too_warm() -> bool:
        paused = await demo.client.state(reason) == "window_open"
        return paused and demo.house.room.temperature > TARGET + BAND + _TOO_WARM

    await eventually(too_warm, within=_LIMIT, what="a hot room with an open window")
    shown = await demo.client.state(reason)
    return Check(
        what="an open window pauses the unit and is shown as the reason",
        good=shown == "window_open" and not demo.house.unit.power,
        seen=f"{shown} at {demo.house.room.temperature:.1f} °C",
    )


async def _resumes(demo: Demo) -> Check:
    """Close the window; the unit has to cool again, all minimum times kept."""
    await demo.client.let_happen("air_conditioner/close_the_window")

    async def cools() -> bool:
        return demo.house.unit.power

    await eventually(cools, within=_LIMIT, what="a unit that cools again")
    least = min(
        after.at - before.at for before, after in pairwise(demo.unit.compressor)
    )
    minimum = min(demo.options()[key] for key in ("minimum_on", "minimum_off"))
    return Check(
        what="once it is closed the unit cools again, all minimum times kept",
        good=least > minimum - _LATENCY,
        seen=f"shortest run or rest: {least:.1f} s of at least {minimum} s",
    )


async def _goes_away(demo: Demo) -> Check:
    """Leave and come back; the target in force has to follow, after its grace."""
    target = demo.unique_id("effective_target")

    async def in_force(wanted: float) -> bool:
        return float(await demo.client.state(target) or 0) == wanted

    await demo.client.let_happen("air_conditioner/leave_home")
    at_once = float(await demo.client.state(target) or 0)
    away = TARGET + AWAY
    await eventually(
        partial(in_force, away), within=_LIMIT, what=f"a target of {away} °C"
    )
    await demo.client.let_happen("air_conditioner/come_home")
    await eventually(
        partial(in_force, TARGET), within=_LIMIT, what=f"a target of {TARGET} °C"
    )
    return Check(
        what="an empty home is cooled less, after a grace time",
        good=at_once == TARGET,
        seen=f"{TARGET} °C, then {away} °C, and back",
    )
