"""Read lamps, rooms and scenes of resources; what cannot be read has no value.

https://developers.meethue.com/develop/hue-api-v2/api-reference/
"""

from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number
from ..model import Abilities, Lamp, Light, Room, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

type Resource = dict[str, Any]
type ByType = Mapping[str, Mapping[str, Resource]]

_LONGEST: Final = 100
"""Characters of an id or name; the app allows 32."""
_CONNECTED: Final = "connected"
_USUAL_MIREKS: Final = (153, 500)
_MOST_MIREKS: Final = (50, 1000)


def text_of(value: object) -> str | None:
    """Return a text that is not too long; None for anything else."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        return None
    return value if value.isprintable() else None


def part_of(resource: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object inside of another; empty if there is none."""
    part = resource.get(key)
    return part if isinstance(part, dict) else {}


def _references(resource: Resource, key: str) -> Iterator[tuple[str, str]]:
    """Yield type and id of the resources that a list names."""
    named = resource.get(key)
    for each in named if isinstance(named, list) else ():
        if isinstance(each, dict):
            kind, found_id = text_of(each.get("rtype")), text_of(each.get("rid"))
            if kind is not None and found_id is not None:
                yield kind, found_id


def _owner(resource: Resource) -> str | None:
    """Return the id of the resource that one belongs to."""
    return text_of(part_of(resource, "owner").get("rid"))


def _name(resource: Resource) -> str | None:
    """Return the name that the user has given."""
    return text_of(part_of(resource, "metadata").get("name"))


def read_lamps(by_type: ByType) -> dict[str, Lamp]:
    """Return the lamps by their ids."""
    away = {
        _owner(each)
        for each in by_type["zigbee_connectivity"].values()
        if each.get("status") != _CONNECTED
    }
    rooms = {
        device: _name(room)
        for room in by_type["room"].values()
        for kind, device in _references(room, "children")
        if kind == "device"
    }
    lamps = {}
    for lamp_id, resource in by_type["light"].items():
        device_id = _owner(resource) or lamp_id
        device = by_type["device"].get(device_id, {})
        product = part_of(device, "product_data")
        name = _name(resource) or _name(device) or lamp_id
        lamps[lamp_id] = Lamp(
            lamp_id=lamp_id,
            device_id=device_id,
            name=name,
            device_name=_name(device) or name,
            room=rooms.get(device_id),
            manufacturer=text_of(product.get("manufacturer_name")),
            model=text_of(product.get("product_name")),
            model_id=text_of(product.get("model_id")),
            software=text_of(product.get("software_version")),
            reachable=device_id not in away,
            light=read_light(resource),
        )
    return lamps


def read_light(resource: Resource) -> Light:
    """Return what a lamp shows and can do."""
    on = part_of(resource, "on").get("on")
    dimming, white = part_of(resource, "dimming"), resource.get("color_temperature")
    white = white if isinstance(white, dict) else None
    color = resource.get("color")
    level = read_number(dimming.get("brightness"))
    mirek = None if white is None else read_number(white.get("mirek"))
    valid = white is not None and white.get("mirek_valid") is not False
    return Light(
        on=on if isinstance(on, bool) else None,
        brightness=None if level is None else min(max(level, 0.0), 100.0),
        mirek=_mirek(mirek) if mirek is not None and valid else None,
        xy=_point(color) if isinstance(color, dict) else None,
        abilities=Abilities(
            dims=isinstance(resource.get("dimming"), dict),
            colors=isinstance(color, dict),
            mireks=None if white is None else _mireks(white),
        ),
    )


def _mirek(value: float) -> int | None:
    """Return a color temperature if it is one."""
    low, high = _MOST_MIREKS
    return round(value) if low <= value <= high else None


def _mireks(white: Resource) -> tuple[int, int]:
    """Return the range of color temperatures of a lamp."""
    schema = part_of(white, "mirek_schema")
    low, high = (
        read_number(schema.get(key)) for key in ("mirek_minimum", "mirek_maximum")
    )
    lowest, highest = _MOST_MIREKS
    if low is None or high is None or not lowest <= low < high <= highest:
        return _USUAL_MIREKS
    return round(low), round(high)


def _point(color: Resource) -> tuple[float, float] | None:
    """Return a color."""
    xy = part_of(color, "xy")
    x, y = read_number(xy.get("x")), read_number(xy.get("y"))
    if x is None or y is None or not (0 <= x <= 1 and 0 < y <= 1):
        return None
    return round(x, 4), round(y, 4)


def read_rooms(by_type: ByType, lamps: Mapping[str, Lamp]) -> dict[str, Room]:
    """Return the rooms and zones by the ids of their grouped lights.

    A room has devices, a zone has lamps. One without lamps is left out.
    """
    of_device: dict[str, list[str]] = {}
    for lamp in lamps.values():
        of_device.setdefault(lamp.device_id, []).append(lamp.lamp_id)
    rooms = {}
    for room_id, resource in (*by_type["room"].items(), *by_type["zone"].items()):
        services = _references(resource, "services")
        group = next((rid for kind, rid in services if kind == "grouped_light"), None)
        named = dict.fromkeys(
            lamp_id
            for kind, rid in _references(resource, "children")
            for lamp_id in (of_device.get(rid, []) if kind == "device" else [rid])
            if lamp_id in lamps
        )
        name = _name(resource)
        if group in by_type["grouped_light"] and group and named and name:
            rooms[group] = Room(
                room_id=room_id,
                group_id=group,
                name=name,
                is_zone=resource["type"] == "zone",
                lamps=tuple(named),
            )
    return rooms


def read_scenes(by_type: ByType, rooms: Mapping[str, Room]) -> dict[str, Scene]:
    """Return the scenes of known rooms by their ids."""
    known = {room.room_id for room in rooms.values()}
    scenes = {}
    for scene_id, resource in by_type["scene"].items():
        room_id = text_of(part_of(resource, "group").get("rid"))
        name = _name(resource)
        if room_id in known and room_id is not None and name is not None:
            scenes[scene_id] = Scene(scene_id=scene_id, room_id=room_id, name=name)
    return scenes
