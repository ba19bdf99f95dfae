"""An ESP32-CAM on two servos that behaves like the RoboCam firmware, quirks included.

The server is that of the `websockets` library, so that two implementations meet: the
integration uses aiohttp.
"""

import asyncio
import contextlib
import json
from collections import deque
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from .camera_room import draw_room
from .camera_servos import (
    EASE_EVERY,
    POWER_ON,
    START,
    X_LIMITS,
    Y_LIMITS,
    clamped,
    eased,
    turned,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from websockets.http11 import Request, Response

PATH = "/ws"
MAX_CLIENTS = 5
# The WebSocket library splits a frame into what fits into the TCP buffer, bytes.
_FRAGMENT = 5744
# It discards messages to a client that does not read while this much is unsent, bytes.
_MOST_UNSENT = 32_768


class Trouble(StrEnum):
    """A fault of the camera."""

    SILENT = "silent"
    """It accepts clients and sends nothing."""
    QUIET = "quiet"
    """It sends frames and no texts, like the first firmware; use it without pushes."""
    FULL = "full"
    """Other clients have taken all places."""
    TRUNCATED = "truncated"
    """Its frames end too early."""
    PADDED = "padded"
    """The rest of its buffer follows each frame."""
    BABBLING = "babbling"
    """Its texts are not JSON."""
    HUGE = "huge"
    """Its messages have 20 MB."""
    ENDLESS = "endless"
    """It starts a frame and never ends it."""
    RESETTING = "resetting"
    """It responds, and loses its power when it captures a frame."""
    BROWN_OUT = "brown_out"
    """It loses its power in the middle of each frame."""


PADDING = b"\xff\xff\xff\r\n\0\0junk\xff"


class FakeCamera:
    """One camera; `async with` switches it on and off."""

    def __init__(
        self,
        *,
        port: int = 0,
        pushes_every: float | None = 0.15,
        draws: bool = True,
        buffers: int = 2,
    ) -> None:
        """Serve a port of the loopback address.

        Frames are pushed every `pushes_every` seconds, or only on request with None.
        With `buffers`, a frame was captured that many frames before it is sent; with 0
        it is captured when it is sent.
        """
        self.port = port
        self.pushes_every = pushes_every
        self.trouble: Trouble | None = None
        """The fault that clients meet; None repairs it."""
        self.lost_responses = 0
        """How many of the next frame requests get no response."""
        self.lamp = True
        self.goal = START
        self.position = START
        self.received: list[str] = []
        """The messages of clients."""
        self.accepted = 0
        """How many connections there were in all."""
        self.most_clients = 0
        """How many clients there were at once, at most."""
        self.sent_bytes = 0
        """The size of all frames that were sent."""
        self._draws = draws
        self._buffers = buffers
        self._buffered: deque[bytes] = deque()
        self._clients: set[ServerConnection] = set()
        self._broadcasting = asyncio.Lock()
        self._drawn: dict[tuple[int, int, int, bool], bytes] = {}
        self._ticks = 0
        self._server: Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def clients(self) -> int:
        """Return how many clients it has."""
        return len(self._clients)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Switch it on. It seems to be on for long, unless its power was cut."""
        self._buffered.clear()
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._respond_http,
            compression=None,
            ping_interval=None,
            close_timeout=0.2,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        self._tasks = [asyncio.create_task(self._move())]
        if self.pushes_every is not None:
            self._tasks.append(asyncio.create_task(self._push(self.pushes_every)))

    async def stop(self) -> None:
        """Cut its power: connections just end.

        When it has power again, the lamp is on and the servos move to the start.
        """
        self.goal, self.position, self.lamp = START, POWER_ON, True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._server is not None:
            for client in tuple(self._clients):
                client.transport.abort()
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def freeze(self) -> None:
        """Let it hang: it neither reads nor responds, and connections stay open."""
        self.trouble = Trouble.SILENT
        for client in self._clients:
            client.transport.pause_reading()

    # --- what it serves ---------------------------------------------------------------

    @staticmethod
    def _respond_http(
        connection: ServerConnection, request: Request
    ) -> Response | None:
        if request.path == PATH:
            return None
        if request.path == "/":
            return connection.respond(HTTPStatus.OK, "RoboCam\n")
        return connection.respond(HTTPStatus.NOT_FOUND, "Not found\n")

    async def _serve(self, client: ServerConnection) -> None:
        self.accepted += 1
        if self.trouble is Trouble.FULL or len(self._clients) >= MAX_CLIENTS:
            await client.close()
            await self._broadcast_client_count()  # the refused one has disconnected
            return
        self._clients.add(client)
        self.most_clients = max(self.most_clients, len(self._clients))
        with contextlib.suppress(ConnectionClosed):
            try:
                await self._broadcast_client_count()
                await self._begin_trouble(client)
                async for message in client:
                    await self._receive(client, message)
            finally:
                self._clients.discard(client)
                await self._broadcast_client_count()

    async def _begin_trouble(self, client: ServerConnection) -> None:
        if self.trouble is Trouble.HUGE:
            await client.send(bytes(20_000_000))
        elif self.trouble is Trouble.ENDLESS:

            async def pieces() -> AsyncIterator[bytes]:
                yield b"\xff\xd8"
                while True:
                    yield bytes(1000)
                    await asyncio.sleep(0.01)

            await client.send(pieces())

    async def _broadcast_client_count(self) -> None:
        """Send the count. One at a time, so that the newest count arrives last."""
        async with self._broadcasting:
            await self._broadcast({"client_count": len(self._clients)})

    async def _broadcast(self, message: dict[str, int]) -> None:
        for client in tuple(self._clients):
            await self._send(client, message)

    async def _send(self, client: ServerConnection, message: dict[str, int]) -> None:
        if self.trouble in {Trouble.SILENT, Trouble.QUIET} or _is_slow(client):
            return
        text = json.dumps(message, separators=(",", ":"))
        with contextlib.suppress(ConnectionClosed):
            await client.send(text[:-1] if self.trouble is Trouble.BABBLING else text)

    async def _receive(self, client: ServerConnection, message: str | bytes) -> None:
        """Do what the firmware does, which ignores what it does not understand."""
        text = message if isinstance(message, str) else message.decode()
        self.received.append(text)
        match text:
            case "getframe":
                if self.lost_responses:
                    self.lost_responses -= 1
                else:
                    await self._send_frame(client)
            case "up" | "down" | "left" | "right" | "center":
                await self._receive_word(text)
            case "get_pos":
                await self._send(client, _as_json(self.position))
            case "get_limits":
                names = ("min_x", "max_x", "min_y", "max_y")
                limits = dict(zip(names, X_LIMITS + Y_LIMITS, strict=True))
                await self._send(client, limits)
            case "client_count":
                await self._send(client, {"client_count": len(self._clients)})
            case "light_on" | "light_off":
                self.lamp = text == "light_on"
            case _ if text.startswith("{"):
                await self._receive_position(client, text)

    async def _receive_word(self, word: str) -> None:
        """Move from where the camera is, not from where it is going."""
        new = turned(self.position, word)
        if new != self.position:  # else it goes on to wherever it was going
            self.goal = new
        await self._broadcast(_as_json(new))

    async def _receive_position(self, client: ServerConnection, text: str) -> None:
        """Accept JSON integers only; the firmware ignores everything else."""
        try:
            fields = json.loads(text)
        except ValueError:
            return
        if type(fields.get("x")) is not int or type(fields.get("y")) is not int:
            return
        goal = fields["x"], fields["y"]
        if goal != (clamped(goal[0], X_LIMITS), clamped(goal[1], Y_LIMITS)):
            await client.send("Position out of bounds")
            return
        self.goal = goal
        await self._broadcast(_as_json(self.position))  # not the new goal

    # --- what it does by itself -------------------------------------------------------

    async def _move(self) -> None:
        while True:
            await asyncio.sleep(EASE_EVERY)
            (x, y), (goal_x, goal_y) = self.position, self.goal
            self.position = eased(x, goal_x), eased(y, goal_y)

    async def _push(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            if not self._clients:
                continue
            frame = self._grab()
            for client in tuple(self._clients):
                await self._send_frame(client, frame)

    def _grab(self) -> bytes:
        """Return the oldest captured frame, and capture one in its place."""
        if not self._buffers:
            return self.picture()
        while len(self._buffered) < self._buffers:
            self._buffered.append(self.picture())
        frame = self._buffered.popleft()
        self._buffered.append(self.picture())
        return frame

    async def _send_frame(
        self, client: ServerConnection, frame: bytes | None = None
    ) -> None:
        if self.trouble in {Trouble.SILENT, Trouble.HUGE, Trouble.ENDLESS}:
            return
        if self.trouble is Trouble.RESETTING:
            client.transport.abort()
            return
        if _is_slow(client):
            return
        frame = frame or self._grab()
        if self.trouble is Trouble.TRUNCATED:
            frame = frame[: len(frame) // 2]
        elif self.trouble is Trouble.PADDED:
            frame += PADDING
        self.sent_bytes += len(frame)
        with contextlib.suppress(ConnectionClosed):
            await client.send(self._fragments(client, frame))

    async def _fragments(
        self, client: ServerConnection, frame: bytes
    ) -> AsyncIterator[bytes]:
        for start in range(0, len(frame), _FRAGMENT):
            if start and self.trouble is Trouble.BROWN_OUT:
                client.transport.abort()
            yield frame[start : start + _FRAGMENT]

    def picture(self) -> bytes:
        """Capture a frame. A clock hand turns, so that every frame is different."""
        self._ticks += 1
        x, y = self.position if self._draws else START
        key = (x, y, self._ticks % 12, self.lamp)
        if key not in self._drawn:
            if len(self._drawn) > 100:  # noqa: PLR2004  # Some MB.
                self._drawn.clear()
            self._drawn[key] = draw_room(x, y, self._ticks % 12, lamp=self.lamp)
        return self._drawn[key]


def _is_slow(client: ServerConnection) -> bool:
    """Return whether a client does not read what it was sent."""
    return client.transport.get_write_buffer_size() > _MOST_UNSENT


def _as_json(position: tuple[int, int]) -> dict[str, int]:
    return {"x": position[0], "y": position[1]}
