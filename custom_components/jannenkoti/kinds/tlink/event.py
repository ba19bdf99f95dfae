"""Events: a sensor of a device goes into alarm, or the alarm ends."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import callback

from .entity import DeviceEntity, async_add_devices

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import DeviceCoordinator, TlinkEntry

RAISED: Final = "raised"
CLEARED: Final = "cleared"


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    async_add_devices(entry, async_add_entities, AlarmEvent)


class AlarmEvent(DeviceEntity, EventEntity):
    """Tells each alarm, with the sensor and its value."""

    _attr_event_types: list[str] = [RAISED, CLEARED]  # noqa: RUF012 - as in HA

    def __init__(self, entry: TlinkEntry, coordinator: DeviceCoordinator) -> None:
        """Begin with the alarms of now, which are no news."""
        super().__init__(entry, coordinator, "alarm_event")
        self._alarms = coordinator.data.alarms

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Tell the alarms that have come and gone."""
        before, self._alarms = self._alarms, self.coordinator.data.alarms
        for sensor_id in sorted(before ^ self._alarms):
            sensor = self.coordinator.tlink.account.known.sensors.get(sensor_id)
            self._trigger_event(
                RAISED if sensor_id in self._alarms else CLEARED,
                {
                    "sensor_id": sensor_id,
                    "sensor_name": sensor and sensor.info.name,
                    "value": sensor and sensor.value,
                },
            )
            self.async_write_ha_state()
