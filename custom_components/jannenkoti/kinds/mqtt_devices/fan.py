"""Fans with three speeds."""

from math import ceil
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.util.percentage import (
    percentage_to_ranged_value,
    ranged_value_to_percentage,
)

from ...lib.reading import read_number
from .devices.device_types import SPEED, Actuator
from .entity import ActuatorEntity, async_add_actuators

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the fan of each device that is one."""
    await async_add_actuators(entry, async_add_entities, Actuator.FAN, DeviceFan)


_SPEEDS: Final = (1, 3)


class DeviceFan(ActuatorEntity, FanEntity):
    """A fan; its speed is a parameter, and is requested in the configuration."""

    _attr_name = None
    _attr_speed_count = _SPEEDS[1]
    _attr_supported_features = (
        FanEntityFeature.TURN_ON
        | FanEntityFeature.TURN_OFF
        | FanEntityFeature.SET_SPEED
    )

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the main entity of the device."""
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
        speed = read_number(self.own_value)
        if speed is None:
            return None
        return ranged_value_to_percentage(_SPEEDS, min(max(speed, 0), _SPEEDS[1]))

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        """Set the speed; zero switches the fan off."""
        if percentage == 0:
            self.async_switch(on=False)
            return
        speed = ceil(percentage_to_ranged_value(_SPEEDS, percentage))
        self.async_switch(on=True, **{SPEED: speed})

    @override
    async def async_turn_on(
        self,
        percentage: int | None = None,
        preset_mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Switch it on, at the previous speed if none is given."""
        if percentage is None:
            self.async_switch(on=True)
        else:
            await self.async_set_percentage(percentage)

    @override
    async def async_turn_off(self, **_kwargs: object) -> None:
        """Switch it off."""
        self.async_switch(on=False)
