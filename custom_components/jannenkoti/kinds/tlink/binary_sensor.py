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
from .cloud.coordinator import CloudCoordinator
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

    from .coordinator import DeviceCoordinator, TlinkEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    async_add_sensors(entry, Platform.BINARY_SENSOR, async_add_entities, Indicator)
    async_add_devices(entry, async_add_entities, Alarm, Connection)
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

    def __init__(self, entry: TlinkEntry, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(entry, coordinator, "alarm")

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return bool(self.coordinator.data.alarms)


class Connection(DeviceEntity, BinarySensorEntity):
    """Whether a device is online."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: TlinkEntry, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(entry, coordinator, "connection")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state."""
        return self.coordinator.data.connected


class CloudConnection(KotiEntity[CloudCoordinator], BinarySensorEntity):
    """Whether the cloud answers."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: TlinkEntry, coordinator: CloudCoordinator) -> None:
        """Belong to the account."""
        super().__init__(
            coordinator,
            device_info=DeviceInfo(identifiers={(DOMAIN, account_key(entry))}),
            device_key=account_key(entry),
            key="cloud",
        )

    @property
    @override
    def available(self) -> bool:
        """Say so even when it does not answer."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return self.coordinator.last_update_success
