"""Privacy and the round over the presets, each to switch on and off."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity

from .entity import RoboCamEntity
from .patrol import DEFAULT_DWELL, Patrol, Stop

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            PrivacySwitch(coordinator, "privacy"),
            PatrolSwitch(coordinator, "patrol"),
        ]
    )


class PrivacySwitch(RoboCamEntity, SwitchEntity):
    """Nobody sees anything while it is on, whether the camera answers or not."""

    needs_camera = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether nobody sees anything."""
        return self.snapshot.memory.private

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Park the camera and show nothing."""
        self.coordinator.set_private(private=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show everything again."""
        self.coordinator.set_private(private=False)


class PatrolSwitch(RoboCamEntity, SwitchEntity):
    """The round that was started last; without one, over all presets."""

    needs_camera = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the camera goes round."""
        return self.snapshot.memory.patrolling

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Go round."""
        memory = self.snapshot.memory
        everywhere = Patrol(tuple(Stop(at, DEFAULT_DWELL) for at in memory.presets))
        await self.coordinator.async_perform(
            self.coordinator.operator.async_patrol(memory.patrol or everywhere)
        )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stay where it is."""
        self.coordinator.operator.stop_patrol()
        self.coordinator.tell()
