"""The LAN driver against a Tuya device on a real socket, in each protocol."""

import asyncio
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import tinytuya
import tuyamock

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    CommandRefused,
    DriverError,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
    Datapoints,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.lan import (
    Address,
    TuyaLan,
    _dps,
    async_find_version,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "made-up-key-1234"
DEVICE_ID = "eb0123456789abcdefghij"
MAP = Datapoints.parse(STANDARD)
PROTOCOLS = [
    ("3.1", False),
    ("3.2", True),
    ("3.3", False),
    ("3.3", True),
    ("3.4", False),
    ("3.4", True),
    ("3.5", False),
]


def test_the_newest_tinytuya_is_tested() -> None:
    # The fake asks for an older one, and a resolver may follow it silently.
    assert tinytuya.__version__ == "1.20.0"


@contextmanager
def device(version: str, *, device22: bool = False) -> Iterator[tuyamock.MockDevice]:
    mock = tuyamock.MockDevice(
        local_key=KEY,
        version=version,
        dev22=device22,
        gw_id=DEVICE_ID,
        dps={"1": False, "2": 24, "3": 27, "4": "cold", "5": "low"},
    )
    with mock:
        yield mock


def address(port: int, version: str = "3.3", key: str = KEY) -> Address:
    return Address(
        device_id=DEVICE_ID,
        host="127.0.0.1",
        port=port,
        local_key=key,
        version=version,
    )


@pytest.mark.parametrize(("version", "device22"), PROTOCOLS)
async def test_read_and_send(version: str, *, device22: bool) -> None:
    with device(version, device22=device22) as mock:
        tuya = TuyaLan(address(mock.port, version), MAP)
        try:
            assert await tuya.async_read() == DeviceState(
                on=False, mode=HvacMode.COOL, fan="low", target=24, current=27
            )
            await tuya.async_send(Change(on=True, target=16.0, fan="high"))
            assert mock.dps["1"] is True
            assert mock.dps["2"] == 16
            assert mock.dps["5"] == "high"
            assert (await tuya.async_read()).on
        finally:
            await tuya.async_close()


async def test_many_at_once_each_get_their_own_answer() -> None:
    with device("3.3") as mock:
        tuya = TuyaLan(address(mock.port), MAP)
        try:
            answers = await asyncio.gather(
                *(tuya.async_read() for _ in range(20)),
                *(tuya.async_send(Change(on=bool(n % 2))) for n in range(20)),
            )
            assert all(isinstance(state, DeviceState) for state in answers[:20])
            assert mock.dps["1"] is True
        finally:
            await tuya.async_close()


async def test_an_empty_command_sends_nothing() -> None:
    tuya = TuyaLan(address(1), MAP)
    await tuya.async_send(Change())
    await tuya.async_close()


@pytest.mark.parametrize("version", ["3.3", "3.4"])
async def test_the_version_is_found(version: str) -> None:
    with device(version) as mock:
        found, dps = await async_find_version(address(mock.port, ""))
    assert found == version
    assert dps["2"] == 24


@pytest.mark.slow
async def test_a_wrong_key_is_told_from_a_lost_device() -> None:
    with device("3.5") as mock, pytest.raises(BadCredentials):
        await async_find_version(address(mock.port, key="f" * 16))
    with pytest.raises(Unreachable):
        await async_find_version(address(mock.port))


async def test_nobody_at_the_port_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tuya = TuyaLan(address(port), MAP)
    with pytest.raises(Unreachable):
        await tuya.async_read()
    await tuya.async_close()


async def test_a_device_that_tells_no_power_is_no_air_conditioner() -> None:
    with device("3.3") as mock:
        del mock.dps["1"]
        tuya = TuyaLan(address(mock.port), MAP)
        with pytest.raises(CommandRefused):
            await tuya.async_read()
        await tuya.async_close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"Err": "901"}, Unreachable),
        ({"Err": "902"}, Unreachable),
        ({"Err": "905"}, Unreachable),
        ({"Err": "914"}, Unreachable),  # alone no proof of a wrong key
        ({"Err": "900"}, BadCredentials),
        ({"Err": "904"}, BadCredentials),
        ({"Err": "913"}, CommandRefused),
        ("text", Unreachable),
    ],
)
def test_errors_by_what_to_do(answer: object, error: type[DriverError]) -> None:
    with pytest.raises(error):
        _dps(answer)


@pytest.mark.parametrize("answer", [None, {}, {"dps": None}, {"dps": 3}])
def test_a_bare_acknowledgement_is_no_error(answer: object) -> None:
    assert _dps(answer) == {}


async def test_an_answer_without_data_points_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tuya = TuyaLan(address(1), None)
    monkeypatch.setattr(TuyaLan, "_exchange", lambda *_args: {})
    with pytest.raises(Unreachable):
        await tuya.async_dps()
    with pytest.raises(CommandRefused):
        _ = tuya.abilities
    await tuya.async_close()


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(address(1))
