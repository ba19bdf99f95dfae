"""How the lamps of a Hue bridge carry out commands: as real ones, quirks included."""

import math
from typing import TYPE_CHECKING, Any

from homeassistant.util.color import (
    color_hs_to_xy,
    color_temperature_mired_to_kelvin,
    color_temperature_to_hs,
)

from .hue_resources import Resource, made_id

if TYPE_CHECKING:
    from collections.abc import Iterator

type Point = tuple[float, float]

LONGEST_FADE = 6_000_000  # ms
_STEPS = 254
_SOFT_OFF = 'device (light) {} is "soft off", command (.{}) may not have effect'
_NO_RADIO = (
    "device (light) {} has communication issues, command (.{}) may not have effect"
)


class BadCommand(Exception):
    """The bridge rejects a command as a whole."""


class Lights:
    """The resources of a bridge, and what commands change of them."""

    def __init__(self, resources: list[Resource]) -> None:
        """Initialize with all resources."""
        self.all = {resource["id"]: resource for resource in resources}
        self.changes: list[Resource] = []
        """What has changed since the last event: type, id and the new values."""

    def of_type(self, kind: str) -> list[Resource]:
        """Return the resources of a type."""
        return [each for each in self.all.values() if each["type"] == kind]

    def named(self, kind: str, name: str) -> Resource:
        """Return a resource by the name it had at first."""
        return self.all[made_id(kind, name)]

    def change(self, resource: Resource, values: Resource) -> None:
        """Change a resource, and report that."""
        _merge(resource, values)
        self.changes.append({**_key(resource), **values})

    # Commands; each returns what the bridge complains about

    def set_light(self, light: Resource, command: Resource) -> list[str]:
        """Carry out a command of a lamp."""
        _check(command)
        connectivity = self._connectivity(light)
        first = next(iter(command), "on")
        if connectivity["status"] != "connected":
            return [_NO_RADIO.format(light["id"], first)]
        turned_on = command.get("on", {}).get("on")
        if not light["on"]["on"] and turned_on is not True:
            looks = ("dimming", "color", "color_temperature")
            asked = [key for key in looks if key in command]
            return [_SOFT_OFF.format(light["id"], key) for key in asked[:1]]
        values = dict(_shown(light, command))
        if values:
            self.change(light, values)
        self._aggregate()
        return []

    def set_group(self, group: Resource, command: Resource) -> list[str]:
        """Carry out a command of a room; lamps that are off ignore looks."""
        _check(command)
        for light in self.lights_of(group):
            self.set_light(light, command)
        return []

    def recall(self, scene: Resource, command: Resource) -> list[str]:
        """Carry out a scene."""
        action = command.get("recall", {}).get("action")
        if action not in {"active", "dynamic_palette", "static"}:
            raise BadCommand
        for each in scene["actions"]:
            self.set_light(self.all[each["target"]["rid"]], each["action"])
        for other in self.of_type("scene"):
            if other["group"] == scene["group"]:
                active = "static" if other is scene else "inactive"
                if other["status"]["active"] != active:
                    self.change(other, {"status": {"active": active}})
        return []

    def lights_of(self, group: Resource) -> list[Resource]:
        """Return the lamps of a grouped light."""
        owner = self.all[group["owner"]["rid"]]
        found = list[Resource]()
        for child in owner["children"]:
            found += self._lights_below(self.all[child["rid"]])
        return found

    def _lights_below(self, resource: Resource) -> list[Resource]:
        """Return the lamps of a device or room; a lamp is its own."""
        if resource["type"] == "light":
            return [resource]
        below = resource["children" if resource["type"] == "room" else "services"]
        found = list[Resource]()
        for each in below:
            if each["rtype"] in {"light", "device"}:
                found += self._lights_below(self.all[each["rid"]])
        return found

    def _connectivity(self, light: Resource) -> Resource:
        """Return whether the radio reaches a lamp."""
        owner = light["owner"]
        return next(
            each
            for each in self.of_type("zigbee_connectivity")
            if each["owner"] == owner
        )

    def _aggregate(self) -> None:
        """Bring the grouped lights up to date."""
        for group in self.of_type("grouped_light"):
            lights = [each for each in self.lights_of(group) if each["on"]["on"]]
            levels = [each["dimming"]["brightness"] for each in lights]
            values: Resource = {"on": {"on": bool(lights)}}
            if levels:
                mean = round(sum(levels) / len(levels), 2)
                values["dimming"] = {"brightness": mean}
            if any(group[key] != value for key, value in values.items()):
                self.change(group, values)


def _key(resource: Resource) -> Resource:
    """Return what every event says of a resource."""
    keys = ("id", "type", "owner", "id_v1")
    return {key: resource[key] for key in keys if key in resource}


def _merge(old: Resource, new: Resource) -> None:
    """Change a resource in place."""
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            _merge(old[key], value)
        else:
            old[key] = value


def _check(command: Resource) -> None:
    """Raise BadCommand for values that the bridge does not accept."""
    duration = command.get("dynamics", {}).get("duration", 0)
    brightness = command.get("dimming", {}).get("brightness", 1)
    mirek = command.get("color_temperature", {}).get("mirek", 200)
    for value in (duration, brightness, mirek):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadCommand
    if not isinstance(duration, int) or not isinstance(mirek, int):
        raise BadCommand
    if not 0 <= duration <= LONGEST_FADE or not 0 <= brightness <= 100:  # noqa: PLR2004
        raise BadCommand


def _shown(light: Resource, command: Resource) -> Iterator[tuple[str, Any]]:
    """Yield what a lamp reports after a command: rounded, and as near as it can.

    During a fade the bridge reports the target.
    """
    if "on" in command:
        yield "on", {"on": command["on"]["on"]}
    if "dimming" in command and "dimming" in light:
        level = max(1, round(command["dimming"]["brightness"] * _STEPS / 100))
        yield "dimming", {"brightness": round(level * 100 / _STEPS, 2)}
    if "color_temperature" in command and "color_temperature" in light:
        schema = light["color_temperature"]["mirek_schema"]
        asked = command["color_temperature"]["mirek"]
        mirek = min(max(asked, schema["mirek_minimum"]), schema["mirek_maximum"])
        yield "color_temperature", {"mirek": mirek, "mirek_valid": True}
        if "color" in light:
            kelvin = color_temperature_mired_to_kelvin(mirek)
            x, y = color_hs_to_xy(*color_temperature_to_hs(kelvin))
            yield "color", {"xy": {"x": round(x, 4), "y": round(y, 4)}}
    elif "color" in command and "color" in light:
        xy = command["color"]["xy"]
        gamut = light["color"]["gamut"]
        corners = [(gamut[each]["x"], gamut[each]["y"]) for each in gamut]
        x, y = _nearest((xy["x"], xy["y"]), corners)
        yield "color", {"xy": {"x": round(x, 4), "y": round(y, 4)}}
        yield "color_temperature", {"mirek": None, "mirek_valid": False}


def _nearest(point: Point, corners: list[Point]) -> Point:
    """Return the point of a triangle that is nearest to a color."""
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    sides = [
        (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        for (ax, ay), (bx, by) in edges
    ]
    if all(side >= 0 for side in sides) or all(side <= 0 for side in sides):
        return point
    return min(
        (_on_edge(point, a, b) for a, b in edges),
        key=lambda each: math.dist(each, point),
    )


def _on_edge(point: Point, a: Point, b: Point) -> Point:
    """Return the point of an edge that is nearest to a color."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    part = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy)
    part = min(max(part, 0.0), 1.0)
    return a[0] + part * dx, a[1] + part * dy
