"""The target position, one number for each servo."""

from typing import TYPE_CHECKING, override

from homeassistant.components.number import NumberEntity, NumberMode
from homeassistant.const import DEGREE

from .entity import RoboCamEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers."""
    coordinator = entry.runtime_data
    async_add_entities([PanNumber(coordinator, "pan"), TiltNumber(coordinator, "tilt")])


class RoboCamNumber(RoboCamEntity, NumberEntity):
    """The target angle of one servo; a sensor shows the measured angle."""

    _attr_mode = NumberMode.SLIDER
    _attr_native_step = 1
    _attr_native_unit_of_measurement = DEGREE


class PanNumber(RoboCamNumber):
    """The pan angle. Larger is further right, unless the option says otherwise."""

    @property
    @override
    def native_min_value(self) -> float:
        """Return the smallest angle that the camera can reach."""
        return self.camera.pan_range[0]

    @property
    @override
    def native_max_value(self) -> float:
        """Return the largest angle that the camera can reach."""
        return self.camera.pan_range[1]

    @property
    @override
    def native_value(self) -> float | None:
        """Return the target."""
        return self.camera.pan

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Turn the camera."""
        controller = self.coordinator.controller
        await self.coordinator.async_perform(controller.async_pan(value))


class TiltNumber(RoboCamNumber):
    """The tilt angle. Larger is further down."""

    @property
    @override
    def native_min_value(self) -> float:
        """Return the smallest angle that the camera can reach."""
        return self.camera.tilt_range[0]

    @property
    @override
    def native_max_value(self) -> float:
        """Return the largest angle that the camera can reach."""
        return self.camera.tilt_range[1]

    @property
    @override
    def native_value(self) -> float | None:
        """Return the target."""
        return self.camera.tilt

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Turn the camera."""
        controller = self.coordinator.controller
        await self.coordinator.async_perform(controller.async_tilt(value))
