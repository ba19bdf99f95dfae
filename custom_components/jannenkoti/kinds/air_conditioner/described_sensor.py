"""A sensor of the thermostat that is described by a row."""

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
    """A sensor as a row."""

    value_fn: Callable[[AirConditionerData], float | datetime | str | None]
    """What it shows of what is known."""
    attributes_fn: Callable[[AirConditionerData], dict[str, Any]] | None = None
    """What else it tells."""


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
        return self.entity_description.value_fn(self.data)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what else there is to tell."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.data)
