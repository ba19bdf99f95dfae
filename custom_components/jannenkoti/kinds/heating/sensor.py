"""Sensors: why the stages are on or off, the surplus, and the energy."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfTemperature,
)
from homeassistant.util import dt as dt_util

from ...described import DescribedSensor, SensorRow
from .entity import HeatingEntity, tank_names
from .model import HeatingData, Reason
from .planning.curve import PlanQuality

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry, HeatingCoordinator

_HALF_CENT: Final = 0.005


def without_negative_zero(money: float) -> float:
    """Return an amount, or 0 where it would be shown as "-0.00"."""
    return 0.0 if -_HALF_CENT < money <= 0 else money


SENSORS: Final = (
    SensorRow[HeatingData](
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=lambda data: data.reason.value,
    ),
    SensorRow[HeatingData](
        key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: data.next_change,
    ),
    SensorRow[HeatingData](
        key="surplus",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.surplus,
    ),
    SensorRow[HeatingData](
        key="surplus_used",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=lambda data: data.surplus_used,
    ),
    SensorRow[HeatingData](
        key="energy_heated",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=lambda data: data.heated,
    ),
    SensorRow[HeatingData](
        key="switched_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.switched_today,
    ),
)

MONEY: Final = (
    SensorRow[HeatingData](
        key="cost_today",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        # Unknown while no price is known.
        entity_registry_visible_default=False,
        value_fn=lambda data: data.cost_today,
    ),
    SensorRow[HeatingData](
        key="saved",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        value_fn=lambda data: without_negative_zero(data.saved),
    ),
)

SELF_CONSUMPTION: Final = SensorRow[HeatingData](
    key="self_consumption",
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=PERCENTAGE,
    suggested_display_precision=0,
    # Unknown before sunrise.
    entity_registry_visible_default=False,
    value_fn=lambda data: data.self_consumption,
)

PLAN: Final = (
    SensorRow[HeatingData](
        key="plan_quality",
        device_class=SensorDeviceClass.ENUM,
        options=[quality.value for quality in PlanQuality],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.plan_quality,
    ),
    SensorRow[HeatingData](
        key="next_start",
        device_class=SensorDeviceClass.TIMESTAMP,
        # Unknown while nothing is planned.
        entity_registry_visible_default=False,
        value_fn=lambda data: data.next_start,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data
    async_add_entities(HeatingSensor(coordinator, row) for row in SENSORS)
    async_add_entities(HeatingSensor(coordinator, row) for row in PLAN)
    async_add_entities(MoneySensor(coordinator, row) for row in MONEY)
    async_add_entities([HeatingSensor(coordinator, SELF_CONSUMPTION)])
    async_add_entities(
        TankTemperature(coordinator, number, name)
        for number, name in enumerate(tank_names(coordinator))
    )


class HeatingSensor(HeatingEntity, DescribedSensor):
    """A sensor of the heating system."""


class MoneySensor(HeatingSensor):
    """An amount in the currency of the home."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """Return the currency."""
        return self.hass.config.currency

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when today's amount began at zero."""
        return dt_util.start_of_local_day() if self.key == "cost_today" else None


class TankTemperature(HeatingEntity, SensorEntity):
    """The temperature of a tank that the decisions use."""

    _attr_device_class = SensorDeviceClass.TEMPERATURE
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS
    _attr_suggested_display_precision = 1
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: HeatingCoordinator, number: int, name: str) -> None:
        """Initialize the sensor of a tank, counted from 0."""
        super().__init__(coordinator, f"tank_temperature_{number + 1}")
        self._number("tank_temperature", number, name)

    @property
    @override
    def native_value(self) -> float | None:
        """Return the temperature, None if it is unknown or too old."""
        return self.data.tanks[self._place].temperature
