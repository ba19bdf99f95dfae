"""Switches: what has no platform of its own; a sensor can be switched off too."""

from typing import TYPE_CHECKING, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory

from .devices.device_types import Actuator, device_type_of
from .entity import ActuatorEntity, async_add_actuators

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for each device that has no other actuator."""
    async_add_actuators(entry, async_add_entities, Actuator.SWITCH, DeviceSwitch)


class DeviceSwitch(ActuatorEntity, SwitchEntity):
    """Switches a device over."""

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Be the main entity of an actuator, and a setting of a sensor."""
        super().__init__(coordinator, "active")
        acts = device_type_of(coordinator.serial).acts
        if acts or self.device.identity.type == "actuador":
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
