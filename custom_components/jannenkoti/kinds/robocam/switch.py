"""Switches for privacy and for the patrol."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
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
    """Hide the camera, whether it can be reached or not."""

    needs_camera = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the camera is private."""
        return self.camera.private

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Park the camera and show the placeholder."""
        self.coordinator.set_private(private=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show the camera again."""
        self.coordinator.set_private(private=False)


class PatrolSwitch(RoboCamEntity, SwitchEntity):
    """The last patrol, or one over all presets."""

    needs_camera = False
    # It needs presets first.
    _attr_entity_registry_enabled_default = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the camera patrols."""
        return self.camera.patrolling

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start the patrol."""
        controller = self.coordinator.controller
        await self.coordinator.async_perform(controller.async_start_patrol())

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """End the patrol. The camera stays where it points."""
        self.coordinator.controller.stop_patrol()
        self.coordinator.update()
