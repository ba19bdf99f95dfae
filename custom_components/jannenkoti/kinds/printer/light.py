"""The chamber light."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.light import ColorMode, LightEntity

from .control import commands
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity
from .job.fields import SECOND_LIGHT

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the light."""
    if isinstance(entry.runtime_data, PrinterCoordinator):
        async_add_entities([ChamberLight(entry.runtime_data)])


class ChamberLight(PrinterEntity, LightEntity):
    """The chamber light; firmware that requires signatures still switches it."""

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}  # noqa: RUF012 - as HA has it

    def __init__(self, coordinator: PrinterCoordinator) -> None:
        """Initialize the light."""
        super().__init__(coordinator, "light")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on."""
        return self.printer.status.light

    @property
    @override
    def written(self) -> object:
        """Return the state."""
        return self.is_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self._async_switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._async_switch(on=False)

    async def _async_switch(self, *, on: bool) -> None:
        """Switch the lights; an H2 has two."""
        control = self.coordinator.control
        await control.async_command(commands.light(on=on))
        if self.printer.status.second_light:
            await control.async_command(commands.light(on=on, node=SECOND_LIGHT))
