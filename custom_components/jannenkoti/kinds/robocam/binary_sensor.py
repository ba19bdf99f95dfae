"""Whether there is a connection to the camera at this moment."""

from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensor."""
    async_add_entities([ConnectedSensor(entry.runtime_data, "connected")])


class ConnectedSensor(RoboCamEntity, BinarySensorEntity):
    """A sleeping camera is not connected either; the connection's sensor tells why."""

    needs_camera = False
    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    @property
    @override
    def is_on(self) -> bool:
        """Return whether there is a connection."""
        return self.snapshot.connected
