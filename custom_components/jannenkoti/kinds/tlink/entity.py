"""What the entities of an account, its devices and its sensors have in common."""

from datetime import UTC
from typing import TYPE_CHECKING, Final, override

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...entity import KotiEntity
from ...statistics import async_import_hours, async_read_hours
from .cloud_actions import async_translated, number_of, tlink_cloud
from .coordinator import DeviceCoordinator, SensorCoordinator
from .guess import TOTALS
from .model import SensorType
from .quantity import quantity_of
from .status_coordinator import StatusCoordinator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceInfo
    from homeassistant.helpers.entity import Entity
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...lib.hours import Hour
    from .coordinator import Tlink, TlinkEntry
    from .devices import Device, Sensor

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

VALUE: Final = "value"
"""The key of what a sensor measures; the other keys stand beside their entities."""


def account_key(entry: ConfigEntry) -> str:
    """Return what identifies the account."""
    return str(entry.unique_id)


def device_key(entry: ConfigEntry, device_id: str) -> str:
    """Return what identifies a device."""
    return f"{entry.unique_id}_{device_id}"


def sensor_key(entry: ConfigEntry, sensor_id: str) -> str:
    """Return what identifies a sensor, which keeps its id when it moves."""
    return f"{entry.unique_id}_sensor_{sensor_id}"


def async_show_account(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the registry know the account, which its devices hang on."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, account_key(entry))},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
    )


def async_show_device(hass: HomeAssistant, entry: ConfigEntry, device: Device) -> None:
    """Keep the registry up to date: names are changed in the cloud."""
    registry = dr.async_get(hass)
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, device_key(entry, device.device_id))},
        manufacturer="TLINK",
        name=device.name or f"TLINK {device.device_id}",
        serial_number=device.number,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, account_key(entry)), config_entry_id=entry.entry_id
        ),
    )


def platform_of(sensor: Sensor, *, writable: bool) -> Platform | None:
    """Return the platform of a sensor; what cannot be written is only shown."""
    kind = sensor.info.type
    return (writable and _WRITABLE.get(kind)) or _SHOWN.get(kind)


@callback
def async_add_sensors(
    entry: TlinkEntry,
    platform: Platform,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[TlinkEntry, SensorCoordinator], Entity],
) -> None:
    """Add the sensors that belong to a platform: those of now, and each new one."""
    tlink = entry.runtime_data
    writable = tlink.cloud is not None

    @callback
    def async_add(sensors: Sequence[SensorCoordinator]) -> None:
        async_add_entities(
            make(entry, sensor)
            for sensor in sensors
            if platform_of(sensor.data, writable=writable) is platform
        )

    tlink.async_listen(sensors=async_add)


@callback
def async_add_devices(
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *make: Callable[[TlinkEntry, DeviceCoordinator], Entity],
) -> None:
    """Add to each device what it has: to those of now, and to each new one."""

    @callback
    def async_add(devices: Sequence[DeviceCoordinator]) -> None:
        async_add_entities(each(entry, device) for device in devices for each in make)

    entry.runtime_data.async_listen(devices=async_add)


def async_forget_moved(hass: HomeAssistant, tlink: Tlink) -> None:
    """Forget entities that another platform shows by now, as with a cloud added."""
    registry, writable = er.async_get(hass), tlink.cloud is not None
    shown = {
        _unique_id(tlink, sensor_id): platform_of(sensor, writable=writable)
        for sensor_id, sensor in tlink.account.known.sensors.items()
    }
    for entity in er.async_entries_for_config_entry(registry, tlink.entry.entry_id):
        if shown.get(entity.unique_id, entity.domain) != entity.domain:
            registry.async_remove(entity.entity_id)


