"""Events: a sensor of a device goes into alarm, or the alarm ends."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import DeviceEntity, async_add_devices

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...push import PushSource
    from .account.devices import Device
    from .coordinator import TlinkConfigEntry

RAISED: Final = "raised"
CLEARED: Final = "cleared"


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_devices(entry, async_add_entities, AlarmEvent)


class AlarmEvent(DeviceEntity, EventEntity):
    """An event for each alarm, with the sensor and its value."""

    # Unknown until the first alarm, which looks like a fault on a generated page.
    # A hidden entity would not count when an automation's target is the device.
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    _attr_event_types: list[str] = [RAISED, CLEARED]  # noqa: RUF012 - as in HA

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Device]) -> None:
        """Initialize with the current alarms, which are no events."""
        super().__init__(entry, source, "alarm_event")
        self._alarms = source.data.alarms

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Trigger an event for each alarm that was raised or cleared."""
        before, self._alarms = self._alarms, self.coordinator.data.alarms
        for sensor_id in sorted(before ^ self._alarms):
            sensor = self.tlink.inventory.sensors.get(sensor_id)
            self._trigger_event(
                RAISED if sensor_id in self._alarms else CLEARED,
                {
                    "sensor_id": sensor_id,
                    "sensor_name": sensor and sensor.info.name,
                    "value": sensor and sensor.value,
                },
            )
            self.async_write_ha_state()
