"""What the entities of a board, and those of the receiver, have in common."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import (
    DeviceInfo,
    async_get_device_id_by_identifier,
)

from ...const import DOMAIN
from ...entity import KotiEntity
from .coordinator import BoardCoordinator, WrongKeys

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry

    from .coordinator import RoomSensorsEntry


def receiver_key(entry: ConfigEntry) -> str:
    """Return what identifies the receiver."""
    return str(entry.unique_id)


def board_key(entry: ConfigEntry, location: str) -> str:
    """Return what identifies a board."""
    return f"{entry.unique_id}_{location}"


class BoardEntity(KotiEntity[BoardCoordinator]):
    """An entity of the board at one location."""

    def __init__(
        self, entry: RoomSensorsEntry, coordinator: BoardCoordinator, key: str
    ) -> None:
        """Belong to the device of the board."""
        location = coordinator.location
        device_key = board_key(entry, location)
        device_info = DeviceInfo(
            identifiers={(DOMAIN, device_key)},
            name=location,
            via_device_id=async_get_device_id_by_identifier(
                coordinator.hass,
                (DOMAIN, receiver_key(entry)),
                config_entry_id=entry.entry_id,
            ),
        )
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )


class ReceiverEntity(KotiEntity[WrongKeys]):
    """An entity of the receiver itself."""

    def __init__(
        self, entry: RoomSensorsEntry, coordinator: WrongKeys, key: str
    ) -> None:
        """Belong to the device of the receiver."""
        device_key = receiver_key(entry)
        super().__init__(
            coordinator,
            device_info=DeviceInfo(identifiers={(DOMAIN, device_key)}),
            device_key=device_key,
            key=key,
        )
