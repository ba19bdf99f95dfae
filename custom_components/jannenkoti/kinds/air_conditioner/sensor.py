"""Sensors of the thermostat, of its analytics, and of the calls to a cloud."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfPower,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.util import dt as dt_util

from ...described import DescribedSensor, SensorRow
from .control.data import AirConditionerData
from .control.decide import Reason
from .drivers.driver import ConnectionType
from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...lib.quota import Quota
    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator
    from .insight.rates import Sums
    from .planning.overrides import TimedPreset

# Home Assistant has no names for these.
_CELSIUS_PER_HOUR = "°C/h"
_JOULES_PER_KELVIN = "J/K"


@dataclass(frozen=True, kw_only=True)
class Row(SensorRow[AirConditionerData]):
    """A sensor of the thermostat."""


@dataclass(frozen=True, kw_only=True)
class DiagnosticRow(Row):
    """A diagnostic sensor."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC


@dataclass(frozen=True, kw_only=True)
class CounterRow(DiagnosticRow):
    """A diagnostic count that starts again at zero."""

    state_class: SensorStateClass | None = SensorStateClass.TOTAL_INCREASING


@dataclass(frozen=True, kw_only=True)
class TimeRow(Row):
    """A point in time."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.TIMESTAMP


@dataclass(frozen=True, kw_only=True)
class RateRow(Row):
    """A rate in degrees per hour."""

    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    native_unit_of_measurement: str | None = _CELSIUS_PER_HOUR
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class PowerRow(Row):
    """A thermal power."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.POWER
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    native_unit_of_measurement: str | None = UnitOfPower.WATT


