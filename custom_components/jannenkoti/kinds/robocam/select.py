"""The presets, to move to one of them."""

from typing import TYPE_CHECKING, override

from homeassistant.components.select import SelectEntity

from .entity import RoboCamEntity
from .motion.saved_state import NO_PRESET

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the select."""
    async_add_entities([PresetSelect(entry.runtime_data, "preset")])


class PresetSelect(RoboCamEntity, SelectEntity):
    """The preset that the camera was sent to."""

    @property
    @override
    def options(self) -> list[str]:
        """Return the names of the presets, and one for no preset."""
        return [NO_PRESET, *self.camera.presets]

    @property
    @override
    def current_option(self) -> str:
        """Return the preset at the target position."""
        return self.camera.preset or NO_PRESET

    @override
    async def async_select_option(self, option: str) -> None:
        """Move to a preset; without one the camera stays where it is."""
        if option != NO_PRESET:
            controller = self.coordinator.controller
            await self.coordinator.async_perform(controller.async_recall(option))
