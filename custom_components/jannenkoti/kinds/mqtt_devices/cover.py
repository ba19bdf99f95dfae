"""Covers: blinds, which may send a position."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    CoverDeviceClass,
    CoverEntity,
    CoverEntityFeature,
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
    """Add the cover of each device that is one."""
    async_add_actuators(entry, async_add_entities, Actuator.COVER, DeviceCover)


_POSITION: Final = "posicion"
_OPEN: Final = 100


class DeviceCover(ActuatorEntity, CoverEntity):
    """A blind: open while the device is active, or as its position says."""

    _attr_name = None
    _attr_device_class = CoverDeviceClass.BLIND

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def supported_features(self) -> CoverEntityFeature:
        """Return what it can do; one that tells no position can take none."""
        features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        if self.current_cover_position is not None:
            features |= CoverEntityFeature.SET_POSITION
        return features

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return the position that the device tells."""
        position = self.device.parameters.get(_POSITION)
        if isinstance(position, str | bool | None):
            return None
        return min(max(round(position), 0), _OPEN)

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
        self.async_switch(on=True, **{_POSITION: _OPEN})

    @override
    async def async_close_cover(self, **_kwargs: object) -> None:
        """Close it."""
        self.async_switch(on=False, **{_POSITION: 0})

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Open it so far."""
        position: int = kwargs[ATTR_POSITION]
        self.async_switch(on=position > 0, **{_POSITION: position})
