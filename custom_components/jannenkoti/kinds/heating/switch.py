"""The stages, to be switched by hand; switching one selects manual mode."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity

from .entity import HeatingEntity, stage_names

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry, HeatingCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for each stage."""
    coordinator = entry.runtime_data
    names = stage_names(coordinator)
    async_add_entities(
        StageSwitch(coordinator, number, name) for number, name in enumerate(names)
    )


class StageSwitch(HeatingEntity, SwitchEntity):
    """A stage; safety and minimum times can delay or refuse what is asked."""

    def __init__(self, coordinator: HeatingCoordinator, number: int, name: str) -> None:
        """Initialize the switch of a stage, counted from 0."""
        super().__init__(coordinator, f"stage_{number + 1}")
        self._number("stage", number, name)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the output is on, None if it is unavailable."""
        return self.data.observed[self._place]

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why the stage is on or off."""
        stage = self.data.stages[self._place]
        return {
            "reason": stage.reason.value,
            "free_at": stage.free_at,
            "hold_until": self.data.holds[self._place],
        }

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the stage on by hand."""
        await self._async_set(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the stage off by hand."""
        await self._async_set(on=False)

    async def _async_set(self, *, on: bool) -> None:
        await self.coordinator.async_request(
            lambda controller: controller.set_manual(self._place, on=on)
        )
