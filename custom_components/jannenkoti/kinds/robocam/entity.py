"""Base class of the entities of a camera."""

from typing import TYPE_CHECKING, override

from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PORT
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC
from yarl import URL

from ...entity import PushEntity, device_of
from .coordinator import RoboCamCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription

    from .model import RoboCamData


class RoboCamEntity(PushEntity[RoboCamCoordinator]):
    """An entity of the camera of an entry."""

    needs_camera = True
    """Whether the entity is unavailable while the camera is lost."""

    def __init__(
        self, coordinator: RoboCamCoordinator, key: str | EntityDescription
    ) -> None:
        """Initialize an entity of the camera's device."""
        entry = coordinator.config_entry
        mac = entry.data.get(CONF_MAC)
        device_key, device_info = device_of(
            entry,
            connections={(CONNECTION_NETWORK_MAC, mac)} if mac else set(),
            model="RoboCam",
            configuration_url=URL.build(
                scheme="http",
                host=entry.data[CONF_HOST],
                port=entry.data[CONF_PORT],
            ),
        )
        super().__init__(
            coordinator, device_info=device_info, device_key=device_key, key=key
        )

    @property
    def camera(self) -> RoboCamData:
        """Return the state of the camera."""
        return self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Return whether the entity has a state or can do something."""
        return super().available and not (self.needs_camera and self.camera.lost)
