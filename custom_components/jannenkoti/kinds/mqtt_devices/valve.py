"""Valves of irrigation."""

from typing import TYPE_CHECKING, override

from homeassistant.components.valve import (
    ValveDeviceClass,
    ValveEntity,
    ValveEntityFeature,
)

from ...lib.reading import read_truth
from .devices.device_types import WATERING, Actuator
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
    """Add the valve of each device that is one."""
    await async_add_actuators(entry, async_add_entities, Actuator.VALVE, DeviceValve)


class DeviceValve(ActuatorEntity, ValveEntity):
    """A valve: open as it reports, or while the device is active if it does not.

    An unknown word is an unknown state: it must not look closed.
    """

    _attr_name = None
    _attr_device_class = ValveDeviceClass.WATER
    _attr_reports_position = False
    _attr_supported_features = ValveEntityFeature.OPEN | ValveEntityFeature.CLOSE

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the main entity of the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return whether it is closed."""
        state = self.own_value
        if WATERING in self.device.unreadable_names:
            return None
        on = self.device.on if state is None else read_truth(state)
        return None if on is None else not on

    @override
    async def async_open_valve(self) -> None:
        """Let water flow."""
        self.async_switch(on=True)

    @override
    async def async_close_valve(self) -> None:
        """Stop the water."""
        self.async_switch(on=False)
