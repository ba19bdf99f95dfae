"""Base class of the entities of a routine."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import DeviceEntryType

from ...entity import PushEntity, device_of
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
        device_key, device_info = device_of(
            coordinator.config_entry, entry_type=DeviceEntryType.SERVICE
        )
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )

    @property
    def routine(self) -> RoutineData:
        """Return the state of the routine."""
        return self.coordinator.data
