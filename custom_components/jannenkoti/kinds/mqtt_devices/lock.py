"""Locks of doors."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.lock import LockEntity

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
    """Add the lock of each device that is one."""
    async_add_actuators(entry, async_add_entities, Actuator.LOCK, DeviceLock)


_STATES: Final = {"locked": True, "unlocked": False, "true": True, "false": False}


class DeviceLock(ActuatorEntity, LockEntity):
    """A lock: locked while the device is active, or as its own state says.

    The firmware is active unless it is sent otherwise, and a door is better locked.
    """

    _attr_name = None

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Belong to the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def is_locked(self) -> bool | None:
        """Return whether it is locked; a lock that was sent to and has not yet is not.

        Its own word counts before that of a command.
        """
        said = str(self.device.parameters.get("lock_state")).casefold()
        return _STATES.get(said, self.device.on)

    @override
    async def async_lock(self, **_kwargs: object) -> None:
        """Lock it."""
        self.async_switch(on=True)

    @override
    async def async_unlock(self, **_kwargs: object) -> None:
        """Unlock it."""
        self.async_switch(on=False)