async def import_hours(
    hass: HomeAssistant, tlink: Tlink, sensor_id: str, hours: Sequence[Hour]
) -> None:
    """Put hours of a sensor into the statistics of its entity."""
    sensor = tlink.account.known.sensors.get(sensor_id)
    entity_id = _entity_id(hass, tlink, sensor_id)
    if sensor is None or entity_id is None or sensor.info.type == SensorType.TEXT:
        return
    unit, device_class = quantity_of(sensor.info, tlink.account.options)
    await async_import_hours(
        hass, entity_id, hours, unit=unit, total=device_class in TOTALS
    )


async def older_hours(
    hass: HomeAssistant, tlink: Tlink, sensor_id: str, start: datetime, end: datetime
) -> list[tuple[datetime, float]]:
    """Return the means of the hours before a time, of which only the statistics know.

    Of the hour that it lies in, the journal has the readings themselves.
    """
    if (entity_id := _entity_id(hass, tlink, sensor_id)) is None:
        return []
    whole = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return await async_read_hours(hass, entity_id, start, whole)


def _entity_id(hass: HomeAssistant, tlink: Tlink, sensor_id: str) -> str | None:
    """Return the entity that shows the values of a sensor."""
    return er.async_get(hass).async_get_entity_id(
        Platform.SENSOR, DOMAIN, _unique_id(tlink, sensor_id)
    )


def _unique_id(tlink: Tlink, sensor_id: str) -> str:
    """Return what identifies that entity."""
    return f"{sensor_key(tlink.entry, sensor_id)}_{VALUE}"


class SensorEntity(KotiEntity[SensorCoordinator]):
    """An entity of one sensor."""

    def __init__(
        self, entry: TlinkEntry, coordinator: SensorCoordinator, key: str = VALUE
    ) -> None:
        """Belong to the device of the sensor, and bear its name."""
        info = coordinator.data.info
        super().__init__(
            coordinator,
            device_info=_device_info(entry, info.device_id),
            device_key=sensor_key(entry, info.sensor_id),
            key=key,
        )
        self._attr_translation_placeholders = {"sensor": info.name or info.sensor_id}
        self._entry = entry

    @property
    def sensor(self) -> Sensor:
        """Return what is known about the sensor."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Say whether the sensor is online, as far as it tells, and was heard."""
        return self.sensor.online is not False and not self._is_silent

    @property
    def _is_silent(self) -> bool:
        devices = self.coordinator.tlink.account.known.devices
        device = devices.get(self.sensor.info.device_id)
        return device is not None and device.silent

    async def async_command(self, value: bool | float, written: str) -> None:  # noqa: FBT001
        """Let the platform tell the sensor something."""
        tlink, info = self._entry.runtime_data, self.sensor.info
        cloud, number = tlink_cloud(tlink), number_of(tlink, info.device_id)
        send = (
            cloud.async_switch(number, info.sensor_id, on=bool(value))
            if info.type == SensorType.SWITCH
            else cloud.async_write(number, info.sensor_id, written)
        )
        await tlink.async_command({info.sensor_id: value}, async_translated(send))


class DeviceEntity(KotiEntity[DeviceCoordinator]):
    """An entity of a device as a whole."""

    def __init__(
        self, entry: TlinkEntry, coordinator: DeviceCoordinator, key: str
    ) -> None:
        """Belong to the device."""
        device_id = coordinator.data.device_id
        super().__init__(
            coordinator,
            device_info=_device_info(entry, device_id),
            device_key=device_key(entry, device_id),
            key=key,
        )


class AccountEntity(KotiEntity[StatusCoordinator]):
    """An entity of the account itself."""

    def __init__(
        self, entry: TlinkEntry, coordinator: StatusCoordinator, key: str
    ) -> None:
        """Belong to the device of the account."""
        super().__init__(
            coordinator,
            device_info=dr.DeviceInfo(identifiers={(DOMAIN, account_key(entry))}),
            device_key=account_key(entry),
            key=key,
        )


def _device_info(entry: TlinkEntry, device_id: str) -> DeviceInfo:
    """Return which device it is; the registry knows the rest."""
    return dr.DeviceInfo(identifiers={(DOMAIN, device_key(entry, device_id))})
