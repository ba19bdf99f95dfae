"""The camera port of an A1 or P1, as its firmware serves it."""

import asyncio
import io
import struct
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_LOGIN = struct.Struct("<IIII32s32s")
_SIZE = (640, 360)
_COLORS = ("#00ae42", "#0c9a3d")


class CameraTrouble(StrEnum):
    """A fault of the camera."""

    SILENT = "silent"
    """It accepts clients and sends nothing."""
    TRUNCATED = "truncated"
    """Its images end too early, but have the announced size."""
    CUT_OFF = "cut_off"
    """The connection ends in the middle of each frame."""
    HUGE = "huge"
    """It announces frames of 16 MB."""
    EMPTY = "empty"
    """It announces frames without content."""


class FakePrinterCamera:
    """Sends a frame every so many seconds to each client that has logged in."""

    def __init__(
        self,
        context: ssl.SSLContext,
        draw: Callable[[], bytes],
        *,
        every: float = 0.1,
    ) -> None:
        """Initialize; `draw` returns the image that the camera sees."""
        self.port = 0
        self.password = ""
        self.trouble: CameraTrouble | None = None
        self.every = every
        self.connections = 0
        """How many clients have logged in so far."""
        self.rejected = 0
        self.clients = 0
        self._context = context
        self._draw = draw
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Start on a free port, or on the one it had before."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop as a device that loses its power."""
        if self._server is not None:
            self._server.close()
        await self.drop_clients()

    async def drop_clients(self) -> None:
        """End all connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            with suppress(OSError, EOFError):
                await self._async_serve(reader, writer)
        finally:
            writer.transport.abort()
            if task is not None:
                self._tasks.discard(task)

    async def _async_serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Check the login; a wrong code closes the connection without a word."""
        login = _LOGIN.unpack(await reader.readexactly(_LOGIN.size))
        size, kind, flags, last, user, code = login
        name, password = (part.rstrip(b"\0").decode() for part in (user, code))
        if (size, kind, flags, last) != (0x40, 0x3000, 0, 0) or (name, password) != (
            "bblp",
            self.password,
        ):
            self.rejected += 1
            return
        self.connections += 1
        self.clients += 1
        try:
            while True:
                if not await self._async_send(writer):
                    return
                # A client sends nothing more; it may close the connection.
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.every):
                        await reader.readexactly(1)
        finally:
            self.clients -= 1

    async def _async_send(self, writer: asyncio.StreamWriter) -> bool:
        """Send a frame; return whether another one follows."""
        trouble = self.trouble
        if trouble is CameraTrouble.SILENT:
            return True
        jpeg = self._draw()
        if trouble is CameraTrouble.TRUNCATED:
            jpeg = jpeg[: len(jpeg) // 2]
        size = {CameraTrouble.HUGE: 0xFFFFFF, CameraTrouble.EMPTY: 0}
        announced = len(jpeg) if trouble is None else size.get(trouble, len(jpeg))
        cut = trouble is CameraTrouble.CUT_OFF
        writer.write(struct.pack("<IIII", announced, 0, 1, 0))
        writer.write(jpeg[: len(jpeg) // 2] if cut else jpeg)
        await writer.drain()
        return not cut


def draw_print(layer: int, total: int, tick: int) -> bytes:
    """Return an image of a box that has grown by its layers; the nozzle moves."""
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, "#3b3f45")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height - 60, width, height), "#24262a")
    pen.rectangle((90, height - 74, width - 90, height - 60), "#c9a24a")
    bottom, tallest = height - 74, height - 150
    top = bottom - tallest * layer // max(total, 1)
    for number, y in enumerate(range(bottom, top, -4)):
        inset = number // 3
        pen.rectangle(
            (240 + inset, max(y - 4, top), width - 240 - inset, y), _COLORS[number % 2]
        )
    at = 250 + tick * 37 % (width - 500)
    pen.rectangle((60, top - 46, width - 60, top - 40), "#7d848c")
    pen.rectangle((at - 16, top - 52, at + 16, top - 16), "#d7dade")
    pen.polygon(((at - 8, top - 16), (at + 8, top - 16), (at, top - 2)), "#b0703a")
    pen.text((14, 12), f"Layer {layer} / {total}", "#ffffff")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70)
    return file.getvalue()
