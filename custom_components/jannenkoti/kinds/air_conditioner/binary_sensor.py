"""Whether the compressor runs and the room sensors report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from ...described import BinarySensorRow, DescribedBinarySensor
from .control.data import AirConditionerData
from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class Row(BinarySensorRow[AirConditionerData]):
    """A binary sensor as a row."""

    needs_device: bool
    """Whether it is unavailable while the air conditioner does not respond."""


BINARY_SENSORS = (
    Row(
        key="compressor",
        device_class=BinarySensorDeviceClass.RUNNING,
        needs_device=True,
        is_on_fn=lambda data: None if data.device is None else data.device.compressor,
    ),
    Row(
        key="sensor_silent",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_device=False,
        is_on_fn=lambda data: data.room is None,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    async_add_entities(
        AirConditionerBinarySensor(entry.runtime_data, row) for row in BINARY_SENSORS
    )


class AirConditionerBinarySensor(AirConditionerEntity, DescribedBinarySensor):
    """A yes or no of the thermostat."""

    def __init__(self, coordinator: AirConditionerCoordinator, row: Row) -> None:
        """Initialize from a row."""
        super().__init__(coordinator, row)
        self.needs_device = row.needs_device
