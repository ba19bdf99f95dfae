"""Buttons: the end of a hold."""

from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity

from .entity import DeviceEntity, async_add_to_each, follows_schedule

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the button of each device."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda it: [EndHoldButton(it)] if follows_schedule(it) else [],
    )


class EndHoldButton(DeviceEntity, ButtonEntity):
    """Button that returns a device to its schedule."""

    # Unavailable without a hold, which looks like a fault on a generated page.
    _attr_entity_registry_visible_default = False

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "end_hold")

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a hold to end."""
        return super().available and self.device.held is not None

    @override
    async def async_press(self) -> None:
        """End the hold."""
        self._runtime.async_end_hold(self.coordinator.serial)
