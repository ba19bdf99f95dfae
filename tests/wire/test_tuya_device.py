"""The fake Tuya device behaves like real devices, tested with tinytuya."""

import time
from typing import TYPE_CHECKING, Any

import pytest
import tinytuya

from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.log_filter import (
    protect,
)
from demo.fakes.tuya_device import (
    ConnectionTrouble,
    Manners,
    TuyaDevice,
    UnreadableAnswer,
    WriteAnswer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "made-up-key-1234"
OTHER_KEY = "another-key-1234"
DEVICE_ID = "eb0123456789abcdefghij"


@pytest.fixture(autouse=True)
def _protected_keys() -> None:
    """Keep the keys out of the log, as the driver does before it uses the library."""
    protect(KEY)
    protect(OTHER_KEY)


DPS = {"1": False, "2": 24, "3": 27}
PROTOCOLS = [
    ("3.1", False),
    ("3.2", True),
    ("3.3", False),
    ("3.3", True),
    ("3.4", False),
    ("3.4", True),
    ("3.5", False),
]
WITHOUT_SESSION = ("3.1", "3.2", "3.3")
STATUS, CONTROLS = 8, (7, 13)


@pytest.fixture
def manners() -> Manners:
    return Manners()


@pytest.fixture(params=PROTOCOLS, ids=lambda p: f"{p[0]}{'-device22' * p[1]}")
def device(request: pytest.FixtureRequest, manners: Manners) -> Iterator[TuyaDevice]:
    version, device22 = request.param
    with TuyaDevice(
        KEY, manners=manners, version=version, dev22=device22, gw_id=DEVICE_ID, dps=DPS
    ) as device:
        yield device


@pytest.fixture
def client(device: TuyaDevice) -> Iterator[tinytuya.Device]:
    client = connect(device)
    yield client
    client.close()


def connect(device: TuyaDevice, key: str = KEY) -> tinytuya.Device:
    client = tinytuya.Device(
        DEVICE_ID,
        "127.0.0.1",
        key,
        port=device.port,
        persist=True,
        connection_timeout=0.3,
        connection_retry_limit=1,
        connection_retry_delay=0,
    )
    client.set_dpsUsed(dict.fromkeys(DPS))
    client.set_version(float(device.config.version))
    return client


def status(client: tinytuya.Device) -> dict[str, Any]:
    """Query twice: tinytuya loses the first query to detect a device22."""
    if client.dev_type == "default":
        client.status()
        client.set_dpsUsed(dict.fromkeys(DPS))
    return dict(client.status())


def write(client: tinytuya.Device, dps: dict[str, Any]) -> list[tuple[int, int]]:
    """Send a write and return the command and length of each frame that follows."""
    client.send(client.generate_payload(tinytuya.CONTROL, dps))
    frames = []
    while client.receive() is not None or client.raw_recv:
        frames += [(frame.cmd, len(frame.payload)) for frame in client.raw_recv]
    return frames


def test_query_response_has_format_of_version(
    device: TuyaDevice, client: tinytuya.Device
) -> None:
    expected: dict[str, Any] = {"dps": DPS}
    if device.config.version in WITHOUT_SESSION:
        expected["devId"] = DEVICE_ID
    assert status(client) == expected


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        (WriteAnswer.ACK_THEN_PUSH, ["ack", "push"]),
        (WriteAnswer.PUSH_THEN_ACK, ["push", "ack"]),
        (WriteAnswer.ACK_ONLY, ["ack"]),
        (WriteAnswer.SILENCE, []),
    ],
)
def test_write_is_acknowledged_with_an_empty_frame_and_pushed(
    device: TuyaDevice,
    client: tinytuya.Device,
    manners: Manners,
    answer: WriteAnswer,
    order: list[str],
) -> None:
    manners.write_answer = answer
    status(client)
    frames = write(client, {"1": True, "2": 20})
    assert device.dps == {"1": True, "2": 20, "3": 27}
    assert ["push" if cmd == STATUS else "ack" for cmd, _ in frames] == order
    for cmd, length in frames:
        assert cmd == STATUS or (cmd in CONTROLS and length == 0)


@pytest.mark.parametrize("silent", [False, True])
def test_write_that_changes_nothing_is_acknowledged_or_not_answered(
    client: tinytuya.Device, manners: Manners, *, silent: bool
) -> None:
    manners.silent_if_unchanged = silent
    status(client)
    assert len(write(client, {"1": False})) == (0 if silent else 1)


def test_write_of_several_data_points_is_ignored_by_some(
    device: TuyaDevice, client: tinytuya.Device, manners: Manners
) -> None:
    manners.one_at_a_time = True
    status(client)
    assert write(client, {"1": True, "2": 20}) == []
    assert device.dps["2"] == 24
    write(client, {"2": 20})
    assert device.dps["2"] == 20


def test_push_may_come_before_the_answer(
    client: tinytuya.Device, manners: Manners
) -> None:
    status(client)
    manners.push_first = {"3": 26}
    assert client.status()["dps"] == {"3": 26}
    assert client.raw_recv[-1].cmd == STATUS
    assert client.receive()["dps"] == DPS


@pytest.mark.parametrize(
    "trouble", [ConnectionTrouble.BUSY_CLOSE, ConnectionTrouble.BUSY_RESET]
)
def test_busy_device_closes_the_connection_without_a_frame(
    device: TuyaDevice,
    client: tinytuya.Device,
    manners: Manners,
    trouble: ConnectionTrouble,
) -> None:
    manners.trouble = trouble
    assert client.status()["Err"] in {"901", "904", "914"}
    assert client.raw_recv == []
    assert device.accepted
    manners.trouble = ConnectionTrouble.NONE
    assert status(client)["dps"] == DPS


def test_silent_device_accepts_and_sends_nothing(
    device: TuyaDevice, client: tinytuya.Device, manners: Manners
) -> None:
    manners.trouble = ConnectionTrouble.SILENT
    assert client.status()["Err"] in {"902", "914"}
    assert device.accepted


def test_dripping_device_sends_byte_after_byte(
    client: tinytuya.Device, manners: Manners
) -> None:
    manners.trouble = ConnectionTrouble.DRIP
    manners.drip_interval = 0.001
    began = time.monotonic()
    assert status(client)["dps"] == DPS
    assert time.monotonic() - began > 0.05


@pytest.mark.parametrize("answer", UnreadableAnswer)
def test_wrong_key_gets_device_specific_reaction(
    device: TuyaDevice, manners: Manners, answer: UnreadableAnswer
) -> None:
    manners.unreadable = answer
    client = connect(device, OTHER_KEY)
    assert client.status()["Err"] in {"900", "902", "904", "914"}
    assert device.dps == DPS
    client.close()
