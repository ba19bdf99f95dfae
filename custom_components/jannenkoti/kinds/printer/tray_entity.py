"""The entities that show the filament in a tray or on an external spool."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import EntityCategory

from ...described import DescribedSensor, SensorRow
from .entity import PrinterEntity
from .job.trays import EXTERNAL, EXTERNAL_LEFT

if TYPE_CHECKING:
    from .job.trays import Tray
    from .model import PrinterData
    from .source_coordinator import PrinterSource

_EMPTY: Final = "empty"
_SPOOLS: Final = {
    EXTERNAL: "printer_external_spool",
    EXTERNAL_LEFT: "printer_external_spool_left",
}


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
