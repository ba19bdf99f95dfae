"""One port of the loopback address for HTTP with and without TLS."""

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine

_TLS_HANDSHAKE = b"\x16"
_FIRST_BYTE_LIMIT = 10.0


class TwoProtocols:
    """An HTTP server that uses TLS with each client that begins with it."""

    def __init__(self, make_app: Callable[[], web.Application]) -> None:
        """Initialize; the port is chosen at the first start, and then kept."""
        self.port = 0
        self._make_app = make_app
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, context: ssl.SSLContext) -> None:
        """Start; ``context`` has the certificate."""
        self._runner = web.AppRunner(self._make_app(), shutdown_timeout=0.1)
        await self._runner.setup()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen()
        listening.setblocking(False)  # noqa: FBT003 - as the method is
        self.port = listening.getsockname()[1]
        self._run(self._accept(listening, self._runner, context))

    async def stop(self) -> None:
        """End all connections."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _run(self, what: Coroutine[None, None, None]) -> None:
        """Run something until it ends or the server stops."""
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(
        self, listening: socket.socket, runner: web.AppRunner, context: ssl.SSLContext
    ) -> None:
        """Accept connections until the server stops."""
        loop = asyncio.get_running_loop()
        with listening:
            while True:
                client, _ = await loop.sock_accept(listening)
                self._run(_connect(client, runner, context))


async def _connect(
    client: socket.socket, runner: web.AppRunner, context: ssl.SSLContext
) -> None:
    """Let a connection have the protocol that its first byte asks for."""
    loop = asyncio.get_running_loop()
    server = runner.server
    first = b""
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(_FIRST_BYTE_LIMIT):
            await _readable(client)
        first = client.recv(1, socket.MSG_PEEK)
    if not first or server is None:
        client.close()
        return
    with suppress(OSError, TimeoutError):
        await loop.connect_accepted_socket(
            server, client, ssl=context if first == _TLS_HANDSHAKE else None
        )


def _arrive(arrived: asyncio.Future[None]) -> None:
    """Note that a client has sent something."""
    if not arrived.done():
        arrived.set_result(None)


async def _readable(client: socket.socket) -> None:
    """Wait until a client has sent something."""
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()
    loop.add_reader(client, partial(_arrive, arrived))
    try:
        await arrived
    finally:
        loop.remove_reader(client)
