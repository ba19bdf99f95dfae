"""Base class of the entities of a person."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ...const import DOMAIN
from ...entity import PushEntity
from .coordinator import PresenceCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription


class PresenceEntity(PushEntity[PresenceCoordinator]):
    """An entity of the person of an entry."""

    def __init__(
        self, coordinator: PresenceCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize an entity of the person's device."""
        entry = coordinator.config_entry
        device_key = entry.unique_id or entry.entry_id
        super().__init__(
            coordinator,
            device_info=DeviceInfo(
                identifiers={(DOMAIN, device_key)},
                name=entry.title,
                entry_type=DeviceEntryType.SERVICE,
            ),
            device_key=device_key,
            key=key,
        )
