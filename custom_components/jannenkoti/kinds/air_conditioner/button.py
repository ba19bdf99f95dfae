"""The buttons that end what does not last: a hold, a sleep, a suspension of sleep."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .entity import AirConditionerEntity
from .planning.overrides import Preset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .control.snapshot import AirConditionerData
    from .coordinator import AirConditionerCoordinator, AirConditionerEntry


@dataclass(frozen=True, kw_only=True)
class AirConditionerButtonDescription(ButtonEntityDescription):
    """A button as a row."""

    needs_device: bool = False
    """Whether it is of no use while the air conditioner does not answer."""
    has_fn: Callable[[AirConditionerData], bool]
    """Whether there is something to end."""
    press_fn: Callable[[AirConditionerCoordinator], Awaitable[None]]
    """What ends it."""


def _sleep_is_suspended(snapshot: AirConditionerData) -> bool:
    timed = snapshot.saved.overrides.sleep
    return timed is not None and timed.preset is Preset.NONE


BUTTONS = (
    AirConditionerButtonDescription(
        key="end_hold",
        needs_device=True,
        has_fn=lambda snapshot: snapshot.saved.hold is not None,
        press_fn=lambda coordinator: coordinator.async_end_hold(),
    ),
    AirConditionerButtonDescription(
        key="wake_up",
        has_fn=lambda snapshot: snapshot.plan.preset is Preset.SLEEP,
        press_fn=lambda coordinator: coordinator.async_override(
            lambda planner, overrides, now: planner.wake(overrides, now)
        ),
    ),
    AirConditionerButtonDescription(
        key="resume_sleep",
        has_fn=_sleep_is_suspended,
        press_fn=lambda coordinator: coordinator.async_override(
            lambda _planner, overrides, _now: overrides.resumed()
        ),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    async_add_entities(
        AirConditionerButton(entry.runtime_data, description) for description in BUTTONS
    )


class AirConditionerButton(AirConditionerEntity, ButtonEntity):
    """Ends something; there is nothing to press when nothing is on."""

    entity_description: AirConditionerButtonDescription

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerButtonDescription,
    ) -> None:
        """Press what the row says."""
        super().__init__(coordinator, description.key)
        self.entity_description = description
        self.needs_device = description.needs_device

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something to end."""
        return super().available and self.entity_description.has_fn(self.snapshot)

    @override
    async def async_press(self) -> None:
        """End it."""
        await self.entity_description.press_fn(self.coordinator)
