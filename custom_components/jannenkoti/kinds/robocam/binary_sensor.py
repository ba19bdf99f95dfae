"""Whether the camera is connected at this moment."""

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

    from .coordinator import RoboCamConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensor."""
    async_add_entities([ConnectedSensor(entry.runtime_data, "connected")])


class ConnectedSensor(RoboCamEntity, BinarySensorEntity):
    """Whether there is a connection. An idle camera has none either."""

    needs_camera = False
    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    # The sensor *Connection* shows the same, with the reason.
    _attr_entity_registry_enabled_default = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether there is a connection."""
        return self.camera.connected
