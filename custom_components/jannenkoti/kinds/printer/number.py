"""Numbers: the target temperatures."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
)
from homeassistant.const import UnitOfTemperature
from homeassistant.exceptions import ServiceValidationError

from ...const import DOMAIN
from .control import commands
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .control.commands import Command
    from .job.status import PrinterStatus
    from .source_coordinator import PrinterConfigEntry


@dataclass(frozen=True, kw_only=True)
class PrinterNumberDescription(NumberEntityDescription):
    """Describes a target temperature."""

    value_fn: Callable[[PrinterStatus], float | None]
    """Return the target."""
    command_fn: Callable[[int], Command]
    """Return the command that changes it."""


NUMBERS = (
    PrinterNumberDescription(
        key="set_nozzle",
        native_max_value=commands.HIGHEST_NOZZLE,
        value_fn=lambda status: status.nozzle_target,
        command_fn=commands.nozzle_temperature,
    ),
    PrinterNumberDescription(
        key="set_bed",
        native_max_value=commands.HIGHEST_BED,
        value_fn=lambda status: status.bed_target,
        command_fn=commands.bed_temperature,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    if isinstance(entry.runtime_data, PrinterCoordinator):
        async_add_entities(PrinterNumber(entry.runtime_data, row) for row in NUMBERS)


class PrinterNumber(PrinterEntity, NumberEntity):
    """A target temperature."""

    entity_description: PrinterNumberDescription
    controls = True
    _attr_device_class = NumberDeviceClass.TEMPERATURE
    _attr_entity_registry_enabled_default = False
    _attr_native_min_value = commands.LOWEST_TEMPERATURE
    _attr_native_step = 1
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS

    @property
    @override
    def native_value(self) -> float | None:
        """Return the target."""
        return self.entity_description.value_fn(self.printer.status)

    @property
    @override
    def written(self) -> object:
        """Return the state."""
        return self.native_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the target; raises HomeAssistantError."""
        if not isfinite(value):  # Home Assistant lets NaN through.
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="printer_no_temperature"
            )
        command = self.entity_description.command_fn(round(value))
        await self.coordinator.control.async_command(command)
