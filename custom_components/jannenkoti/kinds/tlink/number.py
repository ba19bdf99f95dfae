"""Numbers: levels that can be written through the cloud."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.number import NumberEntity, NumberMode
from homeassistant.const import Platform

from .entity import SensorEntity, async_add_sensors
from .model import number
from .quantity import quantity_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import SensorCoordinator, TlinkEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    async_add_sensors(entry, Platform.NUMBER, async_add_entities, Number)


# The platform tells no limits; these only keep out what no device can mean.
_LIMIT: Final = 1_000_000.0


class Number(SensorEntity, NumberEntity):
    """A level of the platform."""

    _attr_mode = NumberMode.BOX
    _attr_native_min_value = -_LIMIT
    _attr_native_max_value = _LIMIT

    def __init__(self, entry: TlinkEntry, coordinator: SensorCoordinator) -> None:
        """Take steps as small as the platform shows."""
        super().__init__(entry, coordinator)
        info = coordinator.data.info
        self._attr_native_step = 10.0 ** -(info.decimals or 0)
        unit, _ = quantity_of(info, entry.runtime_data.account.options)
        self._attr_native_unit_of_measurement = unit

    @property
    @override
    def native_value(self) -> float | None:
        """Return what was commanded until the device shows it, or does not."""
        expected = self._entry.runtime_data.commands.expected(
            self.sensor.info.sensor_id
        )
        return number(self.sensor.value if expected is None else expected)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Write a value."""
        written = str(int(value)) if value.is_integer() else str(value)
        await self.async_command(value, written)
