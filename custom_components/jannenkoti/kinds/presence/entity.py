"""Base class of the entities of a person."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import DeviceEntryType

from ...entity import PushEntity, device_of
from .coordinator import PresenceCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription


class PresenceEntity(PushEntity[PresenceCoordinator]):
    """An entity of the person of an entry."""

    def __init__(
        self, coordinator: PresenceCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize an entity of the person's device."""
        device_key, device_info = device_of(
            coordinator.config_entry, entry_type=DeviceEntryType.SERVICE
        )
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )
