"""Serve the frames of a hub as an H.264 stream, encoded while a client reads it.

Home Assistant's stream component, go2rtc and HomeKit copy video and encode nothing, so
JPEG images have to become H.264 before. ffmpeg does that, in a process of its own for
each client. The hub counts it as one viewer: the upstream needs no second connection.

The server listens on the loopback address only, at a path that cannot be guessed.
"""

import asyncio
import secrets
from contextlib import suppress
from hmac import compare_digest
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from aiohttp.web import Response, Server, ServerRunner, StreamResponse, TCPSite

from .frame_hub import HubClosed

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from asyncio.subprocess import Process

    from aiohttp.web import BaseRequest

    from .frame_hub import Frame, FrameHub, Viewer

MOST_CLIENTS: Final = 3
"""Clients at once, each with an encoder: Home Assistant's own, go2rtc, HomeKit."""

_LOOPBACK: Final = "127.0.0.1"
_CONTENT_TYPE: Final = "video/mp2t"
_BOUNDARY: Final = b"--frame\r\n"
# A frame that no other follows is sent again: without it a player would stall, s.
_REPEAT: Final = 1.0
# An encoder that accepts no frame, or a client that reads nothing, is gone, s.
_STALLED: Final = 30.0
_CHUNK: Final = 65536

# The container gives each frame a length, so that the encoder does not wait for the
# next one. Probing would delay the first frame by seconds.
_INPUT: Final = (
    *("-fflags", "nobuffer", "-analyzeduration", "0", "-probesize", "32"),
    *("-use_wallclock_as_timestamps", "1", "-f", "mpjpeg", "-i", "pipe:0"),
)
# Players start at a key frame: one every two seconds. H.264 needs even sizes.
_OUTPUT: Final = (
    *("-an", "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2:out_range=tv,format=yuv420p"),
    *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"),
    *("-threads", "1", "-force_key_frames", "expr:gte(t,n_forced*2)"),
    *("-fps_mode", "vfr", "-f", "mpegts", "-flush_packets", "1"),
    *("-muxdelay", "0", "-muxpreload", "0", "pipe:1"),
)


class FrameVideo:
    """The H.264 stream of a hub."""

    def __init__(self, hub: FrameHub, *, stalled: float = _STALLED) -> None:
        """Serve the frames of `hub`; disconnect what stalls for this long, in s."""
        self._hub = hub
        self._stalled = stalled
        self._path = f"/{secrets.token_urlsafe(32)}.ts"
        self._ffmpeg = ""
        self._runner: ServerRunner | None = None
        self._starting = asyncio.Lock()
        self.clients = 0
        """How many clients read the stream now."""

    async def async_url(self, ffmpeg: str) -> str:
        """Return the address of the stream; serve it from the first call on.

        `ffmpeg` is the program that encodes. Raises OSError.
        """
        async with self._starting:
            self._ffmpeg = ffmpeg
            if self._runner is None:
                # A client that disconnects before the first frame ends its encoder.
                server = Server(self._async_respond, handler_cancellation=True)
                runner = ServerRunner(server, shutdown_timeout=1)
                await runner.setup()
                await TCPSite(runner, _LOOPBACK, 0).start()
                self._runner = runner
            port = self._runner.addresses[0][1]
        return f"http://{_LOOPBACK}:{port}{self._path}"

    async def async_close(self) -> None:
        """Disconnect all clients and stop serving."""
        async with self._starting:
            if self._runner is not None:
                await self._runner.cleanup()
                self._runner = None

    async def _async_respond(self, request: BaseRequest) -> StreamResponse:
        """Encode for one client until it disconnects or the hub is closed."""
        if not compare_digest(request.path.encode(), self._path.encode()):
            return Response(status=HTTPStatus.NOT_FOUND)
        if self.clients >= MOST_CLIENTS or self._hub.closed:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        self.clients += 1
        try:
            return await self._async_encode(request)
        finally:
            self.clients -= 1

    async def _async_encode(self, request: BaseRequest) -> StreamResponse:
        """Run an encoder, which ends with the client, with the hub or by itself."""
        response = StreamResponse(headers={"Content-Type": _CONTENT_TYPE})
        response.force_close()
        try:
            process = await self._async_start()
        except OSError:
            return Response(status=HTTPStatus.BAD_GATEWAY)
        try:
            # Both are pipes, as the process was started with them.
            to_encoder = cast("StreamWriter", process.stdin)
            from_encoder = cast("StreamReader", process.stdout)
            await self._async_pump(to_encoder, from_encoder, request, response)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        # The encoder ended without a frame, for example because it lacks H.264.
        return (
            response if response.prepared else Response(status=HTTPStatus.BAD_GATEWAY)
        )

    async def _async_start(self) -> Process:
        """Start the encoder; raises OSError."""
        return await asyncio.create_subprocess_exec(
            self._ffmpeg,
            *("-hide_banner", "-nostats", "-loglevel", "quiet"),
            *_INPUT,
            *_OUTPUT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def _async_pump(
        self,
        to_encoder: StreamWriter,
        from_encoder: StreamReader,
        request: BaseRequest,
        response: StreamResponse,
    ) -> None:
        """Move frames in and video out until one of them ends."""
        tasks = (
            asyncio.create_task(self._async_feed(to_encoder)),
            asyncio.create_task(_async_copy(from_encoder, request, response)),
        )
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            to_encoder.close()

    async def _async_feed(self, pipe: StreamWriter) -> None:
        """Send each frame, and the last one again after a pause."""
        feeder = _Feeder(pipe)
        with (
            suppress(HubClosed, ConnectionError, TimeoutError),
            self._hub.watch(feeder.send) as viewer,
        ):
            while True:
                await _async_wait_busy(viewer)
                async with asyncio.timeout(self._stalled):
                    await pipe.drain()
                viewer.ready()
                feeder.repeat(monotonic() - _REPEAT)


async def _async_wait_busy(viewer: Viewer) -> None:
    """Wait until the encoder has a frame to read, but not for long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_REPEAT):
            await viewer.async_wait_busy()


async def _async_copy(
    pipe: StreamReader, request: BaseRequest, response: StreamResponse
) -> None:
    """Send the video to the client."""
    with suppress(ConnectionError):
        while chunk := await pipe.read(_CHUNK):
            if not response.prepared:
                await response.prepare(request)
            await response.write(chunk)


class _Feeder:
    """The frames on their way to one encoder, in a multipart container."""

    def __init__(self, pipe: StreamWriter) -> None:
        """Write to the standard input of an encoder."""
        self._pipe = pipe
        self._last: bytes | None = None
        self._at = 0.0
        # One frame on the way; the hub skips frames for an encoder that is slower.
        pipe.transport.set_write_buffer_limits(high=1)
        pipe.write(_BOUNDARY)

    def send(self, frame: Frame) -> bool:
        """Send a frame; return whether another can follow at once."""
        self._write(frame.jpeg)
        return self._pipe.transport.get_write_buffer_size() == 0

    def repeat(self, older_than: float) -> None:
        """Send the last frame again if it is older."""
        if self._last is not None and self._at < older_than:
            self._write(self._last)

    def _write(self, jpeg: bytes) -> None:
        self._last, self._at = jpeg, monotonic()
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        self._pipe.write(b"".join((head.encode(), jpeg, b"\r\n", _BOUNDARY)))
