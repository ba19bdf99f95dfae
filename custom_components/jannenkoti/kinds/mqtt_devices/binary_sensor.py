"""Binary sensors: what devices detect, holds, and whether they know their orders."""

from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import DeviceEntity, ParameterEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import DeviceCoordinator
    from .prefixes import Quantity
    from .runtime import MqttDevicesEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each device."""

    @callback
    def async_add_device(device: DeviceCoordinator) -> None:
        """Add what a device has."""
        entities: list[DeviceEntity] = [HeldSensor(device)]
        if entry.runtime_data.options.command_topic:
            entities.append(InSyncSensor(device))
        async_add_entities(entities, config_subentry_id=device.subentry_id)
        async_add_parameters(device)

    @callback
    def async_add_parameters(device: DeviceCoordinator) -> None:
        """Add what a device detects, as far as it is not there yet."""
        async_add_entities(
            [
                ParameterBinarySensor(device, name, quantity)
                for name, quantity in device.async_new_parameters(binary=True)
            ],
            config_subentry_id=device.subentry_id,
        )

    entry.runtime_data.async_listen(async_add_device, async_add_parameters)


class ParameterBinarySensor(ParameterEntity, BinarySensorEntity):
    """What a device detects."""

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
        super().__init__(coordinator, "mqtt_devices_held")

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
        super().__init__(coordinator, "mqtt_devices_in_sync")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state; unknown of a device that acknowledges nothing."""
        if self.device.acknowledged is None:
            return None
        return self.device.acknowledged == self.device.version
