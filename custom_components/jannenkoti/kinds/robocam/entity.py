"""What the entities of a camera have in common."""

from typing import TYPE_CHECKING, override

from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PORT
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from yarl import URL

from ...const import DOMAIN
from ...entity import KotiEntity
from .coordinator import RoboCamCoordinator

if TYPE_CHECKING:
    from .model import Snapshot


class RoboCamEntity(KotiEntity[RoboCamCoordinator]):
    """An entity of the one device of an entry."""

    needs_camera = True
    """Whether it has nothing to show or to do while the camera is lost."""

    def __init__(self, coordinator: RoboCamCoordinator, key: str) -> None:
        """Belong to the camera."""
        entry = coordinator.config_entry
        device_key = entry.unique_id or entry.entry_id
        mac = entry.data.get(CONF_MAC)
        super().__init__(
            coordinator,
            device_info=DeviceInfo(
                identifiers={(DOMAIN, device_key)},
                connections={(CONNECTION_NETWORK_MAC, mac)} if mac else set(),
                name=entry.title,
                model="RoboCam",
                configuration_url=URL.build(
                    scheme="http",
                    host=entry.data[CONF_HOST],
                    port=entry.data[CONF_PORT],
                ),
            ),
            device_key=device_key,
            key=key,
        )

    @property
    def snapshot(self) -> Snapshot:
        """Return what is known."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something to show."""
        return not (self.needs_camera and self.snapshot.lost)
