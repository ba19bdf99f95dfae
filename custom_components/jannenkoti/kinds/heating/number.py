"""The temperatures of the tanks; the same as in the options."""

from typing import TYPE_CHECKING, override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberMode
from homeassistant.const import EntityCategory, UnitOfTemperature

from .entity import HeatingEntity, tank_names
from .options import TANK_NUMBERS, TARGET

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry, HeatingCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of each tank."""
    coordinator = entry.runtime_data
    async_add_entities(
        TankNumber(coordinator, key, number, name)
        for number, name in enumerate(tank_names(coordinator))
        for key in TANK_NUMBERS
    )


class TankNumber(HeatingEntity, NumberEntity):
    """A temperature of a tank."""

    _attr_device_class = NumberDeviceClass.TEMPERATURE
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS
    _attr_mode = NumberMode.BOX

    def __init__(
        self, coordinator: HeatingCoordinator, key: str, number: int, name: str
    ) -> None:
        """Initialize a number of a tank, counted from 0."""
        super().__init__(coordinator, f"{key}_{number + 1}")
        self._number(key, number, name)
        self._option = key
        limits = TANK_NUMBERS[key]
        self._attr_native_min_value = limits.minimum
        self._attr_native_max_value = limits.maximum
        self._attr_native_step = limits.step
        if key != TARGET:
            self._attr_entity_category = EntityCategory.CONFIG

    @property
    @override
    def native_value(self) -> float:
        """Return the temperature in force."""
        tank = self.coordinator.options.tanks[self._place]
        value: float = getattr(tank, self._option)
        return value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the temperature and act on it at once."""
        await self.coordinator.async_set_tank_number(self._place, self._option, value)
