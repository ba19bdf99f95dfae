"""Valves of irrigation."""

from typing import TYPE_CHECKING, override

from homeassistant.components.valve import (
    ValveDeviceClass,
    ValveEntity,
    ValveEntityFeature,
)

from .devices.device_types import Actuator
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
    """Add the valve of each device that is one."""
    async_add_actuators(entry, async_add_entities, Actuator.VALVE, DeviceValve)


class DeviceValve(ActuatorEntity, ValveEntity):
    """A valve: open while the device is active, or as its own state says."""

    _attr_name = None
    _attr_device_class = ValveDeviceClass.WATER
    _attr_reports_position = False
    _attr_supported_features = ValveEntityFeature.OPEN | ValveEntityFeature.CLOSE

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return whether it is closed."""
        watering = self.device.parameters.get("riego_en_curso")
        on = watering if isinstance(watering, bool) else self.device.on
        return None if on is None else not on

    @override
    async def async_open_valve(self) -> None:
        """Let water flow."""
        self.async_switch(on=True)

    @override
    async def async_close_valve(self) -> None:
        """Stop the water."""
        self.async_switch(on=False)
