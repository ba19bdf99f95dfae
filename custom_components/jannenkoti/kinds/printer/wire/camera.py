"""The camera of an A1 or P1: JPEG frames over TLS, one connection for all viewers.

See https://github.com/Doridian/OpenBambuAPI/blob/main/video.md
"""

import asyncio
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.backoff import Backoff
from ....lib.frame_hub import Frame, FrameHub
from ..timelapse.jpeg import is_complete
from .requests import USER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .client import Address
    from .tls import PrinterContext

FRAMES_PORT: Final = 6000
STREAM_PORT: Final = 322

_LOGIN: Final = 0x3000
_LOGIN_SIZE: Final = 0x40
_HEADER: Final = 16
# The fourth byte of the size belongs to it in the documents only: ha-bambulab reads
# three.
_SIZE_BYTES: Final = 3
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes; frames of 1280 by 720 pixels have about 100 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTiming:
    """How long to wait; in seconds where it is a number."""

    connect: float = 10
    frame: float = 20
    """An A1 sends a frame every one or two seconds."""
    linger: float = 10
    """The connection stays open for so long after the last viewer has left."""
    retry_first: timedelta = timedelta(seconds=2)
    retry_longest: timedelta = timedelta(seconds=30)


class CameraLink:
    """Keeps the camera connected while a viewer of its hub needs frames."""

    def __init__(
        self,
        address: Address,
        context: Callable[[], Awaitable[PrinterContext]],
        *,
        timing: CameraTiming,
        random: Callable[[], float],
    ) -> None:
        """Initialize without a connection."""
        self.hub = FrameHub(self._demand_changed)
        self.connections = 0
        """How many connections were opened so far."""
        self.bad_frames = 0
        """Frames that were cut short, or no JPEG image."""
        self._address = address
        self._context = context
        self._timing = timing
        self._backoff = Backoff(
            first=timing.retry_first, longest=timing.retry_longest, random=random
        )
        self._wanted = asyncio.Event()
        self._session: asyncio.Future[None] | None = None
        self._unwatched: asyncio.TimerHandle | None = None

    @property
    def connected(self) -> bool:
        """Return whether a connection is open, or being opened."""
        return self._session is not None

    async def async_run(self) -> None:
        """Connect whenever there are viewers, until cancelled."""
        try:
            while True:
                await self._wanted.wait()
                if not await self._async_connected():
                    await asyncio.sleep(self._backoff.next().total_seconds())
        finally:
            if self._unwatched is not None:
                self._unwatched.cancel()
            self.hub.close()

    async def _async_connected(self) -> bool:
        """Receive frames; return whether the last viewer ended that."""
        self._session = session = asyncio.ensure_future(self._async_session())
        try:
            await asyncio.wait([session])
            if session.cancelled():
                return True
            session.result()
            return False
        finally:
            session.cancel()
            await asyncio.gather(session, return_exceptions=True)
            self._session = None

    def _demand_changed(self) -> None:
        """Connect for a first viewer; end the connection some time after the last."""
        if self.hub.closed:
            return
        if self.hub.needs_frames:
            if self._unwatched is not None:
                self._unwatched.cancel()
                self._unwatched = None
            self._wanted.set()
        elif self._wanted.is_set() and self._unwatched is None:
            loop = asyncio.get_running_loop()
            self._unwatched = loop.call_later(self._timing.linger, self._end)

    def _end(self) -> None:
        """End the connection: there was no viewer for some time."""
        self._unwatched = None
        self._wanted.clear()
        self._backoff.reset()
        if self._session is not None:
            self._session.cancel()

    async def _async_session(self) -> None:
        """Connect, log in and publish frames; ends when the connection is lost."""
        address, timing = self._address, self._timing
        # An EOFError is a frame that was cut short, or a wrong access code.
        with suppress(OSError, EOFError, TimeoutError):
            context = await self._context()
            async with asyncio.timeout(timing.connect):
                reader, writer = await asyncio.open_connection(
                    address.host,
                    address.port,
                    ssl=context,
                    server_hostname=address.serial,
                )
            self.connections += 1
            try:
                writer.write(login_packet(address.access_code))
                while await self._async_receive(reader):
                    pass
            finally:
                writer.transport.abort()

    async def _async_receive(self, reader: asyncio.StreamReader) -> bool:
        """Publish the next frame; return False if what follows cannot be read."""
        async with asyncio.timeout(self._timing.frame):
            header = await reader.readexactly(_HEADER)
            size = int.from_bytes(header[:_SIZE_BYTES], "little")
            if not 0 < size <= _LARGEST:
                self.bad_frames += 1
                return False
            jpeg = await reader.readexactly(size)
        if is_complete(jpeg):
            self._backoff.reset()
            self.hub.publish(Frame(jpeg, asyncio.get_running_loop().time()))
        else:
            self.bad_frames += 1
        # Frames that are here already are read without a pause.
        await asyncio.sleep(0)
        return True


def login_packet(access_code: str) -> bytes:
    """Return what a client sends first: 80 bytes with user and access code."""
    head = struct.pack("<IIII", _LOGIN_SIZE, _LOGIN, 0, 0)
    return head + struct.pack("32s32s", USER.encode(), access_code.encode()[:32])


def stream_url(host: str, port: int, access_code: str) -> str:
    """Return the address of the stream of an X1, P2S or H2; it has the access code."""
    name = f"[{host}]" if ":" in host else host
    return f"rtsps://{USER}:{access_code}@{name}:{port}/streaming/live/1"
