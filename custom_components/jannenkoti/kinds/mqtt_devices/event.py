"""Events: a device was switched, from Home Assistant or elsewhere."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import DeviceEntity, async_add_to_each, follows_schedule

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event of each device."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda it: [SwitchedEvent(it)] if follows_schedule(it) else [],
    )


ON: Final = "switched_on"
OFF: Final = "switched_off"


class SwitchedEvent(DeviceEntity, EventEntity):
    """Event that occurs when a device switches on or off."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "switched")
        self._attr_event_types = [ON, OFF]
        self._was_on = self.device.on

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Trigger the event if the device was switched."""
        before, self._was_on = self._was_on, self.device.on
        if None not in (before, self._was_on) and before is not self._was_on:
            self._trigger_event(ON if self._was_on else OFF)
        super()._handle_coordinator_update()
