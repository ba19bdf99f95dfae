"""Listen for Tuya devices, which announce themselves on the local network.

Each device broadcasts its id, address and protocol version every few seconds. Devices
of version 3.5 do so only when they are asked.
"""

import asyncio
import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final, override

import tinytuya
from tinytuya.core.exceptions import DecodeError

from .address import VERSIONS, is_device_id

if TYPE_CHECKING:
    from collections.abc import Callable

DURATION: Final = 10.0
"""Seconds in which a device announces itself at least once."""

PORTS: Final = (tinytuya.UDPPORT, tinytuya.UDPPORTS, tinytuya.UDPPORTAPP)
_BROADCAST: Final = "255.255.255.255"
_ASK_AGAIN: Final = 3.0  # s
# A home has fewer; more would be a flood.
_MOST_DEVICES: Final = 200
_LONGEST_PACKET: Final = 2048


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What a device broadcasts about itself."""

    device_id: str
    host: str
    version: str
    product: str
    """The product key: devices of one model share it."""


def parse(packet: bytes, sender: str) -> Announcement | None:
    """Parse a broadcast; None if it is not an announcement of a device."""
    if len(packet) > _LONGEST_PACKET:
        return None
    try:
        content = json.loads(tinytuya.decrypt_udp(packet))
    # The library raises DecodeError for an incomplete message, TypeError if nothing is
    # encrypted in it, and ValueError for padding, length and text; so does JSON.
    except DecodeError, TypeError, ValueError:
        return None
    if not isinstance(content, dict):
        return None
    device_id = content.get("gwId")
    version = str(content.get("version", ""))
    if not isinstance(device_id, str) or not is_device_id(device_id):
        return None
    return Announcement(
        device_id=device_id,
        host=_address(content.get("ip"), sender),
        version=version if version in VERSIONS else "",
        product=str(content.get("productKey", ""))[:64],
    )


async def async_scan(
    duration: float = DURATION,
    *,
    until: str | None = None,
    found: Callable[[Announcement], None] | None = None,
) -> dict[str, Announcement]:
    """Return the devices that announced themselves, by id; ports in use are skipped.

    ``until`` ends the scan when a certain device is found. Cancel the task to stop.
    """
    devices: dict[str, Announcement] = {}
    enough = asyncio.Event()

    def receive(announcement: Announcement) -> None:
        if announcement.device_id in devices or len(devices) >= _MOST_DEVICES:
            return
        devices[announcement.device_id] = announcement
        if found is not None:
            found(announcement)
        if announcement.device_id == until:
            enough.set()

    transports = await _async_listeners(receive)
    try:
        async with asyncio.timeout(duration):
            await _async_ask_until(enough, transports)
    except TimeoutError:
        pass
    finally:
        for transport in transports:
            transport.close()
    return devices


async def _async_listeners(
    receive: Callable[[Announcement], None],
) -> list[asyncio.DatagramTransport]:
    """Listen at all ports that are free."""
    loop = asyncio.get_running_loop()
    transports = []
    for port in PORTS:
        if (listener := _socket(port)) is not None:
            transport, _protocol = await loop.create_datagram_endpoint(
                lambda: _Listener(receive), sock=listener
            )
            transports.append(transport)
    return transports


async def _async_ask_until(
    enough: asyncio.Event, transports: list[asyncio.DatagramTransport]
) -> None:
    """Ask devices to announce themselves until enough of them have."""
    while not enough.is_set():
        for transport in transports[-1:]:
            transport.sendto(_request(), (_BROADCAST, PORTS[-1]))
        with suppress(TimeoutError):
            async with asyncio.timeout(_ASK_AGAIN):
                await enough.wait()


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[Announcement], None]) -> None:
        self._receive = receive

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if (announcement := parse(data, addr[0])) is not None:
            self._receive(announcement)

    @override
    def error_received(self, exc: Exception) -> None:
        """Ignore errors, for example if broadcasts are not allowed."""


def _socket(port: int) -> socket.socket | None:
    """Return a socket that receives broadcasts, also beside another listener."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("", port))
        listener.setblocking(False)  # noqa: FBT003 - its only parameter
    except OSError:
        listener.close()
        return None
    return listener


def _request() -> bytes:
    """Return the broadcast that asks devices of version 3.5 to announce themselves."""
    content = json.dumps({"from": "app", "ip": _BROADCAST}).encode()
    message = tinytuya.TuyaMessage(
        0,
        tinytuya.REQ_DEVINFO,
        None,
        content,
        0,
        True,  # noqa: FBT003 - a tuple of the library, filled by position
        tinytuya.PREFIX_6699_VALUE,
        True,  # noqa: FBT003
    )
    return bytes(tinytuya.pack_message(message, hmac_key=tinytuya.udpkey))


def _address(named: object, sender: str) -> str:
    """Return the address that a device names, else that of the sender."""
    try:
        return str(IPv4Address(str(named)))
    except ValueError:
        return sender
