"""Base classes of the entities of a board and of the receiver."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import (
    DeviceInfo,
    async_get_device_id_by_identifier,
)

from ...const import DOMAIN
from ...entity import PushEntity
from ...push import PushSource
from .coordinator import BoardSource, board_key, receiver_key

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .coordinator import RoomSensorsConfigEntry


class BoardEntity(PushEntity[BoardSource]):
    """An entity of the board at one location."""

    def __init__(
        self,
        entry: RoomSensorsConfigEntry,
        board: BoardSource,
        key: str | EntityDescription,
    ) -> None:
        """Initialize an entity of the board's device."""
        device_key = board_key(entry, board.location)
        device_info = DeviceInfo(
            identifiers={(DOMAIN, device_key)},
            name=board.location,
            via_device_id=async_get_device_id_by_identifier(
                board.hass,
                (DOMAIN, receiver_key(entry)),
                config_entry_id=entry.entry_id,
            ),
        )
        super().__init__(board, device_info=device_info, device_key=device_key, key=key)


class ReceiverEntity(PushEntity[PushSource[int]]):
    """An entity of the receiver itself."""

    def __init__(
        self, entry: RoomSensorsConfigEntry, source: PushSource[int], key: str
    ) -> None:
        """Initialize an entity of the receiver's device."""
        device_key = receiver_key(entry)
        super().__init__(
            source,
            device_info=DeviceInfo(identifiers={(DOMAIN, device_key)}),
            device_key=device_key,
            key=key,
        )
