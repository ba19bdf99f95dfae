"""A sensor of the thermostat with a description."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription

from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .control.data import AirConditionerData
    from .coordinator import AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class AirConditionerSensorDescription(SensorEntityDescription):
    """Description of a sensor."""

    value_fn: Callable[[AirConditionerData], float | datetime | str | None]
    """Return the state."""
    attributes_fn: Callable[[AirConditionerData], dict[str, Any]] | None = None
    """Return the attributes."""


class AirConditionerSensor(AirConditionerEntity, SensorEntity):
    """A sensor of the thermostat; available while the device is lost."""

    entity_description: AirConditionerSensorDescription
    needs_device = False

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerSensorDescription,
    ) -> None:
        """Return the state from the description."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> float | datetime | str | None:
        """Return the value."""
        return self.entity_description.value_fn(self.data)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the attributes from the description."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.data)
