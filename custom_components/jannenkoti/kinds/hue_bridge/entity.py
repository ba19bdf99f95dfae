"""Base classes of the entities of a bridge, and their devices."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ...const import DOMAIN
from ...entity import PushEntity
from ...lib.reading import read_number
from .coordinator import HueCoordinator

if TYPE_CHECKING:
    from .model import BridgeData, Lamp, Room

_LONGEST_FADE: Final = 6_000_000
"""ms, of the API."""


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


def fade_time(transition: object) -> int | None:
    """Return a transition (s) as the bridge has it: whole tenths, in ms.

    Raises ServiceValidationError if it is no number: Home Assistant lets NaN pass.
    """
    if transition is None:
        return None
    if (seconds := read_number(transition)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="hue_bridge_no_transition"
        )
    return min(max(int(round(seconds, 1) * 1000), 0), _LONGEST_FADE)


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
