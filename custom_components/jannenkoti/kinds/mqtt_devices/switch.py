"""Switches: devices without a platform of their own; sensors can be paused."""

from typing import TYPE_CHECKING, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory

from .devices.device_types import Actuator
from .entity import ActuatorEntity, async_add_actuators, follows_schedule

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
    """Add a switch for each device that has no other actuator."""
    await async_add_actuators(entry, async_add_entities, Actuator.SWITCH, DeviceSwitch)


class DeviceSwitch(ActuatorEntity, SwitchEntity):
    """A switch of a device."""

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize as main entity of an actuator, or as a setting of a sensor."""
        super().__init__(coordinator, "active")
        if follows_schedule(coordinator):
            self._attr_name = None
        else:
            self._attr_entity_category = EntityCategory.CONFIG

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
