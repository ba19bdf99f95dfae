"""Buttons: pause, resume, stop and home."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from ...rights import async_require_admin
from .control import commands
from .entity import PrinterEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .control.commands import Command
    from .source_coordinator import PrinterConfigEntry


@dataclass(frozen=True, kw_only=True)
class PrinterButtonDescription(ButtonEntityDescription):
    """Describes a button."""

    command: Command
    """What it sends."""
    admin: bool = False
    """Whether it is for administrators only."""


BUTTONS = (
    PrinterButtonDescription(key="pause", command=commands.PAUSE),
    PrinterButtonDescription(key="resume", command=commands.RESUME),
    PrinterButtonDescription(
        key="stop",
        command=commands.STOP,
        admin=True,
        entity_registry_enabled_default=False,
    ),
    PrinterButtonDescription(
        key="home", command=commands.HOME, entity_registry_enabled_default=False
    ),
)


TIMELAPSE_BUTTONS = ("timelapse_start", "timelapse_stop")


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    coordinator = entry.runtime_data
    absent = coordinator.data.absent
    async_add_entities(
        PrinterButton(coordinator, row)
        for row in BUTTONS
        if row.command.name not in absent
    )
    async_add_entities(TimelapseButton(coordinator, key) for key in TIMELAPSE_BUTTONS)


class PrinterButton(PrinterEntity, ButtonEntity):
    """A button of the printer."""

    entity_description: PrinterButtonDescription
    controls = True
    # Unknown until it is pressed.
    _attr_entity_registry_visible_default = False

    @property
    @override
    def written(self) -> object:
        """Return nothing: a button has no state of the printer."""
        return None

    @override
    async def async_press(self) -> None:
        """Send the command; raises Unauthorized or HomeAssistantError."""
        row = self.entity_description
        if row.admin and self._context is not None:
            await async_require_admin(self.hass, self._context, self.entity_id)
        await self.coordinator.control.async_command(row.command, context=self._context)


class TimelapseButton(PrinterEntity, ButtonEntity):
    """Start or stop the time-lapse."""

    # Unknown until it is pressed.
    _attr_entity_registry_visible_default = False

    needs_printer = False
    _attr_entity_registry_enabled_default = False

    @property
    @override
    def written(self) -> object:
        """Return nothing: a button has no state of the printer."""
        return None

    @override
    async def async_press(self) -> None:
        """Start or stop it; raises ServiceValidationError."""
        timelapse = self.coordinator.timelapse
        if self.key == "timelapse_start":
            await timelapse.async_start()
        else:
            await timelapse.async_stop(cancel=False)
