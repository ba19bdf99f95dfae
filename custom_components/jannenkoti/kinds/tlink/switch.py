"""Switches: what can be switched through the cloud."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform

from .entity import SensorEntity, async_add_sensors

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import TlinkConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_sensors(entry, Platform.SWITCH, async_add_entities, TlinkSwitch)


class TlinkSwitch(SensorEntity, SwitchEntity):
    """A switch of the platform."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the commanded state until the device confirms it, or does not."""
        expected = self.tlink.commands.expected(self.sensor.info.sensor_id)
        return self.sensor.on if expected is None else bool(expected)

    @override
    async def async_turn_on(self, **_kwargs: Any) -> None:
        """Switch it on."""
        await self.async_command(True, "1")

    @override
    async def async_turn_off(self, **_kwargs: Any) -> None:
        """Switch it off."""
        await self.async_command(False, "0")
