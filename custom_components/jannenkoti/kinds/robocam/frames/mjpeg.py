"""Send frames over HTTP as `multipart/x-mixed-replace`.

aiohttp starts and ends each response. The frames between are written to the transport
directly: waking a task for each frame of each viewer, and aiohttp's own way of writing,
cost twice as much as the sending itself.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from aiohttp import HttpVersion11
from aiohttp.web import StreamResponse

from ....lib.frame_hub import HubClosed

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.web import BaseRequest

    from ....lib.frame_hub import Frame, FrameHub

# A viewer that cannot receive one frame in this time is gone, s.
_SEND_TIMEOUT: Final = 30.0

_BOUNDARY: Final = "frame"
_OPENING: Final = f"--{_BOUNDARY}\r\n".encode()
# The boundary follows each frame at once, so that the client detects its end.
_SEPARATOR: Final = b"\r\n" + _OPENING


@dataclass(frozen=True, slots=True)
class MjpegPart:
    """One frame in the format of the response; the same bytes for all viewers."""

    chunk: bytes
    """With the chunk framing that HTTP/1.1 needs for a body without a known length."""
    plain: memoryview
    """Without it, for HTTP/1.0."""

    @classmethod
    def of(cls, jpeg: bytes) -> Self:
        """Encode a frame."""
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        length = len(head) + len(jpeg) + len(_SEPARATOR)
        size = f"{length:x}\r\n".encode()
        chunk = b"".join((size, head.encode(), jpeg, _SEPARATOR, b"\r\n"))
        return cls(chunk, memoryview(chunk)[len(size) : len(size) + length])


class MjpegStream:
    """Send the frames of a hub to each viewer as fast as the viewer reads them."""

    def __init__(self, hub: FrameHub, send_timeout: float = _SEND_TIMEOUT) -> None:
        """Send the frames of `hub`; disconnect viewers that stop reading, in s."""
        self._hub = hub
        self._send_timeout = send_timeout
        self._part: tuple[Frame, MjpegPart] | None = None

    async def async_respond(self, request: BaseRequest) -> StreamResponse:
        """Send frames until the viewer disconnects or the hub is closed."""
        content_type = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
        response = StreamResponse(headers={"Content-Type": content_type})
        # The buffer limit below must not outlive the response.
        response.force_close()
        if request.version >= HttpVersion11:
            response.enable_chunked_encoding()
        writer = await response.prepare(request)
        with suppress(HubClosed, ConnectionError):
            await response.write(_OPENING)
            transport = request.transport
            if writer is not None and transport is not None:
                buffer = _ViewerBuffer(transport, chunked=response.chunked)
                await self._async_serve(buffer, transport, writer)
        return response

    async def _async_serve(
        self,
        buffer: _ViewerBuffer,
        transport: asyncio.Transport,
        writer: AbstractStreamWriter,
    ) -> None:
        """Wait whenever the viewer cannot receive more; raises HubClosed."""

        def send(frame: Frame) -> bool:
            return buffer.send(self._part_of(frame), final=self._hub.has_placeholder)

        with self._hub.watch(send) as viewer:
            while not transport.is_closing():
                await viewer.async_wait_busy()
                try:
                    async with asyncio.timeout(self._send_timeout):
                        await writer.drain()
                except TimeoutError:
                    # Ending the response would wait for the viewer too.
                    transport.abort()
                viewer.ready()

    def _part_of(self, frame: Frame) -> MjpegPart:
        """Return a frame as it is sent; encoded once for all viewers."""
        if self._part is None or self._part[0] is not frame:
            self._part = frame, MjpegPart.of(frame.jpeg)
        return self._part[1]


class _ViewerBuffer:
    """The transport of one viewer; it holds at most one frame."""

    def __init__(self, transport: asyncio.Transport, *, chunked: bool) -> None:
        """Send through a transport."""
        self._transport = transport
        self._chunked = chunked
        self._empty = True
        # The writer must wait until all bytes are sent. With a limit of 0, TLS would
        # wait when there is nothing to send.
        transport.set_write_buffer_limits(high=1)

    def send(self, part: MjpegPart, *, final: bool) -> bool:
        """Send a frame; return whether all of it was sent, so another can follow.

        Chromium shows a frame when the next one arrives: the first frame, and one that
        no other will follow (`final`), are sent twice.
        """
        transport = self._transport
        if transport.is_closing():
            return False
        data = part.chunk if self._chunked else part.plain
        transport.write(data)
        if self._empty or final:
            transport.write(data)
        self._empty = False
        return transport.get_write_buffer_size() == 0
