"""Tuya air conditioner in the local network, by tinytuya behind an asyncio face.

tinytuya blocks and is not safe to share: one thread owns the device, and everything
that touches it goes through that thread's queue. Each exchange has a connection of its
own, since many devices accept only one and the user's phone wants it too.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import tinytuya

from ..driver import (
    BadCredentials,
    CommandRefused,
    ConnectionType,
    DriverError,
    Unreachable,
)
from .datapoints import STANDARD, Datapoints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...model import Abilities, Change, DeviceState

DEFAULT_PORT = 6668
VERSIONS = ("3.1", "3.2", "3.3", "3.4", "3.5")
# Commonest first. 3.2 is rare, and asking other devices by it takes a minute each.
_TRIED = ("3.3", "3.4", "3.5", "3.1")
KEY_LENGTH = 16

# A device in the same network answers in well under a second; with these a silent one
# costs 6 s instead of tinytuya's 30.
_TIMEOUT = 3  # s
_RETRIES = 1  # fewer than one and it does not connect at all

# tinytuya's error codes, strings.
_UNREACHABLE = {"901", "902", "905"}
_UNREADABLE = {"900", "904"}
_KEY_OR_VERSION = "914"

_ECHO_TIME = timedelta(seconds=5)

_STANDARD = Datapoints.parse(STANDARD)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a device is and how to talk to it."""

    device_id: str
    host: str
    local_key: str = field(repr=False)
    version: str
    port: int = DEFAULT_PORT


class TuyaLan:
    """One device; the only owner of its connection."""

    connection = ConnectionType.LAN

    def __init__(self, address: Address, datapoints: Datapoints | None = None) -> None:
        """Connect at the first exchange; without a map only `async_dps` works."""
        self._address = address
        self._datapoints = datapoints
        self._dps: dict[str, object] = {}
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="jannenkoti-tuya")
        self._device: tinytuya.Device | None = None
        self._closed = False

    @property
    def echo_time(self) -> timedelta:
        """Return how long a slow device may need; the network itself is quick."""
        return _ECHO_TIME

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do, as its map says."""
        return self._map.abilities

    async def async_dps(self) -> Mapping[str, object]:
        """Return all data points that the device tells."""
        answer = await self._async_ask(lambda device: device.status())
        if not answer:
            raise Unreachable
        return answer

    async def async_read(self) -> DeviceState:
        """Ask the device for its state."""
        # Some answer with what has changed only, so the answers add up.
        self._dps |= await self.async_dps()
        if (state := self._map.decode(self._dps)) is None:
            raise CommandRefused
        return state

    async def async_send(self, change: Change) -> None:
        """Set the data points of a command in one exchange."""
        dps = self._map.encode(change)
        if dps:
            self._dps |= await self._async_ask(
                lambda device: device.set_multiple_values(dps)
            )

    async def async_close(self) -> None:
        """End the thread; an exchange under way is waited for, 6 s at most."""
        self._closed = True
        await asyncio.to_thread(partial(self._owner.shutdown, cancel_futures=True))

    @property
    def _map(self) -> Datapoints:
        if self._datapoints is None:
            raise CommandRefused
        return self._datapoints

    async def _async_ask(
        self, exchange: Callable[[tinytuya.Device], Any]
    ) -> dict[str, object]:
        """Run an exchange in the owner's thread and return the data points it gave."""
        if self._closed:
            raise Unreachable
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._owner, self._exchange, exchange)

    def _exchange(
        self, exchange: Callable[[tinytuya.Device], Any]
    ) -> dict[str, object]:
        if self._device is None:
            self._device = self._connect()
        device = self._device
        type_before = device.dev_type
        answer = exchange(device)
        if device.dev_type != type_before:
            # tinytuya has just found out that this one tells only the data points that
            # it is asked for ("device22"), and forgot which.
            self._ask_for_all(device)
            answer = exchange(device)
        return _dps(answer)

    def _connect(self) -> tinytuya.Device:
        """Make the device object; for version 3.2 this already talks to the device."""
        address = self._address
        device = tinytuya.Device(
            address.device_id,
            address.host,
            address.local_key,
            version=float(address.version),
            port=address.port,
            connection_timeout=_TIMEOUT,
            connection_retry_limit=_RETRIES,
            connection_retry_delay=0,
        )
        self._ask_for_all(device)
        return device

    def _ask_for_all(self, device: tinytuya.Device) -> None:
        asked = _STANDARD if self._datapoints is None else self._datapoints
        device.set_dpsUsed(dict.fromkeys(asked.numbers))


async def async_find_version(address: Address) -> tuple[str, Mapping[str, object]]:
    """Return the protocol version that the device speaks, and its data points.

    The version in the address is not looked at. Raises Unreachable when nobody is
    there, BadCredentials when somebody is but answers in no version: the key is wrong.
    """
    await _async_knock(address)
    for version in _TRIED:
        tuya = TuyaLan(replace(address, version=version))
        try:
            return version, await tuya.async_dps()
        except DriverError:
            continue
        finally:
            await tuya.async_close()
    raise BadCredentials


async def _async_knock(address: Address) -> None:
    """Raise Unreachable unless somebody listens."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            _reader, writer = await asyncio.open_connection(address.host, address.port)
    except OSError as err:
        raise Unreachable from err
    writer.close()


def _dps(answer: object) -> dict[str, object]:
    """Return the data points in tinytuya's answer, which returns its errors as well."""
    if answer is None:  # a bare acknowledgement
        return {}
    if not isinstance(answer, dict):
        raise Unreachable
    code = answer.get("Err")
    if code in _UNREADABLE:
        raise BadCredentials
    # A silent device gives the same code as a wrong key, so that is no proof of one.
    if code in _UNREACHABLE or code == _KEY_OR_VERSION:
        raise Unreachable
    if code is not None:
        raise CommandRefused
    dps = answer.get("dps")
    return dict(dps) if isinstance(dps, dict) else {}
