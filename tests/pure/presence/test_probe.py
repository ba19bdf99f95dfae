"""The probe, on real sockets of the loopback address."""

import asyncio
import errno
import socket
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.presence.evidence import probe

pytestmark = pytest.mark.usefixtures("socket_enabled")

LOCALHOST = "127.0.0.1"


@pytest.fixture
def no_icmp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse echo sockets, as systems do without the group."""
    real = socket.socket

    def refuse(*args: Any, **kwargs: Any) -> socket.socket:
        if socket.IPPROTO_ICMP in args[2:3]:
            raise PermissionError
        return real(*args, **kwargs)

    monkeypatch.setattr("socket.socket", refuse)


@pytest.fixture
def unused_port() -> int:
    """Return a port that refuses connections."""
    with socket.socket() as sock:
        sock.bind((LOCALHOST, 0))
        port: int = sock.getsockname()[1]
    return port


async def test_host_that_is_there_answers() -> None:
    assert await probe.async_is_reachable(LOCALHOST)


async def test_refused_connection_is_an_answer(no_icmp: None, unused_port: int) -> None:
    assert await probe.async_is_reachable(LOCALHOST, (unused_port,))


async def test_accepted_connection_is_an_answer(no_icmp: None) -> None:
    server = await asyncio.start_server(lambda _r, w: w.close(), LOCALHOST, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await probe.async_is_reachable(LOCALHOST, (port,))


@pytest.mark.parametrize("host", ["no such host", "a" * 300, "\udcff", ""])
async def test_name_without_address_is_not_reachable(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> Any:
        raise socket.gaierror if host else UnicodeError

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "getaddrinfo", fails)
    assert not await probe.async_is_reachable(host)


@pytest.mark.parametrize(
    ("error", "reachable"),
    [
        (OSError(errno.EHOSTUNREACH, "no way"), False),
        (OSError(errno.EACCES, "forbidden"), False),
        (ConnectionResetError(), True),
        (TimeoutError(), False),
    ],
)
async def test_errors_of_connections(
    no_icmp: None,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    *,
    reachable: bool,
) -> None:
    async def fails(*_: object) -> Any:
        raise error

    monkeypatch.setattr("asyncio.open_connection", fails)
    assert await probe.async_is_reachable(LOCALHOST, (1, 2)) is reachable


async def test_silent_host_is_not_reachable_after_the_time(
    no_icmp: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr("asyncio.open_connection", hangs)
    assert not await probe.async_is_reachable(LOCALHOST, (1,), 0.01)


class EchoLoop:
    """The part of an event loop that exchanges packets."""

    def __init__(self, *replies: bytes | Exception) -> None:
        """Initialize with what is received."""
        self.replies = list(replies)

    async def sock_sendto(self, *_: object) -> None:
        """Send nothing."""

    async def sock_recv(self, *_: object) -> bytes:
        """Return the next reply, or raise it."""
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


@pytest.mark.parametrize(
    ("replies", "answered"),
    [
        ((b"\x00\x00",), True),
        ((b"\x03\x01", b"", b"\x00"), True),
        ((OSError(errno.EHOSTUNREACH, "no way"),), False),
        ((TimeoutError(),), False),
        ((PermissionError(),), None),
    ],
)
async def test_only_an_echo_reply_is_an_answer(
    monkeypatch: pytest.MonkeyPatch,
    replies: tuple[bytes | Exception, ...],
    *,
    answered: bool | None,
) -> None:
    loop = EchoLoop(*replies)
    monkeypatch.setattr("asyncio.get_running_loop", lambda: loop)
    monkeypatch.setattr("socket.socket", lambda *_: FakeSocket())
    found = await probe._async_echo(socket.AF_INET, (LOCALHOST, 0), 1.0)
    assert found is answered


class FakeSocket:
    """A socket that can be opened anywhere."""

    def __enter__(self) -> None:
        """Open."""

    def __exit__(self, *_: object) -> None:
        """Close."""

    def setblocking(self, _flag: object) -> None:
        """Do nothing."""


async def test_other_address_families_are_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def found(*_: object, **__: object) -> Any:
        return [(socket.AF_UNIX, 0, 0, "", ("x", 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    assert not await probe.async_is_reachable("x")
