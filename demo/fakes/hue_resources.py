"""What a Hue bridge of six lamps in two rooms serves: resources of CLIP API v2.

https://developers.meethue.com/develop/hue-api-v2/api-reference/
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from collections.abc import Iterable

type Resource = dict[str, Any]

BRIDGE_ID = "001788fffe123456"
SOFTWARE = "1.71.1971060000"
_GAMUT_C = {
    "red": {"x": 0.6915, "y": 0.3083},
    "green": {"x": 0.17, "y": 0.7},
    "blue": {"x": 0.1532, "y": 0.0475},
}
_WARMEST, _COLDEST = 500, 153


@dataclass(frozen=True)
class LampModel:
    """What a model of lamp can do."""

    model_id: str
    name: str
    color: bool = True
    white: bool = True


COLOR = LampModel("LCA001", "Hue color lamp")
AMBIANCE = LampModel("LTA001", "Hue ambiance lamp", color=False)
WHITE = LampModel("LWA001", "Hue white lamp", color=False, white=False)

ROOMS: dict[str, dict[str, LampModel]] = {
    "Living room": {
        "Floor lamp": COLOR,
        "Sofa lamp": COLOR,
        "Shelf lamp": AMBIANCE,
    },
    "Bedroom": {
        "Ceiling lamp": COLOR,
        "Left bedside": AMBIANCE,
        "Right bedside": WHITE,
    },
}
SCENES = ("Relax", "Read")


def made_id(kind: str, name: str) -> str:
    """Return the id of a resource: always the same for the same name."""
    return str(uuid5(NAMESPACE_URL, f"hue/{kind}/{name}"))


def reference(kind: str, name: str) -> dict[str, str]:
    """Return a reference to a resource."""
    return {"rid": made_id(kind, name), "rtype": kind}


def initial_resources() -> list[Resource]:
    """Return all resources of a bridge; half of the lamps are on."""
    number = 0
    found = list(_bridge())
    for room, lamps in ROOMS.items():
        for name, model in lamps.items():
            number += 1
            found += _lamp(name, model, number, on=number % 2 == 1)
        found += _room(room, lamps)
    everywhere = [name for lamps in ROOMS.values() for name in lamps]
    found += _zone("Upstairs", everywhere[3:5])
    found.append(_grouped("bridge_home", "home"))
    return found


def _bridge() -> Iterable[Resource]:
    """Yield the bridge and its device."""
    yield {
        "id": made_id("bridge", "bridge"),
        "owner": reference("device", "bridge"),
        "bridge_id": BRIDGE_ID,
        "time_zone": {"time_zone": "Europe/Helsinki"},
        "type": "bridge",
    }
    yield _device(
        "bridge",
        LampModel("BSB002", "Hue Bridge"),
        [reference("bridge", "bridge"), reference("zigbee_connectivity", "bridge")],
        archetype="bridge_v2",
    )
    yield _connectivity("bridge", 0)
    yield {
        "id": made_id("bridge_home", "home"),
        "id_v1": "/groups/0",
        "children": [reference("room", room) for room in ROOMS],
        "services": [reference("grouped_light", "home")],
        "type": "bridge_home",
    }


def _device(
    name: str,
    model: LampModel,
    services: list[dict[str, str]],
    *,
    archetype: str = "sultan_bulb",
) -> Resource:
    """Return a device."""
    return {
        "id": made_id("device", name),
        "product_data": {
            "model_id": model.model_id,
            "manufacturer_name": "Signify Netherlands B.V.",
            "product_name": model.name,
            "product_archetype": archetype,
            "certified": True,
            "software_version": SOFTWARE,
        },
        "metadata": {"name": name, "archetype": archetype},
        "services": services,
        "type": "device",
    }


def _connectivity(name: str, number: int) -> Resource:
    """Return whether the radio reaches a device."""
    return {
        "id": made_id("zigbee_connectivity", name),
        "owner": reference("device", name),
        "status": "connected",
        "mac_address": f"00:17:88:01:0b:00:00:{number:02x}",
        "type": "zigbee_connectivity",
    }


def _lamp(name: str, model: LampModel, number: int, *, on: bool) -> Iterable[Resource]:
    """Yield a lamp: device, connectivity and light."""
    services = [reference("light", name), reference("zigbee_connectivity", name)]
    yield _device(name, model, services)
    yield _connectivity(name, number)
    light: Resource = {
        "id": made_id("light", name),
        "id_v1": f"/lights/{number}",
        "owner": reference("device", name),
        "metadata": {"name": name, "archetype": "sultan_bulb"},
        "on": {"on": on},
        "dimming": {"brightness": 80.0, "min_dim_level": 0.2},
        "dimming_delta": {},
        "dynamics": {
            "status": "none",
            "status_values": ["none", "dynamic_palette"],
            "speed": 0.0,
            "speed_valid": False,
        },
        "alert": {"action_values": ["breathe"]},
        "mode": "normal",
        "type": "light",
    }
    if model.white:
        light["color_temperature"] = {
            "mirek": 366,
            "mirek_valid": True,
            "mirek_schema": {"mirek_minimum": _COLDEST, "mirek_maximum": _WARMEST},
        }
        light["color_temperature_delta"] = {}
    if model.color:
        light["color"] = {
            "xy": {"x": 0.4575, "y": 0.4099},
            "gamut": _GAMUT_C,
            "gamut_type": "C",
        }
    yield light


def _room(name: str, lamps: Iterable[str]) -> Iterable[Resource]:
    """Yield a room, its grouped light and its scenes."""
    yield {
        "id": made_id("room", name),
        "children": [reference("device", lamp) for lamp in lamps],
        "services": [reference("grouped_light", name)],
        "metadata": {"name": name, "archetype": "living_room"},
        "type": "room",
    }
    yield _grouped("room", name)
    for scene in SCENES:
        yield {
            "id": made_id("scene", f"{name} {scene}"),
            "actions": [
                {
                    "target": reference("light", lamp),
                    "action": {"on": {"on": True}, "dimming": {"brightness": 55.0}},
                }
                for lamp in lamps
            ],
            "metadata": {"name": scene},
            "group": reference("room", name),
            "palette": {"color": [], "dimming": [], "color_temperature": []},
            "speed": 0.5,
            "auto_dynamic": False,
            "status": {"active": "inactive"},
            "type": "scene",
        }


def _zone(name: str, lamps: Iterable[str]) -> Iterable[Resource]:
    """Yield a zone, whose children are lights, and its grouped light."""
    yield {
        "id": made_id("zone", name),
        "children": [reference("light", lamp) for lamp in lamps],
        "services": [reference("grouped_light", name)],
        "metadata": {"name": name, "archetype": "other"},
        "type": "zone",
    }
    yield _grouped("zone", name)


def _grouped(kind: str, name: str) -> Resource:
    """Return the light of a group."""
    return {
        "id": made_id("grouped_light", name),
        "owner": reference(kind, name),
        "on": {"on": True},
        "dimming": {"brightness": 80.0},
        "dimming_delta": {},
        "color_temperature": {},
        "color_temperature_delta": {},
        "color": {},
        "alert": {"action_values": ["breathe"]},
        "dynamics": {},
        "type": "grouped_light",
    }
