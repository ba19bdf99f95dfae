"""Buttons that move the camera by one step, and one that stores a preset."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry
    from .motion.controller import Controller


@dataclass(frozen=True, kw_only=True)
class RoboCamButtonDescription(ButtonEntityDescription):
    """Describes a button."""

    press_fn: Callable[[Controller], Coroutine[Any, Any, None]]
    """The request that it makes."""


# As in the firmware's own commands, left is a larger x and up is a smaller y.
BUTTONS = (
    RoboCamButtonDescription(
        key="up", press_fn=lambda controller: controller.async_step(0, -1)
    ),
    RoboCamButtonDescription(
        key="down", press_fn=lambda controller: controller.async_step(0, 1)
    ),
    RoboCamButtonDescription(
        key="left", press_fn=lambda controller: controller.async_step(1, 0)
    ),
    RoboCamButtonDescription(
        key="right", press_fn=lambda controller: controller.async_step(-1, 0)
    ),
    RoboCamButtonDescription(
        key="center",
        entity_registry_enabled_default=False,
        press_fn=lambda controller: controller.async_center(),
    ),
    RoboCamButtonDescription(
        key="store_preset",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda controller: controller.async_store_preset(),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_entities(RoboCamButton(entry.runtime_data, row) for row in BUTTONS)


class RoboCamButton(RoboCamEntity, ButtonEntity):
    """A button of the camera."""

    # Unknown until it is first pressed, which looks like a fault on a generated page.
    _attr_entity_registry_visible_default = False
    entity_description: RoboCamButtonDescription

    @override
    async def async_press(self) -> None:
        """Make the request."""
        coordinator = self.coordinator
        await coordinator.async_perform(
            self.entity_description.press_fn(coordinator.controller)
        )
