"""A camera that lies, drips and floods: the client reports it and serves all others."""

import asyncio
import base64
import hashlib
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web

from custom_components.jannenkoti.kinds.robocam.motion.motion import Motion
from custom_components.jannenkoti.kinds.robocam.wire.client import (
    LinkState,
    RoboCamClient,
)
from custom_components.jannenkoti.kinds.robocam.wire.connection import (
    Address,
    async_probe,
)
from custom_components.jannenkoti.kinds.robocam.wire.errors import (
    ConnectionProblem,
    Unreachable,
)
from custom_components.jannenkoti.kinds.robocam.wire.session import Session
from custom_components.jannenkoti.lib.frame_hub import FrameHub

from .test_client import TIMING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _BINARY, _CLOSE, _PING = 0x81, 0x82, 0x88, 0x89
_DRIP = 0.02
JPEG = b"\xff\xd8" + b"x" * 60 + b"\xff\xd9"
_MOST_AT_ONCE = 200
"""Messages that may be handled before other tasks run."""


def message(payload: bytes, head: int = _BINARY, length: int | None = None) -> bytes:
    """Return a message of a server, whose length may be a lie."""
    size = len(payload) if length is None else length
    if size < 126:
        return bytes((head, size)) + payload
    if size < 1 << 16:
        return bytes((head, 126)) + size.to_bytes(2) + payload
    return bytes((head, 127)) + size.to_bytes(8) + payload


