"""An ESP32-CAM on two servos, as the RoboCam firmware shows it, quirks included.

The WebSocket is that of the `websockets` library, so that two implementations meet: the
integration speaks through aiohttp.
"""

import asyncio
import contextlib
import io
import json
import math
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from PIL import Image, ImageDraw
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from websockets.http11 import Request, Response

PATH = "/ws"
MAX_CLIENTS = 5
X_LIMITS, Y_LIMITS = (0, 180), (0, 90)
START = (90, 45)
_STEP = 10
# The firmware comes a fifth of the rest nearer, about ten times a second.
_EASE = 0.2
_EASE_EVERY = 0.1

# 800 by 600 of a room that is larger than what the lens sees.
_SIZE = (800, 600)
_PIXELS_PER_DEGREE = 8
_QUALITY = 60


class Trouble(StrEnum):
    """What can be wrong with a camera."""

    SILENT = "silent"
    """It takes clients and says nothing."""
    FULL = "full"
    """Others have taken all of its places."""
    TRUNCATED = "truncated"
    """Its pictures end too early."""
    BABBLING = "babbling"
    """Its texts are no JSON."""
    HUGE = "huge"
    """Its messages have 20 MB."""
    ENDLESS = "endless"
    """It begins a picture and never ends it."""


class FakeCamera:
    """One camera; `async with` switches it on and off."""

    def __init__(
        self, *, port: int = 0, pushes_every: float | None = 0.15, draws: bool = True
    ) -> None:
        """Serve a port of the loopback address; push pictures, if it shall."""
        self.port = port
        self.pushes_every = pushes_every
        self.trouble: Trouble | None = None
        """Set it to let something happen to the next clients; None mends it."""
        self.lamp = True
        self.goal = START
        self.position = START
        self.heard: list[str] = []
        """What clients said."""
        self.accepted = 0
        """How many connections there were in all."""
        self.most_clients = 0
        """How many clients there were at once, at most."""
        self.sent_bytes = 0
        """What pictures took."""
        self._draws = draws
        self._clients: set[ServerConnection] = set()
        self._pictures: dict[tuple[int, int, int], bytes] = {}
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
        """Switch it on; it looks straight ahead."""
        self.goal = self.position = START
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._answer,
            compression=None,
            ping_interval=None,
            close_timeout=0.2,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        self._tasks = [asyncio.create_task(self._move())]
        if self.pushes_every is not None:
            self._tasks.append(asyncio.create_task(self._push(self.pushes_every)))

    async def stop(self) -> None:
        """Pull its plug."""
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
        """Cut its power: it neither reads nor answers, and nobody is told."""
        self.trouble = Trouble.SILENT
        for client in self._clients:
            client.transport.pause_reading()

    # --- what it serves ---------------------------------------------------------------

    @staticmethod
    def _answer(connection: ServerConnection, request: Request) -> Response | None:
        if request.path == PATH:
            return None
        if request.path == "/":
            return connection.respond(HTTPStatus.OK, "RoboCam\n")
        return connection.respond(HTTPStatus.NOT_FOUND, "Not found\n")

    async def _serve(self, client: ServerConnection) -> None:
        self.accepted += 1
        if self.trouble is Trouble.FULL or len(self._clients) >= MAX_CLIENTS:
            await client.close()
            return
        self._clients.add(client)
        self.most_clients = max(self.most_clients, len(self._clients))
        with contextlib.suppress(ConnectionClosed):
            try:
                await self._tell_clients()
                await self._begin_trouble(client)
                async for message in client:
                    await self._hear(client, message)
            finally:
                self._clients.discard(client)
                await self._tell_clients()

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

    async def _tell_clients(self) -> None:
        await self._tell_all({"client_count": len(self._clients)})

    async def _tell_all(self, message: dict[str, int]) -> None:
        for client in tuple(self._clients):
            await self._say(client, message)

    async def _say(self, client: ServerConnection, message: dict[str, int]) -> None:
        if self.trouble is Trouble.SILENT:
            return
        text = json.dumps(message, separators=(",", ":"))
        with contextlib.suppress(ConnectionClosed):
            await client.send(text[:-1] if self.trouble is Trouble.BABBLING else text)

    async def _hear(self, client: ServerConnection, message: str | bytes) -> None:
        """Do as the firmware does, which is silent where this is."""
        text = message if isinstance(message, str) else message.decode()
        self.heard.append(text)
        x, y = self.goal
        match text:
            case "getframe":
                await self._show(client)
            case "up" | "down" | "left" | "right":
                turn = {"up": (0, -1), "down": (0, 1), "left": (1, 0), "right": (-1, 0)}
                by_x, by_y = turn[text]
                self.goal = (
                    _clamped(x + by_x * _STEP, X_LIMITS),
                    _clamped(y + by_y * _STEP, Y_LIMITS),
                )
                await self._tell_all(_as_json(self.goal))
            case "center":
                self.goal = START
                await self._tell_all(_as_json(self.goal))
            case "get_pos":
                await self._say(client, _as_json(self.position))
            case "get_limits":
                names = ("min_x", "max_x", "min_y", "max_y")
                limits = dict(zip(names, X_LIMITS + Y_LIMITS, strict=True))
                await self._say(client, limits)
            case "client_count":
                await self._say(client, {"client_count": len(self._clients)})
            case "light_on" | "light_off":
                self.lamp = text == "light_on"
            case _:
                await self._hear_position(client, text)

    async def _hear_position(self, client: ServerConnection, text: str) -> None:
        try:
            said = json.loads(text)
            goal = int(said["x"]), int(said["y"])
        except ValueError, KeyError, TypeError:
            return
        if goal != (_clamped(goal[0], X_LIMITS), _clamped(goal[1], Y_LIMITS)):
            await client.send("Position out of bounds")
            return
        old = self.position
        self.goal = goal
        await self._tell_all(_as_json(old))  # the firmware's quirk

    # --- what it does by itself -------------------------------------------------------

    async def _move(self) -> None:
        while True:
            await asyncio.sleep(_EASE_EVERY)
            # Whole degrees only: a rising move loses what is less than one.
            (x, y), (goal_x, goal_y) = self.position, self.goal
            self.position = int(x + (goal_x - x) * _EASE), int(y + (goal_y - y) * _EASE)

    async def _push(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            for client in tuple(self._clients):
                await self._show(client)

    async def _show(self, client: ServerConnection) -> None:
        if self.trouble in {Trouble.SILENT, Trouble.HUGE, Trouble.ENDLESS}:
            return
        picture = self.picture()
        if self.trouble is Trouble.TRUNCATED:
            picture = picture[: len(picture) // 2]
        self.sent_bytes += len(picture)
        with contextlib.suppress(ConnectionClosed):
            await client.send(picture)

    def picture(self) -> bytes:
        """Return what it sees; a clock hand turns, so that every picture is new."""
        self._ticks += 1
        x, y = self.position if self._draws else START
        key = (x, y, self._ticks % 12)
        if key not in self._pictures:
            if len(self._pictures) > 100:  # noqa: PLR2004  # Some MB.
                self._pictures.clear()
            self._pictures[key] = draw_room(x, y, self._ticks % 12, lamp=self.lamp)
        return self._pictures[key]


def _clamped(value: int, limits: tuple[int, int]) -> int:
    return min(max(value, limits[0]), limits[1])


def _as_json(position: tuple[int, int]) -> dict[str, int]:
    return {"x": position[0], "y": position[1]}


def draw_room(x: int, y: int, hand: int, *, lamp: bool) -> bytes:
    """Return a JPEG of the room as it is seen from there."""
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, "#e9e2d0" if lamp else "#8c887d")
    pen = ImageDraw.Draw(image)
    # Where the room's own origin lies in the picture: greater x is further left.
    left = width // 2 + (x - START[0]) * _PIXELS_PER_DEGREE
    top = height // 2 - (y - START[1]) * _PIXELS_PER_DEGREE
    floor = top + 160
    pen.rectangle((0, floor, width, height), "#9a7b56")
    for door in range(-3, 4):
        at = left + door * 400
        pen.rectangle((at - 60, floor - 260, at + 60, floor), "#b9835a", "#5c4630", 4)
        pen.text((at - 20, floor - 240), f"{-door * 50:+d}°", "#5c4630")
    pen.rectangle(
        (left - 130, top - 250, left + 130, top - 120), "#bcd8f0", "#ffffff", 8
    )
    _draw_clock(pen, left + 200, top - 180, hand)
    _draw_pointer(pen, x, y)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _draw_clock(pen: ImageDraw.ImageDraw, x: int, y: int, hand: int) -> None:
    """Draw a clock on the wall whose hand turns with every picture."""
    pen.ellipse((x - 45, y - 45, x + 45, y + 45), "#ffffff", "#333333", 4)
    angle = math.tau * hand / 12
    tip = (x + 36 * math.sin(angle), y - 36 * math.cos(angle))
    pen.line((x, y, *tip), "#c0392b", 5)


def _draw_pointer(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """Draw two scales with a pointer each: where the servos are."""
    width, height = _SIZE
    pen.rectangle((40, height - 40, width - 40, height - 34), "#222222")
    at = width - 40 - (x - X_LIMITS[0]) / (X_LIMITS[1] - X_LIMITS[0]) * (width - 80)
    pen.polygon(
        ((at, height - 42), (at - 14, height - 66), (at + 14, height - 66)), "#d35400"
    )
    pen.rectangle((width - 40, 40, width - 34, height - 60), "#222222")
    at = 40 + (y - Y_LIMITS[0]) / (Y_LIMITS[1] - Y_LIMITS[0]) * (height - 100)
    pen.polygon(
        ((width - 42, at), (width - 66, at - 14), (width - 66, at + 14)), "#d35400"
    )
    pen.text((50, height - 30), f"x {x}  y {y}", "#222222")
