"""Binary sensors: which stages heat, and whether something is wrong."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory

from .entity import HeatingEntity, stage_names
from .model import Reason

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry, HeatingCoordinator

FAULTS = frozenset(
    {
        Reason.NOT_FOLLOWING,
        Reason.NO_TEMPERATURE,
        Reason.OVER_TEMPERATURE,
        Reason.UNAVAILABLE,
    }
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a binary sensor for each stage, and the problem."""
    coordinator = entry.runtime_data
    names = stage_names(coordinator)
    async_add_entities([Problem(coordinator, "problem")])
    async_add_entities(
        StageHeats(coordinator, number, name) for number, name in enumerate(names)
    )


class StageHeats(HeatingEntity, BinarySensorEntity):
    """Whether the output of a stage is on."""

    _attr_device_class = BinarySensorDeviceClass.HEAT

    def __init__(self, coordinator: HeatingCoordinator, number: int, name: str) -> None:
        """Initialize the sensor of a stage, counted from 0."""
        super().__init__(coordinator, f"heats_{number + 1}")
        self._number("heats", number, name)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the output is on, None if it is unavailable."""
        return self.data.observed[self._place]

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why the stage is on or off."""
        return {"reason": self.data.stages[self._place].reason.value}


class Problem(HeatingEntity, BinarySensorEntity):
    """Whether a stage is off for a reason that the user must act on."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    @property
    @override
    def is_on(self) -> bool:
        """Return whether there is a problem."""
        stuck = self.coordinator.controller.watches.stuck_stages
        return bool(stuck) or any(stage.reason in FAULTS for stage in self.data.stages)
