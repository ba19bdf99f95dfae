"""The one connection to a camera: opened when somebody wants something of it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from random import random
from time import monotonic
from typing import TYPE_CHECKING

from aiohttp import ClientError, WSMsgType

from ...const import LOGGER
from ...lib.backoff import Backoff
from .connection import Timing, connected, raise_if_ended
from .errors import Problem, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientSession, ClientWebSocketResponse

    from .connection import Address
    from .talk import Talk


class Link(StrEnum):
    """How the connection is."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    ASLEEP = "asleep"
    LOST = "lost"


@dataclass(kw_only=True)
class _Contact:
    """What is known of one connection; times are of a clock that is never set."""

    opened_at: float
    heard_at: float | None = None
    pinged: bool = False
    picture_at: float | None = None
    wanted_since: float | None = None


class RoboCamClient:
    """Owns the connection: one task opens it, keeps it and closes it."""

    def __init__(
        self,
        session: ClientSession,
        address: Address,
        talk: Talk,
        *,
        stay: bool = False,
        timing: Timing | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Lead a talk with a camera; let it sleep while nobody wants it, or stay."""
        self.link = Link.CONNECTING
        self.problem: Problem | None = None
        self.reconnects = 0
        self.undisturbed = False
        """Whether it is neither looked after nor stayed with, for all is private."""
        self._session = session
        self._address = address
        self._talk = talk
        self._stay = stay
        self._timing = timing or Timing()
        self._changed = changed
        self._backoff = Backoff(
            first=self._timing.retry_first,
            longest=self._timing.retry_longest,
            random=random,
        )
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._met = asyncio.Event()
        self._untold: set[asyncio.Future[None]] = set()
        self._check_in_at = float("-inf")
        self._linger_until = float("-inf")
        self._contact = _Contact(opened_at=0)

    def wake(self) -> None:
        """Look at what is wanted now."""
        self._wake.set()

    async def async_deliver(self) -> None:
        """Tell the camera what it was not told yet; raises Unreachable."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._untold.add(told)
        self._wake.set()
        self._hurry.set()
        try:
            async with asyncio.timeout(self._timing.command):
                await told
        except TimeoutError as err:
            raise Unreachable(self.problem or Problem.UNREACHABLE) from err
        finally:
            self._untold.discard(told)

    async def async_meet(self) -> None:
        """Wait until the camera was reached for the first time; raises Unreachable."""
        limit = self._timing.connect + 2 * self._timing.first_word
        try:
            async with asyncio.timeout(limit):
                while self.link is not Link.CONNECTED:
                    if self.problem is not None:
                        raise Unreachable(self.problem)
                    await self._met.wait()
                    self._met.clear()
        except TimeoutError as err:
            raise Unreachable(Problem.UNREACHABLE) from err

    async def async_run(self) -> None:
        """Connect whenever it is wanted, again and again, until cancelled."""
        while True:
            await self._async_sleep_until_wanted()
            try:
                async with connected(
                    self._session, self._address, self._timing
                ) as socket:
                    await self._async_converse(socket)
            except Unreachable as err:
                self._lose(err.problem)
                await self._async_wait(
                    self._hurry, self._backoff.next().total_seconds()
                )

    async def _async_sleep_until_wanted(self) -> None:
        while not self._is_wanted(now := monotonic()):
            wait = None if self.undisturbed else self._check_in_at - now
            if wait is not None and wait <= 0:
                return
            self._set(Link.ASLEEP)
            await self._async_wait(self._wake, wait)

    def _is_wanted(self, now: float) -> bool:
        """Say whether there is a use for the connection, or was just now."""
        if (
            self._talk.hub.wanted
            or self._talk.pending
            or (self._stay and not self.undisturbed)
        ):
            self._linger_until = now + self._timing.linger
            return True
        return now < self._linger_until and not self.undisturbed

    async def _async_converse(self, socket: ClientWebSocketResponse) -> None:
        """Speak until nobody wants to any more; raises Unreachable."""
        self._contact = _Contact(opened_at=monotonic())
        self._talk.begin(self._contact.opened_at)
        reading = asyncio.create_task(self._async_read(socket))
        reading.add_done_callback(lambda _task: self._wake.set())
        try:
            while not reading.done():
                now = monotonic()
                self._judge(now)
                if self.link is Link.CONNECTED and not self._is_wanted(now):
                    return
                await self._async_say(socket, now)
                await self._async_wait(self._wake, self._next_look(now) - now)
            reading.result()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._talk.end()

    async def _async_say(self, socket: ClientWebSocketResponse, now: float) -> None:
        """Say what is due; raises Unreachable."""
        try:
            async with asyncio.timeout(self._timing.silence):
                for text in self._talk.due(now):
                    await socket.send_str(text)
                await self._async_ping(socket, now)
        except (ClientError, ConnectionError, TimeoutError) as err:
            raise Unreachable(Problem.UNREACHABLE) from err
        if self._untold and self._contact.heard_at and not self._talk.untold:
            for told in self._untold:
                if not told.done():
                    told.set_result(None)

    async def _async_ping(self, socket: ClientWebSocketResponse, now: float) -> None:
        """See whether a camera that has long said nothing is still there."""
        contact = self._contact
        since = now - (contact.heard_at or now)
        if since >= self._timing.heartbeat / 2 and not contact.pinged:
            contact.pinged = True
            await socket.ping()

    async def _async_read(self, socket: ClientWebSocketResponse) -> None:
        """Listen; raises Unreachable in the end."""
        while True:
            message = await socket.receive()
            now = monotonic()
            new = self._contact.picture_at is None and (
                now < self._contact.opened_at + self._timing.first_word
            )
            raise_if_ended(message, new=new)
            self._contact.heard_at, self._contact.pinged = now, False
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                if self._talk.hear_text(message.data, now):
                    self._believe(now)
                self._changed()
            elif message.type is WSMsgType.BINARY and self._talk.hear_picture(
                message.data, now
            ):
                self._contact.picture_at = now
                self._believe(now)
            self._wake.set()

    def _judge(self, now: float) -> None:
        """See that the camera does what it is there for; raises Unreachable."""
        if not self._talk.hub.wanted:
            self._contact.wanted_since = None
        elif self._contact.wanted_since is None:
            self._contact.wanted_since = now
        if now >= self._contact.opened_at + self._timing.first_word:
            heard_at = self._contact.heard_at
            if heard_at is None or now >= heard_at + self._timing.heartbeat:
                raise Unreachable(Problem.SILENT)
            self._believe(now)
        since = self._contact.wanted_since
        if since is not None and now >= (
            max(since, self._contact.picture_at or 0) + self._timing.silence
        ):
            raise Unreachable(Problem.NO_PICTURE)

    def _next_look(self, now: float) -> float:
        """Return when there is something to say or to judge."""
        times = [now + self._timing.linger, self._talk.due_at()]
        if now < self._contact.opened_at + self._timing.first_word:
            times.append(self._contact.opened_at + self._timing.first_word)
        return max(min(at for at in times if at is not None), now)

    def _believe(self, now: float) -> None:
        """Take it that the camera is there: it has said something of its own."""
        if (
            self.problem is Problem.NO_PICTURE
            and self._contact.picture_at is None
            and self._talk.hub.wanted
        ):
            return  # that it speaks is no news
        self._check_in_at = now + self._timing.check_in
        self._backoff.reset()
        if self.link is Link.LOST:
            self.reconnects += 1
            LOGGER.info("The camera at %s is back", self._address.host)
        self.problem = None
        self._set(Link.CONNECTED)

    def _lose(self, problem: Problem) -> None:
        """Take it that the camera is not to be used now."""
        self._check_in_at = float("-inf")  # at the next chance
        self._hurry.clear()
        if self.link is not Link.LOST:
            LOGGER.warning("Lost the camera at %s: %s", self._address.host, problem)
        changed = self.problem is not problem
        self.problem = problem
        self._set(Link.LOST, changed=changed)

    def _set(self, link: Link, *, changed: bool = False) -> None:
        if self.link is not link or changed:
            self.link = link
            self._met.set()
            self._changed()

    @staticmethod
    async def _async_wait(event: asyncio.Event, seconds: float | None) -> None:
        """Wait for an event, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        event.clear()
