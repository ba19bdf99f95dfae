"""Ask whether a host answers: ICMP echo where the system allows it, else TCP.

RFC 792 and RFC 4443; Linux allows unprivileged echo sockets to the groups in
``net.ipv4.ping_group_range`` and fills in identifier and checksum itself.
"""

import asyncio
import errno
import socket
from contextlib import suppress
from typing import Final

TIMEOUT: Final = 1.0
"""Seconds, as in the original server."""

TCP_PORTS: Final = (62078, 443, 80, 22, 53)
"""Ports that phones (62078: iOS), routers and computers have. A refused connection is
an answer as well: only a host that is there refuses."""

_ECHO: Final = {
    socket.AF_INET: (socket.IPPROTO_ICMP, b"\x08\x00\x00\x00\x00\x00\x00\x01"),
    socket.AF_INET6: (socket.IPPROTO_ICMPV6, b"\x80\x00\x00\x00\x00\x00\x00\x01"),
}
_REPLIES: Final = {0, 129}
"""Types of echo replies, ICMP and ICMPv6."""
_LONGEST_REPLY: Final = 512

# The network or the host is not there now; no other port would change that.
_NO_WAY: Final = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN}


async def async_is_reachable(
    host: str, ports: tuple[int, ...] = TCP_PORTS, seconds: float = TIMEOUT
) -> bool:
    """Return whether a host answers within the time (s); never raises OSError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds * 2):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError, TimeoutError, UnicodeError:
        return False
    for family, _type, _proto, _name, address in found[:2]:
        if family not in _ECHO:
            continue
        answered = await _async_echo(socket.AddressFamily(family), address, seconds)
        if answered is None:
            answered = await _async_connect(str(address[0]), ports, seconds)
        if answered:
            return True
    return False


async def _async_echo(
    family: socket.AddressFamily, address: tuple[object, ...], seconds: float
) -> bool | None:
    """Return whether an echo request is answered; None where it cannot be sent."""
    loop = asyncio.get_running_loop()
    protocol, request = _ECHO[family]
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM, protocol)
    except OSError:
        return None
    with sock:
        sock.setblocking(False)  # noqa: FBT003 - its only argument
        try:
            async with asyncio.timeout(seconds):
                await loop.sock_sendto(sock, request, address)
                while True:
                    reply = await loop.sock_recv(sock, _LONGEST_REPLY)
                    if reply[:1] and reply[0] in _REPLIES:
                        return True
        except PermissionError:
            return None
        except OSError, TimeoutError:
            return False


async def _async_connect(host: str, ports: tuple[int, ...], seconds: float) -> bool:
    """Return whether any port accepts or refuses a connection, tried together."""
    tries = [asyncio.ensure_future(_async_try(host, port)) for port in ports]
    try:
        for done in asyncio.as_completed(tries, timeout=seconds):
            with suppress(TimeoutError):
                if await done:
                    return True
    except TimeoutError:
        return False
    finally:
        for each in tries:
            each.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
    return False


async def _async_try(host: str, port: int) -> bool:
    """Return whether a port accepts or refuses a connection."""
    try:
        _reader, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    except OSError as err:
        return err.errno not in _NO_WAY and isinstance(err, ConnectionResetError)
    writer.transport.abort()
    return True
