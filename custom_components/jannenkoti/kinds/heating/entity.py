"""What the entities of a heating system have in common."""

from typing import TYPE_CHECKING, Final

from ...entity import KotiEntity, device_of
from .coordinator import HeatingCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .model import HeatingData

ENABLED_BY_DEFAULT: Final = frozenset(
    {
        *("mode", "reason", "surplus_used", "energy_heated"),
        *("plan", "plan_quality", "saved"),
        *("target_1", "target_2", "stage_1", "stage_2", "stage_3"),
    }
)
"""The entities of a new heating system, twelve; the user enables the others."""


class HeatingEntity(KotiEntity[HeatingCoordinator]):
    """An entity of the one device of an entry."""

    def __init__(
        self, coordinator: HeatingCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize as part of the device of the entry."""
        device_key, device_info = device_of(coordinator.config_entry)
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )
        enabled = self.key in ENABLED_BY_DEFAULT
        self._attr_entity_registry_enabled_default = enabled

    def _number(self, key: str, number: int, name: str) -> None:
        """Set the key, name and number of an entity of a stage or tank."""
        self._attr_translation_key = f"{self.kind}_{key}"
        self._attr_translation_placeholders = {"name": name}
        self._place = number

    @property
    def data(self) -> HeatingData:
        """Return the result of the last decision."""
        return self.coordinator.data


def stage_names(coordinator: HeatingCoordinator) -> list[str]:
    """Return the names of the stages: their numbers, from 1."""
    return [str(number) for number, _ in enumerate(coordinator.options.stages, 1)]


def tank_names(coordinator: HeatingCoordinator) -> list[str]:
    """Return the names of the tanks."""
    return [tank.name for tank in coordinator.options.tanks]
