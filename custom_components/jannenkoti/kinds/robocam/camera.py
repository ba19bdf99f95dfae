"""The camera entity: all viewers share one connection to the camera."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.camera import Camera

from ...lib.frame_hub import HubClosed
from .entity import RoboCamEntity
from .frames.mjpeg import MjpegStream

if TYPE_CHECKING:
    from aiohttp.web import Request, StreamResponse
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamConfigEntry, RoboCamCoordinator

# Home Assistant waits ten seconds for an image.
_STILL_TIMEOUT: Final = 8.0


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the camera."""
    async_add_entities([RoboCamCamera(entry.runtime_data)])


class RoboCamCamera(RoboCamEntity, Camera):
    """The camera. While it is lost, it shows its last frame."""

    _attr_name = None
    needs_camera = False

    def __init__(self, coordinator: RoboCamCoordinator) -> None:
        """Initialize the camera with the frames of the hub."""
        RoboCamEntity.__init__(self, coordinator, "camera")
        Camera.__init__(self)
        self._hub = coordinator.hub
        self._stream = MjpegStream(coordinator.hub)

    @property
    @override
    def available(self) -> bool:
        """Return whether there is an image to show."""
        shows = not self.camera.lost or self._hub.current is not None
        return super().available and shows

    @property
    @override
    def is_streaming(self) -> bool:
        """Return whether a client watches the camera."""
        camera = self.camera
        return camera.viewers > 0 and not camera.lost and not camera.private

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return a frame that was captured after the call.

        A lost camera has none: its last frame is returned.
        """
        before = self._hub.current
        if not self.camera.lost:
            with suppress(TimeoutError, HubClosed):
                async with asyncio.timeout(_STILL_TIMEOUT):
                    return (await self._hub.async_still(skip=self._frames_before)).jpeg
        frame = self._hub.current
        if frame is None or (frame is before and not self.camera.lost):
            return None
        return frame.jpeg

    @property
    def _frames_before(self) -> int:
        """Return how many of the next frames may have been captured before now.

        The board has some in its buffers. If it is connected, one is on its way too.
        """
        buffers = self.coordinator.options.frame_buffers
        return buffers + 1 if self.camera.connected else buffers

    @override
    async def handle_async_mjpeg_stream(self, request: Request) -> StreamResponse:
        """Send frames as they arrive."""
        return await self._stream.async_respond(request)
