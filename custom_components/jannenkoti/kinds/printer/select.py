"""The speed profile of a print."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.select import SelectEntity

from .control import commands
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity
from .job.status import SPEEDS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry

_LEVELS: Final = {name: level for level, name in SPEEDS.items()}


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the select."""
    if isinstance(entry.runtime_data, PrinterCoordinator):
        async_add_entities([SpeedProfile(entry.runtime_data)])


class SpeedProfile(PrinterEntity, SelectEntity):
    """The speed profile; it can be changed during a print."""

    controls = True
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: PrinterCoordinator) -> None:
        """Initialize the select."""
        super().__init__(coordinator, "set_speed")
        self._attr_options = list(_LEVELS)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the profile."""
        return self.printer.status.speed

    @property
    @override
    def written(self) -> object:
        """Return the state."""
        return self.current_option

    @override
    async def async_select_option(self, option: str) -> None:
        """Change the profile; raises HomeAssistantError."""
        command = commands.speed(_LEVELS[option])
        await self.coordinator.control.async_command(command)
