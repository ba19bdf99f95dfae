"""The camera's lamp; it does not tell whether it is on."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.light import ColorMode, LightEntity

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the lamp."""
    async_add_entities([RoboCamLight(entry.runtime_data)])


class RoboCamLight(RoboCamEntity, LightEntity):
    """The lamp, as it was switched last."""

    _attr_assumed_state = True
    _attr_color_mode = ColorMode.ONOFF

    def __init__(self, coordinator: RoboCamCoordinator) -> None:
        """Switch nothing but on and off."""
        super().__init__(coordinator, "lamp")
        self._attr_supported_color_modes = {ColorMode.ONOFF}

    @property
    @override
    def is_on(self) -> bool | None:
        """Return how it was switched last."""
        return self.snapshot.memory.light

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self._async_switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._async_switch(on=False)

    async def _async_switch(self, *, on: bool) -> None:
        operator = self.coordinator.operator
        await self.coordinator.async_perform(operator.async_light(on=on))
