"""Locks of doors."""

from typing import TYPE_CHECKING, override

from homeassistant.components.lock import LockEntity

from .devices.device_types import LOCK_STATE, Actuator, read_locked
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
    """Add the lock of each device that is one."""
    await async_add_actuators(entry, async_add_entities, Actuator.LOCK, DeviceLock)


class DeviceLock(ActuatorEntity, LockEntity):
    """A lock: locked as it reports, or while the device is active if it does not.

    An unknown word is an unknown state: it must not look locked.
    """

    _attr_name = None

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the main entity of the device."""
        super().__init__(coordinator, "actuator")

    @property
    @override
    def is_locked(self) -> bool | None:
        """Return whether it is locked; the lock's report counts before a command."""
        state = self.own_value
        if LOCK_STATE in self.device.unreadable_names:
            return None
        return self.device.on if state is None else read_locked(state)

    @override
    async def async_lock(self, **_kwargs: object) -> None:
        """Lock it."""
        self.async_switch(on=True)

    @override
    async def async_unlock(self, **_kwargs: object) -> None:
        """Unlock it."""
        self.async_switch(on=False)
