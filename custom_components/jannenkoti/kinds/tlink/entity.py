"""Base classes of the entities of an account, its devices and its sensors."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...entity import PushEntity
from ...push import PushSource
from .account.account import Status
from .account.devices import Device, Sensor
from .account.keys import VALUE, device_key, sensor_key, value_key
from .cloud.client import target_of
from .model import SensorType
from .target_actions import async_translated, cloud_of, number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceInfo
    from homeassistant.helpers.entity import Entity, EntityDescription
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import TlinkConfigEntry, TlinkCoordinator

_SHOWN: Final[dict[int, Platform]] = {
    SensorType.NUMBER: Platform.SENSOR,
    SensorType.SWITCH: Platform.BINARY_SENSOR,
    SensorType.LOCATION: Platform.DEVICE_TRACKER,
    SensorType.IMAGE: Platform.IMAGE,
    SensorType.INDICATOR: Platform.BINARY_SENSOR,
    SensorType.LEVEL: Platform.SENSOR,
    SensorType.TEXT: Platform.SENSOR,
}
_WRITABLE: Final[dict[int, Platform]] = {
    SensorType.SWITCH: Platform.SWITCH,
    SensorType.LEVEL: Platform.NUMBER,
}


def account_key(entry: ConfigEntry) -> str:
    """Return the identifier of the account."""
    return str(entry.unique_id)


@callback
def async_register_account(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Register the account, which its devices belong to."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, account_key(entry))},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
    )


@callback
def async_register_device(
    hass: HomeAssistant, entry: ConfigEntry, device: Device
) -> None:
    """Register a device, or update its name, which may change in the cloud."""
    registry = dr.async_get(hass)
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, device_key(account_key(entry), device.device_id))},
        manufacturer="TLINK",
        name=device.name or f"TLINK {device.device_id}",
        serial_number=device.number,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, account_key(entry)), config_entry_id=entry.entry_id
        ),
    )


def platform_of(sensor: Sensor, *, writable: bool) -> Platform | None:
    """Return the platform of a sensor; without the cloud it cannot be written."""
    kind = sensor.info.type
    return (writable and _WRITABLE.get(kind)) or _SHOWN.get(kind)


@callback
def async_add_sensors(
    entry: TlinkConfigEntry,
    platform: Platform,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[TlinkConfigEntry, PushSource[Sensor]], Entity],
) -> None:
    """Add the sensors of a platform: the existing ones, and each new one."""
    coordinator = entry.runtime_data
    writable = coordinator.cloud is not None

    @callback
    def async_add(sensors: Sequence[PushSource[Sensor]]) -> None:
        """Add those of the platform."""
        async_add_entities(
            make(entry, sensor)
            for sensor in sensors
            if platform_of(sensor.data, writable=writable) is platform
        )

    coordinator.async_on_sensors(async_add)


@callback
def async_add_devices(
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *make: Callable[[TlinkConfigEntry, PushSource[Device]], Entity],
) -> None:
    """Add entities to each device: to the existing ones, and to each new one."""

    @callback
    def async_add(devices: Sequence[PushSource[Device]]) -> None:
        """Add the entities of devices."""
        async_add_entities(each(entry, device) for device in devices for each in make)

    entry.runtime_data.async_on_devices(async_add)


@callback
def async_remove_moved(hass: HomeAssistant, coordinator: TlinkCoordinator) -> None:
    """Remove entities that belong to another platform now that there is a cloud."""
    registry, entry = er.async_get(hass), coordinator.entry
    writable = coordinator.cloud is not None
    shown = {
        value_key(account_key(entry), sensor_id): platform_of(sensor, writable=writable)
        for sensor_id, sensor in coordinator.inventory.sensors.items()
    }
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if shown.get(entity.unique_id, entity.domain) != entity.domain:
            registry.async_remove(entity.entity_id)


class SensorEntity(PushEntity[PushSource[Sensor]]):
    """An entity of one sensor."""

    def __init__(
        self,
        entry: TlinkConfigEntry,
        source: PushSource[Sensor],
        key: str | EntityDescription = VALUE,
    ) -> None:
        """Initialize with the device and the name of the sensor."""
        account, info = account_key(entry), source.data.info
        super().__init__(
            source,
            device_info=_device_info(device_key(account, info.device_id)),
            device_key=sensor_key(account, info.sensor_id),
            key=key,
        )
        self._attr_translation_placeholders = {"sensor": info.name or info.sensor_id}
        self.tlink = entry.runtime_data

    @property
    def sensor(self) -> Sensor:
        """Return the sensor."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether the sensor is online, and its device reports."""
        sensor = self.coordinator.data
        device = self.tlink.inventory.devices.get(sensor.info.device_id)
        is_silent = device is not None and device.silent
        return sensor.online is not False and not is_silent and super().available

    async def async_command(self, value: bool | float, written: str) -> None:  # noqa: FBT001
        """Send a value to the sensor through the cloud."""
        info = self.sensor.info
        cloud = cloud_of(self.tlink)
        target = target_of(info.device_id, number_of(self.tlink, info.device_id))
        send = (
            cloud.async_switch(target, info.sensor_id, on=bool(value))
            if info.type == SensorType.SWITCH
            else cloud.async_write(target, info.sensor_id, written)
        )
        await self.tlink.async_command({info.sensor_id: value}, async_translated(send))


class DeviceEntity(PushEntity[PushSource[Device]]):
    """An entity of a device as a whole."""

    def __init__(
        self, entry: TlinkConfigEntry, source: PushSource[Device], key: str
    ) -> None:
        """Initialize with the device."""
        of_device = device_key(account_key(entry), source.data.device_id)
        super().__init__(
            source, device_info=_device_info(of_device), device_key=of_device, key=key
        )
        self.tlink = entry.runtime_data


class AccountEntity(PushEntity[PushSource[Status]]):
    """An entity of the account itself."""

    def __init__(self, entry: TlinkConfigEntry, key: str | EntityDescription) -> None:
        """Initialize with the device of the account."""
        account = account_key(entry)
        super().__init__(
            entry.runtime_data.status,
            device_info=_device_info(account),
            device_key=account,
            key=key,
        )


def _device_info(identifier: str) -> DeviceInfo:
    """Return which device it is; the registry has the rest."""
    return dr.DeviceInfo(identifiers={(DOMAIN, identifier)})
