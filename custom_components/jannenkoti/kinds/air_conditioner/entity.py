"""What the entities of an air conditioner have in common."""

from typing import TYPE_CHECKING, Final, override

from ...entity import KotiEntity, device_of
from .control.decide import Reason
from .coordinator import AirConditionerCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .control.data import AirConditionerData


ENABLED_BY_DEFAULT: Final = frozenset(
    {
        *("climate", "reason", "next_change", "room_temperature", "compressor"),
        *("sensor_silent", "sleep", "sleep_calendar", "switched"),
        *("end_hold", "wake_up", "active_connection"),
    }
)
"""The entities of a new air conditioner; the user enables the others."""


class AirConditionerEntity(KotiEntity[AirConditionerCoordinator]):
    """An entity of the one device of an entry."""

    needs_device = True
    """Whether it is unavailable while the air conditioner does not respond."""

    def __init__(
        self, coordinator: AirConditionerCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize as part of the device of the entry."""
        device_key, device_info = device_of(coordinator.config_entry)
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )
        enabled = self.key in ENABLED_BY_DEFAULT
        self._attr_entity_registry_enabled_default = enabled

    @property
    def data(self) -> AirConditionerData:
        """Return the result of the last decision."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a state to show, or a command can be given.

        While the quota is used up, commands still have a reserve.
        """
        return super().available and (
            not self.needs_device
            or self.data.device is not None
            or self.data.decision.reason is Reason.QUOTA_EXHAUSTED
        )
