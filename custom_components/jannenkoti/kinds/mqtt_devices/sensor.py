"""Sensors: what devices measure, their state, the next change; and what is counted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.util import dt as dt_util

from .entity import (
    CountsEntity,
    DeviceEntity,
    ParameterEntity,
    ReportedEntity,
    async_add_parameters,
    async_add_to_each,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .claims.registry import Counts
    from .coordinator import MqttDevicesEntry
    from .device_coordinator import DeviceCoordinator, EntryCounts
    from .devices.device_types import Quantity

ESTADO_STATES: Final = {"activo": "active", "inactivo": "inactive"}


@dataclass(frozen=True, kw_only=True)
class CountDescription(SensorEntityDescription):
    """A count of the entry, as data."""

    value_fn: Callable[[Counts], int]
    """The state."""


COUNTS: Final = (
    CountDescription(
        key="unclaimed_devices",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda counts: counts.unclaimed,
    ),
    CountDescription(
        key="refused_messages",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda counts: counts.refused,
    ),
    CountDescription(
        key="flood_messages",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda counts: counts.floods,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the entry, and those of each device once it is claimed."""
    counts = entry.runtime_data.counts
    async_add_entities(CountSensor(entry, counts, it) for it in COUNTS)
    async_add_to_each(
        entry, async_add_entities, lambda it: [EstadoSensor(it), NextChangeSensor(it)]
    )
    async_add_parameters(entry, async_add_entities, ParameterSensor, binary=False)


class ParameterSensor(ParameterEntity, SensorEntity):
    """What a device measures."""

    _other_platform = Platform.BINARY_SENSOR

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Be what the quantity says."""
        super().__init__(coordinator, name, quantity)
        self._attr_native_unit_of_measurement = quantity.unit
        self._attr_suggested_display_precision = quantity.decimals
        if quantity.device_class is not None:
            self._attr_device_class = SensorDeviceClass(quantity.device_class)
        said = self.device.parameters.get(name)
        self._is_number = quantity.unit is not None or not isinstance(said, str)
        if self._is_number and not coordinator.is_simulated:
            # What a simulated device makes up is worth no statistics.
            self._attr_state_class = SensorStateClass.MEASUREMENT

    @property
    @override
    def native_value(self) -> float | str | None:
        """Return the state; a number where there were numbers before."""
        value = self.device.parameters.get(self._name)
        return None if self._is_number and isinstance(value, str | bool) else value


class EstadoSensor(ReportedEntity, SensorEntity):
    """What a device says of itself."""

    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "estado")
        self._attr_options = [*ESTADO_STATES.values(), "other"]

    @property
    @override
    def native_value(self) -> str:
        """Return the state."""
        return ESTADO_STATES.get(self.device.estado.casefold(), "other")


class NextChangeSensor(DeviceEntity, SensorEntity):
    """When a device will be switched over next."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "next_change")

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the state."""
        return self.coordinator.rules.next_change(dt_util.utcnow())


class CountSensor(CountsEntity, SensorEntity):
    """What is counted of all messages."""

    entity_description: CountDescription

    def __init__(
        self,
        entry: MqttDevicesEntry,
        coordinator: EntryCounts,
        description: CountDescription,
    ) -> None:
        """Be what the description says."""
        super().__init__(entry, coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> int:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator.data)