@dataclass(frozen=True, kw_only=True)
class QuotaRow(SensorEntityDescription):
    """A sensor of the calls to a cloud."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    value_fn: Callable[[Quota, datetime], float | None]
    """Return the state at a time."""


def _end(timed: TimedPreset | None) -> datetime | None:
    return None if timed is None else timed.until


def _rounded(value: float | None, digits: int = 0) -> float | None:
    return None if value is None else round(value, digits)


def _percent(part: float | None) -> int | None:
    return None if part is None else round(100 * part)


def _whole_minutes(seconds: float) -> int:
    """Round down, so that the state does not change at every update."""
    return int(seconds // 60)


def _minutes(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds() / 60)


def _behind_rate(
    key: str, sums_fn: Callable[[AirConditionerData], Sums]
) -> tuple[Row, ...]:
    """Return the sensors of the data behind a rate."""
    return (
        CounterRow(
            key=f"{key}_time_today",
            device_class=SensorDeviceClass.DURATION,
            native_unit_of_measurement=UnitOfTime.MINUTES,
            value_fn=lambda data: _whole_minutes(sums_fn(data).seconds),
        ),
        CounterRow(key=f"{key}_pairs_today", value_fn=lambda data: sums_fn(data).pairs),
    )


SENSORS = (
    Row(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=lambda data: data.decision.reason.value,
    ),
    TimeRow(
        key="next_change",
        # Unknown if nothing is planned, which looks like a fault on a generated page.
        entity_registry_visible_default=False,
        value_fn=lambda data: data.decision.next_change,
    ),
    Row(
        key="effective_target",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda data: data.plan.target(data.request),
    ),
    TimeRow(
        key="sleep_override_until",
        value_fn=lambda data: _end(data.overrides.sleep),
        attributes_fn=lambda data: {
            "preset": (timed := data.overrides.sleep) and timed.preset.value
        },
    ),
    TimeRow(key="boost_until", value_fn=lambda data: _end(data.overrides.boost)),
    Row(
        key="room_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda data: None if data.room is None else round(data.room, 2),
    ),
    DiagnosticRow(
        key="trusted_sensors",
        value_fn=lambda data: len(data.quorum.trusted),
        attributes_fn=lambda data: {
            "trusted": list(data.quorum.trusted),
            "doubted": dict(data.quorum.doubted),
        },
    ),
    CounterRow(key="rejected_readings", value_fn=lambda data: data.rejected),
    CounterRow(key="commands_today", value_fn=lambda data: data.counters.commands),
    CounterRow(
        key="compressor_starts_today", value_fn=lambda data: data.counters.starts
    ),
    DiagnosticRow(
        key="device_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        value_fn=lambda data: None if data.device is None else data.device.current,
    ),
)

TODAY = (
    RateRow(
        key="cooling_rate",
        value_fn=lambda data: _rounded(data.analytics.rates.cooling, 2),
    ),
    RateRow(
        key="heating_rate",
        value_fn=lambda data: _rounded(data.analytics.rates.heating, 2),
    ),
    PowerRow(
        key="cooling_power",
        value_fn=lambda data: _rounded(data.analytics.cooling_power),
    ),
    PowerRow(
        key="heating_power",
        value_fn=lambda data: _rounded(data.analytics.heating_power),
    ),
    Row(
        key="run_time_today",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda data: _whole_minutes(data.analytics.run.running),
    ),
    Row(
        key="duty_today",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        value_fn=lambda data: _percent(data.analytics.run.duty),
    ),
)

LEARNED = (
    Row(
        key="time_to_target",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda data: _minutes(data.analytics.time_to_target),
    ),
    DiagnosticRow(
        key="room_model_error",
        device_class=SensorDeviceClass.TEMPERATURE_DELTA,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=2,
        value_fn=lambda data: _rounded(data.analytics.learned.error, 2),
        attributes_fn=lambda data: {"trusted": data.analytics.learned.trusted},
    ),
    DiagnosticRow(
        key="room_thermal_capacity",
        native_unit_of_measurement=_JOULES_PER_KELVIN,
        # Rounded to the accuracy of the estimate.
        value_fn=lambda data: _rounded(data.analytics.capacity, -4),
    ),
    DiagnosticRow(
        key="room_time_constant",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        value_fn=lambda data: _rounded(data.analytics.learned.time_constant, 1),
    ),
    RateRow(
        key="cooling_drive",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: _rounded(data.analytics.learned.cooling_drive, 1),
    ),
    RateRow(
        key="room_drift",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: _rounded(data.analytics.learned.drift, 1),
    ),
)

# The data behind the rates, which shows their accuracy.
BEHIND_RATES = tuple(
    description
    for key, sums_fn in (
        ("cooling", lambda data: data.analytics.rates.on),
        ("heating", lambda data: data.analytics.rates.off),
    )
    for description in _behind_rate(key, sums_fn)
)

QUOTA_SENSORS = (
    QuotaRow(
        key="cloud_calls",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda quota, now: quota.calls(now),
    ),
    QuotaRow(
        key="quota_days_left",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=0,
        value_fn=lambda quota, now: (
            None if (days := quota.days_left(now)) is None else round(days, 1)
        ),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors; those of the cloud only with a cloud."""
    coordinator = entry.runtime_data
    rows = (*SENSORS, *TODAY, *LEARNED, *BEHIND_RATES)
    async_add_entities(AirConditionerSensor(coordinator, row) for row in rows)
    if (cloud := coordinator.failover.cloud) is not None:
        async_add_entities([ActiveConnectionSensor(coordinator, "active_connection")])
        async_add_entities(
            QuotaSensor(coordinator, row, cloud.quota) for row in QUOTA_SENSORS
        )


class AirConditionerSensor(AirConditionerEntity, DescribedSensor):
    """A sensor of the thermostat; available while the device is lost."""

    needs_device = False


class ActiveConnectionSensor(AirConditionerEntity, SensorEntity):
    """The connection that answered last."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    # All states, though not every device has both connections.
    _attr_options = [ConnectionType.LAN.value, ConnectionType.CLOUD.value]  # noqa: RUF012 - HA's own way

    @property
    @override
    def native_value(self) -> str:
        """Return the connection."""
        return self.coordinator.failover.connection.value


class QuotaSensor(AirConditionerEntity, SensorEntity):
    """A sensor of the calls to the cloud."""

    entity_description: QuotaRow
    needs_device = False

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        row: QuotaRow,
        quota: Quota,
    ) -> None:
        """Initialize the sensor of a quota."""
        super().__init__(coordinator, row)
        self._quota = quota

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value."""
        return self.entity_description.value_fn(self._quota, dt_util.utcnow())
