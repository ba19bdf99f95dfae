"""What the entities of all kinds have in common."""

from typing import TYPE_CHECKING, Any

from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)

if TYPE_CHECKING:
    from homeassistant.helpers.device_registry import DeviceInfo


class KotiEntity[CoordinatorT: DataUpdateCoordinator[Any]](
    CoordinatorEntity[CoordinatorT]
):
    """An entity of a device, named by its translation key."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CoordinatorT,
        *,
        device_info: DeviceInfo,
        device_key: str,
        key: str,
    ) -> None:
        """Identify the entity by its device and a key that never changes."""
        super().__init__(coordinator)
        self._attr_unique_id = f"{device_key}_{key}"
        self._attr_translation_key = key
        self._attr_device_info = device_info
