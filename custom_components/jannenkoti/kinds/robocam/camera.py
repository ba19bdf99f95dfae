"""The camera: every viewer sees what came over the one connection."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.camera import Camera

from .entity import RoboCamEntity
from .hub import Closed
from .stream import PictureStream

if TYPE_CHECKING:
    from aiohttp.web import Request, StreamResponse
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry

# A still may be as old as a page takes to ask for the next one.
_FRESH: Final = 1.0
# Home Assistant waits for ten seconds.
_STILL_LIMIT: Final = 8.0


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoboCamEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the camera."""
    async_add_entities([RoboCamCamera(entry.runtime_data)])


class RoboCamCamera(RoboCamEntity, Camera):
    """The camera, which goes on showing its last picture when it is lost."""

    _attr_name = None

    def __init__(self, coordinator: RoboCamCoordinator) -> None:
        """Show what the hub has."""
        RoboCamEntity.__init__(self, coordinator, "camera")
        Camera.__init__(self)
        self._hub = coordinator.hub
        self._stream = PictureStream(coordinator.hub)

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something to show."""
        return super().available or self._hub.shown is not None

    @property
    @override
    def is_streaming(self) -> bool:
        """Return whether somebody watches."""
        return self.snapshot.viewers > 0 and not self.snapshot.lost

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return a new picture, or the last one if the camera has none."""
        if not self.snapshot.lost:
            with suppress(TimeoutError, Closed):
                async with asyncio.timeout(_STILL_LIMIT):
                    fresh = monotonic() - _FRESH
                    return (await self._hub.async_still(newer_than=fresh)).jpeg
        picture = self._hub.shown
        return None if picture is None else picture.jpeg

    @override
    async def handle_async_mjpeg_stream(self, request: Request) -> StreamResponse:
        """Pass pictures on as they come."""
        return await self._stream.async_answer(request)
