"""Arrows that turn the camera by a step, and one back to its middle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry
    from .operator import Operator


@dataclass(frozen=True, kw_only=True)
class RoboCamButtonDescription(ButtonEntityDescription):
    """A button as a row."""

    press_fn: Callable[[Operator], Coroutine[Any, Any, None]]
    """What it does."""


# The firmware's own words have these signs: left is up in degrees, up is down in them.
BUTTONS = (
    RoboCamButtonDescription(
        key="up", press_fn=lambda operator: operator.async_step(0, -1)
    ),
    RoboCamButtonDescription(
        key="down", press_fn=lambda operator: operator.async_step(0, 1)
    ),
    RoboCamButtonDescription(
        key="left", press_fn=lambda operator: operator.async_step(1, 0)
    ),
    RoboCamButtonDescription(
        key="right", press_fn=lambda operator: operator.async_step(-1, 0)
    ),
    RoboCamButtonDescription(
        key="center", press_fn=lambda operator: operator.async_center()
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_entities(RoboCamButton(entry.runtime_data, row) for row in BUTTONS)


class RoboCamButton(RoboCamEntity, ButtonEntity):
    """A button that turns the camera."""

    entity_description: RoboCamButtonDescription

    def __init__(
        self, coordinator: RoboCamCoordinator, description: RoboCamButtonDescription
    ) -> None:
        """Do what the row says."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @override
    async def async_press(self) -> None:
        """Turn the camera."""
        coordinator = self.coordinator
        await coordinator.async_perform(
            self.entity_description.press_fn(coordinator.operator)
        )
