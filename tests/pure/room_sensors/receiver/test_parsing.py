"""Any body is a report, or rejected for a reason."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.model import (
    Rejected,
    RejectReason,
    Report,
    location_name,
)
from custom_components.jannenkoti.kinds.room_sensors.receiver.parsing import (
    parse_report,
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


def said_by(body: bytes) -> Report | Rejected:
    """Parse, and nothing but the one refusal may come up."""
    try:
        return parse_report(body, "default")
    except Rejected as rejected:
        return rejected


def check(body: bytes) -> None:
    """Parse; what comes out can be stored and answered as JSON."""
    said = said_by(body)
    if isinstance(said, Report):
        assert location_name(said.location) == said.location
        json.dumps(said.location, ensure_ascii=False).encode()
        json.dumps([said.temperature, said.humidity], allow_nan=False)
    else:
        assert said.reason in {
            RejectReason.INVALID_PAYLOAD,
            RejectReason.DEVICE_ERROR,
            RejectReason.UNIT_NOT_UNDERSTOOD,
        }
        assert (said.message is None) == (said.reason is not RejectReason.DEVICE_ERROR)
        json.dumps(said.message, ensure_ascii=False).encode()


@given(st.binary())
@example(b"")
@example(b"[" * 100_000)
@example(b'{"error":' * 50_000)
@example(b'{"location":"a","temperature_c":1' + b"0" * 5000 + b',"humidity_pct":1}')
@example(b'{"location":"\\ud800","temperature_c":1,"humidity_pct":1}')
@example(b'{"error":"\\ud800"}')
@example('{"location":"a"}'.encode("utf-16"))
def test_any_bytes_are_a_report_or_rejected(body: bytes) -> None:
    check(body)


@given(st.dictionaries(fields, values))
def test_any_json_is_a_report_or_rejected(said: dict[str, Any]) -> None:
    check(json.dumps(said).encode())


@given(
    location=st.text(min_size=1, max_size=64).filter(location_name),
    temperature=st.floats(allow_nan=False, allow_infinity=False),
    humidity=st.integers(0, 100),
)
def test_report_contains_the_values_of_the_board(
    location: str, temperature: float, humidity: int
) -> None:
    said = {
        "location": location,
        "temperature_c": temperature,
        "humidity_pct": humidity,
    }
    assert parse_report(json.dumps(said).encode(), "default") == Report(
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
def test_formats_of_other_devices_are_parsed(body: str, location: str) -> None:
    assert parse_report(body.encode(), "default") == Report(
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
        '{"location": "WC", "temperature_c": nan, "humidity_pct": nan}',
        '{"location": "WC", "temperature_c": true, "humidity_pct": null}',
        '{"location": "WC", "temperature_c": "", "humidity_pct": 121}',
        '{"location": "WC", "humidity_pct": 55}',
        '{"temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": "", "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": 5, "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": null, "temperature": 21.9, "humidity": 55}',
        '{"location": "a\\nb", "temperature_c": 21.9, "humidity_pct": 55}',
        '{"location": "' + "x" * 65 + '", "temperature_c": 1, "humidity_pct": 55}',
    ],
)
def test_unusable_body_is_an_invalid_payload(body: str) -> None:
    with pytest.raises(Rejected) as rejected:
        parse_report(body.encode(), "default")
    assert rejected.value.reason is RejectReason.INVALID_PAYLOAD


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
def test_error_of_a_board_is_returned(error: str, message: str) -> None:
    with pytest.raises(Rejected) as rejected:
        parse_report(f'{{"location": "WC", "error": {error}}}'.encode(), "default")
    assert rejected.value.reason is RejectReason.DEVICE_ERROR
    assert rejected.value.message == message
    assert rejected.value.location == "WC"


UNREADABLE = [
    "nan",
    "NaN",
    "-nan",
    "NAN",
    "nan(0x8000000000000)",
    "inf",
    "-inf",
    "Infinity",
    "-Infinity",
    "1e999",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"nan"',
    '"--"',
    '"unavailable"',
    "1" + "0" * 400,
]


@pytest.mark.parametrize("value", UNREADABLE)
def test_unreadable_temperature_keeps_the_humidity(value: str) -> None:
    body = f'{{"location": "nan, inf", "temperature_c": {value}, "humidity_pct": 55}}'
    assert parse_report(body.encode(), "default") == Report(
        location="nan, inf", temperature=None, humidity=55
    )


@pytest.mark.parametrize("value", [*UNREADABLE, "-5.1", "120.1", "255", "998"])
def test_unreadable_humidity_keeps_the_temperature(value: str) -> None:
    body = f'{{"location": "WC", "temperature": 21.5, "humidity": {value}}}'
    assert parse_report(body.encode(), "default") == Report(
        location="WC", temperature=21.5, humidity=None
    )


@pytest.mark.parametrize(
    ("value", "humidity"),
    [("-5", 0), ("-0.1", 0), ("100.1", 100), ("118", 100), ("120", 100), ("55", 55)],
)
def test_humidity_slightly_out_of_range_is_clipped(value: str, humidity: float) -> None:
    body = f'{{"location": "WC", "temperature_c": 21, "humidity_pct": {value}}}'
    assert parse_report(body.encode(), "default").humidity == humidity


@pytest.mark.parametrize("text", ["21.5", "21,5", " 21.5 ", "+21.5", "21.50"])
def test_numbers_as_text_are_parsed(text: str) -> None:
    body = f'{{"location": "WC", "temperature_c": "{text}", "humidity_pct": "41,5 %"}}'
    assert parse_report(body.encode(), "default") == Report(
        location="WC", temperature=21.5, humidity=41.5
    )


CELSIUS = ["C", "°C", "℃", "⁰C", "ºC", "˚C", "c", "deg C", "degC", "Celsius", "° C"]
FAHRENHEIT = ["F", "°F", "℉", "⁰F", "degF", "Fahrenheit"]


@pytest.mark.parametrize("unit", CELSIUS)
@pytest.mark.parametrize("field", ["unit", "temperature_unit", None])
def test_celsius_is_understood_in_any_spelling(unit: str, field: str | None) -> None:
    assert temperature(21.5, unit, field) == 21.5


@pytest.mark.parametrize("unit", FAHRENHEIT)
@pytest.mark.parametrize("field", ["unit", "temperature_unit", None])
def test_fahrenheit_is_converted(unit: str, field: str | None) -> None:
    assert temperature(77, unit, field) == pytest.approx(25)


@pytest.mark.parametrize(
    "part",
    [
        b'"temperature_c": 21.5, "unit": "\xb0C"',
        b'"temperature_c": "21.5 \xb0C"',
        b'"temperature_c": "21.5\xb0c"',
        b'"temperature_c": 70.7, "unit": "\xb0F"',
        '"temperature_c": 21.5, "unit": "°C"'.encode(),
    ],
)
def test_degree_sign_of_latin_1_is_understood(part: bytes) -> None:
    body = b'{"location": "WC", "humidity_pct": 50, ' + part + b"}"
    assert parse_report(body, "default").temperature == pytest.approx(21.5)


def test_other_bytes_that_are_no_utf_8_are_rejected() -> None:
    for location in (b"K\xb0", b"\xb0", b"\xe4"):
        body = b'{"location": "%s", "humidity_pct": 5, "temperature_c": 2}' % location
        with pytest.raises(Rejected):
            parse_report(body, "default")


@pytest.mark.parametrize("text", ["41.5 %", "41.5%", "41,5 %RH", "41.5% rh", " 41.5 "])
def test_humidity_with_its_unit_is_understood(text: str) -> None:
    body = f'{{"location": "WC", "temperature_c": 21, "humidity_pct": "{text}"}}'
    assert parse_report(body.encode(), "default").humidity == 41.5


@pytest.mark.parametrize(
    "text", ["%", "41.5 g", "% 41", "%RH", "41.5 % % RH", "a" * 99]
)
def test_humidity_that_cannot_be_read_keeps_the_temperature(text: str) -> None:
    body = f'{{"location": "WC", "temperature_c": 21, "humidity_pct": "{text}"}}'
    report = parse_report(body.encode(), "default")
    assert (report.temperature, report.humidity) == (21, None)


@pytest.mark.parametrize("unit", ["K", "°", "%", "Grad", "C" * 100, "rankine"])
def test_temperature_with_another_unit_is_left_out(unit: str) -> None:
    assert temperature(21.5, unit, "unit") is None
    body = json.dumps({"location": "WC", "humidity": 5, "temperature": 2, "unit": unit})
    assert parse_report(body.encode(), "default").unit_unknown


def test_report_with_only_a_value_of_another_unit_is_rejected() -> None:
    said = b'{"location": "WC", "temperature_c": 21, "humidity_pct": "", "unit": "K"}'
    with pytest.raises(Rejected) as rejected:
        parse_report(said, "default")
    assert rejected.value.reason is RejectReason.UNIT_NOT_UNDERSTOOD
    assert rejected.value.location == "WC"


def temperature(value: float, unit: str, field: str | None) -> float | None:
    """Return the temperature of a report with a unit in a field or in the value."""
    fields: dict[str, object] = {"location": "WC", "humidity_pct": 50}
    if field is None:
        fields["temperature_c"] = f"{value} {unit}"
    else:
        fields |= {"temperature_c": value, field: unit}
    return parse_report(json.dumps(fields).encode(), "default").temperature


@pytest.mark.parametrize("end", [b"\0", b"\0\0\0", b"\r\n", b"\r\n\0", b" "])
def test_bytes_of_a_c_string_at_the_end_are_ignored(end: bytes) -> None:
    body = b'{"location": "WC", "temperature_c": 21.5, "humidity_pct": 50}'
    assert parse_report(body + end, "default").temperature == 21.5
