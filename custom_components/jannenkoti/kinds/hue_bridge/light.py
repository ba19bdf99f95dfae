"""The lamps of a bridge, and its rooms and zones as one light each."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntity,
    LightEntityFeature,
)
from homeassistant.components.light import DOMAIN as LIGHT
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util.color import (
    color_temperature_kelvin_to_mired,
    color_temperature_mired_to_kelvin,
)

from ...adjusting import is_adjustment
from ...const import DOMAIN
from .entity import HueEntity, fade_time, lamp_device, room_device
from .model import Light, LightCommand, together

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HueBridgeConfigEntry, HueCoordinator
    from .model import Lamp, Room

_LAMP: Final = "lamp"
_ROOM: Final = "room"
_TRANSITION: Final = LightEntityFeature.TRANSITION


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HueBridgeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add lamps and rooms, also those that the bridge has later."""
    coordinator = entry.runtime_data
    known = set[str]()

    @callback
    def add_new() -> None:
        """Add what is not there yet; what was deleted can come again."""
        data = coordinator.data
        here = data.lamps.keys() | data.rooms.keys()
        new = here - known
        known.intersection_update(here)
        known.update(new)
        found: list[HueLight] = [
            HueLamp(coordinator, lamp)
            for lamp_id, lamp in data.lamps.items()
            if lamp_id in new
        ]
        found += [
            HueRoom(coordinator, room)
            for group_id, room in data.rooms.items()
            if group_id in new
        ]
        if found:
            async_add_entities(found)

    add_new()
    entry.async_on_unload(coordinator.async_add_listener(add_new))


class HueLight(HueEntity, LightEntity):
    """A lamp, or a room as one lamp."""

    _attr_name: str | None = None
    _dimmed: float | None = None
    """The brightness before it was turned off with a fade.

    The bridge turns such a lamp on with 1 %, unless the command has the brightness.
    """

    @property
    def look(self) -> Light:
        """Return what is shown."""
        raise NotImplementedError

    def _send(self, command: LightCommand) -> Awaitable[None]:
        """Return the request of a command."""
        raise NotImplementedError

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on."""
        return self.look.on

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness from 1 to 255."""
        level = self.look.brightness
        return None if level is None else max(1, round(level * 255 / 100))

    @property
    @override
    def xy_color(self) -> tuple[float, float] | None:
        """Return the color."""
        return self.look.xy

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        """Return the color temperature."""
        mirek = self.look.mirek
        return None if mirek is None else color_temperature_mired_to_kelvin(mirek)

    @property
    @override
    def min_color_temp_kelvin(self) -> int:
        """Return the warmest color temperature."""
        return color_temperature_mired_to_kelvin(self._mireks[1])

    @property
    @override
    def max_color_temp_kelvin(self) -> int:
        """Return the coldest color temperature."""
        return color_temperature_mired_to_kelvin(self._mireks[0])

    @property
    def _mireks(self) -> tuple[int, int]:
        return self.look.abilities.mireks or (153, 500)

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        """Return what it can show."""
        can = self.look.abilities
        modes = {ColorMode.XY} if can.colors else set[ColorMode]()
        if can.mireks:
            modes.add(ColorMode.COLOR_TEMP)
        return modes or {ColorMode.BRIGHTNESS if can.dims else ColorMode.ONOFF}

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return how the color is to be read."""
        modes = self.supported_color_modes
        if ColorMode.COLOR_TEMP in modes and (
            self.look.mirek is not None or ColorMode.XY not in modes
        ):
            return ColorMode.COLOR_TEMP
        return ColorMode.XY if ColorMode.XY in modes else next(iter(modes))

    @property
    @override
    def supported_features(self) -> LightEntityFeature:
        """Return whether it fades by itself."""
        return _TRANSITION if self.look.abilities.dims else LightEntityFeature(0)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on or change it.

        A command that only adjusts does not contain that it is to be on. So it has no
        effect on a lamp that was turned off while the command was on its way.
        """
        adjusts = is_adjustment(self.hass, self._context)
        if adjusts and not self.is_on:
            return
        brightness: int | None = kwargs.get(ATTR_BRIGHTNESS)
        level = None if brightness is None else round(brightness * 100 / 255, 2)
        if level is None and self._dimmed is not None:
            level = self._dimmed
        self._dimmed = None
        kelvin: int | None = kwargs.get(ATTR_COLOR_TEMP_KELVIN)
        command = LightCommand(
            on=None if adjusts else True,
            brightness=level,
            xy=kwargs.get(ATTR_XY_COLOR),
            mirek=None if kelvin is None else self._mirek_of(kelvin),
            duration=fade_time(kwargs.get(ATTR_TRANSITION)),
        )
        await self.coordinator.async_send(self._send(command))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        duration = fade_time(kwargs.get(ATTR_TRANSITION))
        if duration is not None and self.is_on:
            self._dimmed = self.look.brightness
        command = LightCommand(on=False, duration=duration)
        await self.coordinator.async_send(self._send(command))

    def _mirek_of(self, kelvin: int) -> int:
        """Return the nearest color temperature that the lamp has."""
        coldest, warmest = self._mireks
        return min(max(color_temperature_kelvin_to_mired(kelvin), coldest), warmest)


