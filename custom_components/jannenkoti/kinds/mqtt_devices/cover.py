"""Covers: blinds, some of which report a position."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    CoverDeviceClass,
    CoverEntity,
    CoverEntityFeature,
)

from ...lib.reading import read_number
from .devices.device_types import POSITION, Actuator
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
    """Add the cover of each device that is one."""
    await async_add_actuators(entry, async_add_entities, Actuator.COVER, DeviceCover)


_OPEN: Final = 100


class DeviceCover(ActuatorEntity, CoverEntity):
    """A blind: open by its position, or while the device is active."""

    _attr_name = None
    _attr_device_class = CoverDeviceClass.BLIND

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the main entity of the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def supported_features(self) -> CoverEntityFeature:
        """Return the features; a position can be set only if one is reported."""
        features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        if self.current_cover_position is not None:
            features |= CoverEntityFeature.SET_POSITION
        return features

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return the position that the device reports."""
        position = read_number(self.own_value)
        return None if position is None else min(max(round(position), 0), _OPEN)

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return whether it is closed."""
        position = self.current_cover_position
        if position is not None:
            return position == 0
        return None if self.device.on is None else not self.device.on

    @override
    async def async_open_cover(self, **_kwargs: object) -> None:
        """Open it."""
        self.async_switch(on=True, **{POSITION: _OPEN})

    @override
    async def async_close_cover(self, **_kwargs: object) -> None:
        """Close it."""
        self.async_switch(on=False, **{POSITION: 0})

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Open it so far."""
        position: int = kwargs[ATTR_POSITION]
        self.async_switch(on=position > 0, **{POSITION: position})
