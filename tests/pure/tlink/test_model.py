"""One bad field of a push never costs its neighbors."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.kinds.tlink.model import Push, parse_push, read_json
from custom_components.jannenkoti.kinds.tlink.push.times import Times

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
TIMES = Times(ZoneInfo("Asia/Shanghai"))


def parsed(body: str) -> Push:
    return parse_push(read_json(body.encode()), TIMES, NOW)


def body(first: str, field: str = "value") -> str:
    """Return a push whose first sensor has a field as it is written here."""
    good = json.dumps({"sensorsId": 2, "value": "55"})
    return (
        '{"deviceId": 1, "deviceUserid": 2, "sensorsDates": '
        f'[{{"sensorsId": 1, "{field}": {first}}}, {good}]}}'
    )


@pytest.mark.parametrize(
    "value",
    [
        *("NaN", "nan", "-nan", "Infinity", "-inf", "inf"),
        *("null", "[]", "{}", '"nan"', '"\\u0000"', "1e999", "9" * 5000),
    ],
)
@pytest.mark.parametrize(
    "field", ["value", "times", "isAlarm", "isLine", "switcher", "lat", "unit"]
)
def test_unreadable_field_does_not_cost_other_fields_and_sensors(
    value: str, field: str
) -> None:
    push = parsed(body(value, field))
    assert [sample.sensor_id for sample in push.samples] == ["1", "2"]
    assert push.samples[1].number == 55
    assert push.samples[0].number is None


@pytest.mark.parametrize(
    ("value", "number"),
    [('"15,5"', 15.5), ('"15.5"', 15.5), ("15.5", 15.5), ('" 7 "', 7), ('"nan"', None)],
)
def test_numbers_are_read_with_point_or_comma(value: str, number: float | None) -> None:
    assert parsed(body(value)).samples[0].number == number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("1", True), ('"1"', True), ("true", True), ('"ON"', True), ('"yes"', True)),
        *(("0", False), ('"0"', False), ("false", False), ('"off"', False)),
        *(('"maybe"', None), ("2", None), ("NaN", None)),
    ],
)
def test_truths_are_read_in_all_spellings(value: str, *, expected: bool | None) -> None:
    assert parsed(body(value, "isLine")).samples[0].online is expected


def test_text_that_looks_like_a_bare_nan_is_kept() -> None:
    push = parsed(body('"nan, inf"').replace('"2"', "nan"))
    assert push.samples[0].value == "nan, inf"


def test_names_and_units_of_a_relay_are_kept() -> None:
    fields: dict[str, Any] = {
        "deviceId": 1,
        "deviceUserid": 2,
        "deviceName": "Tank",
        "deviceNo": "AB12",
        "sensorsDates": [
            {"sensorsId": 1, "value": "1", "unit": "mm", "sensorName": "Level"}
        ],
    }
    push = parsed(json.dumps(fields))
    (sample,) = push.samples
    assert (push.device_name, push.device_number) == ("Tank", "AB12")
    assert (sample.unit, sample.name) == ("mm", "Level")


def test_reading_without_any_time_has_no_key() -> None:
    (first, _) = parsed(body('"1"')).samples
    assert first.key is None
    (timed,) = parse_push(
        {
            "deviceId": 1,
            "deviceUserid": 2,
            "time": "2026-03-02 20:30:00",
            "sensorsDates": [{"sensorsId": 1, "value": "1"}],
        },
        TIMES,
        NOW,
    ).samples
    assert timed.key is not None
