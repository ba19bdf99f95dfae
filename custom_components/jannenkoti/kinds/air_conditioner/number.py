"""The thermostat's tunable numbers; the same as in the options."""

from typing import TYPE_CHECKING, override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberMode
from homeassistant.const import EntityCategory

from .entity import AirConditionerEntity
from .options import ABOVE, BELOW, MINIMUM_OFF, MINIMUM_ON, NUMBER_OPTIONS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator

NUMBERS = {
    ABOVE: NumberDeviceClass.TEMPERATURE_DELTA,
    BELOW: NumberDeviceClass.TEMPERATURE_DELTA,
    MINIMUM_ON: NumberDeviceClass.DURATION,
    MINIMUM_OFF: NumberDeviceClass.DURATION,
}


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    async_add_entities(AirConditionerNumber(entry.runtime_data, key) for key in NUMBERS)


class AirConditionerNumber(AirConditionerEntity, NumberEntity):
    """A number of the options."""

    needs_device = False
    _attr_entity_category = EntityCategory.CONFIG
    _attr_mode = NumberMode.BOX

    def __init__(self, coordinator: AirConditionerCoordinator, key: str) -> None:
        """Initialize the number with its limits."""
        super().__init__(coordinator, key)
        option = NUMBER_OPTIONS[key]
        self._key = key
        self._attr_device_class = NUMBERS[key]
        self._attr_native_min_value = option.minimum
        self._attr_native_max_value = option.maximum
        self._attr_native_step = option.step
        self._attr_native_unit_of_measurement = option.unit

    @property
    @override
    def native_value(self) -> float:
        """Return the number in force."""
        return self.coordinator.options.numbers[self._key]

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the number and act on it at once."""
        await self.coordinator.async_set_options({self._key: value})
