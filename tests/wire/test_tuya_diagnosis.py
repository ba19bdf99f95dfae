"""What a Tuya device does when it is approached, on a real socket."""

import asyncio
import socket
import struct
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import diagnosis
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.address import (
    VERSIONS,
    Address,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.diagnosis import (
    Finding,
    async_diagnose,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    type Behavior = Callable[
        [asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]
    ]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_impatient")

HOST = "127.0.0.1"
NOISE = b"\x00" * 40


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_IDLE", 0.05)
    monkeypatch.setattr(diagnosis, "_ANSWER", 0.2)


async def close_at_once(
    _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.close()


async def reset_at_once(
    _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    reset(writer)


async def close_when_spoken_to(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read(4096)
    writer.close()


async def reset_when_spoken_to(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read(1)
    reset(writer)


async def keep_silent(
    reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
) -> None:
    await reader.read()


async def answer_with_noise(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read(1)
    writer.write(NOISE)
    await reader.read()


async def speak_first(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(NOISE)
    await answer_with_noise(reader, writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close the connection with RST instead of FIN."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def device_that(behavior: Behavior, version: str) -> AsyncIterator[Address]:
    server = await asyncio.start_server(behavior, HOST, 0)
    try:
        yield Address(
            device_id="eb0123456789abcdefghij",
            host=HOST,
            port=server.sockets[0].getsockname()[1],
            local_key="made-up-key-1234",
            version=version,
        )
    finally:
        server.close()
        server.close_clients()
        await server.wait_closed()


CASES = [
    (close_at_once, Finding.BUSY, Finding.BUSY),
    (reset_at_once, Finding.BUSY, Finding.BUSY),
    (close_when_spoken_to, Finding.CLOSES, Finding.CLOSES),
    (reset_when_spoken_to, Finding.CLOSES, Finding.CLOSES),
    (keep_silent, Finding.SILENT, Finding.SILENT),
    # Only versions with a handshake prove the key.
    (answer_with_noise, Finding.FINE, Finding.OTHER_KEY),
    (speak_first, Finding.FINE, Finding.OTHER_KEY),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("behavior", "without_handshake", "with_handshake"),
    CASES,
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_behavior_of_a_device_is_found(
    behavior: Behavior,
    without_handshake: Finding,
    with_handshake: Finding,
    version: str,
) -> None:
    handshake = version in {"3.4", "3.5"}
    async with device_that(behavior, version) as address:
        found = await async_diagnose(address, HOST)
    assert found is (with_handshake if handshake else without_handshake)


async def test_port_that_nothing_listens_on_is_unreachable() -> None:
    async with device_that(keep_silent, "3.3") as address:
        pass
    assert await async_diagnose(address, HOST) is Finding.UNREACHABLE
