"""The one connection to a camera, open while a client needs it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from random import random
from time import monotonic
from typing import TYPE_CHECKING

from aiohttp import ClientError, WSMsgType

from ....const import LOGGER
from ....lib.backoff import Backoff
from .connection import Messages, Timing, connected
from .errors import ConnectionProblem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientSession, ClientWebSocketResponse

    from .connection import Address
    from .session import Session


class LinkState(StrEnum):
    """The state of the connection."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    IDLE = "idle"
    LOST = "lost"


@dataclass(kw_only=True)
class _Activity:
    """When something happened on one connection; monotonic times."""

    opened_at: float
    message_at: float | None = None
    pinged: bool = False
    frame_at: float | None = None
    frames_needed_since: float | None = None


class RoboCamClient:
    """Own the connection: one task opens it, keeps it and closes it."""

    def __init__(
        self,
        http_session: ClientSession,
        address: Address,
        session: Session,
        *,
        stay: bool = False,
        timing: Timing | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Connect while the session needs the camera, or always with `stay`."""
        self.link = LinkState.CONNECTING
        self.problem: ConnectionProblem | None = None
        self.reconnects = 0
        self.suspended = False
        """Whether `stay` and the periodic checks are off, because it is private."""
        self._http_session = http_session
        self._address = address
        self._session = session
        self._stay = stay
        self._timing = timing or Timing()
        self._changed = changed
        self._backoff = Backoff(
            first=self._timing.retry_first,
            longest=self._timing.retry_longest,
            random=random,
        )
        self._wake = asyncio.Event()
        self._retry_now = asyncio.Event()
        self._link_changed = asyncio.Event()
        self._deliveries: set[asyncio.Future[None]] = set()
        self._check_at = float("-inf")
        self._linger_until = float("-inf")
        self._reported_lost = False
        self._activity = _Activity(opened_at=0)

    def wake(self) -> None:
        """Check again whether the camera is needed."""
        self._wake.set()

    async def async_deliver(self) -> None:
        """Wait until all commands of the session are sent; raises Unreachable."""
        delivered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._deliveries.add(delivered)
        self._wake.set()
        self._retry_now.set()
        try:
            async with asyncio.timeout(self._timing.command):
                await delivered
        except TimeoutError as err:
            raise Unreachable(self.problem or ConnectionProblem.UNREACHABLE) from err
        finally:
            self._deliveries.discard(delivered)

    async def async_wait_connected(self) -> None:
        """Wait until the camera responded for the first time; raises Unreachable."""
        limit = self._timing.connect + 2 * self._timing.first_message
        try:
            async with asyncio.timeout(limit):
                while self.link is not LinkState.CONNECTED:
                    if self.problem is not None:
                        raise Unreachable(self.problem)
                    await self._link_changed.wait()
                    self._link_changed.clear()
        except TimeoutError as err:
            raise Unreachable(ConnectionProblem.UNREACHABLE) from err

    async def async_run(self) -> None:
        """Connect whenever the camera is needed, until cancelled."""
        while True:
            await self._async_idle()
            try:
                async with connected(
                    self._http_session, self._address, self._timing
                ) as socket:
                    await self._async_exchange(socket)
            except Unreachable as err:
                self._record_loss(err.problem)
                await self._async_wait(
                    self._retry_now, self._backoff.next().total_seconds()
                )

    async def _async_idle(self) -> None:
        """Wait until the camera is needed or has to be checked."""
        while not self._is_needed(now := monotonic()):
            wait = None if self.suspended else self._check_at - now
            if wait is not None and wait <= 0:
                return
            self._set(LinkState.IDLE)
            await self._async_wait(self._wake, wait)

    def _is_needed(self, now: float) -> bool:
        """Return whether the connection is needed, or was a moment ago."""
        if (
            self._session.hub.needs_frames
            or self._session.needs_connection
            or (self._stay and not self.suspended)
        ):
            self._linger_until = now + self._timing.linger
            return True
        return now < self._linger_until and not self.suspended

    async def _async_exchange(self, socket: ClientWebSocketResponse) -> None:
        """Send and receive while the camera is needed; raises Unreachable."""
        session = self._session
        self._activity = _Activity(opened_at=monotonic())
        # After a loss only a frame shows that the camera works again.
        session.needs_frame = self.link is LinkState.LOST and not self.suspended
        session.begin(self._activity.opened_at)
        reading = asyncio.create_task(self._async_read(socket))
        reading.add_done_callback(lambda _task: self._wake.set())
        try:
            while not reading.done():
                now = monotonic()
                self._check_activity(now)
                if self.link is LinkState.CONNECTED and not self._is_needed(now):
                    self._report_return()
                    return
                await self._async_send(socket, now)
                await self._async_wait(self._wake, self._next_check(now) - now)
            reading.result()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            session.needs_frame = False
            session.end()

    async def _async_send(self, socket: ClientWebSocketResponse, now: float) -> None:
        """Send what is due; raises Unreachable."""
        try:
            async with asyncio.timeout(self._timing.silence):
                for text in self._session.messages_due(now):
                    await socket.send_str(text)
                await self._async_ping(socket, now)
        except (ClientError, ConnectionError, TimeoutError) as err:
            raise Unreachable(ConnectionProblem.UNREACHABLE) from err
        if self._activity.message_at and not self._session.has_unsent:
            for delivered in self._deliveries:
                if not delivered.done():
                    delivered.set_result(None)

    async def _async_ping(self, socket: ClientWebSocketResponse, now: float) -> None:
        """Ping a camera that has sent nothing for a while."""
        activity = self._activity
        since = now - (activity.message_at or now)
        if since >= self._timing.heartbeat / 2 and not activity.pinged:
            activity.pinged = True
            await socket.ping()

    async def _async_read(self, socket: ClientWebSocketResponse) -> None:
        """Receive messages; raises Unreachable at the end."""
        activity = self._activity
        messages = Messages(socket)
        while True:
            message = await messages.async_next()
            now = monotonic()
            activity.message_at, activity.pinged = now, False
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                if self._session.receive_text(message.data, now):
                    self._record_response(now)
                self._changed()
            elif message.type is WSMsgType.BINARY and self._session.receive_frame(
                message.data, now
            ):
                activity.frame_at = now
                self._record_response(now, works=True)
            self._wake.set()

    @property
    def _quiet_at(self) -> float:
        """Return when a camera that has sent nothing is asked for a frame."""
        return self._activity.opened_at + self._timing.first_message / 2

    def _check_activity(self, now: float) -> None:
        """Check that the camera sends what it should; raises Unreachable."""
        activity = self._activity
        if not self._session.needs_frames:
            activity.frames_needed_since = None
        elif activity.frames_needed_since is None:
            activity.frames_needed_since = now
        if activity.message_at is None and now >= self._quiet_at:
            # Early firmware sends frames on request, and nothing else.
            self._session.needs_frame = not self.suspended
        if now >= activity.opened_at + self._timing.first_message:
            message_at = activity.message_at
            if message_at is None or now >= message_at + self._timing.heartbeat:
                raise Unreachable(ConnectionProblem.SILENT)
            self._record_response(now)
        since = activity.frames_needed_since
        if since is not None and now >= (
            max(since, activity.frame_at or 0) + self._timing.silence
        ):
            raise Unreachable(ConnectionProblem.NO_FRAME)
        if now >= activity.opened_at + self._timing.stable:
            self._report_return()

    def _next_check(self, now: float) -> float:
        """Return when there is something to send or to check."""
        times = [now + self._timing.linger, self._session.next_due()]
        if now < self._quiet_at:
            times.append(self._quiet_at)
        if now < self._activity.opened_at + self._timing.first_message:
            times.append(self._activity.opened_at + self._timing.first_message)
        return max(min(at for at in times if at is not None), now)

    def _record_response(self, now: float, *, works: bool = False) -> None:
        """Record that the camera responded, and whether it works: it sent a frame.

        After a loss a response is not enough, because a board that resets again and
        again responds too.
        """
        if self.link is LinkState.LOST and not (works or self.suspended):
            return
        self._check_at = now + self._timing.check_in
        if works:
            self._backoff.reset()
            self._session.needs_frame = False
        if self.link is LinkState.LOST:
            self.reconnects += 1
        self.problem = None
        self._set(LinkState.CONNECTED)

    def _record_loss(self, problem: ConnectionProblem) -> None:
        """Record that the camera cannot be used now."""
        # The next attempt checks the position.
        self._check_at = float("-inf")
        self._retry_now.clear()
        if not self._reported_lost:
            self._reported_lost = True
            LOGGER.warning("Lost the camera at %s: %s", self._address.host, problem)
        changed = self.problem is not problem
        self.problem = problem
        self._set(LinkState.LOST, changed=changed)

    def _report_return(self) -> None:
        """Log once that a camera is back, as soon as it seems to stay."""
        if self._reported_lost and self.link is LinkState.CONNECTED:
            self._reported_lost = False
            LOGGER.info("The camera at %s is back", self._address.host)

    def _set(self, link: LinkState, *, changed: bool = False) -> None:
        if self.link is not link or changed:
            self.link = link
            self._link_changed.set()
            self._changed()

    @staticmethod
    async def _async_wait(event: asyncio.Event, seconds: float | None) -> None:
        """Wait for an event, or until the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        event.clear()
