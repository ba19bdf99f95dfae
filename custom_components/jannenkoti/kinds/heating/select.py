"""The mode of the heating."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.select import SelectEntity

from .entity import HeatingEntity
from .model import Mode

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry

ATTR_REASON = "reason"
ATTR_NEXT_CHANGE = "next_change"


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the mode."""
    async_add_entities([ModeSelect(entry.runtime_data, "mode")])


class ModeSelect(HeatingEntity, SelectEntity):
    """Choose the mode; shows why the stages are on or off."""

    _attr_options = [mode.value for mode in Mode]  # noqa: RUF012 - HA's way
    _unrecorded_attributes = frozenset({ATTR_NEXT_CHANGE})

    @property
    @override
    def current_option(self) -> str:
        """Return the mode."""
        return self.data.mode.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the reason, and when something may change."""
        return {
            ATTR_REASON: self.data.reason.value,
            ATTR_NEXT_CHANGE: self.data.next_change,
        }

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a mode and act on it at once."""
        mode = Mode(option)
        await self.coordinator.async_request(
            lambda controller: controller.set_mode(mode)
        )
