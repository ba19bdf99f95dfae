"""The small part of MQTT 3.1.1 that a printer's own broker speaks.

http://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
"""

import asyncio
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_ACCEPTED = 0
_NOT_AUTHORIZED = 5
_CONNECT, _PUBLISH, _SUBSCRIBE, _PING, _DISCONNECT = 1, 3, 8, 12, 14
_LONGEST = 1_000_000


class MqttServer:
    """A broker with one user; it passes on nothing between its clients."""

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        user: str,
        received: Callable[[str, bytes], None],
    ) -> None:
        """Initialize; `received` is called with topic and payload of each message."""
        self.password = ""
        self.port = 0
        self.connections = 0
        """How many clients have connected so far."""
        self.rejected = 0
        self._context = context
        self._user = user
        self._received = received
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, set[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Start on a free port, or on the one it had before."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop as a device that loses its power: connections just end."""
        if self._server is not None:
            self._server.close()
        self.drop_clients()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None

    @property
    def running(self) -> bool:
        """Return whether clients can connect."""
        return self._server is not None

    @property
    def clients(self) -> int:
        """Return how many clients are subscribed."""
        return sum(bool(topics) for topics in self._clients.values())

    def drop_clients(self) -> None:
        """Close all connections."""
        for writer in tuple(self._clients):
            writer.transport.abort()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message to each client that has subscribed to the topic."""
        body = _text(topic) + payload
        for writer, topics in self._clients.items():
            if topics & {topic, "#"}:
                writer.write(_packet(_PUBLISH << 4, body))

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            with suppress(OSError, EOFError, struct.error, ValueError):
                await self._async_serve(reader, writer)
        finally:
            self._clients.pop(writer, None)
            writer.transport.abort()
            if task is not None:
                self._tasks.discard(task)

    async def _async_serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        kind, _flags, body = await _async_packet(reader)
        if kind != _CONNECT:
            return
        if _credentials(body) != (self._user, self.password):
            self.rejected += 1
            writer.write(bytes((0x20, 2, 0, _NOT_AUTHORIZED)))
            await writer.drain()
            return
        self.connections += 1
        self._clients[writer] = set()
        writer.write(bytes((0x20, 2, 0, _ACCEPTED)))
        while True:
            kind, flags, body = await _async_packet(reader)
            if kind == _DISCONNECT:
                return
            self._answer(writer, kind, flags, body)

    def _answer(
        self, writer: asyncio.StreamWriter, kind: int, flags: int, body: bytes
    ) -> None:
        """Answer a packet."""
        if kind == _PING:
            writer.write(bytes((0xD0, 0)))
        elif kind == _SUBSCRIBE:
            topic, _ = _read_text(body, 2)
            self._clients[writer].add(topic)
            writer.write(bytes((0x90, 3)) + body[:2] + bytes((0,)))
        elif kind == _PUBLISH:
            topic, at = _read_text(body, 0)
            if flags & 0b0110:  # QoS 1
                writer.write(bytes((0x40, 2)) + body[at : at + 2])
                at += 2
            self._received(topic, body[at:])


async def _async_packet(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    """Return type, flags and body of the next packet."""
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    if length > _LONGEST:
        raise ValueError(length)
    return first >> 4, first & 0x0F, await reader.readexactly(length)


def _packet(first: int, body: bytes) -> bytes:
    """Return a packet with its length."""
    length, encoded = len(body), bytearray()
    while True:
        byte, length = length & 0x7F, length >> 7
        encoded.append(byte | (0x80 if length else 0))
        if not length:
            return bytes((first,)) + bytes(encoded) + body


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _read_text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">H", body, at)
    return body[at + 2 : at + 2 + length].decode(), at + 2 + length


def _credentials(body: bytes) -> tuple[str, str]:
    """Return user and password of a CONNECT packet without a will."""
    _, at = _read_text(body, 0)
    _, at = _read_text(body, at + 4)  # level, flags and keepalive come before
    user, at = _read_text(body, at)
    return user, _read_text(body, at)[0]
