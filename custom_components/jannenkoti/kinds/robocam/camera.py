"""The camera: every viewer sees what came over the one connection."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, override

from aiohttp.web import StreamResponse
from homeassistant.components.camera import Camera

from .entity import RoboCamEntity
from .hub import Closed

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import RoboCamCoordinator, RoboCamEntry
    from .hub import Picture

# A still may be as old as a page takes to ask for the next one.
_FRESH: Final = 1.0
# Home Assistant waits for ten seconds.
_STILL_LIMIT: Final = 8.0
# A viewer who has taken nothing for so long, or half of it, has left without a word.
# The last picture is repeated oftener than that.
_PATIENCE: Final = 30.0

_BOUNDARY: Final = "picture"
_CONTENT_TYPE: Final = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
# The boundary follows a picture at once, so that its end is seen.
_SEPARATOR: Final = f"\r\n--{_BOUNDARY}\r\n".encode()


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
        self._part: tuple[Picture, bytes] | None = None

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
        response = StreamResponse(headers={"Content-Type": _CONTENT_TYPE})
        await response.prepare(request)
        with suppress(Closed, TimeoutError, ConnectionResetError):
            await response.write(_SEPARATOR[2:])
            await self._async_stream(response)
        return response

    async def _async_stream(self, response: StreamResponse) -> None:
        """Send pictures until the viewer leaves or has to; raises TimeoutError."""
        clock = asyncio.get_running_loop().time
        # One timer for all pictures: one for each costs as much as sending it.
        async with asyncio.timeout(_PATIENCE) as patience:
            with self._hub.watch() as viewer:
                first = True
                while self.hass.is_running:
                    part = self._part_of(await viewer.async_next())
                    await response.write(part)
                    if first or self._hub.hidden:
                        # Chromium shows a picture when it has got the next one.
                        await response.write(part)
                    first = False
                    now = clock()
                    if (patience.when() or 0) < now + _PATIENCE / 2:
                        patience.reschedule(now + _PATIENCE)

    def _part_of(self, picture: Picture) -> bytes:
        """Return a picture as all viewers get it; made once for all of them."""
        if self._part is None or self._part[0] is not picture:
            length = len(picture.jpeg)
            head = f"Content-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
            part = b"".join((head.encode(), picture.jpeg, _SEPARATOR))
            self._part = picture, part
        return self._part[1]
