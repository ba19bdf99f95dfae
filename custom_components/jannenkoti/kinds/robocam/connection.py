"""How a camera is reached, and in which ways it is not."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import (
    ClientError,
    ClientWSTimeout,
    WSCloseCode,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from .errors import Problem, Unreachable
from .protocol import LARGEST_MESSAGE, Garbage, Word, check_picture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientSession, ClientWebSocketResponse, WSMessage


_END: Final = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long things may take, s."""

    connect: float = 10
    first_word: float = 5
    """It tells each new client how many it has."""
    silence: float = 10
    """A camera that is watched and sends nothing has hung itself up."""
    heartbeat: float = 20
    """A board that answers no ping for so long has lost its power."""
    linger: float = 5
    """A page that is loaded anew shall find the connection open."""
    check_in: float = 600
    """So often a sleeping camera is asked whether it is still there."""
    command: float = 5
    """So long somebody who moves the camera waits for it to be woken."""
    retry_first: timedelta = timedelta(seconds=1)
    retry_longest: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a camera is."""

    host: str
    port: int
    path: str

    @property
    def url(self) -> URL:
        """Return the address of its WebSocket."""
        # Built, not parsed: a host may be an IPv6 address.
        return URL.build(scheme="ws", host=self.host, port=self.port).join(
            URL(self.path, encoded=False)
        )


@asynccontextmanager
async def connected(
    session: ClientSession, address: Address, timing: Timing
) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a connection and close it in the end; raises Unreachable."""
    try:
        async with asyncio.timeout(timing.connect):
            socket = await session.ws_connect(
                address.url,
                # Its heartbeat leaves a timer behind when data come while it closes.
                autoping=False,
                max_msg_size=LARGEST_MESSAGE,
                # A board that hangs shall not hold us up when we leave.
                timeout=ClientWSTimeout(ws_close=1),
            )
    except WSServerHandshakeError as err:
        wrong_path = err.status == HTTPStatus.NOT_FOUND
        raise Unreachable(
            Problem.WRONG_PATH if wrong_path else Problem.UNREACHABLE
        ) from err
    except (ClientError, OSError, TimeoutError, ValueError) as err:
        raise Unreachable(Problem.UNREACHABLE) from err
    try:
        yield socket
    finally:
        await socket.close()


async def async_probe(
    session: ClientSession, address: Address, timing: Timing | None = None
) -> bytes:
    """Return a picture of the camera; raises Unreachable."""
    timing = timing or Timing()
    async with connected(session, address, timing) as socket:
        try:
            async with asyncio.timeout(timing.silence):
                await socket.send_str(Word.GET_FRAME)
                while True:
                    message = await socket.receive()
                    raise_if_ended(message, new=True)
                    if message.type is WSMsgType.BINARY:
                        with suppress(Garbage):
                            return check_picture(message.data)
        except TimeoutError as err:
            raise Unreachable(Problem.NO_PICTURE) from err
        except ClientError as err:
            raise Unreachable(Problem.UNREACHABLE) from err


def raise_if_ended(message: WSMessage, *, new: bool) -> None:
    """Raise Unreachable if this message is the last."""
    if message.type is WSMsgType.ERROR:
        too_large = getattr(message.data, "code", None) == WSCloseCode.MESSAGE_TOO_BIG
        raise Unreachable(Problem.TOO_LARGE if too_large else Problem.UNREACHABLE)
    if message.type in _END:
        raise Unreachable(Problem.FULL if new else Problem.UNREACHABLE)
