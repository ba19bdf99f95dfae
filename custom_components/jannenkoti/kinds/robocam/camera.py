"""The camera entity: all viewers share one connection to the camera."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.camera import Camera, CameraEntityFeature
from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.core import callback
from homeassistant.setup import async_setup_component

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
        self._mjpeg = MjpegStream(coordinator.hub)
        self._private = coordinator.data.private
        if coordinator.options.video:
            self._attr_supported_features = CameraEntityFeature.STREAM

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
        return await self._mjpeg.async_respond(request)

    @override
    async def stream_source(self) -> str | None:
        """Return the address of the frames as video.

        Without the feature `STREAM` pages show single images, which are not delayed,
        and the video serves recordings, casting and HomeKit.
        """
        if not await async_setup_component(self.hass, "ffmpeg", {}):
            return None
        await async_setup_component(self.hass, "stream", {})
        return await self.coordinator.video.async_url(
            get_ffmpeg_manager(self.hass).binary
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Drop the recent video when the camera becomes private."""
        hidden = self.camera.private and not self._private
        self._private = self.camera.private
        if hidden and self.stream is not None:
            self.coordinator.config_entry.async_create_task(
                self.hass, self.stream.stop(), "stop the video"
            )
        super()._handle_coordinator_update()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the video; Home Assistant would try to open it again and again."""
        if self.stream is not None:
            await self.stream.stop()
        await super().async_will_remove_from_hass()
