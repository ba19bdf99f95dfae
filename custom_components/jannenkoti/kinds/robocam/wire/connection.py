"""Open the WebSocket of a camera, and classify why that fails."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWSTimeout,
    DummyCookieJar,
    WSCloseCode,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from .errors import ConnectionProblem, Unreachable
from .protocol import LARGEST_MESSAGE, Command, InvalidMessage, parse_frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import (
        ClientHandlerType,
        ClientRequest,
        ClientResponse,
        ClientWebSocketResponse,
        WSMessage,
    )


_MOST_AT_ONCE: Final = 50
"""Messages that are handled before other tasks run: a millisecond or two."""

_REDIRECTS: Final = range(300, 400)
_END: Final = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Time limits and intervals, s."""

    connect: float = 10
    first_message: float = 5
    """The firmware sends the client count to each new client at once."""
    silence: float = 10
    """A camera that is watched and sends no frame has crashed."""
    heartbeat: float = 20
    """A board that answers no ping has lost its power."""
    linger: float = 5
    """A page that is loaded again must find the connection open."""
    check_in: float = 600
    """How often an idle camera is checked."""
    command: float = 5
    """How long a user waits for an idle camera to be connected."""
    retry_first: timedelta = timedelta(seconds=1)
    retry_longest: timedelta = timedelta(minutes=1)
    stable: float = 10
    """A camera that is connected for this long after a loss is reported as back."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Host, port and path of a camera."""

    host: str
    port: int
    path: str

    @property
    def url(self) -> URL:
        """Return the address of the WebSocket."""
        # Built, not parsed: a host may be an IPv6 address.
        return URL.build(scheme="ws", host=self.host, port=self.port).join(
            URL(self.path, encoded=False)
        )


@asynccontextmanager
async def connected(
    session: ClientSession, address: Address, timing: Timing
) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a connection and close it at the end; raises Unreachable."""
    async with (
        ClientSession(
            connector=session.connector,
            connector_owner=False,
            cookie_jar=DummyCookieJar(),
            middlewares=(_async_without_redirect,),
        ) as own,
        _open(own, address, timing) as socket,
    ):
        yield socket


async def _async_without_redirect(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Send a request; raises ClientError instead of going to another address.

    A handshake always follows redirects, by which a camera could let Home Assistant
    send requests to other devices of the home.
    """
    response = await handler(request)
    if response.status in _REDIRECTS:
        response.close()
        raise ClientError
    return response


@asynccontextmanager
async def _open(
    session: ClientSession, address: Address, timing: Timing
) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a connection and close it at the end; raises Unreachable."""
    try:
        async with asyncio.timeout(timing.connect):
            socket = await session.ws_connect(
                address.url,
                # aiohttp's heartbeat leaves a timer behind if data arrives while it
                # closes.
                autoping=False,
                max_msg_size=LARGEST_MESSAGE,
                # A board that hangs must not delay the shutdown.
                timeout=ClientWSTimeout(ws_close=1),
            )
    except WSServerHandshakeError as err:
        wrong_path = err.status == HTTPStatus.NOT_FOUND
        raise Unreachable(
            ConnectionProblem.WRONG_PATH
            if wrong_path
            else ConnectionProblem.UNREACHABLE
        ) from err
    except (ClientError, OSError, TimeoutError, ValueError) as err:
        raise Unreachable(ConnectionProblem.UNREACHABLE) from err
    try:
        yield socket
    finally:
        await socket.close()


async def async_probe(
    session: ClientSession, address: Address, timing: Timing | None = None
) -> bytes:
    """Return a frame of the camera; raises Unreachable."""
    timing = timing or Timing()
    async with connected(session, address, timing) as socket:
        try:
            async with asyncio.timeout(timing.silence):
                await socket.send_str(Command.GET_FRAME)
                messages = Messages(socket)
                while True:
                    message = await messages.async_next()
                    if message.type is WSMsgType.BINARY:
                        with suppress(InvalidMessage):
                            return parse_frame(message.data)
        except TimeoutError as err:
            raise Unreachable(ConnectionProblem.NO_FRAME) from err
        except (ClientError, ConnectionError) as err:
            raise Unreachable(ConnectionProblem.UNREACHABLE) from err


class Messages:
    """The messages of a connection.

    Those that are here already are returned without a pause, so a camera that sends
    many small ones would keep all other tasks from running.
    """

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Initialize before the first message."""
        self._socket = socket
        self._count = 0

    async def async_next(self) -> WSMessage:
        """Return the next message; raises Unreachable at the end."""
        if self._count % _MOST_AT_ONCE == _MOST_AT_ONCE - 1:
            await asyncio.sleep(0)
        message = await self._socket.receive()
        raise_if_ended(message, first=self._count == 0)
        self._count += 1
        return message


def raise_if_ended(message: WSMessage, *, first: bool) -> None:
    """Raise Unreachable if the connection ended with this message.

    `first` means that no other message was received on the connection: a camera that
    has five clients closes a further one before any message. A connection that breaks
    without being closed is not a full camera.
    """
    if message.type is WSMsgType.ERROR:
        too_large = getattr(message.data, "code", None) == WSCloseCode.MESSAGE_TOO_BIG
        raise Unreachable(
            ConnectionProblem.TOO_LARGE if too_large else ConnectionProblem.UNREACHABLE
        )
    if message.type in _END:
        full = first and message.type is WSMsgType.CLOSE
        raise Unreachable(
            ConnectionProblem.FULL if full else ConnectionProblem.UNREACHABLE
        )
