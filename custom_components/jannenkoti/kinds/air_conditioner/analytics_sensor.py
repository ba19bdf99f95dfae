"""Descriptions of the sensors of the day and of the room model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfPower,
    UnitOfTemperature,
    UnitOfTime,
)

from .described_sensor import AirConditionerSensorDescription

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from .control.data import AirConditionerData
    from .insight.rates import Sums

# Home Assistant has no names for these.
_CELSIUS_PER_HOUR = "°C/h"
_JOULES_PER_KELVIN = "J/K"


@dataclass(frozen=True, kw_only=True)
class RateDescription(AirConditionerSensorDescription):
    """A sensor in degrees per hour."""

    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    native_unit_of_measurement: str | None = _CELSIUS_PER_HOUR
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class HiddenDescription(AirConditionerSensorDescription):
    """A diagnostic sensor."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC


def _rounded(value: float | None, digits: int = 0) -> float | None:
    return None if value is None else round(value, digits)


def _percent(part: float | None) -> int | None:
    return None if part is None else round(100 * part)


def _whole_minutes(seconds: float) -> int:
    """Round down, so that the state does not change at every update."""
    return int(seconds // 60)


def _minutes(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds() / 60)


def _made_of(
    key: str, sums_fn: Callable[[AirConditionerData], Sums]
) -> tuple[AirConditionerSensorDescription, ...]:
    """Return the sensors of the data behind a rate."""
    return (
        HiddenDescription(
            key=f"{key}_time_today",
            device_class=SensorDeviceClass.DURATION,
            state_class=SensorStateClass.TOTAL_INCREASING,
            native_unit_of_measurement=UnitOfTime.MINUTES,
            value_fn=lambda data: _whole_minutes(sums_fn(data).seconds),
        ),
        HiddenDescription(
            key=f"{key}_pairs_today",
            state_class=SensorStateClass.TOTAL_INCREASING,
            value_fn=lambda data: sums_fn(data).pairs,
        ),
    )


TODAY = (
    RateDescription(
        key="cooling_rate",
        value_fn=lambda data: _rounded(data.analytics.rates.cooling, 2),
    ),
    RateDescription(
        key="heating_rate",
        value_fn=lambda data: _rounded(data.analytics.rates.heating, 2),
    ),
    AirConditionerSensorDescription(
        key="cooling_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        value_fn=lambda data: _rounded(data.analytics.cooling_power),
    ),
    AirConditionerSensorDescription(
        key="heating_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        value_fn=lambda data: _rounded(data.analytics.heating_power),
    ),
    AirConditionerSensorDescription(
        key="run_time_today",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda data: _whole_minutes(data.analytics.run.running),
    ),
    AirConditionerSensorDescription(
        key="duty_today",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        value_fn=lambda data: _percent(data.analytics.run.duty),
    ),
)

LEARNED = (
    AirConditionerSensorDescription(
        key="time_to_target",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda data: _minutes(data.analytics.time_to_target),
    ),
    AirConditionerSensorDescription(
        key="room_model_error",
        device_class=SensorDeviceClass.TEMPERATURE_DELTA,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: _rounded(data.analytics.learned.error, 2),
        attributes_fn=lambda data: {"trusted": data.analytics.learned.trusted},
    ),
    AirConditionerSensorDescription(
        key="room_thermal_capacity",
        native_unit_of_measurement=_JOULES_PER_KELVIN,
        entity_category=EntityCategory.DIAGNOSTIC,
        # Rounded to the accuracy of the estimate.
        value_fn=lambda data: _rounded(data.analytics.capacity, -4),
    ),
    HiddenDescription(
        key="room_time_constant",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        value_fn=lambda data: _rounded(data.analytics.learned.time_constant, 1),
    ),
    RateDescription(
        key="cooling_drive",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: _rounded(data.analytics.learned.cooling_drive, 1),
    ),
    RateDescription(
        key="room_drift",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: _rounded(data.analytics.learned.drift, 1),
    ),
)

# The data behind the rates, which shows their accuracy.
MADE_OF = tuple(
    description
    for key, sums_fn in (
        ("cooling", lambda data: data.analytics.rates.on),
        ("heating", lambda data: data.analytics.rates.off),
    )
    for description in _made_of(key, sums_fn)
)
