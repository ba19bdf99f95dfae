"""Binary sensors: what devices detect, holds, and whether they know their orders."""

from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory, Platform

from .entity import (
    DeviceEntity,
    ParameterEntity,
    async_add_parameters,
    async_add_to_each,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesEntry
    from .device_coordinator import DeviceCoordinator
    from .devices.device_types import Quantity


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each device."""
    has_topic = entry.runtime_data.options.command_topic
    every = (HeldSensor, InSyncSensor) if has_topic else (HeldSensor,)
    async_add_to_each(entry, async_add_entities, lambda it: [one(it) for one in every])
    async_add_parameters(entry, async_add_entities, ParameterBinarySensor, binary=True)


class ParameterBinarySensor(ParameterEntity, BinarySensorEntity):
    """What a device detects."""

    _other_platform = Platform.SENSOR

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Be what the quantity says."""
        super().__init__(coordinator, name, quantity)
        if quantity.device_class is not None:
            self._attr_device_class = BinarySensorDeviceClass(quantity.device_class)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state."""
        value = self.device.parameters.get(self._name)
        return value if isinstance(value, bool) else None


class HeldSensor(DeviceEntity, BinarySensorEntity):
    """Whether somebody has switched the device over against its schedule."""

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "held")

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return self.device.held is not None


class InSyncSensor(DeviceEntity, BinarySensorEntity):
    """Whether a device has acknowledged its latest configuration."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "in_sync")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; unknown of a device that acknowledges nothing."""
        if self.device.acknowledged is None:
            return None
        return self.device.acknowledged == self.device.version
