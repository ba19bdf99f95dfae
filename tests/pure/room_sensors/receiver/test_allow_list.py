"""The allow-list understands addresses, networks and the seed's own pattern."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.receiver.allow_list import (
    AllowList,
    parse_source,
)


@pytest.mark.parametrize(
    ("listed", "source", "is_in"),
    [
        ("192.168.1.7", "192.168.1.7", True),
        (" 192.168.1.7 ", "192.168.1.7", True),
        ("192.168.1.7", "192.168.1.8", False),
        ("192.168.1.*", "192.168.1.255", True),
        ("192.168.1.*", "192.168.2.1", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.9.9.9/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("192.168.1.*", "::ffff:192.168.1.9", True),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "192.168.1.9", False),
        ("192.168.1.*", "", False),
        ("192.168.1.*", "unknown", False),
    ],
)
def test_allow_list_contains_address(listed: str, source: str, is_in: bool) -> None:  # noqa: FBT001
    assert (source in AllowList([listed])) is is_in


def test_empty_allow_list_contains_no_address() -> None:
    assert "127.0.0.1" not in AllowList([])


@given(st.text())
def test_any_text_is_a_network_or_raises_value_error(text: str) -> None:
    try:
        network = parse_source(text)
    except ValueError:
        return
    assert str(network.network_address) in AllowList([text])


@pytest.mark.parametrize("text", ["", "*", "1.2.*", "1.2.3.*.*", "host", "1.2.3.4/33"])
def test_invalid_source_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # ipaddress words it.
        parse_source(text)
