"""What the thermostat knows and why it acts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

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

from .cloud_sensor import cloud_sensors
from .decide import Reason
from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerCoordinator, AirConditionerEntry
    from .rates import Sums
    from .snapshot import Snapshot
    from .wishes import Spell


@dataclass(frozen=True, kw_only=True)
class AirConditionerSensorDescription(SensorEntityDescription):
    """A sensor as a row."""

    value_fn: Callable[[Snapshot], float | datetime | str | None]
    """What it shows of what is known."""
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    """What else it tells."""


def _rounded(value: float | None, digits: int = 0) -> float | None:
    return None if value is None else round(value, digits)


def _percent(part: float | None) -> int | None:
    return None if part is None else round(100 * part)


def _whole_minutes(seconds: float) -> int:
    """Round down: a state that changes at each look would fill the database."""
    return int(seconds // 60)


def _made_of(
    key: str, sums_fn: Callable[[Snapshot], Sums]
) -> tuple[AirConditionerSensorDescription, ...]:
    """Return the rows of what a rate is made of."""
    return (
        AirConditionerSensorDescription(
            key=f"{key}_time_today",
            device_class=SensorDeviceClass.DURATION,
            state_class=SensorStateClass.TOTAL_INCREASING,
            native_unit_of_measurement=UnitOfTime.MINUTES,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda snapshot: _whole_minutes(sums_fn(snapshot).seconds),
        ),
        AirConditionerSensorDescription(
            key=f"{key}_pairs_today",
            state_class=SensorStateClass.TOTAL_INCREASING,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda snapshot: sums_fn(snapshot).pairs,
        ),
    )


_CELSIUS_PER_HOUR = "°C/h"  # Home Assistant has no name for it


def _end(spell: Spell | None) -> datetime | None:
    return None if spell is None else spell.until


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
        key="effective_target",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda snapshot: snapshot.plan.target(snapshot.intent),
    ),
    AirConditionerSensorDescription(
        key="sleep_override_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda snapshot: _end(snapshot.memory.wishes.sleep),
        attributes_fn=lambda snapshot: {
            "preset": (spell := snapshot.memory.wishes.sleep) and spell.preset.value
        },
    ),
    AirConditionerSensorDescription(
        key="boost_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda snapshot: _end(snapshot.memory.wishes.boost),
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


TODAY = (
    AirConditionerSensorDescription(
        key="cooling_rate",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=_CELSIUS_PER_HOUR,
        suggested_display_precision=1,
        value_fn=lambda snapshot: _rounded(snapshot.insight.rates.cooling, 2),
    ),
    AirConditionerSensorDescription(
        key="heating_rate",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=_CELSIUS_PER_HOUR,
        suggested_display_precision=1,
        value_fn=lambda snapshot: _rounded(snapshot.insight.rates.heating, 2),
    ),
    AirConditionerSensorDescription(
        key="cooling_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        value_fn=lambda snapshot: _rounded(snapshot.insight.cooling_power),
    ),
    AirConditionerSensorDescription(
        key="heating_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        value_fn=lambda snapshot: _rounded(snapshot.insight.heating_power),
    ),
    AirConditionerSensorDescription(
        key="run_time_today",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda snapshot: _whole_minutes(snapshot.insight.run.running),
    ),
    AirConditionerSensorDescription(
        key="duty_today",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        value_fn=lambda snapshot: _percent(snapshot.insight.run.duty),
    ),
)

# What the rates are made of: for whoever wants to know how far to trust them.
MADE_OF = tuple(
    description
    for key, sums_fn in (
        ("cooling", lambda snapshot: snapshot.insight.rates.on),
        ("heating", lambda snapshot: snapshot.insight.rates.off),
    )
    for description in _made_of(key, sums_fn)
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data
    rows = (*SENSORS, *TODAY, *MADE_OF)
    async_add_entities(AirConditionerSensor(coordinator, row) for row in rows)
    async_add_entities(cloud_sensors(coordinator))


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
