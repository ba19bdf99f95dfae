"""Binary sensors: whether the printer has a problem, and its connection."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from ...described import BinarySensorRow, DescribedBinarySensor
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity
from .model import LinkState, PrinterData

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry


@dataclass(frozen=True, kw_only=True)
class PrinterBinaryRow(BinarySensorRow[PrinterData]):
    """A binary sensor of a printer as a row."""

    needs_printer: bool = True
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    entity_registry_enabled_default: bool = False


BINARY_SENSORS = (
    PrinterBinaryRow(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=lambda data: bool(data.status.error_code or data.status.hms),
    ),
    PrinterBinaryRow(
        key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        needs_printer=False,
        is_on_fn=lambda data: data.link is LinkState.CONNECTED,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    if isinstance(coordinator := entry.runtime_data, PrinterCoordinator):
        async_add_entities(
            PrinterBinarySensor(coordinator, row) for row in BINARY_SENSORS
        )


class PrinterBinarySensor(PrinterEntity, DescribedBinarySensor):
    """A binary sensor of the printer."""

    def __init__(self, coordinator: PrinterCoordinator, row: PrinterBinaryRow) -> None:
        """Initialize a binary sensor from its row."""
        super().__init__(coordinator, row)
        self.needs_printer = row.needs_printer

    @property
    @override
    def written(self) -> object:
        """Return the state."""
        return self.is_on
