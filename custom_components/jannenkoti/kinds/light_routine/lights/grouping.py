"""Address many lights by few: a room or zone of a bridge takes one command for all."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet


def addressed(
    lights: Iterable[str], rooms: Mapping[str, AbstractSet[str]]
) -> list[str]:
    """Return the rooms and single lights that together are exactly these lights.

    A room also turns on those of its lights that are off. So it is only used if all of
    its lights are among those that may be sent something; larger rooms come first.
    """
    left = set(lights)
    used: list[str] = []
    for room in sorted(rooms, key=lambda name: (-len(rooms[name]), name)):
        members = rooms[room]
        if len(members) > 1 and members <= left:
            used.append(room)
            left -= members
    return used + sorted(left)
