"""The LAN driver against a Tuya device on a real socket, in each protocol."""

import asyncio
import socket
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import tinytuya
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    Busy,
    CommandRefused,
    DriverError,
    KeySuspected,
    NoSession,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import (
    diagnosis,
    exchange,
    lan,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.address import (
    Address,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
    Datapoints,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.exchange import (
    Exchange,
    data_points,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.lan import (
    TuyaLan,
    async_find_version,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)
from demo.fakes.tuya_device import (
    ConnectionTrouble,
    Manners,
    TuyaDevice,
    UnreadableAnswer,
    WriteAnswer,
)
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "made-up-key-1234"
OTHER_KEY = "another-key-1234"
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
SHOWN = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24, current=27)


def test_tested_tinytuya_is_the_newest() -> None:
    # The fake asks for an older one, and a resolver may follow it silently.
    assert tinytuya.__version__ == "1.20.0"


@pytest.fixture
def manners() -> Manners:
    return Manners()


def device_of(version: str, manners: Manners, *, device22: bool = False) -> TuyaDevice:
    return TuyaDevice(
        KEY,
        manners=manners,
        version=version,
        dev22=device22,
        gw_id=DEVICE_ID,
        dps={"1": False, "2": 24, "3": 27, "4": "cold", "5": "low"},
    )


@pytest.fixture(params=PROTOCOLS, ids=lambda p: f"{p[0]}{'-device22' * p[1]}")
def device(request: pytest.FixtureRequest, manners: Manners) -> Iterator[TuyaDevice]:
    version, device22 = request.param
    with device_of(version, manners, device22=device22) as device:
        yield device


@pytest.fixture
async def tuya(device: TuyaDevice) -> AsyncIterator[TuyaLan]:
    async with driver(device) as tuya:
        yield tuya


@asynccontextmanager
async def driver(device: TuyaDevice, key: str = KEY) -> AsyncIterator[TuyaLan]:
    tuya = TuyaLan(address(device.port, device.config.version, key), MAP)
    try:
        yield tuya
    finally:
        await tuya.async_close()


def address(port: int, version: str = "3.3", key: str = KEY) -> Address:
    return Address(
        device_id=DEVICE_ID,
        host="127.0.0.1",
        port=port,
        local_key=key,
        version=version,
    )


@pytest.mark.parametrize("answer", WriteAnswer)
async def test_state_is_read_and_commands_arrive_however_writes_are_answered(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners, answer: WriteAnswer
) -> None:
    manners.write_answer = answer
    assert await tuya.async_read() == SHOWN
    await tuya.async_send(Change(on=True, target=16.0, fan="high"))
    assert (device.dps["1"], device.dps["2"], device.dps["5"]) == (True, 16, "high")
    assert (await tuya.async_read()).on


async def test_push_before_response_is_not_the_response(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners
) -> None:
    manners.push_first = {"3": 26}
    assert await tuya.async_read() == SHOWN  # also by a fresh connection
    device.dps["1"] = True
    assert (await tuya.async_read()).on


async def test_complete_push_counts_as_response(manners: Manners) -> None:
    # Some "device22" answer a query with a STATUS frame only.
    with device_of("3.3", manners) as device:
        async with driver(device) as tuya:
            manners.push_first = {"1": True, "2": 20, "3": 26, "4": "wet", "5": "high"}
            device.dps.clear()
            assert (await tuya.async_read()).on


@pytest.mark.parametrize("one_at_a_time", [False, True])
async def test_silence_after_a_write_that_changes_nothing_costs_a_second(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners, *, one_at_a_time: bool
) -> None:
    manners.silent_if_unchanged = True
    manners.one_at_a_time = one_at_a_time
    change = Change(on=False, target=24)
    await tuya.async_read()
    began = time.monotonic()
    await tuya.async_send(change)
    assert time.monotonic() - began < 4.5
    assert device.dps["2"] == 24


async def test_device_with_single_datapoint_writes_gets_separate_writes(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners
) -> None:
    manners.one_at_a_time = True
    await tuya.async_send(Change(on=True, target=20, fan="high"))
    assert (device.dps["1"], device.dps["2"], device.dps["5"]) == (True, 20, "high")
    accepted = device.accepted
    began = time.monotonic()
    await tuya.async_send(Change(on=False, target=21))
    assert time.monotonic() - began < 4  # It is remembered.
    assert device.accepted == accepted + 1
    assert (device.dps["1"], device.dps["2"]) == (False, 21)


async def test_many_exchanges_at_once_each_get_their_own_answer(
    manners: Manners,
) -> None:
    with device_of("3.3", manners) as device:
        async with driver(device) as tuya:
            answers = await asyncio.gather(
                *(tuya.async_read() for _ in range(20)),
                *(tuya.async_send(Change(on=bool(n % 2))) for n in range(20)),
            )
            assert all(isinstance(state, DeviceState) for state in answers[:20])
            assert device.dps["1"] is True


async def connected(device: TuyaDevice) -> None:
    async def is_connected() -> bool:
        return bool(device.connected)

    await eventually(is_connected, within=60, what="a connection")


async def test_empty_command_sends_nothing() -> None:
    tuya = TuyaLan(address(1), MAP)
    await tuya.async_send(Change())
    await tuya.async_close()


# An unreachable device.


@pytest.mark.parametrize(
    "trouble", [ConnectionTrouble.BUSY_CLOSE, ConnectionTrouble.BUSY_RESET]
)
async def test_busy_device_is_unreachable_until_it_is_free(
    tuya: TuyaLan, manners: Manners, trouble: ConnectionTrouble
) -> None:
    manners.trouble = trouble
    with pytest.raises(Unreachable) as raised:
        await tuya.async_read()
    assert type(raised.value) in {Busy, Unreachable}
    manners.trouble = ConnectionTrouble.NONE
    assert await tuya.async_read() == SHOWN


async def test_slow_device_is_abandoned_after_limit(
    tuya: TuyaLan, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "_LONGEST_EXCHANGE", 0.5)
    monkeypatch.setattr(tuya, "_examines", False)
    manners.trouble = ConnectionTrouble.DRIP
    manners.drip_interval = 0.2
    began = time.monotonic()
    with pytest.raises(Unreachable):
        await tuya.async_read()
    assert time.monotonic() - began < 8
    manners.trouble = ConnectionTrouble.NONE
    assert await tuya.async_read() == SHOWN


@pytest.mark.parametrize("trouble", [ConnectionTrouble.DRIP, ConnectionTrouble.SILENT])
async def test_close_does_not_wait_for_a_slow_device(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners, trouble: ConnectionTrouble
) -> None:
    manners.trouble = trouble
    reading = asyncio.create_task(tuya.async_read())
    await connected(device)
    began = time.monotonic()
    await tuya.async_close()
    assert time.monotonic() - began < 8
    with pytest.raises(Unreachable):
        await reading
    assert not [t for t in threading.enumerate() if t.name.startswith("jannenkoti")]


async def test_cancelled_read_leaves_no_exchange_behind(
    device: TuyaDevice, tuya: TuyaLan, manners: Manners
) -> None:
    manners.trouble = ConnectionTrouble.DRIP
    reading = asyncio.create_task(tuya.async_read())
    await connected(device)
    reading.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert time.monotonic() - began < 8
    manners.trouble = ConnectionTrouble.NONE
    assert await tuya.async_read() == SHOWN


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    version=st.sampled_from(["3.1", "3.3", "3.4", "3.5"]),
    junk=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda tail: b"\0\0\x55\xaa" + tail),
        st.binary(max_size=100).map(lambda tail: b"\0\0\x66\x99\0\0" + tail),
    ),
)
async def test_any_bytes_give_a_state_or_a_driver_error(
    version: str, junk: bytes
) -> None:
    async def answer(
        _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(junk)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tuya = TuyaLan(address(port, version), MAP, examines=False)
    try:
        with pytest.raises(DriverError):
            await tuya.async_read()
    finally:
        await tuya.async_close()
        server.close()


# A wrong key.


async def test_key_that_the_device_answers_with_another_is_wrong(
    device: TuyaDevice, manners: Manners
) -> None:
    manners.unreadable = UnreadableAnswer.OWN_KEY
    async with driver(device, OTHER_KEY) as tuya:
        with pytest.raises(BadCredentials):
            await tuya.async_read()
    assert not device.dps["1"]


@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
async def test_key_for_which_the_device_closes_the_connection_is_suspected(
    version: str, manners: Manners
) -> None:
    manners.unreadable = UnreadableAnswer.CLOSE
    with device_of(version, manners) as device:
        async with driver(device, OTHER_KEY) as tuya:
            with pytest.raises(KeySuspected):
                await tuya.async_read()
        async with driver(device) as tuya:
            assert await tuya.async_read() == SHOWN


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_TIMEOUT", 0.3)
    monkeypatch.setattr(diagnosis, "_ANSWER", 0.3)
    monkeypatch.setattr(lan, "_EXAMINE_EVERY", 0.0)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("announces", [False, True])
@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
async def test_silent_device_has_another_key_only_if_it_announces_itself(
    version: str,
    manners: Manners,
    monkeypatch: pytest.MonkeyPatch,
    *,
    announces: bool,
) -> None:
    async def async_scan(*, until: str) -> dict[str, object]:
        return {until: ...} if announces else {}

    monkeypatch.setattr(lan, "async_scan", async_scan)
    manners.unreadable = UnreadableAnswer.SILENCE
    with device_of(version, manners) as device:
        async with driver(device, OTHER_KEY) as tuya:
            for expected in (NoSession, KeySuspected if announces else NoSession):
                with pytest.raises(Unreachable) as raised:
                    await tuya.async_read()
                assert type(raised.value) is expected


async def test_one_damaged_frame_is_no_proof_of_a_wrong_key(
    device: TuyaDevice, tuya: TuyaLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([BadCredentials()])
    read = Exchange.read

    def damaged_once(session: Exchange) -> bool:
        for failure in answers:
            raise failure
        return read(session)

    monkeypatch.setattr(Exchange, "read", damaged_once)
    assert await tuya.async_read() == SHOWN


@pytest.mark.parametrize(
    ("answer", "points_to_key", "error"),
    [
        ({"Err": "901"}, False, NoSession),
        ({"Err": "902"}, False, NoSession),
        ({"Err": "905"}, False, Unreachable),
        ({"Err": "914"}, False, NoSession),
        ({"Err": "914"}, True, NoSession),
        ({"Err": "900"}, True, BadCredentials),
        ({"Err": "904"}, True, BadCredentials),
        ({"Err": "900"}, False, NoSession),
        ({"Err": "904"}, False, NoSession),
        ({"Err": "913"}, False, CommandRefused),
        ("text", True, NoSession),
        ([], True, NoSession),
    ],
)
def test_error_codes_map_to_exceptions(
    answer: object, error: type[DriverError], *, points_to_key: bool
) -> None:
    with pytest.raises(error) as raised:
        data_points(answer, points_to_key=points_to_key)
    assert type(raised.value) is error


@pytest.mark.parametrize("answer", [None, {}, {"dps": None}, {"dps": 3}])
def test_acknowledgement_is_no_error(answer: object) -> None:
    assert data_points(answer, points_to_key=False) == {}


# The address.


@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
@pytest.mark.usefixtures("_impatient")
async def test_version_is_found(version: str, manners: Manners) -> None:
    with device_of(version, manners) as device:
        found, dps = await async_find_version(address(device.port, ""))
    assert found == version
    assert dps["2"] == 24


async def test_busy_device_has_no_version_and_no_wrong_key(manners: Manners) -> None:
    manners.trouble = ConnectionTrouble.BUSY_CLOSE
    with device_of("3.4", manners) as device, pytest.raises(Busy):
        await async_find_version(address(device.port))


async def test_wrong_key_differs_from_lost_device(manners: Manners) -> None:
    manners.unreadable = UnreadableAnswer.OWN_KEY
    with device_of("3.5", manners) as device, pytest.raises(BadCredentials):
        await async_find_version(address(device.port, key=OTHER_KEY))
    with pytest.raises(Unreachable):
        await async_find_version(address(device.port))


async def test_closed_port_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tuya = TuyaLan(address(port), MAP)
    with pytest.raises(Unreachable):
        await tuya.async_read()
    await tuya.async_close()


@pytest.mark.parametrize("host", ["", "  "])
@pytest.mark.parametrize("version", ["3.2", "3.3", "3.5"])
async def test_empty_host_is_unreachable_at_once(host: str, version: str) -> None:
    tuya = TuyaLan(replace(address(1, version), host=host), MAP)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        await tuya.async_read()
    assert time.monotonic() - began < 2.5
    await tuya.async_close()


@pytest.mark.parametrize("failure", [OSError, UnicodeError, TimeoutError, None])
async def test_name_of_a_host_is_resolved_outside_the_thread(
    device: TuyaDevice,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[Exception] | None,
) -> None:
    async def async_resolve(host: str, port: int, **_kwargs: object) -> list[object]:
        assert host == "ac.example"
        if failure is not None:
            raise failure
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", async_resolve)
    named = replace(address(device.port, device.config.version), host="ac.example")
    tuya = TuyaLan(named, MAP)
    if failure is None:
        assert await tuya.async_read() == SHOWN
    else:
        with pytest.raises(Unreachable):
            await tuya.async_read()
    await tuya.async_close()


async def test_device_without_power_is_no_air_conditioner(
    device: TuyaDevice, tuya: TuyaLan
) -> None:
    if device.config.dev22:
        pytest.skip("answers only for what it is asked for")
    del device.dps["1"]
    with pytest.raises(CommandRefused):
        await tuya.async_read()


async def test_driver_without_a_map_has_no_abilities() -> None:
    tuya = TuyaLan(address(1), None)
    with pytest.raises(CommandRefused):
        _ = tuya.abilities
    await tuya.async_close()
    with pytest.raises(Unreachable):
        await tuya.async_dps()


def test_repr_has_no_key() -> None:
    assert KEY not in repr(address(1))
