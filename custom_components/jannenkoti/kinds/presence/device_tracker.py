"""The tracker that Home Assistant's person can use."""

from typing import TYPE_CHECKING, override

from homeassistant.components.device_tracker import SourceType
from homeassistant.components.device_tracker.entity import BaseScannerEntity

from .entity import PresenceEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PresenceConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PresenceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the tracker."""
    async_add_entities([PresenceTracker(entry.runtime_data, "tracker")])


class PresenceTracker(PresenceEntity, BaseScannerEntity):
    """Whether the person is home."""

    _attr_name = None
    _attr_source_type = SourceType.ROUTER

    @property
    @override
    def entity_category(self) -> None:
        """Return none: this is the main entity, not a diagnostic one."""
        return

    @property
    @override
    def is_connected(self) -> bool | None:
        """Return whether the person is home; None before the first evidence."""
        return self.coordinator.data.home
