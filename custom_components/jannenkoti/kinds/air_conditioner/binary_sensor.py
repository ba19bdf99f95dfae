"""Whether the compressor runs and the room sensors report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .control.data import AirConditionerData
    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class AirConditionerBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor as a row."""

    needs_device: bool
    """Whether it is unavailable while the air conditioner does not respond."""
    is_on_fn: Callable[[AirConditionerData], bool | None]
    """What it shows of what is known."""


BINARY_SENSORS = (
    AirConditionerBinarySensorDescription(
        key="compressor",
        device_class=BinarySensorDeviceClass.RUNNING,
        needs_device=True,
        is_on_fn=lambda data: None if data.device is None else data.device.compressor,
    ),
    AirConditionerBinarySensorDescription(
        key="sensor_silent",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_device=False,
        is_on_fn=lambda data: data.room is None,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors."""
    async_add_entities(
        AirConditionerBinarySensor(entry.runtime_data, description)
        for description in BINARY_SENSORS
    )


class AirConditionerBinarySensor(AirConditionerEntity, BinarySensorEntity):
    """A yes or no of the thermostat."""

    entity_description: AirConditionerBinarySensorDescription

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerBinarySensorDescription,
    ) -> None:
        """Return the state from the description."""
        super().__init__(coordinator, description.key)
        self.entity_description = description
        self.needs_device = description.needs_device

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the answer."""
        return self.entity_description.is_on_fn(self.data)
