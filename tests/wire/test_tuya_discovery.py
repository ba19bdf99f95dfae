"""Tuya devices are found by their announcements on the network."""

import asyncio
import json
import socket
import time

import pytest
import tinytuya
from hypothesis import given
from hypothesis import strategies as st
from tinytuya.core.exceptions import DecodeError

from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import discovery
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.address import (
    is_device_id,
)
from demo.fakes.tuya_device import TuyaDevice

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "made-up-key-1234"
DEVICE_ID = "eb0123456789abcdefghij"
CONTENT = {"ip": "192.0.2.5", "gwId": DEVICE_ID, "version": "3.3", "productKey": "p"}


@pytest.fixture
def own_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Use a port that no real device and no other test uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    monkeypatch.setattr(discovery, "PORTS", (port,))
    return port


def packet(content: object) -> bytes:
    """Return an announcement as devices of version 3.3 send it."""
    payload = tinytuya.AESCipher(tinytuya.udpkey).encrypt(
        json.dumps(content).encode(), use_base64=False
    )
    good = True
    message = tinytuya.TuyaMessage(
        1,
        tinytuya.UDP_NEW,
        0,
        bytes(4) + payload,
        0,
        good,
        tinytuya.PREFIX_55AA_VALUE,
        None,
    )
    return bytes(tinytuya.pack_message(message))


@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
async def test_device_that_announces_itself_is_found(version: str) -> None:
    device = TuyaDevice(
        KEY, version=version, gw_id=DEVICE_ID, discovery=True, probe_reply=False
    )
    # The device announces itself as it starts; the scan has to listen by then.
    scan = asyncio.create_task(discovery.async_scan(5.0, until=DEVICE_ID))
    await asyncio.sleep(0.1)
    with device:
        found = await scan
    assert found[DEVICE_ID].version == version
    assert found[DEVICE_ID].host == "127.0.0.1"


async def test_scan_takes_its_time_and_counts_each_device_once(own_port: int) -> None:
    seen: list[str] = []
    began = time.monotonic()
    scan = asyncio.create_task(
        discovery.async_scan(1.0, found=lambda device: seen.append(device.device_id))
    )
    await asyncio.sleep(0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for content in (CONTENT, CONTENT, {"no": "device"}):
            sender.sendto(packet(content), ("127.0.0.1", own_port))
        sender.sendto(b"nonsense", ("127.0.0.1", own_port))
    assert list(await scan) == seen == [DEVICE_ID]
    assert 0.9 < time.monotonic() - began < 8


async def test_cancelled_scan_frees_the_port(own_port: int) -> None:
    scan = asyncio.create_task(discovery.async_scan(60))
    await asyncio.sleep(0.1)
    scan.cancel()
    with pytest.raises(asyncio.CancelledError):
        await scan
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", own_port))


async def test_port_in_use_is_skipped(own_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", own_port))
        assert await discovery.async_scan(0.1) == {}


def test_announcement_is_parsed() -> None:
    assert discovery.parse(packet(CONTENT), "198.51.100.1") == discovery.Announcement(
        device_id=DEVICE_ID, host="192.0.2.5", version="3.3", product="p"
    )
    odd = discovery.parse(packet({"gwId": "abc", "ip": "x", "version": 9}), "192.0.2.1")
    assert odd is not None
    assert (odd.host, odd.version) == ("192.0.2.1", "")


@given(
    data=st.binary(max_size=300)
    | st.binary(max_size=100).map(lambda tail: b"\0\0\x55\xaa" + tail)
    | st.binary(max_size=100).map(lambda tail: b"\0\0\x66\x99" + tail)
)
def test_random_packet_is_no_announcement(data: bytes) -> None:
    assert discovery.parse(data, "192.0.2.1") is None


def genuine() -> list[bytes]:
    """Return the same announcement in all four formats that devices use."""
    content = json.dumps(CONTENT).encode()
    encrypted = tinytuya.AESCipher(tinytuya.udpkey).encrypt(content, use_base64=False)
    good = True
    old, new = tinytuya.PREFIX_55AA_VALUE, tinytuya.PREFIX_6699_VALUE
    plain = tinytuya.TuyaMessage(1, 19, 0, bytes(4) + content, 0, good, old, None)
    v35 = tinytuya.TuyaMessage(1, 19, 0, content, 0, good, new, b"n" * 12)
    return [
        bytes(encrypted),
        packet(CONTENT),
        bytes(tinytuya.pack_message(plain)),
        bytes(tinytuya.pack_message(v35, hmac_key=tinytuya.udpkey)),
    ]


GENUINE = genuine()


@pytest.mark.parametrize("data", GENUINE, ids=["bare", "3.3", "3.1", "3.5"])
def test_announcement_of_each_format_is_parsed(data: bytes) -> None:
    found = discovery.parse(data, "198.51.100.1")
    assert found is not None
    assert found.device_id == DEVICE_ID


@given(
    data=st.sampled_from(GENUINE),
    length=st.integers(0, 200),
    changes=st.dictionaries(st.integers(0, 199), st.integers(0, 255), max_size=4),
)
def test_cut_or_altered_packet_raises_nothing(
    data: bytes, length: int, changes: dict[int, int]
) -> None:
    altered = bytearray(data[:length])
    for at, byte in changes.items():
        altered[at : at + 1] = bytes([byte]) if at < len(altered) else b""
    found = discovery.parse(bytes(altered), "192.0.2.1")
    # A change inside a text is not noticed; what is found can be used in any case.
    assert found is None or is_device_id(found.device_id)


_EMPTY = tinytuya.TuyaMessage(1, 19, 0, bytes(4), 0, True, 0x55AA, None)  # noqa: FBT003
_PADDED = tinytuya.AESCipher(tinytuya.udpkey).encrypt(b"\xff" * 16, use_base64=False)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\0\0\x55\xaa" + bytes(12), DecodeError),  # shorter than it says
        (bytes(15), ValueError),  # no multiple of a block
        (bytes(_PADDED), UnicodeDecodeError),  # encrypted, but no text
        (bytes(tinytuya.pack_message(_EMPTY)), TypeError),  # nothing is encrypted
        (b"", TypeError),
    ],
)
def test_each_error_of_the_library_is_no_announcement(
    data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        tinytuya.decrypt_udp(data)
    assert discovery.parse(data, "192.0.2.1") is None


@pytest.mark.parametrize("text", ["[" * 990 + "]" * 990, "{", "1" * 1900, "NaN"])
def test_json_that_is_no_announcement_raises_nothing(text: str) -> None:
    payload = tinytuya.AESCipher(tinytuya.udpkey).encrypt(
        text.encode(), use_base64=False
    )
    assert len(payload) <= 2048
    assert discovery.parse(bytes(payload), "192.0.2.1") is None


@pytest.mark.parametrize(
    "content", [[], 5, "x", None, {"gwId": 5}, {"gwId": "a/b"}, {"gwId": "x" * 500}]
)
def test_foreign_content_is_no_announcement(content: object) -> None:
    assert discovery.parse(packet(content), "192.0.2.1") is None
