"""Switches: what can be switched through the cloud."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform

from .entity import SensorEntity, async_add_sensors

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import TlinkEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    async_add_sensors(entry, Platform.SWITCH, async_add_entities, Switch)


class Switch(SensorEntity, SwitchEntity):
    """A switch of the platform."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what was commanded until the device shows it, or does not."""
        expected = self._entry.runtime_data.commands.expected(
            self.sensor.info.sensor_id
        )
        return self.sensor.on if expected is None else bool(expected)

    @override
    async def async_turn_on(self, **_kwargs: Any) -> None:
        """Switch it on."""
        await self.async_command(True, "1")

    @override
    async def async_turn_off(self, **_kwargs: Any) -> None:
        """Switch it off."""
        await self.async_command(False, "0")
