"""One connection to a printer, which is opened again whenever it is lost."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aiomqtt import Client, MqttCodeError, MqttError, ProtocolVersion

from ....lib.backoff import Backoff
from .errors import (
    BadCredentials,
    CommandRefused,
    NoAnswer,
    PrinterError,
    SignatureRequired,
    Unreachable,
    Untrusted,
)
from .reports import Reply, parse_report, replies_in
from .requests import GET_VERSION, PUSHALL, USER, Request, report_topic, request_topic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from .tls import PrinterContext

# CONNACK of MQTT 3.1.1: bad user name or password, not authorized.
_REJECTED: Final = frozenset({4, 5})
# A flood is cut off: the printer sends a few reports a second.
_MOST_WAITING: Final = 200
# Bambu Studio uses numbers from 20000; answers to others have other numbers.
_FIRST_SEQUENCE: Final = 700_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a printer is, and the access code that it shows."""

    host: str
    port: int
    serial: str
    access_code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait; in seconds where it is a number."""

    connect: float = 10
    silence: float = 60
    """After so long without a report the printer is asked for its version."""
    answer: float = 15
    """How long it may take to answer that; then the connection is opened again."""
    command: float = 8
    pushall: float = 300
    """The least time between two requests for everything, which make a P1 lag."""
    retry_first: timedelta = timedelta(seconds=5)
    retry_longest: timedelta = timedelta(minutes=2)


class PrinterLink:
    """Keeps a printer connected, passes its reports on and sends requests."""

    def __init__(
        self,
        address: Address,
        context: Callable[[], Awaitable[PrinterContext]],
        *,
        received: Callable[[dict[str, Any]], None],
        changed: Callable[[], None],
        timing: Timing,
        random: Callable[[], float],
    ) -> None:
        """Initialize; `changed` is called when the connection or problem changes."""
        self.connected = False
        """Whether the printer has sent a report on this connection."""
        self.problem: PrinterError | None = None
        self.reconnects = 0
        self.unreadable = 0
        """Messages that were no JSON object, or too large."""
        self._address = address
        self._context = context
        self._received = received
        self._changed = changed
        self._timing = timing
        self._backoff = Backoff(
            first=timing.retry_first, longest=timing.retry_longest, random=random
        )
        self._client: Client | None = None
        self._sequence = _FIRST_SEQUENCE + int(random() * 100_000)
        self._waiting: dict[str, tuple[str, asyncio.Future[Reply]]] = {}
        self._refreshing: asyncio.Future[None] | None = None
        self._pushed: float | None = None

    async def async_run(self) -> None:
        """Connect again and again, until cancelled."""
        while True:
            try:
                await self._async_session()
            except PrinterError as err:
                self.problem = err
            finally:
                self._lost()
            self._changed()
            await asyncio.sleep(self._backoff.next().total_seconds())
            self.reconnects += 1

    async def async_test(self) -> None:
        """Connect once and wait for a report; raises PrinterError."""
        task = asyncio.ensure_future(self._async_session())
        try:
            async with asyncio.timeout(self._timing.connect + self._timing.answer):
                while not self.connected and not task.done():
                    await asyncio.wait([task], timeout=0.05)
            if task.done():
                await task
        except TimeoutError as err:
            raise Unreachable from err
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._lost()

    async def async_request(self, request: Request) -> Reply:
        """Send a request and return its answer.

        Raises Unreachable, NoAnswer, CommandRefused or SignatureRequired.
        """
        if not self.connected:
            raise Unreachable
        sequence = self._next_sequence()
        future = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = request.command, future
        try:
            await self._async_publish(request, sequence)
            async with asyncio.timeout(self._timing.command):
                reply: Reply = await future
        except TimeoutError as err:
            raise NoAnswer from err
        finally:
            self._waiting.pop(sequence, None)
        if reply.needs_signature:
            raise SignatureRequired(reply.reason)
        if not reply.success:
            raise CommandRefused(reply.reason)
        return reply

    async def async_refresh(self) -> None:
        """Wait for a report that was sent after this call.

        Raises Unreachable or NoAnswer.
        """
        if not self.connected:
            raise Unreachable
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.get_running_loop().create_future()
        waiting = self._refreshing
        await self._async_publish(GET_VERSION, self._next_sequence())
        try:
            async with asyncio.timeout(self._timing.command):
                await asyncio.shield(waiting)
        except TimeoutError as err:
            raise NoAnswer from err

    def _next_sequence(self) -> str:
        self._sequence += 1
        return str(self._sequence)

    def _lost(self) -> None:
        """Drop the connection; requests that wait for an answer fail."""
        self.connected, self._client = False, None
        for _command, future in self._waiting.values():
            if not future.done():
                future.set_exception(Unreachable())
        self._waiting.clear()
        if self._refreshing is not None and not self._refreshing.done():
            self._refreshing.cancel()
        self._refreshing = None

    async def _async_session(self) -> None:
        """Connect and receive until the connection is lost; raises PrinterError."""
        try:
            context = await self._context()
        except OSError as err:  # the CA in the entry cannot be read
            raise Untrusted from err
        address = self._address
        try:
            async with _opened(
                Client(
                    address.host,
                    address.port,
                    username=USER,
                    password=address.access_code,
                    protocol=ProtocolVersion.V311,
                    tls_context=context,
                    timeout=self._timing.connect,
                    keepalive=30,
                    max_queued_incoming_messages=_MOST_WAITING,
                )
            ) as client:
                self._client = client
                await client.subscribe(report_topic(address.serial))
                await self._async_receive(client)
        except MqttError as err:
            raise _meaning(err, context) from err

    async def _async_receive(self, client: Client) -> None:
        """Pass reports on; raises Unreachable when the printer is silent."""
        # A P1 sends only changes: those of the time without a connection are missing.
        complete = await self._async_push_all()
        await self._async_publish(GET_VERSION, self._next_sequence())
        probed = True
        while True:
            limit = self._timing.answer if probed else self._timing.silence
            try:
                async with asyncio.timeout(limit):
                    message = await anext(client.messages)
            except TimeoutError as err:
                if probed:
                    raise Unreachable from err
                complete |= await self._async_push_all()
                await self._async_publish(GET_VERSION, self._next_sequence())
                probed = True
            else:
                probed = False
                self._take(message.payload)
                complete = complete or await self._async_push_all()

    def _take(self, payload: object) -> None:
        """Parse a message and pass it on."""
        if (report := parse_report(payload)) is None:
            self.unreadable += 1
            return
        for reply in replies_in(report):
            command, future = self._waiting.get(reply.sequence, ("", None))
            if future is not None and command == reply.command and not future.done():
                future.set_result(reply)
        if not self.connected:
            self.connected, self.problem = True, None
            self._backoff.reset()
            self._changed()
        self._received(report)
        refreshing = self._refreshing
        if "info" in report and refreshing is not None and not refreshing.done():
            refreshing.set_result(None)

    async def _async_push_all(self) -> bool:
        """Request everything; return False if that was done a short time ago."""
        now = asyncio.get_running_loop().time()
        if self._pushed is not None and now - self._pushed < self._timing.pushall:
            return False
        self._pushed = now
        await self._async_publish(PUSHALL, self._next_sequence())
        return True

    async def _async_publish(self, request: Request, sequence: str) -> None:
        """Send a request; raises Unreachable."""
        if self._client is None:
            raise Unreachable
        body = json.dumps(request.body(sequence), separators=(",", ":"))
        topic = request_topic(self._address.serial)
        try:
            await self._client.publish(topic, body, qos=request.qos)
        except MqttError as err:
            raise Unreachable from err


@asynccontextmanager
async def _opened(client: Client) -> AsyncIterator[Client]:
    """Open and close a connection, also if the caller is cancelled meanwhile.

    aiomqtt connects in a thread. Cancelled in the middle, it would leave the connection
    open, and an exception in the event loop.
    """
    opening = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.wait([opening])  # A shielded future would log its exception.
        opening.result()
        yield client
    finally:
        await asyncio.wait([opening])
        if not opening.cancelled() and opening.exception() is None:
            with suppress(MqttError):  # The connection is lost already.
                await client.__aexit__(None, None, None)
            # Else the event loop logs why it was lost, which only this retrieves.
            with suppress(MqttError):
                async for _unread in client.messages:
                    pass


def _meaning(err: MqttError, context: PrinterContext) -> PrinterError:
    """Return an error of the MQTT client as what the caller must do."""
    if context.rejected:
        return Untrusted()
    if isinstance(err, MqttCodeError):
        code = getattr(err.rc, "value", err.rc)
        # paho translates the codes of 3.1.1 into reason codes of MQTT 5.
        if code in _REJECTED or code in {134, 135}:
            return BadCredentials()
    return Unreachable()
