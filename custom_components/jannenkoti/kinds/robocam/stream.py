"""Pictures over HTTP, one after the other: `multipart/x-mixed-replace`.

aiohttp begins and ends each answer. The pictures between go straight to the transport,
as many bytes as they are: a task that wakes up for each picture of each viewer, and
aiohttp's way of writing it, cost twice as much as the sending itself.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from aiohttp import HttpVersion11
from aiohttp.web import StreamResponse

from .hub import Closed

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.web import BaseRequest

    from .hub import FrameHub, Picture

# A viewer who does not take one picture in so long has left without a word, s.
_PATIENCE: Final = 30.0

_BOUNDARY: Final = "picture"
_OPENING: Final = f"--{_BOUNDARY}\r\n".encode()
# The boundary follows a picture at once, so that its end is seen.
_SEPARATOR: Final = b"\r\n" + _OPENING


@dataclass(frozen=True, slots=True)
class Part:
    """A picture as viewers get it; the same bytes for all of them."""

    chunk: bytes
    """With the frame that HTTP/1.1 wants around a piece of something endless."""
    plain: memoryview
    """As HTTP/1.0 has it."""

    @classmethod
    def of(cls, jpeg: bytes) -> Self:
        """Wrap a picture."""
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        length = len(head) + len(jpeg) + len(_SEPARATOR)
        size = f"{length:x}\r\n".encode()
        chunk = b"".join((size, head.encode(), jpeg, _SEPARATOR, b"\r\n"))
        return cls(chunk, memoryview(chunk)[len(size) : len(size) + length])


class PictureStream:
    """Sends what a hub shows to each viewer as fast as he takes it."""

    def __init__(self, hub: FrameHub, patience: float = _PATIENCE) -> None:
        """Show what is in a hub; wait so many seconds for who takes nothing."""
        self._hub = hub
        self._patience = patience
        self._part: tuple[Picture, Part] | None = None

    async def async_answer(self, request: BaseRequest) -> StreamResponse:
        """Send pictures as they come, until the viewer leaves or has to."""
        content_type = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
        response = StreamResponse(headers={"Content-Type": content_type})
        response.force_close()  # what is set for its connection ends with it
        if request.version >= HttpVersion11:
            response.enable_chunked_encoding()
        writer = await response.prepare(request)
        with suppress(Closed, ConnectionError):
            await response.write(_OPENING)
            transport = request.transport
            if writer is not None and transport is not None:
                screen = _Screen(transport, chunked=response.chunked)
                await self._async_serve(screen, transport, writer)
        return response

    async def _async_serve(
        self,
        screen: _Screen,
        transport: asyncio.Transport,
        writer: AbstractStreamWriter,
    ) -> None:
        """Wait for a viewer whenever he cannot take more; raises Closed."""

        def take(picture: Picture) -> bool:
            return screen.show(self._part_of(picture), alone=self._hub.hidden)

        with self._hub.watch(take) as viewer:
            while not transport.is_closing():
                await viewer.async_full()
                try:
                    async with asyncio.timeout(self._patience):
                        await writer.drain()
                except TimeoutError:
                    transport.abort()  # the end of the answer would wait for him too
                viewer.ready()

    def _part_of(self, picture: Picture) -> Part:
        """Return a picture as all viewers get it; made once for all of them."""
        if self._part is None or self._part[0] is not picture:
            self._part = picture, Part.of(picture.jpeg)
        return self._part[1]


class _Screen:
    """Where the pictures of one viewer go; what he cannot take yet waits here."""

    def __init__(self, transport: asyncio.Transport, *, chunked: bool) -> None:
        """Send through a transport."""
        self._transport = transport
        self._chunked = chunked
        self._blank = True
        # The writer is to wait until all is sent. With a limit of 0, TLS would wait
        # when there is nothing to send.
        transport.set_write_buffer_limits(high=1)

    def show(self, part: Part, *, alone: bool) -> bool:
        """Send a picture; return whether all of it went, so that another may come."""
        transport = self._transport
        if transport.is_closing():
            return False
        data = part.chunk if self._chunked else part.plain
        transport.write(data)
        if self._blank or alone:
            # Chromium shows a picture when it has got the next one.
            transport.write(data)
        self._blank = False
        return transport.get_write_buffer_size() == 0
