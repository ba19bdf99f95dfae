"""Device trackers: sensors that report where they are."""

from typing import TYPE_CHECKING, override

from homeassistant.components.device_tracker import TrackerEntity
from homeassistant.const import Platform

from .entity import SensorEntity, async_add_sensors

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import TlinkConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_sensors(entry, Platform.DEVICE_TRACKER, async_add_entities, Place)


class Place(SensorEntity, TrackerEntity):
    """Where a sensor is."""

    @property
    @override
    def latitude(self) -> float | None:
        """Return the latitude."""
        return self._place[0]

    @property
    @override
    def longitude(self) -> float | None:
        """Return the longitude."""
        return self._place[1]

    @property
    def _place(self) -> tuple[float | None, float | None]:
        """Return the place of the sensor, or else that of its device."""
        sample = self.sensor.sample
        if sample is not None and sample.latitude is not None:
            return sample.latitude, sample.longitude
        devices = self.tlink.inventory.devices
        device = devices.get(self.sensor.info.device_id)
        return (device.latitude, device.longitude) if device else (None, None)
