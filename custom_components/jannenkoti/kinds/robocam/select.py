"""The presets, to look at one of them."""

from typing import TYPE_CHECKING, override

from homeassistant.components.select import SelectEntity

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the choice."""
    async_add_entities([PresetSelect(entry.runtime_data, "preset")])


class PresetSelect(RoboCamEntity, SelectEntity):
    """The preset that the camera looks at, if it does."""

    @property
    @override
    def options(self) -> list[str]:
        """Return the names that the user gave."""
        return list(self.snapshot.memory.presets)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the preset that the camera was sent to."""
        return self.snapshot.memory.preset_at(self.snapshot.target)

    @override
    async def async_select_option(self, option: str) -> None:
        """Look there."""
        operator = self.coordinator.operator
        await self.coordinator.async_perform(operator.async_recall(option))
