"""How the camera does, and where it looks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import DEGREE, EntityCategory

from .entity import RoboCamEntity
from .model import Connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry
    from .model import Snapshot


@dataclass(frozen=True, kw_only=True)
class RoboCamSensorDescription(SensorEntityDescription):
    """A sensor as a row."""

    value_fn: Callable[[Snapshot], str | float | datetime | None]
    """The state."""
    needs_camera: bool = False
    """Whether it means nothing while the camera is lost."""


SENSORS = (
    RoboCamSensorDescription(
        key="connection",
        device_class=SensorDeviceClass.ENUM,
        options=[connection.value for connection in Connection],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.connection,
    ),
    RoboCamSensorDescription(
        key="fps",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.fps,
    ),
    RoboCamSensorDescription(
        key="viewers",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.viewers,
    ),
    RoboCamSensorDescription(
        key="clients",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_camera=True,
        value_fn=lambda snapshot: snapshot.clients,
    ),
    RoboCamSensorDescription(
        key="last_frame",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.last_picture,
    ),
    RoboCamSensorDescription(
        key="dropped",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.dropped,
    ),
    RoboCamSensorDescription(
        key="reconnects",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.reconnects,
    ),
    RoboCamSensorDescription(
        key="measured_x",
        native_unit_of_measurement=DEGREE,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_camera=True,
        value_fn=lambda snapshot: snapshot.measured.x if snapshot.measured else None,
    ),
    RoboCamSensorDescription(
        key="measured_y",
        native_unit_of_measurement=DEGREE,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_camera=True,
        value_fn=lambda snapshot: snapshot.measured.y if snapshot.measured else None,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(RoboCamSensor(entry.runtime_data, row) for row in SENSORS)


class RoboCamSensor(RoboCamEntity, SensorEntity):
    """A sensor of the camera."""

    entity_description: RoboCamSensorDescription

    def __init__(
        self, coordinator: RoboCamCoordinator, description: RoboCamSensorDescription
    ) -> None:
        """Show what the row says."""
        super().__init__(coordinator, description.key)
        self.entity_description = description
        self.needs_camera = description.needs_camera

    @property
    @override
    def native_value(self) -> str | float | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.snapshot)
