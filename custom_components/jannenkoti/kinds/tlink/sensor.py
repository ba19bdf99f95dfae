"""Sensors: readings, the contents of tanks, counters of the account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.sensor import (
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.components.sensor import SensorEntity as BaseSensorEntity
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    Platform,
    UnitOfMass,
    UnitOfTime,
    UnitOfVolume,
)
from homeassistant.core import callback

from ...lib.reading import read_number
from .account.quantity import TOTALS, quantity_of
from .account.tank import TankLevel
from .entity import AccountEntity, SensorEntity, async_add_sensors
from .model import SensorType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...push import PushSource
    from .account.account import Status
    from .account.devices import Sensor
    from .account.tank import Contents, Tank
    from .coordinator import TlinkConfigEntry

_LONGEST_STATE: Final = 255


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A sensor of the account, as data."""

    value_fn: Callable[[Status], float | datetime | None]


@dataclass(frozen=True, kw_only=True)
class TankSensorDescription(SensorEntityDescription):
    """A sensor of a tank, as data."""

    value_fn: Callable[[Contents], float | str]


ACCOUNT_SENSORS: Final = (
    AccountSensorDescription(
        key="last_push",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        # Each push would be a line of the activity; its age is not.
        entity_registry_enabled_default=False,
        value_fn=lambda status: status.last_push,
    ),
    AccountSensorDescription(
        key="last_push_age",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda s: None if s.age is None else round(s.age.total_seconds()),
    ),
    AccountSensorDescription(
        key="rejected_signatures",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda status: status.rejected_signatures,
    ),
    AccountSensorDescription(
        key="duplicates",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda status: status.duplicates,
    ),
)

TANK_SENSORS: Final = (
    TankSensorDescription(
        key="tank_volume",
        device_class=SensorDeviceClass.VOLUME_STORAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfVolume.LITERS,
        suggested_display_precision=0,
        value_fn=lambda contents: contents.liters,
    ),
    TankSensorDescription(
        key="tank_percent",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=lambda contents: contents.percent,
    ),
    TankSensorDescription(
        key="tank_mass",
        device_class=SensorDeviceClass.WEIGHT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfMass.KILOGRAMS,
        suggested_display_precision=0,
        value_fn=lambda contents: contents.mass,
    ),
    TankSensorDescription(
        key="tank_level",
        device_class=SensorDeviceClass.ENUM,
        options=[level.value for level in TankLevel],
        value_fn=lambda contents: contents.level.value,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the account, the existing ones, and each new one."""
    coordinator = entry.runtime_data
    tanks = coordinator.account.options.tanks

    @callback
    def async_add_tanks(sensors: Sequence[PushSource[Sensor]]) -> None:
        """Add the sensors of tanks."""
        async_add_entities(
            TankSensor(entry, sensor, tank, description)
            for sensor in sensors
            if (tank := tanks.get(sensor.data.info.sensor_id)) is not None
            for description in TANK_SENSORS
        )

    async_add_entities(AccountSensor(entry, each) for each in ACCOUNT_SENSORS)
    async_add_sensors(entry, Platform.SENSOR, async_add_entities, ValueSensor)
    coordinator.async_on_sensors(async_add_tanks)


class ValueSensor(SensorEntity, BaseSensorEntity):
    """The reading of a sensor."""

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Sensor]) -> None:
        """Initialize with unit and device class, chosen or guessed."""
        super().__init__(entry, source)
        info = self.sensor.info
        self._is_text = info.type == SensorType.TEXT
        if self._is_text:
            return
        unit, device_class = quantity_of(info, entry.runtime_data.account.options)
        self._attr_native_unit_of_measurement = unit
        self._attr_state_class = SensorStateClass.MEASUREMENT
        self._attr_suggested_display_precision = info.decimals
        # No device class is better than one that does not allow the unit.
        if device_class and unit in DEVICE_CLASS_UNITS.get(
            of_unit := SensorDeviceClass(device_class), ()
        ):
            self._attr_device_class = of_unit
            if device_class in TOTALS:
                self._attr_state_class = SensorStateClass.TOTAL_INCREASING

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state."""
        value = self.sensor.value
        if self._is_text:
            return None if value is None else value[:_LONGEST_STATE]
        return read_number(value)


class TankSensor(SensorEntity, BaseSensorEntity):
    """The contents of a tank, calculated from its level."""

    entity_description: TankSensorDescription

    def __init__(
        self,
        entry: TlinkConfigEntry,
        source: PushSource[Sensor],
        tank: Tank,
        description: TankSensorDescription,
    ) -> None:
        """Initialize from a description."""
        super().__init__(entry, source, description)
        self._tank = tank

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state."""
        if (level := read_number(self.sensor.value)) is None:
            return None
        return self.entity_description.value_fn(self._tank.contents(level))


class AccountSensor(AccountEntity, BaseSensorEntity):
    """A counter of the account, or its last push."""

    entity_description: AccountSensorDescription

    def __init__(
        self, entry: TlinkConfigEntry, description: AccountSensorDescription
    ) -> None:
        """Initialize from a description."""
        super().__init__(entry, description)
        self._written: Any = self.native_value

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator.data)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless it would only repeat itself."""
        if (value := self.native_value) != self._written:
            self._written = value
            super()._handle_coordinator_update()
