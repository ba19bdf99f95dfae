"""Sensors of the thermostat."""

from typing import TYPE_CHECKING

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfTemperature

from .analytics_sensor import LEARNED, MADE_OF, TODAY
from .cloud_sensor import cloud_sensors
from .control.decide import Reason
from .described_sensor import AirConditionerSensor, AirConditionerSensorDescription

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry
    from .planning.overrides import TimedPreset


def _end(timed: TimedPreset | None) -> datetime | None:
    return None if timed is None else timed.until


SENSORS = (
    AirConditionerSensorDescription(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=lambda data: data.decision.reason.value,
    ),
    AirConditionerSensorDescription(
        key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: data.decision.next_change,
    ),
    AirConditionerSensorDescription(
        key="effective_target",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda data: data.plan.target(data.request),
    ),
    AirConditionerSensorDescription(
        key="sleep_override_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: _end(data.overrides.sleep),
        attributes_fn=lambda data: {
            "preset": (timed := data.overrides.sleep) and timed.preset.value
        },
    ),
    AirConditionerSensorDescription(
        key="boost_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: _end(data.overrides.boost),
    ),
    AirConditionerSensorDescription(
        key="room_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda data: None if data.room is None else round(data.room, 2),
    ),
    AirConditionerSensorDescription(
        key="trusted_sensors",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: len(data.quorum.trusted),
        attributes_fn=lambda data: {
            "trusted": list(data.quorum.trusted),
            "doubted": dict(data.quorum.doubted),
        },
    ),
    AirConditionerSensorDescription(
        key="rejected_readings",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.rejected,
    ),
    AirConditionerSensorDescription(
        key="commands_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.counters.commands,
    ),
    AirConditionerSensorDescription(
        key="compressor_starts_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.counters.starts,
    ),
    AirConditionerSensorDescription(
        key="device_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: None if data.device is None else data.device.current,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data
    rows = (*SENSORS, *TODAY, *LEARNED, *MADE_OF)
    async_add_entities(AirConditionerSensor(coordinator, row) for row in rows)
    async_add_entities(cloud_sensors(coordinator))
