"""Sensors: what is measured, what it says of a tank, and how the account does."""

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

from .entity import AccountEntity, SensorEntity, async_add_sensors
from .guess import TOTALS
from .model import SensorType, number
from .quantity import quantity_of
from .tank import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import SensorCoordinator, TlinkEntry
    from .status import Status
    from .tank import Contents, Tank

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
        # Each push would be a line of the activity; its age is none.
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
        value_fn=lambda contents: contents.litres,
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
        options=[level.value for level in Level],
        value_fn=lambda contents: contents.level.value,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the account, and others when they are heard."""
    tlink = entry.runtime_data
    tanks = tlink.account.options.tanks

    @callback
    def async_add_tanks(sensors: Sequence[SensorCoordinator]) -> None:
        """Add what sensors say of their tanks."""
        async_add_entities(
            TankSensor(entry, sensor, tank, description)
            for sensor in sensors
            if (tank := tanks.get(sensor.data.info.sensor_id)) is not None
            for description in TANK_SENSORS
        )

    async_add_entities(AccountSensor(entry, each) for each in ACCOUNT_SENSORS)
    async_add_sensors(entry, Platform.SENSOR, async_add_entities, ValueSensor)
    tlink.async_listen(sensors=async_add_tanks)


class ValueSensor(SensorEntity, BaseSensorEntity):
    """What a sensor measures or says."""

    def __init__(self, entry: TlinkEntry, coordinator: SensorCoordinator) -> None:
        """Guess what is measured, unless the user has said it."""
        super().__init__(entry, coordinator)
        info = coordinator.data.info
        self._is_text = info.type == SensorType.TEXT
        if self._is_text:
            return
        unit, device_class = quantity_of(info, entry.runtime_data.account.options)
        self._attr_native_unit_of_measurement = unit
        self._attr_state_class = SensorStateClass.MEASUREMENT
        self._attr_suggested_display_precision = info.decimals
        # A class that does not know the unit is worse than none.
        if device_class and unit in DEVICE_CLASS_UNITS.get(
            known := SensorDeviceClass(device_class), ()
        ):
            self._attr_device_class = known
            if device_class in TOTALS:
                self._attr_state_class = SensorStateClass.TOTAL_INCREASING

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state."""
        value = self.sensor.value
        if self._is_text:
            return None if value is None else value[:_LONGEST_STATE]
        return number(value)


class TankSensor(SensorEntity, BaseSensorEntity):
    """What a level says of its tank."""

    entity_description: TankSensorDescription

    def __init__(
        self,
        entry: TlinkEntry,
        coordinator: SensorCoordinator,
        tank: Tank,
        description: TankSensorDescription,
    ) -> None:
        """Be what the description says."""
        super().__init__(entry, coordinator, description.key)
        self.entity_description = description
        self._tank = tank

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state."""
        if (level := number(self.sensor.value)) is None:
            return None
        return self.entity_description.value_fn(self._tank.contents(level))


class AccountSensor(AccountEntity, BaseSensorEntity):
    """How the account does."""

    entity_description: AccountSensorDescription

    def __init__(
        self, entry: TlinkEntry, description: AccountSensorDescription
    ) -> None:
        """Be what the description says."""
        super().__init__(entry, entry.runtime_data.status, description.key)
        self.entity_description = description
        self._written: Any = self.native_value

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator.data)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless it could only repeat itself."""
        if (value := self.native_value) != self._written:
            self._written = value
            super()._handle_coordinator_update()
