"""Branches of the LAN driver that a real socket reaches by chance only."""

import asyncio
import logging
import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import tinytuya

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    Busy,
    KeySuspected,
    NoSession,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import (
    discovery,
    lan,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.address import (
    Address,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.diagnosis import (
    Finding,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.exchange import (
    Exchange,
    Quirks,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.log_filter import (
    SecretFilter,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DEVICE_ID = "eb0123456789abcdefghij"
ADDRESS = Address(
    device_id=DEVICE_ID, host="192.0.2.1", local_key="made-up-key-1234", version="3.3"
)


@pytest.fixture
async def tuya() -> AsyncIterator[lan.TuyaLan]:
    tuya = lan.TuyaLan(ADDRESS)
    yield tuya
    await tuya.async_close()


async def test_exchange_with_pushes_only_is_no_answer(
    tuya: lan.TuyaLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exchange, "read", lambda _self: False)
    with pytest.raises(Unreachable):
        await tuya.async_dps()


async def test_error_of_the_library_is_no_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_self: Exchange) -> bool:
        raise ValueError

    monkeypatch.setattr(Exchange, "read", fail)
    tuya = lan.TuyaLan(ADDRESS, examines=False)
    with pytest.raises(NoSession):
        await tuya.async_dps()
    await tuya.async_close()


async def test_exchange_that_does_not_end_is_given_up_and_logged(
    tuya: lan.TuyaLan,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    released = threading.Event()

    def hang(_self: Exchange) -> bool:
        return released.wait()

    monkeypatch.setattr(Exchange, "read", hang)
    for name, value in (
        ("_LONGEST_EXCHANGE", 0.0),
        ("_ABORT_TRIES", 2),
        ("_ABORT_EVERY", 0.0),
    ):
        monkeypatch.setattr(lan, name, value)
    try:
        with pytest.raises(Unreachable):
            await tuya.async_dps()
    finally:
        released.set()
    assert "could not be ended" in caplog.text


async def test_canceled_exchange_needs_no_abort() -> None:
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    future.cancel()
    exchange = Exchange(ADDRESS, "192.0.2.1", ("1",), Quirks())
    await lan._async_abort(exchange, future)
    assert not exchange._aborted


async def no_session(_self: object, *_args: object) -> dict[str, object]:
    raise NoSession


async def test_cause_of_silence_is_examined_once_a_minute(
    tuya: lan.TuyaLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined = []

    async def diagnose(address: Address, _host: str) -> Finding:
        examined.append(address)
        return Finding.BUSY

    monkeypatch.setattr(lan, "async_diagnose", diagnose)
    monkeypatch.setattr(lan.TuyaLan, "_async_exchange", no_session)
    for _ in range(3):
        with pytest.raises(Busy):
            await tuya.async_dps()
    assert examined == [ADDRESS]


async def test_silent_device_is_listened_for_until_it_announces_itself(
    tuya: lan.TuyaLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced: dict[str, object] = {}

    async def diagnose(*_args: object) -> Finding:
        return Finding.SILENT

    async def scan(*, until: str) -> dict[str, object]:
        assert until == DEVICE_ID
        return dict(announced)

    monkeypatch.setattr(lan, "async_diagnose", diagnose)
    monkeypatch.setattr(lan, "async_scan", scan)
    monkeypatch.setattr(lan, "_EXAMINE_EVERY", 0.0)
    monkeypatch.setattr(lan.TuyaLan, "_async_exchange", no_session)
    for _ in range(2):
        with pytest.raises(NoSession):
            await tuya.async_dps()
        assert tuya._listening is not None
        await tuya._listening
    announced[DEVICE_ID] = "here"
    with pytest.raises(NoSession):
        await tuya.async_dps()
    assert tuya._listening is not None
    await tuya._listening
    with pytest.raises(KeySuspected):
        await tuya.async_dps()


async def test_close_ends_listening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def diagnose(*_args: object) -> Finding:
        return Finding.SILENT

    async def scan(*, until: str) -> dict[str, object]:
        del until
        await asyncio.get_running_loop().create_future()
        return {}

    monkeypatch.setattr(lan, "async_diagnose", diagnose)
    monkeypatch.setattr(lan, "async_scan", scan)
    monkeypatch.setattr(lan, "_EXAMINE_EVERY", 0.0)
    monkeypatch.setattr(lan.TuyaLan, "_async_exchange", no_session)
    tuya = lan.TuyaLan(ADDRESS)
    for _ in range(2):
        with pytest.raises(NoSession):
            await tuya.async_dps()
    await tuya.async_close()
    assert tuya._listening is not None
    assert tuya._listening.cancelled()


def test_exchange_needs_host_and_key() -> None:
    with pytest.raises(Unreachable):
        Exchange(ADDRESS, "", (), Quirks())
    keyless = Address(device_id=DEVICE_ID, host="x", local_key="", version="3.3")
    with pytest.raises(BadCredentials):
        Exchange(keyless, "192.0.2.1", (), Quirks())


class Device:
    """A library object whose type changes with the first write."""

    def __init__(self) -> None:
        self.dev_type = "default"
        self.version = 3.3
        self.socket: Any = None
        self.raw_recv: list[Any] = []
        self.sent: list[str] = []
        self.closed = 0

    def generate_payload(self, _command: int, values: dict[str, object]) -> object:
        return values

    def send(self, values: object) -> None:
        self.sent.append(f"{self.dev_type} {values}")
        self.dev_type = "device22"

    def receive(self) -> None:
        self.raw_recv = [SimpleNamespace(payload=b"", cmd=tinytuya.CONTROL)]

    def set_socketTimeout(self, _seconds: float) -> None:  # noqa: N802
        """Do nothing."""

    def set_socketRetryLimit(self, _count: int) -> None:  # noqa: N802
        """Do nothing."""

    def set_dpsUsed(self, _dps: object) -> None:  # noqa: N802
        """Do nothing."""

    def close(self) -> None:
        self.closed += 1


def test_write_that_reveals_another_type_is_sent_again() -> None:
    quirks = Quirks()
    exchange = Exchange(ADDRESS, "192.0.2.1", ("1",), quirks)
    device: Any = Device()
    exchange._device = device
    exchange.write({"1": True})
    assert device.sent == ["default {'1': True}", "device22 {'1': True}"]
    assert quirks.dev_type == "device22"
    assert device.closed == 1


def test_abort_closes_a_connection_if_there_is_one() -> None:
    exchange = Exchange(ADDRESS, "192.0.2.1", ("1",), Quirks())
    device: Any = Device()
    exchange._device = device
    exchange.abort()
    shut: list[int] = []

    def shutdown(how: int) -> None:
        shut.append(how)
        raise OSError

    device.socket = SimpleNamespace(shutdown=shutdown)
    exchange.abort()
    assert shut == [socket.SHUT_RDWR]


def test_too_long_broadcast_is_no_announcement() -> None:
    assert discovery.parse(b"x" * 3000, "192.0.2.1") is None


def test_listener_needs_no_option_that_a_system_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options: list[int] = []

    class Listener:
        def setsockopt(self, _level: int, option: int, _value: int) -> None:
            options.append(option)

        def bind(self, address: tuple[str, int]) -> None:
            assert address == ("", 6666)

        def setblocking(self, blocking: object) -> None:
            assert not blocking

    monkeypatch.setattr(socket, "socket", lambda *_args: Listener())
    monkeypatch.delattr(socket, "SO_REUSEPORT", raising=False)
    assert discovery._socket(6666) is not None
    assert options == [socket.SO_BROADCAST, socket.SO_REUSEADDR]


@pytest.mark.parametrize(
    ("message", "arguments", "shown"),
    [
        ("session key %s", ("abc",), "tinytuya: **REDACTED**"),
        ("payload %s", ("made-up-key-1234",), "payload **REDACTED**"),
        ("payload %s", ("abc",), "payload abc"),
    ],
)
def test_log_has_no_key(message: str, arguments: Any, shown: str) -> None:
    secrets = SecretFilter()
    secrets.add("made-up-key-1234")
    record = logging.LogRecord("tinytuya", 10, "", 0, message, arguments, None)
    assert secrets.filter(record)
    assert record.getMessage() == shown
