"""What the entities of an air conditioner have in common."""

from typing import TYPE_CHECKING, override

from homeassistant.helpers.device_registry import DeviceInfo

from ...const import DOMAIN
from ...entity import KotiEntity
from .control.decide import Reason
from .coordinator import AirConditionerCoordinator

if TYPE_CHECKING:
    from .control.snapshot import AirConditionerData


class AirConditionerEntity(KotiEntity[AirConditionerCoordinator]):
    """An entity of the one device of an entry."""

    needs_device = True
    """Whether it has nothing to show while the air conditioner does not answer."""

    def __init__(self, coordinator: AirConditionerCoordinator, key: str) -> None:
        """Belong to the air conditioner."""
        entry = coordinator.config_entry
        # The id of the device, or of the entity that drives it, made the entry unique.
        device_key = entry.unique_id or entry.entry_id
        super().__init__(
            coordinator,
            device_info=DeviceInfo(
                identifiers={(DOMAIN, device_key)}, name=entry.title
            ),
            device_key=device_key,
            key=key,
        )

    @property
    def snapshot(self) -> AirConditionerData:
        """Return what is known."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something to show, or to be told by the user.

        While the quota is used up, commands still have a reserve.
        """
        return super().available and (
            not self.needs_device
            or self.snapshot.device is not None
            or self.snapshot.decision.reason is Reason.QUOTA_EXHAUSTED
        )