class HueLamp(HueLight):
    """A lamp."""

    def __init__(self, coordinator: HueCoordinator, lamp: Lamp) -> None:
        """Initialize the light of a lamp."""
        super().__init__(
            coordinator,
            device_info=lamp_device(coordinator, lamp),
            device_key=lamp.lamp_id,
            key=_LAMP,
        )
        if lamp.name != lamp.device_name:  # One of several lamps of a device.
            self._attr_name = lamp.name
        self._lamp_id = lamp.lamp_id

    @property
    def _lamp(self) -> Lamp | None:
        return self.bridge.lamps.get(self._lamp_id)

    @property
    @override
    def available(self) -> bool:
        """Return whether the bridge reaches the lamp."""
        lamp = self._lamp
        there = lamp is not None and lamp.reachable
        return super().available and there

    @property
    @override
    def look(self) -> Light:
        """Return what the lamp shows."""
        lamp = self._lamp
        return Light() if lamp is None else lamp.light

    @property
    @override
    def written(self) -> object:
        """Return what is shown."""
        return self.look

    @override
    def _send(self, command: LightCommand) -> Awaitable[None]:
        return self.coordinator.link.async_set_light(self._lamp_id, command)


class HueRoom(HueLight):
    """A room or zone: one command for all its lamps."""

    def __init__(self, coordinator: HueCoordinator, room: Room) -> None:
        """Initialize the light of a room."""
        super().__init__(
            coordinator,
            device_info=room_device(coordinator, room),
            device_key=room.group_id,
            key=_ROOM,
        )
        self._group_id = room.group_id

    @property
    def _lamps(self) -> list[Lamp]:
        room = self.bridge.rooms.get(self._group_id)
        return [] if room is None else self.bridge.lamps_of(room)

    @property
    @override
    def available(self) -> bool:
        """Return whether the bridge has the room."""
        return super().available and self._group_id in self.bridge.rooms

    @property
    @override
    def look(self) -> Light:
        """Return what the lamps that can be reached show together."""
        return together(lamp.light for lamp in self._lamps if lamp.reachable)

    @property
    @override
    def written(self) -> object:
        """Return what is shown."""
        return self.look, [lamp.lamp_id for lamp in self._lamps]

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return its lamps, by the names that Home Assistant's own integration uses."""
        registry = er.async_get(self.hass)
        found = (
            registry.async_get_entity_id(LIGHT, DOMAIN, f"{lamp.lamp_id}_{_LAMP}")
            for lamp in self._lamps
        )
        return {
            "is_hue_group": True,
            "lights": sorted(lamp.name for lamp in self._lamps),
            "entity_id": sorted(each for each in found if each is not None),
        }

    @override
    def _send(self, command: LightCommand) -> Awaitable[None]:
        return self.coordinator.link.async_set_group(self._group_id, command)
