"""What three thermostats do to the same rooms: ours, Home Assistant's, the original.

Three rooms, two weeks with two heat waves, sensors that fall out, restarts, edits of
the target and a remote control that is used; the same for all, from one seed. The unit
itself counts.
"""

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from .figure import Figure, note
from .thermostats.rounds import NAMES, results

if TYPE_CHECKING:
    from .thermostats.contest import Result

_SEED = 1
_LESS = 0.9
_HALF = 0.5


async def measure() -> list[Figure]:
    """Let each thermostat live through the same two weeks."""
    rooms = await results(_SEED)
    total = {
        name: reduce(add, (room[name] for room in rooms.values())) for name in NAMES
    }
    for line in _table({**rooms, "all": total}):
        note(line)
    ours, generic, seed = (total[name] for name in NAMES)
    hours = ours.outside / 3600, generic.outside / 3600
    return [
        _ratio("ac_starts", ours.starts, generic.starts, "starts", _LESS),
        _ratio("ac_time_outside_band", *hours, "h", _LESS),
        Figure(
            name="ac_min_time_violations",
            ours=ours.violations,
            reference=generic.violations,
            unit="changes",
            ratio=None,
            goal=0,
        ),
        _ratio("ac_commands", ours.commands, seed.commands, "commands", _HALF),
    ]


def _ratio(name: str, ours: float, reference: float, unit: str, goal: float) -> Figure:
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit=unit,
        ratio=ours / reference,
        goal=goal,
        goal_is_ratio=True,
    )


def _table(rooms: dict[str, dict[str, Result]]) -> list[str]:
    """Return the rows of each room and of all of them."""
    head = f"{'room':12} {'thermostat':19} {'starts':>6} {'outside the band':>17}"
    lines = [f"{head} {'too early':>9} {'commands':>8}"]
    for room, by_name in rooms.items():
        for name, result in by_name.items():
            share = result.outside / result.judged
            outside = f"{result.outside / 3600:.1f} h ({share:.0%})"
            lines.append(
                f"{room:12} {name:19} {result.starts:6} {outside:>17}"
                f" {result.violations:9} {result.commands:8}"
            )
    return lines
