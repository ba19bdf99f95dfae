"""Lights, which are on or off."""

from typing import TYPE_CHECKING, override

from homeassistant.components.light import ColorMode, LightEntity

from .devices.device_types import Actuator
from .entity import ActuatorEntity, async_add_actuators

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the light of each device that is one."""
    await async_add_actuators(entry, async_add_entities, Actuator.LIGHT, DeviceLight)


class DeviceLight(ActuatorEntity, LightEntity):
    """A light."""

    _attr_name = None
    _attr_color_mode = ColorMode.ONOFF

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "actuator")
        self._attr_supported_color_modes = {ColorMode.ONOFF}

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the device is on."""
        return self.device.on

    @override
    async def async_turn_on(self, **_kwargs: object) -> None:
        """Switch it on."""
        self.async_switch(on=True)

    @override
    async def async_turn_off(self, **_kwargs: object) -> None:
        """Switch it off."""
        self.async_switch(on=False)
