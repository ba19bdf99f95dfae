"""Tuya air conditioner on the local network: an asyncio interface to tinytuya.

tinytuya blocks and is not safe to share, so one thread runs one exchange at a time.
Each exchange has its own connection, because many devices accept only one and the
user's phone needs it too. An exchange is bounded as a whole: its socket is closed from
outside when it takes too long or when the entry is unloaded.
"""

import asyncio
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from .....const import LOGGER
from ..driver import (
    BadCredentials,
    Busy,
    CommandRefused,
    ConnectionType,
    DriverError,
    KeySuspected,
    NoSession,
    Unreachable,
)
from .datapoints import STANDARD, Datapoints
from .diagnosis import Finding, async_diagnose
from .discovery import async_scan
from .exchange import Exchange, Quirks
from .log_filter import protect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...model import Abilities, Change, DeviceState
    from .address import Address

# Most common first. 3.2 is rare and has to be chosen.
_TRIED: Final = ("3.3", "3.4", "3.5", "3.1")

_ECHO_TIME: Final = timedelta(seconds=5)
# A silent device takes 6 s. More is a device that keeps the connection busy.
_LONGEST_EXCHANGE: Final = 10.0  # s
_RESOLVE: Final = 3.0  # s
# How often a socket is closed from outside until the thread has noticed.
_ABORT_EVERY: Final = 0.1  # s
_ABORT_TRIES: Final = 50
# Why a device does not answer is examined at most so often: that takes seconds too.
_EXAMINE_EVERY: Final = 60.0  # s

# What the library raises for frames that no device sends.
_LIBRARY_ERRORS: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)

_FAILURES: Final[Mapping[Finding, type[DriverError]]] = {
    Finding.UNREACHABLE: Unreachable,
    Finding.BUSY: Busy,
    Finding.CLOSES: KeySuspected,
    Finding.OTHER_KEY: BadCredentials,
    Finding.FINE: Unreachable,  # It did not answer a moment ago.
}

_STANDARD: Final = Datapoints.parse(STANDARD)


