"""Diagnostic sensors of the camera and its connection."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import DEGREE, EntityCategory

from ...described import DescribedSensor, SensorRow
from .entity import RoboCamEntity
from .model import ConnectionState, RoboCamData

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry, RoboCamCoordinator


@dataclass(frozen=True, kw_only=True)
class RoboCamSensorRow(SensorRow[RoboCamData]):
    """A diagnostic sensor as a row."""

    needs_camera: bool = False
    """Whether it is unavailable while the camera is lost."""
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    # They change every ten seconds while a client watches.
    entity_registry_enabled_default: bool = False


SENSORS = (
    RoboCamSensorRow(
        key="connection",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in ConnectionState],
        entity_registry_enabled_default=True,
        value_fn=lambda camera: camera.connection,
    ),
    RoboCamSensorRow(
        key="frame_rate",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=lambda camera: camera.frame_rate,
    ),
    RoboCamSensorRow(
        key="viewers",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda camera: camera.viewers,
    ),
    RoboCamSensorRow(
        key="clients",
        state_class=SensorStateClass.MEASUREMENT,
        needs_camera=True,
        value_fn=lambda camera: camera.clients,
    ),
    RoboCamSensorRow(
        key="last_frame",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda camera: camera.last_frame,
    ),
    RoboCamSensorRow(
        key="dropped",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda camera: camera.dropped,
    ),
    RoboCamSensorRow(
        key="reconnects",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda camera: camera.reconnects,
    ),
    RoboCamSensorRow(
        key="measured_pan",
        native_unit_of_measurement=DEGREE,
        needs_camera=True,
        value_fn=lambda camera: camera.measured_pan,
    ),
    RoboCamSensorRow(
        key="measured_tilt",
        native_unit_of_measurement=DEGREE,
        needs_camera=True,
        value_fn=lambda camera: camera.measured_tilt,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(RoboCamSensor(entry.runtime_data, row) for row in SENSORS)


class RoboCamSensor(RoboCamEntity, DescribedSensor):
    """A diagnostic sensor of the camera."""

    def __init__(self, coordinator: RoboCamCoordinator, row: RoboCamSensorRow) -> None:
        """Initialize a sensor from its row."""
        super().__init__(coordinator, row)
        self.needs_camera = row.needs_camera
