"""The name that the button *Store preset* gives to the next preset."""

from typing import TYPE_CHECKING, override

from homeassistant.components.text import TextEntity
from homeassistant.const import EntityCategory

from .entity import RoboCamEntity
from .motion.saved_state import LONGEST_NAME

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the text."""
    async_add_entities([PresetNameText(entry.runtime_data, "preset_name")])


class PresetNameText(RoboCamEntity, TextEntity):
    """The name of the next preset; a number is used unless the user changes it."""

    needs_camera = False
    _attr_entity_category = EntityCategory.CONFIG
    # The button works without it.
    _attr_entity_registry_enabled_default = False
    _attr_native_min = 1
    _attr_native_max = LONGEST_NAME

    @property
    @override
    def native_value(self) -> str:
        """Return the name."""
        return self.camera.preset_name

    @override
    async def async_set_value(self, value: str) -> None:
        """Change the name."""
        coordinator = self.coordinator
        await coordinator.async_perform(coordinator.controller.async_name_preset(value))
