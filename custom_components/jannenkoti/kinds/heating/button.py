"""Buttons: heat a tank to its target now, or stop doing so."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.button import ButtonEntity
from homeassistant.util import dt as dt_util

from .entity import HeatingEntity, tank_names

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry, HeatingCoordinator

DURATION: Final = timedelta(hours=2)
"""Enough to heat 300 L by 30 K with 6 kW."""


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons."""
    coordinator = entry.runtime_data
    async_add_entities(
        BoostButton(coordinator, key, number, name)
        for number, name in enumerate(tank_names(coordinator))
        for key in ("boost", "end_boost")
    )


class BoostButton(HeatingEntity, ButtonEntity):
    """Start or end the boost of a tank."""

    def __init__(
        self, coordinator: HeatingCoordinator, key: str, number: int, name: str
    ) -> None:
        """Initialize the button of a tank, counted from 0."""
        super().__init__(coordinator, f"{key}_{number + 1}")
        self._number(key, number, name)
        self._duration = DURATION if key == "boost" else timedelta()

    @override
    async def async_press(self) -> None:
        """Start or end the boost."""
        tanks, now = (self._place,), dt_util.utcnow()
        await self.coordinator.async_request(
            lambda controller: controller.boost(tanks, self._duration, now)
        )
