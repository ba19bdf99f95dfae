"""Where the camera looks, one number for each of its servos."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.number import (
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import DEGREE

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry
    from .operator import Operator
    from .protocol import Limits, Position


@dataclass(frozen=True, kw_only=True)
class RoboCamNumberDescription(NumberEntityDescription):
    """A servo as a row."""

    value_fn: Callable[[Position], int]
    """Which part of a position is its own."""
    limits_fn: Callable[[Limits], tuple[int, int]]
    """How far it turns."""
    look_fn: Callable[[Operator, int], Coroutine[Any, Any, None]]
    """What turns it."""


NUMBERS = (
    RoboCamNumberDescription(
        key="x",
        value_fn=lambda position: position.x,
        limits_fn=lambda limits: (limits.min_x, limits.max_x),
        look_fn=lambda operator, value: operator.async_look(x=value),
    ),
    RoboCamNumberDescription(
        key="y",
        value_fn=lambda position: position.y,
        limits_fn=lambda limits: (limits.min_y, limits.max_y),
        look_fn=lambda operator, value: operator.async_look(y=value),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    async_add_entities(RoboCamNumber(entry.runtime_data, row) for row in NUMBERS)


class RoboCamNumber(RoboCamEntity, NumberEntity):
    """Where a servo shall be; where it is measured to be tells a sensor."""

    entity_description: RoboCamNumberDescription
    _attr_mode = NumberMode.SLIDER
    _attr_native_step = 1
    _attr_native_unit_of_measurement = DEGREE

    def __init__(
        self, coordinator: RoboCamCoordinator, description: RoboCamNumberDescription
    ) -> None:
        """Turn what the row says."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_min_value(self) -> float:
        """Return the least that the camera takes."""
        return self.entity_description.limits_fn(self.snapshot.limits)[0]

    @property
    @override
    def native_max_value(self) -> float:
        """Return the most that the camera takes."""
        return self.entity_description.limits_fn(self.snapshot.limits)[1]

    @property
    @override
    def native_value(self) -> float | None:
        """Return where it shall be."""
        target = self.snapshot.target
        return None if target is None else self.entity_description.value_fn(target)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Turn it."""
        coordinator = self.coordinator
        await coordinator.async_perform(
            self.entity_description.look_fn(coordinator.operator, round(value))
        )
