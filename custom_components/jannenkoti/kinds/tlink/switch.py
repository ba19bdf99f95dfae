"""Switches: what can be switched through the cloud."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform
from homeassistant.core import callback

from .entity import SensorEntity, of_platform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import SensorCoordinator, TlinkEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    tlink = entry.runtime_data

    @callback
    def async_add(sensors: Sequence[SensorCoordinator]) -> None:
        """Add those of this platform."""
        shown = of_platform(tlink, sensors, Platform.SWITCH)
        async_add_entities(Switch(entry, sensor) for sensor in shown)

    tlink.async_listen(sensors=async_add)


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
