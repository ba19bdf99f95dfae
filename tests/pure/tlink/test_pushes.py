"""Any bytes are parsed to a push or rejected with a documented reason."""

import json
import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.journal.codec import (
    day_of,
    decode,
    encode,
)
from custom_components.jannenkoti.kinds.tlink.model import (
    Push,
    RejectReason,
    flag,
    identifier,
    text,
)
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.lib.stored import Stored

from .helpers import JSON, NOW, PUSHES, take


def test_fields_that_cannot_be_stored_are_none() -> None:
    assert text(10**5000, 10) is None
    assert text([], 10) is None
    assert flag("TRUE") is True
    assert flag("1.0") is True
    assert flag("maybe") is None
    assert flag([]) is None


@given(
    body=st.binary() | st.text().map(str.encode) | JSON.map(json.dumps).map(str.encode)
)
def test_any_bytes_are_parsed_or_rejected(body: bytes) -> None:
    assert isinstance(take(body), Push | RejectReason)


def test_json_nested_too_deeply_is_rejected() -> None:
    assert take(b"[" * 200_000) is RejectReason.INVALID_JSON
    number = b'{"deviceId": ' + b"9" * 5000 + b"}"
    assert take(number) is RejectReason.MISSING_FIELD


@given(fields=PUSHES)
def test_parsed_push_survives_journal_and_saved_state(fields: dict[str, Any]) -> None:
    push = take(json.dumps(fields).encode())
    if isinstance(push, RejectReason):
        assert push is RejectReason.MISSING_FIELD
        return
    again = decode(encode(push))
    assert again == push
    assert day_of(push, NOW.date() - timedelta(days=90)) <= NOW.date()
    account = Account(Options.parse({}), Secrets(()))
    for sample in push.samples:
        assert sample.measured <= NOW + timedelta(minutes=5)
        assert sample.number is None or math.isfinite(sample.number)
    account.take(push)
    stored = json.loads(json.dumps(account.to_store(NOW)))
    other = Account(Options.parse({}), Secrets(()))
    other.restore(Stored(stored))
    assert other.inventory.sensors.keys() == account.inventory.sensors.keys()
    for sensor_id, sensor in account.inventory.sensors.items():
        assert other.inventory.sensors[sensor_id].value == sensor.value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4711, "4711"),
        ("004711", "4711"),
        (4711.0, "4711"),
        (0, None),
        ("0", None),
        ("", None),
        (True, None),
        (None, None),
        ("x" * 65, None),
        ("a\n", "a"),
        ("a\nb", None),
        ("D 2", "D 2"),
    ],
)
def test_identifier_of_any_value(value: object, expected: str | None) -> None:
    assert identifier(value) == expected


@pytest.mark.parametrize("fields", [10**30, -(10**30), "1e300", 1e300, 1.5, "x", None])
def test_unusable_integer_is_none_and_can_be_stored(fields: object) -> None:
    entry = {"sensorsId": 1, "sensorsTypeId": fields, "value": "1"}
    body = {"deviceId": 1, "deviceUserid": 2, "sensorsDates": [entry]}
    push = take(json.dumps(body).encode())
    assert not isinstance(push, RejectReason)
    assert push.samples[0].type is None
    assert decode(encode(push)) == push
