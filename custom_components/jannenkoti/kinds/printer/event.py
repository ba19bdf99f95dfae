"""The event entity of a printer: what happens to its prints."""

from typing import TYPE_CHECKING, override

from homeassistant.components.event import EventEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import PrinterEntity
from .job.events import JobEvent

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .job.status import PrinterStatus
    from .source_coordinator import PrinterConfigEntry, PrinterSource


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity."""
    async_add_entities([PrintEvent(entry.runtime_data)])


class PrintEvent(PrinterEntity, EventEntity):
    """What happens to a print."""

    needs_printer = False
    # Unknown until something happens.
    # A hidden entity would not count when an automation's target is the device.
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: PrinterSource) -> None:
        """Initialize the event entity."""
        super().__init__(coordinator, "print")
        self._attr_event_types = [event.value for event in JobEvent]

    @override
    async def async_added_to_hass(self) -> None:
        """Receive events."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_events(self._happened))
        for event, status in self.coordinator.take_missed():
            self._happened(event, status)

    @property
    @override
    def written(self) -> object:
        """Return nothing: an update is no event."""
        return None

    @callback
    def _happened(self, event: JobEvent, status: PrinterStatus) -> None:
        """Show an event."""
        self._trigger_event(
            event.value,
            {
                "file": status.file,
                "layer": status.layer,
                "total_layers": status.total_layers,
                "progress": status.progress,
                "error_code": status.error_code,
            },
        )
        self.async_write_ha_state()
