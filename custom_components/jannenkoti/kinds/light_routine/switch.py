"""The switch of the routine."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity

from .entity import RoutineEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import LightRoutineConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: LightRoutineConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch."""
    async_add_entities([RoutineSwitch(entry.runtime_data, "routine")])


class RoutineSwitch(RoutineEntity, SwitchEntity):
    """Whether lights are set to the slots."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the routine is on."""
        return self.routine.enabled

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Follow the table, from the slot in effect."""
        self.coordinator.set_enabled(enabled=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Leave the lights as they are."""
        self.coordinator.set_enabled(enabled=False)
