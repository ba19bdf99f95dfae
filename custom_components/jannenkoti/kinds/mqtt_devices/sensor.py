"""Sensors: what devices measure, their state, the next change; and what is counted."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.util import dt as dt_util

from ...described import DescribedSensor, SensorRow
from .claims.registry import Counts
from .devices.measured import read_measured
from .devices.modes import as_on
from .entity import (
    CountsEntity,
    DeviceEntity,
    ParameterEntity,
    ReportedEntity,
    async_add_parameters,
    async_add_to_each,
    follows_schedule,
)

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator
    from .devices.device_types import Quantity

_STATES: Final = {True: "active", False: "inactive", None: "other"}


COUNTS: Final = (
    SensorRow[Counts](
        key="unclaimed_devices",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda counts: counts.unclaimed,
    ),
    SensorRow[Counts](
        key="refused_messages",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda counts: counts.rejected,
    ),
    SensorRow[Counts](
        key="flood_messages",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda counts: counts.floods,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the entry, and those of each device once it is claimed."""
    counts = entry.runtime_data.counts
    async_add_entities(CountSensor(entry, counts, it) for it in COUNTS)
    await async_add_to_each(entry, async_add_entities, _of_device)
    await async_add_parameters(entry, async_add_entities, ParameterSensor, binary=False)


def _of_device(device: DeviceCoordinator) -> list[SensorEntity]:
    """Return the sensors that do not depend on parameters."""
    if not follows_schedule(device):
        return [EstadoSensor(device)]
    return [EstadoSensor(device), NextChangeSensor(device)]


class ParameterSensor(ParameterEntity, SensorEntity):
    """A parameter that is a number or a text."""

    _other_platform = Platform.BINARY_SENSOR

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Initialize with the unit and device class of the quantity."""
        super().__init__(coordinator, name, quantity)
        self._attr_native_unit_of_measurement = quantity.unit
        self._attr_suggested_display_precision = quantity.decimals
        if quantity.device_class is not None:
            self._attr_device_class = SensorDeviceClass(quantity.device_class)
        # A parameter that is not in the tables is what its first value is.
        self._is_number = quantity.unit is not None or not isinstance(self.value, str)
        if self._is_number and not coordinator.is_simulated:
            # Statistics of simulated values have no use.
            self._attr_state_class = SensorStateClass.MEASUREMENT

    @property
    @override
    def _may_skip(self) -> bool:
        """Whether a burst may skip values: of a number, not of a word."""
        return self._is_number

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state; a sensor of numbers shows numbers only."""
        value = self.value
        if type(value) is float and self._is_number:  # in nearly every message
            return value
        if not self._is_number or value is None:
            return None if value is None else str(value)
        number = read_measured(value, self._attr_native_unit_of_measurement)
        if number is None:
            return None
        is_whole = isinstance(value, int) or str(value).strip().isdecimal()
        return int(number) if is_whole else number


class EstadoSensor(ReportedEntity, SensorEntity):
    """The state that a device reports; diagnostic, for its main entity shows it."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "estado")
        self._attr_options = [*_STATES.values()]

    @property
    @override
    def native_value(self) -> str:
        """Return the state."""
        return _STATES[as_on(self.device.estado)]


class NextChangeSensor(DeviceEntity, SensorEntity):
    """When the schedule switches the device next."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    # Unknown without a schedule, which looks like a fault on a generated page.
    _attr_entity_registry_visible_default = False

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "next_change")

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the state."""
        return self.coordinator.rules.next_change(dt_util.utcnow())


class CountSensor(CountsEntity, DescribedSensor):
    """A count of the entry."""
