"""The lamp of the camera, which does not report its state."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.light import ColorMode, LightEntity

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry, RoboCamCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the lamp."""
    async_add_entities([RoboCamLight(entry.runtime_data)])


class RoboCamLight(RoboCamEntity, LightEntity):
    """The lamp, with the state of the last command."""

    _attr_assumed_state = True
    _attr_color_mode = ColorMode.ONOFF

    def __init__(self, coordinator: RoboCamCoordinator) -> None:
        """Initialize a lamp that can only be on or off."""
        super().__init__(coordinator, "lamp")
        self._attr_supported_color_modes = {ColorMode.ONOFF}

    @property
    @override
    def is_on(self) -> bool:
        """Return the last command; the firmware starts with the lamp on."""
        return self.camera.lamp

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the lamp on."""
        await self._async_switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the lamp off."""
        await self._async_switch(on=False)

    async def _async_switch(self, *, on: bool) -> None:
        controller = self.coordinator.controller
        await self.coordinator.async_perform(controller.async_switch_lamp(on=on))
