"""Base class of the entities of a printer."""

from typing import TYPE_CHECKING, override

from homeassistant.core import callback

from ...entity import PushEntity
from .source_coordinator import PrinterSource

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .model import PrinterData


class PrinterEntity(PushEntity[PrinterSource]):
    """An entity of the printer of an entry."""

    needs_printer = True
    """Whether the entity is unavailable while the printer is off or lost."""

    controls = False
    """Whether the entity is unavailable while the printer refuses commands."""

    _written: object = None

    def __init__(
        self, coordinator: PrinterSource, key: str | EntityDescription
    ) -> None:
        """Initialize an entity of the printer's device."""
        super().__init__(
            coordinator,
            device_info=coordinator.device_info,
            device_key=coordinator.key,
            key=key,
        )

    @property
    def printer(self) -> PrinterData:
        """Return the state of the printer."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether the entity has a state or can do something."""
        printer = self.printer
        shown = printer.reachable or not self.needs_printer
        return (
            super().available and shown and (printer.controllable or not self.controls)
        )

    @property
    def written(self) -> object:
        """Return what the state is made of: it is written when this changes."""
        return self.printer

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state only if it has changed: reports come every second."""
        self._write_changed()

    @property
    def _shown(self) -> object:
        printer = self.coordinator.data
        return printer.link, printer.needs_signature, self.written

    @property
    def has_changed(self) -> bool:
        """Return whether there is something to write."""
        return self._shown != self._written

    @callback
    def _write_changed(self) -> None:
        """Write the state, if it has changed."""
        if (shown := self._shown) != self._written:
            self._written = shown
            self.async_write_ha_state()