class HostileCamera:
    """Accepts a WebSocket and then sends these bytes, whatever it receives."""

    def __init__(
        self, sends: bytes, *, drips: bool = False, ends: bool = False
    ) -> None:
        self.port = 0
        self._sends = sends
        self._drips = drips
        self._ends = ends
        self.tasks: set[asyncio.Task[Any]] = set()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve one client."""
        if (task := asyncio.current_task()) is not None:
            self.tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            key = next(
                line.split(b": ")[1]
                for line in request.split(b"\r\n")
                if line.lower().startswith(b"sec-websocket-key")
            )
            accept = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())  # noqa: S324
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            step = 1 if self._drips else len(self._sends)
            for at in range(0, len(self._sends), step):
                writer.write(self._sends[at : at + step])
                await writer.drain()
                if self._drips:
                    await asyncio.sleep(_DRIP)
            while not self._ends and await reader.read(1 << 16):
                pass
        writer.close()


@asynccontextmanager
async def switched_on(camera: HostileCamera) -> AsyncIterator[Address]:
    server = await asyncio.start_server(camera.serve, "127.0.0.1", 0)
    try:
        yield Address(
            host="127.0.0.1", port=server.sockets[0].getsockname()[1], path="/ws"
        )
    finally:
        server.close()
        server.close_clients()
        for task in camera.tasks:
            task.cancel()  # It may be between two bytes.
        await asyncio.gather(*camera.tasks, return_exceptions=True)
        await server.wait_closed()


class Watched:
    """A client with a viewer."""

    def __init__(self, http: ClientSession, address: Address) -> None:
        self.changed = asyncio.Event()
        self.hub = FrameHub(self.wake)
        self.session = Session(self.hub, Motion(), 20)
        self.client = RoboCamClient(
            http, address, self.session, timing=TIMING, changed=self.changed.set
        )
        self.frames = 0

    def wake(self) -> None:
        """Let the client look for viewers."""
        self.client.wake()

    def take(self, _frame: object) -> bool:
        """Count a frame."""
        self.frames += 1
        self.changed.set()
        return True

    async def problem(self) -> ConnectionProblem:
        """Return the first problem of the connection."""
        async with asyncio.timeout(60):
            while self.client.problem is None:
                self.changed.clear()
                await self.changed.wait()
        return self.client.problem


@asynccontextmanager
async def watched(camera: HostileCamera) -> AsyncIterator[Watched]:
    async with switched_on(camera) as address, ClientSession() as http:
        world = Watched(http, address)
        running = asyncio.create_task(world.client.async_run())
        try:
            with world.hub.watch(world.take):
                yield world
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


HUGE = 30 << 20
UNREACHABLE = {ConnectionProblem.UNREACHABLE}
TOO_LARGE = {ConnectionProblem.TOO_LARGE}
# It depends on which limit ends first, and both say what is wrong.
QUIET = {ConnectionProblem.SILENT, ConnectionProblem.NO_FRAME}
LIES = {
    "length of 30 MB": (message(JPEG, length=HUGE), TOO_LARGE),
    "length beyond 63 bits": (message(JPEG, length=(1 << 64) - 1), TOO_LARGE),
    "frame that never ends": (message(JPEG, length=50_000), QUIET),
    "fragments that never end": (
        message(JPEG * 300, 0x02) + message(JPEG * 300, 0x00) * 100,
        TOO_LARGE,
    ),
    "unknown kind of message": (message(JPEG, 0x83), UNREACHABLE),
    "reserved bits": (message(JPEG, 0xF2), UNREACHABLE),
    "text that is not UTF-8": (message(b"\xff\xfe", _TEXT), UNREACHABLE),
    "long ping": (message(b"x" * 200, _PING), UNREACHABLE),
    "close with a wrong code": (message(b"\x00\x01", _CLOSE), UNREACHABLE),
    "end without a word": (b"", UNREACHABLE),
    "end in the middle of a frame": (message(JPEG, length=5000), UNREACHABLE),
    "end in the middle of a header": (bytes((_BINARY, 126, 1)), UNREACHABLE),
    "pages instead of messages": (b"<html>" * 5000, UNREACHABLE | TOO_LARGE),
}


@pytest.mark.parametrize("lie", LIES)
async def test_lie_of_a_camera_is_reported(lie: str) -> None:
    sends, expected = LIES[lie]
    async with watched(HostileCamera(sends, ends=lie.startswith("end"))) as world:
        assert await world.problem() in expected
        assert world.client.link is LinkState.LOST
        assert world.frames == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_of_a_camera_leads_to_no_other_request(status: int) -> None:
    requested: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        requested.append(request.path)
        return web.Response(status=status, headers={"Location": "/restart"})

    app = web.Application()
    app.router.add_get("/{path}", redirect)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with ClientSession() as http:
            with pytest.raises(Unreachable):
                await async_probe(http, Address(host=host, port=port, path="/ws"))
            assert not http.closed
            assert http.connector is not None
            assert not http.connector.closed
    finally:
        await runner.cleanup()
    assert requested == ["/ws"]


async def test_camera_that_drips_bytes_is_reported() -> None:
    camera = HostileCamera(message(JPEG * 100), drips=True)
    async with watched(camera) as world:
        assert await world.problem() in QUIET
        assert world.frames == 0
    async with switched_on(camera) as address, ClientSession() as http:
        with pytest.raises(Unreachable) as raised:
            await async_probe(http, address, TIMING)
        assert raised.value.problem is ConnectionProblem.NO_FRAME


FLOODS = {
    "texts": message(b"x", _TEXT),
    "empty texts": message(b"", _TEXT),
    "counts": message(b'{"client_count":2}', _TEXT),
    "frames": message(JPEG),
    "pings": message(b"", _PING),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_other_tasks_run_while_a_camera_floods(
    flood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = 0
    receive = ClientWebSocketResponse.receive

    async def counted(self: ClientWebSocketResponse) -> object:
        nonlocal handled
        handled += 1
        return await receive(self)

    monkeypatch.setattr(ClientWebSocketResponse, "receive", counted)
    camera = HostileCamera(message(JPEG) + FLOODS[flood] * 6_000)
    longest = 0
    async with watched(camera) as world:
        async with asyncio.timeout(60):
            while handled < 3_000:
                before = handled
                await asyncio.sleep(0)
                longest = max(longest, handled - before)
        assert world.client.link is LinkState.CONNECTED
    assert longest <= _MOST_AT_ONCE
