"""The buttons that end a hold, the sleep, or a suspension of sleep.

They are always available; without anything to end a press changes nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class AirConditionerButtonDescription(ButtonEntityDescription):
    """Describe a button."""

    press_fn: Callable[[AirConditionerCoordinator], Awaitable[None]]
    """What a press does."""


BUTTONS = (
    AirConditionerButtonDescription(
        key="end_hold",
        press_fn=lambda coordinator: coordinator.async_request(
            lambda saved, _now: saved.without_hold()
        ),
    ),
    AirConditionerButtonDescription(
        key="wake_up",
        press_fn=lambda coordinator: coordinator.async_override(
            lambda planner, overrides, now: planner.wake(overrides, now)
        ),
    ),
    AirConditionerButtonDescription(
        key="resume_sleep",
        press_fn=lambda coordinator: coordinator.async_override(
            lambda _planner, overrides, _now: overrides.resumed()
        ),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_entities(
        AirConditionerButton(entry.runtime_data, description) for description in BUTTONS
    )


class AirConditionerButton(AirConditionerEntity, ButtonEntity):
    """A button of the thermostat."""

    needs_device = False
    # Unknown until it is first pressed, which looks like a fault on a generated page.
    _attr_entity_registry_visible_default = False

    entity_description: AirConditionerButtonDescription

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerButtonDescription,
    ) -> None:
        """Initialize from a description."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @override
    async def async_press(self) -> None:
        """Press the button."""
        await self.entity_description.press_fn(self.coordinator)
