"""Binary sensors: what devices detect, holds, and acknowledged configurations."""

from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory, Platform

from ...lib.reading import read_truth
from .entity import (
    DeviceEntity,
    ParameterEntity,
    async_add_parameters,
    async_add_to_each,
    follows_schedule,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator
    from .devices.device_types import Quantity


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each device."""
    has_topic = entry.runtime_data.options.command_topic
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda it: [HeldSensor(it)] if follows_schedule(it) else [],
    )
    if has_topic:
        await async_add_to_each(
            entry, async_add_entities, lambda it: [InSyncSensor(it)]
        )
    await async_add_parameters(
        entry, async_add_entities, ParameterBinarySensor, binary=True
    )


class ParameterBinarySensor(ParameterEntity, BinarySensorEntity):
    """A parameter that is true or false."""

    _other_platform = Platform.SENSOR

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Initialize with the device class of the quantity."""
        super().__init__(coordinator, name, quantity)
        if quantity.device_class is not None:
            self._attr_device_class = BinarySensorDeviceClass(quantity.device_class)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; unknown if the value cannot be read."""
        if self._name in self.device.unreadable_names:
            return None
        return read_truth(self.value)


class HeldSensor(DeviceEntity, BinarySensorEntity):
    """Whether the device was switched against its schedule."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
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
        """Initialize the entity of a device."""
        super().__init__(coordinator, "in_sync")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; unknown if the device acknowledges nothing."""
        if self.device.acknowledged is None:
            return None
        return self.device.acknowledged == self.device.version