class TuyaLan:
    """One device; the only owner of its connection."""

    connection = ConnectionType.LAN

    def __init__(
        self,
        address: Address,
        datapoints: Datapoints | None = None,
        *,
        examines: bool = True,
    ) -> None:
        """Connect at the first exchange; without a map only `async_dps` works.

        ``examines``: whether to find out why a device does not answer; takes seconds.
        """
        protect(address.local_key)
        self._examines = examines
        self._address = address
        self._datapoints = datapoints
        self._dps: dict[str, object] = {}
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="jannenkoti-tuya")
        self._lock = asyncio.Lock()
        self._running: tuple[Exchange, asyncio.Future[bool]] | None = None
        self._closed = False
        self._quirks = Quirks()
        self._failure: type[DriverError] = Unreachable
        self._examined_at: float | None = None
        self._listening: asyncio.Task[bool] | None = None

    @property
    def echo_time(self) -> timedelta:
        """Return how long a slow device may need; the network itself is quick."""
        return _ECHO_TIME

    @property
    def abilities(self) -> Abilities:
        """Return the abilities of the device according to its map."""
        return self._map.abilities

    async def async_dps(self) -> Mapping[str, object]:
        """Return all data points that the device reports."""
        dps = await self._async_run(Exchange.read, needs_answer=True)
        if not dps:
            raise Unreachable
        return dps

    async def async_read(self) -> DeviceState:
        """Ask the device for its state."""
        # Some answer only with what has changed, so the answers are merged.
        self._dps |= await self.async_dps()
        if (state := self._map.decode(self._dps)) is None:
            raise CommandRefused
        return state

    async def async_send(self, change: Change) -> None:
        """Set the data points of a command in one exchange."""
        if values := self._map.encode(change):

            def write(exchange: Exchange) -> bool:
                exchange.write(values)
                return True

            self._dps |= await self._async_run(write)

    async def async_close(self) -> None:
        """End the thread; a running exchange is aborted."""
        self._closed = True
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        if self._running is not None:
            await _async_abort(*self._running)
        await asyncio.to_thread(partial(self._owner.shutdown, cancel_futures=True))

    @property
    def _map(self) -> Datapoints:
        if self._datapoints is None:
            raise CommandRefused
        return self._datapoints

    async def _async_run(
        self, act: Callable[[Exchange], bool], *, needs_answer: bool = False
    ) -> dict[str, object]:
        """Run an exchange and return the data points that the device reported."""
        async with self._lock:
            host = await self._async_resolve()
            try:
                try:
                    return await self._async_exchange(host, act, needs_answer)
                except BadCredentials:  # One damaged frame is no proof of a wrong key.
                    return await self._async_exchange(host, act, needs_answer)
            except NoSession as err:
                if not self._examines:
                    raise
                raise await self._async_examine(host) from err

    async def _async_exchange(
        self, host: str, act: Callable[[Exchange], bool], needs_answer: object
    ) -> dict[str, object]:
        if self._closed:
            raise Unreachable
        asked = _STANDARD if self._datapoints is None else self._datapoints
        exchange = Exchange(self._address, host, asked.numbers, self._quirks)
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._owner, _run, exchange, act)
        self._running = (exchange, future)
        try:
            await asyncio.wait({future}, timeout=_LONGEST_EXCHANGE)
        finally:
            await _async_abort(exchange, future)
            self._running = None
        if not future.done():
            raise Unreachable
        if not future.result() and needs_answer:
            raise Unreachable
        return exchange.dps

    async def _async_resolve(self) -> str:
        """Return the numeric address of the host, so that the thread never waits."""
        if not (host := self._address.host.strip()):
            raise Unreachable
        try:
            return str(ip_address(host))
        except ValueError:
            pass
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_RESOLVE):
                found = await loop.getaddrinfo(
                    host, self._address.port, type=socket.SOCK_STREAM
                )
        except (OSError, UnicodeError) as err:
            raise Unreachable from err
        return str(found[0][4][0])

    async def _async_examine(self, host: str) -> DriverError:
        """Return why there was no answer though something accepts connections."""
        now = asyncio.get_running_loop().time()
        if self._examined_at is None or now - self._examined_at >= _EXAMINE_EVERY:
            finding = await async_diagnose(self._address, host)
            self._examined_at = asyncio.get_running_loop().time()
            self._failure = self._failure_of(finding)
        return self._failure()

    def _failure_of(self, finding: Finding) -> type[DriverError]:
        if finding is not Finding.SILENT:
            return _FAILURES[finding]
        # Silence alone is no proof: a device may hang. One that announces itself on the
        # network and accepts connections, again and again, does not hang.
        scan = self._listening
        if scan is not None and scan.done() and not scan.cancelled():
            if scan.result():
                return KeySuspected
            self._listening = None
        if self._listening is None:
            self._listening = asyncio.create_task(self._async_listen())
        return NoSession

    async def _async_listen(self) -> bool:
        """Return whether the device announces itself."""
        device_id = self._address.device_id
        return device_id in await async_scan(until=device_id)


def _run(exchange: Exchange, act: Callable[[Exchange], bool]) -> bool:
    """Run in the thread; raises DriverError only."""
    try:
        return act(exchange)
    except _LIBRARY_ERRORS as err:
        raise NoSession from err
    finally:
        exchange.close()


async def _async_abort(exchange: Exchange, future: asyncio.Future[bool]) -> None:
    """Make a running exchange end; does nothing if it has ended."""
    for _ in range(_ABORT_TRIES):
        if future.done():
            if not future.cancelled():
                future.exception()  # Mark it as retrieved, also if no task waits.
            return
        exchange.abort()
        await asyncio.wait({future}, timeout=_ABORT_EVERY)
    LOGGER.warning("An exchange with a Tuya device could not be ended")


async def async_find_version(address: Address) -> tuple[str, Mapping[str, object]]:
    """Return the protocol version of the device, and its data points.

    The version in the address is ignored. Raises Unreachable if there is no device,
    Busy if another client uses it, BadCredentials if it answers in no version: the key
    is wrong.
    """
    for version in _TRIED:
        tuya = TuyaLan(replace(address, version=version), examines=False)
        try:
            return version, await tuya.async_dps()
        except NoSession, BadCredentials, CommandRefused:
            continue
        finally:
            await tuya.async_close()
    finding = await async_diagnose(replace(address, version=_TRIED[0]), address.host)
    if finding in (Finding.BUSY, Finding.UNREACHABLE):
        raise _FAILURES[finding]
    raise BadCredentials
