"""Whatever comes is a report or the one error; claims are read from any text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import (
    MAX_TEXT,
    NO_MODEL,
    NotAClaim,
    parse_claim,
)
from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import (
    MAX_PARAMETERS,
    MAX_PAYLOAD,
    Rejected,
    RejectReason,
    Report,
    parse,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["serial_number", "estado", "parametros", "configuracion", "version", "timestamp"]
)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_a_report_or_refused(payload: bytes | str) -> None:
    try:
        report = parse(payload)
    except Rejected:
        return
    assert report.serial


@given(st.dictionaries(KEYS, JSON))
def test_any_json_is_a_report_or_refused(said: dict[str, Any]) -> None:
    try:
        report = parse(json.dumps(said))
    except Rejected:
        return
    assert report.serial.isprintable()
    assert len(report.parameters or {}) <= MAX_PARAMETERS
    for value in (report.parameters or {}).values():
        assert isinstance(value, bool | int | float | str)


@pytest.mark.parametrize(
    ("value", "estado"),
    [
        ("activo", "activo"),
        (" ON ", "ON"),
        (True, "activo"),
        (1, "activo"),
        (1.0, "activo"),
        (False, "inactivo"),
        (0, "inactivo"),
        (7, None),
        (None, None),
        ("", None),
        ([], None),
    ],
)
def test_estado_is_a_word_or_a_truth(value: Any, estado: str | None) -> None:
    assert parse(json.dumps({"serial_number": "A", "estado": value})).estado == estado


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", RejectReason.NOT_JSON),
        (b"\xff\xfe", RejectReason.NOT_JSON),
        (b"[1]", RejectReason.NOT_JSON),
        (b"NaN", RejectReason.NOT_JSON),
        (b"[" * 10_000, RejectReason.NOT_JSON),
        (b"{}", RejectReason.NO_SERIAL),
        (b'{"serial_number": 12}', RejectReason.NO_SERIAL),
        (b'{"serial_number": "  "}', RejectReason.NO_SERIAL),
        (b'{"serial_number": "a\\nb"}', RejectReason.NO_SERIAL),
        (b'{"serial_number": "%b"}' % (b"x" * 65), RejectReason.NO_SERIAL),
        (b" " * (MAX_PAYLOAD + 1), RejectReason.TOO_LARGE),
        (b"x" * 1_000_000, RejectReason.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_is_refused(payload: bytes, reason: RejectReason) -> None:
    with pytest.raises(Rejected) as refused:
        parse(payload)
    assert refused.value.reason is reason


def test_what_a_device_says() -> None:
    said = {
        "serial_number": " ÑAÑDÚ-1 ",
        "estado": "activo",
        "parametros": {"a": 1, "b": True, "c": "x" * 300, "d": [1], "e": None, "": 1},
        "configuracion": {"modo": "manual"},
        "version": 3,
        "timestamp": 1.5,
    }
    report = parse(json.dumps(said))
    assert report.serial == "ÑAÑDÚ-1"
    assert report.parameters == {"a": 1, "b": True, "c": "x" * 255}
    assert report.configuration == {"modo": "manual"}
    assert (report.version, report.clock) == (3, 1.5)


def test_what_is_empty_or_of_the_wrong_type_is_not_said() -> None:
    said = {
        "serial_number": "x",
        "estado": 3,
        "parametros": [1],
        "configuracion": {},
        "version": True,
        "timestamp": "noon",
    }
    report = parse(json.dumps(said))
    assert report == Report(serial="x", unreadable=("parametros",))


def test_a_device_says_only_so_much() -> None:
    said = {"serial_number": "x", "parametros": {f"p{n}": n for n in range(99)}}
    assert len(parse(json.dumps(said)).parameters or ()) == MAX_PARAMETERS


# Claims


@given(st.text(max_size=100))
def test_any_text_is_a_claim_or_is_none(text: str) -> None:
    try:
        claim = parse_claim(text)
    except NotAClaim:
        return
    assert claim.serial


@pytest.mark.parametrize(
    "text",
    [
        '{"serial_number": "RGD0Q7W8E9R0"}',
        '{"serial": "RGD0Q7W8E9R0", "nombre": 3}',
        'Scanned at noon: {"serial": "RGD0Q7W8E9R0"} (QR)',
        " RGD0Q7W8E9R0\n",
    ],
)
def test_a_claim_may_be_written_in_many_ways(text: str) -> None:
    claim = parse_claim(text)
    assert claim.serial == "RGD0Q7W8E9R0"
    assert claim.identity.model == NO_MODEL
    assert not claim.configuration


@pytest.mark.parametrize("text", ["", "two words", "{}", '{"serial": 3}', "{broken}"])
def test_what_names_no_device_is_no_claim(text: str) -> None:
    with pytest.raises(NotAClaim):
        parse_claim(text)


def test_text_above_the_limit_is_no_claim() -> None:
    with pytest.raises(NotAClaim):
        parse_claim("A" * (MAX_TEXT + 1))
