"""Binary sensors: read-only switches, alarm and connection of devices, the cloud."""

from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.helpers.device_registry import DeviceInfo

from ...const import DOMAIN
from ...entity import KotiEntity
from .cloud_coordinator import CloudCoordinator
from .entity import (
    DeviceEntity,
    SensorEntity,
    account_key,
    async_add_devices,
    async_add_sensors,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...push import PushSource
    from .account.devices import Device
    from .coordinator import TlinkConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_sensors(entry, Platform.BINARY_SENSOR, async_add_entities, Indicator)
    async_add_devices(entry, async_add_entities, Alarm, ConnectionSensor)
    if (cloud := entry.runtime_data.cloud) is not None:
        async_add_entities([CloudConnection(entry, cloud)])


class Indicator(SensorEntity, BinarySensorEntity):
    """A switch that cannot be switched from here."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state."""
        return self.sensor.on


class Alarm(DeviceEntity, BinarySensorEntity):
    """Whether a sensor of a device is in alarm."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Device]) -> None:
        """Initialize with the device."""
        super().__init__(entry, source, "alarm")

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return bool(self.coordinator.data.alarms)


class ConnectionSensor(DeviceEntity, BinarySensorEntity):
    """Whether a device is online."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Device]) -> None:
        """Initialize with the device."""
        super().__init__(entry, source, "connection")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state."""
        return self.coordinator.data.connected


class CloudConnection(KotiEntity[CloudCoordinator], BinarySensorEntity):
    """Whether the latest poll of the cloud succeeded."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: TlinkConfigEntry, coordinator: CloudCoordinator) -> None:
        """Initialize with the device of the account."""
        super().__init__(
            coordinator,
            device_info=DeviceInfo(identifiers={(DOMAIN, account_key(entry))}),
            device_key=account_key(entry),
            key="cloud",
        )

    @property
    @override
    def available(self) -> bool:
        """Return True, because a failed poll is what this entity shows."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return self.coordinator.last_update_success
