"""Numbers: levels that can be written through the cloud."""

from math import isfinite
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.number import NumberEntity, NumberMode
from homeassistant.const import Platform
from homeassistant.exceptions import ServiceValidationError

from ...const import DOMAIN
from ...lib.reading import read_number
from .account.quantity import quantity_of
from .entity import SensorEntity, async_add_sensors

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...push import PushSource
    from .account.devices import Sensor
    from .coordinator import TlinkConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_sensors(entry, Platform.NUMBER, async_add_entities, TlinkNumber)


# The platform has no limits; these keep out what no device can mean.
_LIMIT: Final = 1_000_000.0


class TlinkNumber(SensorEntity, NumberEntity):
    """A level of the platform."""

    _attr_mode = NumberMode.BOX
    _attr_native_min_value = -_LIMIT
    _attr_native_max_value = _LIMIT

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Sensor]) -> None:
        """Initialize with the decimals of the platform as step."""
        super().__init__(entry, source)
        info = self.sensor.info
        self._attr_native_step = 10.0 ** -(info.decimals or 0)
        unit, _ = quantity_of(info, entry.runtime_data.account.options)
        self._attr_native_unit_of_measurement = unit

    @property
    @override
    def native_value(self) -> float | None:
        """Return the commanded value until the device confirms it, or does not."""
        expected = self.tlink.commands.expected(self.sensor.info.sensor_id)
        return read_number(self.sensor.value if expected is None else expected)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Write a value; Home Assistant does not refuse NaN."""
        if not isfinite(value):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="tlink_not_a_number"
            )
        written = str(int(value)) if value.is_integer() else str(value)
        await self.async_command(value, written)
