"""What is known of a bridge: its lamps, rooms and scenes, and commands to them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a lamp, or at least one of a room, can do."""

    dims: bool = False
    colors: bool = False
    mireks: tuple[int, int] | None = None
    """The coldest and the warmest color temperature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What a lamp, or a room as one lamp, shows."""

    on: bool | None = None
    brightness: float | None = None
    """Percent."""
    mirek: int | None = None
    """The color temperature; None while another color is shown."""
    xy: Point | None = None
    abilities: Abilities = field(default_factory=Abilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A lamp; one device can have several."""

    lamp_id: str
    device_id: str
    name: str
    device_name: str
    room: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    software: str | None = None
    reachable: bool = True
    light: Light = field(default_factory=Light)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room or zone, whose lamps take one command together."""

    room_id: str
    group_id: str
    name: str
    is_zone: bool = False
    lamps: tuple[str, ...] = ()
    """The ids of its lamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene of a room."""

    scene_id: str
    room_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class BridgeData:
    """All that is known of a bridge."""

    connected: bool = False
    lamps: Mapping[str, Lamp] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    """By the ids of their grouped lights."""
    scenes: Mapping[str, Scene] = field(default_factory=dict)

    def lamps_of(self, room: Room) -> list[Lamp]:
        """Return the lamps of a room that the bridge has."""
        return [self.lamps[each] for each in room.lamps if each in self.lamps]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightCommand:
    """What a lamp or room is sent; None is not changed."""

    on: bool | None = None
    """None never turns a lamp on that is off."""
    brightness: float | None = None
    xy: Point | None = None
    mirek: int | None = None
    duration: int | None = None
    """Milliseconds."""


def together(lights: Iterable[Light]) -> Light:
    """Return what the lamps of a room show together."""
    every = tuple(lights)
    on = [light for light in every if light.on]
    levels = [light.brightness for light in on if light.brightness is not None]
    ranges = [each.abilities.mireks for each in every if each.abilities.mireks]
    shown = next((each for each in on if each.mirek or each.xy), Light())
    return Light(
        on=bool(on),
        brightness=sum(levels) / len(levels) if levels else None,
        mirek=shown.mirek,
        xy=shown.xy,
        abilities=Abilities(
            dims=any(each.abilities.dims for each in every),
            colors=any(each.abilities.colors for each in every),
            mireks=(min(low for low, _ in ranges), max(high for _, high in ranges))
            if ranges
            else None,
        ),
    )
