"""Base class of the entities of a routine."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ...const import DOMAIN
from ...entity import PushEntity
from .coordinator import RoutineCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .model import RoutineData


class RoutineEntity(PushEntity[RoutineCoordinator]):
    """An entity of the routine of an entry."""

    def __init__(
        self, coordinator: RoutineCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize an entity of the routine's device."""
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

    @property
    def routine(self) -> RoutineData:
        """Return the state of the routine."""
        return self.coordinator.data
