"""Fans with three speeds."""

from math import ceil
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.util.percentage import (
    percentage_to_ranged_value,
    ranged_value_to_percentage,
)

from .devices.device_types import Actuator
from .entity import ActuatorEntity, async_add_actuators

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the fan of each device that is one."""
    async_add_actuators(entry, async_add_entities, Actuator.FAN, DeviceFan)


_SPEEDS: Final = (1, 3)
_SPEED: Final = "velocidad"


class DeviceFan(ActuatorEntity, FanEntity):
    """A fan; its speed is a parameter, and wanted in the configuration."""

    _attr_name = None
    _attr_speed_count = _SPEEDS[1]
    _attr_supported_features = (
        FanEntityFeature.TURN_ON
        | FanEntityFeature.TURN_OFF
        | FanEntityFeature.SET_SPEED
    )

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the device is on."""
        return self.device.on

    @property
    @override
    def percentage(self) -> int | None:
        """Return the speed; a fan that is off has none."""
        if not self.device.on:
            return 0
        speed = self.device.parameters.get(_SPEED)
        if isinstance(speed, str | None):
            return None
        return ranged_value_to_percentage(_SPEEDS, min(max(speed, 0), _SPEEDS[1]))

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        """Run at a speed; none is off."""
        if percentage == 0:
            self.async_switch(on=False)
            return
        speed = ceil(percentage_to_ranged_value(_SPEEDS, percentage))
        self.async_switch(on=True, **{_SPEED: speed})

    @override
    async def async_turn_on(
        self,
        percentage: int | None = None,
        preset_mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Switch it on, at the speed of before if none is changed."""
        if percentage is None:
            self.async_switch(on=True)
        else:
            await self.async_set_percentage(percentage)

    @override
    async def async_turn_off(self, **_kwargs: object) -> None:
        """Switch it off."""
        self.async_switch(on=False)
