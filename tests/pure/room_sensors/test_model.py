"""Any bytes are a report or the one refusal."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.model import (
    Error,
    Refused,
    Report,
    location_name,
    parse,
)

numbers = st.one_of(st.floats(), st.integers(), st.booleans(), st.text(), st.none())
values = st.recursive(
    numbers,
    lambda children: st.one_of(
        st.lists(children), st.dictionaries(st.text(), children)
    ),
    max_leaves=5,
)
fields = st.sampled_from(
    [
        "location",
        "temperature_c",
        "humidity_pct",
        "temperature",
        "humidity",
        "error",
    ]
)


def said_by(body: bytes) -> Report | Refused:
    """Parse, and nothing but the one refusal may come up."""
    try:
        return parse(body, "default")
    except Refused as refused:
        return refused


def check(body: bytes) -> None:
    """Parse; what comes out can be stored and answered as JSON."""
    said = said_by(body)
    if isinstance(said, Report):
        assert location_name(said.location) == said.location
        json.dumps(said.location, ensure_ascii=False).encode()
        json.dumps([said.temperature, said.humidity], allow_nan=False)
    else:
        assert said.error in {Error.INVALID_PAYLOAD, Error.DEVICE_ERROR}
        assert (said.message is None) == (said.error is Error.INVALID_PAYLOAD)
        json.dumps(said.message, ensure_ascii=False).encode()


@given(st.binary())
@example(b"")
@example(b"[" * 100_000)
@example(b'{"error":' * 50_000)
@example(b'{"location":"a","temperature_c":1' + b"0" * 5000 + b',"humidity_pct":1}')
@example(b'{"location":"\\ud800","temperature_c":1,"humidity_pct":1}')
@example(b'{"error":"\\ud800"}')
@example('{"location":"a"}'.encode("utf-16"))
def test_any_bytes(body: bytes) -> None:
    check(body)


@given(st.dictionaries(fields, values))
def test_any_json(said: dict[str, Any]) -> None:
    check(json.dumps(said).encode())


@given(
    location=st.text(min_size=1, max_size=64).filter(location_name),
    temperature=st.floats(allow_nan=False, allow_infinity=False),
    humidity=st.integers(-1000, 1000),
)
def test_what_a_board_says_is_understood(
    location: str, temperature: float, humidity: int
) -> None:
    said = {
        "location": location,
        "temperature_c": temperature,
        "humidity_pct": humidity,
    }
    assert parse(json.dumps(said).encode(), "default") == Report(
        location=location_name(location) or "",
        temperature=temperature,
        humidity=humidity,
    )


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ('{"temperature": 23.1, "humidity": 38.0}', "default"),
        ('{"location": "WC", "temperature": 23.1, "humidity": 38.0}', "WC"),
        ('{"location": " WC ", "temperature_c": 23.1, "humidity_pct": 38.0}', "WC"),
        ('{"location": "\u00e4", "temperature_c": 23.1, "humidity_pct": 38}', "\u00e4"),
        (
            '{"location": "a\u0308", "temperature_c": 23.1, "humidity_pct": 38}',
            "\u00e4",
        ),
        ('{"location": "WC", "error": "", "temperature": 23.1, "humidity": 38}', "WC"),
    ],
)
def test_other_devices_are_understood(body: str, location: str) -> None:
    assert parse(body.encode(), "default") == Report(
        location=location, temperature=23.1, humidity=38.0
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"location": "WC", "temperature_c": 21.9}',
        '{"location": "WC", "humidity_pct": 55}',
        '{"temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": "", "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": 5, "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": null, "temperature": 21.9, "humidity": 55}',
        '{"location": "a\\nb", "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": "21.9", "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": true, "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": NaN, "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": 1e999, "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": null, "humidity_pct": 55}',
        '{"location": "' + "x" * 65 + '", "temperature_c": 1, "humidity_pct": 55}',
        '{"location": "WC", "temperature_c": 1' + "0" * 400 + ', "humidity_pct": 5}',
    ],
)
def test_what_cannot_be_used_is_refused(body: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(body.encode(), "default")
    assert refused.value.error is Error.INVALID_PAYLOAD


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ('"DHT22: no answer"', "DHT22: no answer"),
        ("7", "7"),
        ('{"code": 7}', ""),
        (f'"{"x" * 300}"', "x" * 200),
        ('"\\ud800"', "?"),
    ],
)
def test_a_board_that_complains_is_quoted(error: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(f'{{"location": "WC", "error": {error}}}'.encode(), "default")
    assert refused.value.error is Error.DEVICE_ERROR
    assert refused.value.message == message
    assert refused.value.location == "WC"
