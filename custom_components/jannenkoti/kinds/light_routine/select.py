"""The slot in effect: by the clock, or one that is forced."""

from typing import TYPE_CHECKING, override

from homeassistant.components.select import SelectEntity

from .entity import RoutineEntity
from .slots.table import AUTO

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import LightRoutineConfigEntry, RoutineCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: LightRoutineConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the select."""
    async_add_entities([SlotSelect(entry.runtime_data)])


class SlotSelect(RoutineEntity, SelectEntity):
    """Automatic, or a slot until another choice."""

    def __init__(self, coordinator: RoutineCoordinator) -> None:
        """Initialize with the slots of the table."""
        super().__init__(coordinator, "slot")
        names = [slot.name for slot in coordinator.options.table]
        self._attr_options = [AUTO, *names]

    @property
    @override
    def current_option(self) -> str:
        """Return the forced slot, else automatic."""
        return self.routine.forced or AUTO

    @override
    async def async_select_option(self, option: str) -> None:
        """Force a slot, or return to the clock."""
        self.coordinator.force(None if option == AUTO else option)
