"""The button that ends a hold by the remote control."""

from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity

from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the button."""
    async_add_entities([EndHoldButton(entry.runtime_data, "end_hold")])


class EndHoldButton(AirConditionerEntity, ButtonEntity):
    """Lets the thermostat decide again; there is nothing to press without a hold."""

    @property
    @override
    def available(self) -> bool:
        """Return whether somebody holds the device."""
        return super().available and self.snapshot.memory.hold is not None

    @override
    async def async_press(self) -> None:
        """End the hold."""
        await self.coordinator.async_end_hold()
