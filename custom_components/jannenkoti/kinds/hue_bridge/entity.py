"""Base classes of the entities of a bridge, and their devices."""

from typing import TYPE_CHECKING, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ...const import DOMAIN
from ...entity import PushEntity
from .coordinator import HueCoordinator

if TYPE_CHECKING:
    from .model import BridgeData, Lamp, Room


def lamp_device(coordinator: HueCoordinator, lamp: Lamp) -> DeviceInfo:
    """Return the device of a lamp."""
    return DeviceInfo(
        identifiers={(DOMAIN, lamp.device_id)},
        name=lamp.device_name,
        manufacturer=lamp.manufacturer,
        model=lamp.model,
        model_id=lamp.model_id,
        sw_version=lamp.software,
        suggested_area=lamp.room,
        via_device_id=coordinator.device_id,
    )


def room_device(coordinator: HueCoordinator, room: Room) -> DeviceInfo:
    """Return the device of a room or zone.

    It is in no area, so that an action for the area reaches each lamp once.
    """
    return DeviceInfo(
        identifiers={(DOMAIN, room.room_id)},
        name=room.name,
        entry_type=DeviceEntryType.SERVICE,
        via_device_id=coordinator.device_id,
    )


class HueEntity(PushEntity[HueCoordinator]):
    """An entity of a bridge; it is written only if what it shows has changed."""

    _written: object = None

    @property
    def bridge(self) -> BridgeData:
        """Return the state of the bridge."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether the bridge responds."""
        return super().available and self.bridge.connected

    @property
    def written(self) -> object:
        """Return what the entity shows."""
        raise NotImplementedError

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state if it has changed."""
        written = (self.available, self.written)
        if written != self._written:
            self._written = written
            self.async_write_ha_state()
