"""What the thermostat knows and why it acts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfTemperature

from .decide import Reason
from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerCoordinator, AirConditionerEntry
    from .snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class AirConditionerSensorDescription(SensorEntityDescription):
    """A sensor as a row."""

    value_fn: Callable[[Snapshot], float | datetime | str | None]
    """What it shows of what is known."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    """What else it tells."""


SENSORS = (
    AirConditionerSensorDescription(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=lambda snapshot: snapshot.decision.reason.value,
    ),
    AirConditionerSensorDescription(
        key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda snapshot: snapshot.decision.next_change,
    ),
    AirConditionerSensorDescription(
        key="room_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda snapshot: (
            None if snapshot.room is None else round(snapshot.room, 2)
        ),
    ),
    AirConditionerSensorDescription(
        key="trusted_sensors",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: len(snapshot.quorum.trusted),
        attributes_fn=lambda snapshot: {
            "trusted": list(snapshot.quorum.trusted),
            "doubted": dict(snapshot.quorum.doubted),
        },
    ),
    AirConditionerSensorDescription(
        key="air_conditioner_rejected_readings",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.rejected,
    ),
    AirConditionerSensorDescription(
        key="commands_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.tally.commands,
    ),
    AirConditionerSensorDescription(
        key="compressor_starts_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.tally.starts,
    ),
    AirConditionerSensorDescription(
        key="device_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda snapshot: (
            None if snapshot.device is None else snapshot.device.current
        ),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(
        AirConditionerSensor(entry.runtime_data, description) for description in SENSORS
    )


class AirConditionerSensor(AirConditionerEntity, SensorEntity):
    """A sensor of the thermostat; it explains itself also while the device is lost."""

    entity_description: AirConditionerSensorDescription
    needs_device = False

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerSensorDescription,
    ) -> None:
        """Show what the row says."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> float | datetime | str | None:
        """Return the value."""
        return self.entity_description.value_fn(self.snapshot)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what else there is to tell."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.snapshot)
