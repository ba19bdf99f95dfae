"""Base class of the entities of a printer, and the sensor of a tray."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import EntityCategory
from homeassistant.core import callback

from ...described import DescribedSensor, SensorRow
from ...entity import PushEntity
from .job.trays import EXTERNAL, EXTERNAL_LEFT
from .source_coordinator import PrinterSource

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .job.trays import Tray
    from .model import PrinterData

_EMPTY: Final = "empty"
_SPOOLS: Final = {
    EXTERNAL: "printer_external_spool",
    EXTERNAL_LEFT: "printer_external_spool_left",
}


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


def tray_key(tray: str) -> str:
    """Return the key of the entity of a tray."""
    return f"tray_{tray}"


class TraySensor(PrinterEntity, DescribedSensor):
    """The filament in a tray."""

    def __init__(self, coordinator: PrinterSource, key: str) -> None:
        """Initialize the sensor of a tray."""
        self._tray_key = key
        super().__init__(
            coordinator,
            SensorRow(
                key=tray_key(key),
                entity_category=EntityCategory.DIAGNOSTIC,
                entity_registry_enabled_default=False,
                value_fn=self._type,
                attributes_fn=self._attributes,
            ),
        )
        self._attr_translation_key = _SPOOLS.get(key, "printer_tray")
        if key not in _SPOOLS:
            unit, _, tray = key.partition("_")
            unit = unit.replace("ht", "HT ")
            self._attr_translation_placeholders = {"unit": unit, "tray": tray}

    def _tray(self, data: PrinterData) -> Tray | None:
        trays = data.status.trays
        return next((tray for tray in trays if tray.key == self._tray_key), None)

    def _type(self, data: PrinterData) -> str | None:
        """Return the material."""
        tray = self._tray(data)
        return None if tray is None else tray.type or _EMPTY

    def _attributes(self, data: PrinterData) -> dict[str, Any]:
        """Return color and rest."""
        if (tray := self._tray(data)) is None:
            return {}
        return {"color": tray.color, "remaining": tray.remaining}

    @property
    @override
    def written(self) -> object:
        """Return the tray."""
        return self._tray(self.printer)
