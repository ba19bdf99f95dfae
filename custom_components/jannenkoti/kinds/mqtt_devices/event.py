"""Events: a device was switched over, by whomever."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import callback

from .entity import DeviceEntity, async_add_to_each

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event of each device."""
    async_add_to_each(entry, async_add_entities, lambda it: [SwitchedEvent(it)])


ON: Final = "switched_on"
OFF: Final = "switched_off"


class SwitchedEvent(DeviceEntity, EventEntity):
    """Happens whenever the state of a device becomes another."""

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "switched")
        self._attr_event_types = [ON, OFF]
        self._was_on = self.device.on

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """See whether it was switched over."""
        before, self._was_on = self._was_on, self.device.on
        if None not in (before, self._was_on) and before is not self._was_on:
            self._trigger_event(ON if self._was_on else OFF)
        super()._handle_coordinator_update()
