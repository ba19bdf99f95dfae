"""The device list of the cloud."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.inventory import Inventory
from custom_components.jannenkoti.kinds.tlink.cloud.device_list import parse_device
from custom_components.jannenkoti.kinds.tlink.model import SensorType

from ..helpers import JSON, NOW, TIMES


def test_rows_that_are_no_sensors_are_skipped() -> None:
    rows = [None, {"id": 0}, {"id": 7, "isDelete": 1}, {"sensorId": 8, "lat": "1"}]
    found = parse_device({"id": 4711, "sensorList": rows}, TIMES, NOW)
    assert found is not None
    assert [info.sensor_id for info in found.sensors] == ["8"]
    assert not found.push.samples
    assert parse_device({"id": 4711, "isDelete": "1"}, TIMES, NOW) is None


@given(row=JSON | st.fixed_dictionaries({"id": JSON, "sensorsList": st.lists(JSON)}))
def test_any_row_is_parsed_or_skipped(row: Any) -> None:
    listed = parse_device(row, TIMES, NOW)
    assert listed is None or listed.device.device_id


@pytest.mark.parametrize("missing", [{}, None])
def test_null_in_the_list_keeps_what_is_known(missing: dict[str, Any] | None) -> None:
    sensor = {
        "id": 8,
        "sensorTypeId": 2,
        "sensorName": "Pump",
        "unit": "bar",
        "decimalPlacse": "1",
        "switcher": "1",
    }
    device = {
        "id": 4711,
        "deviceName": "Tank",
        "deviceNo": "AB12",
        "userId": 902,
        "isLine": 1,
        "lat": "60.1",
        "lng": "24.9",
    }
    inventory = Inventory()

    def learn(device: dict[str, Any], sensor: dict[str, Any]) -> None:
        listed = parse_device({**device, "sensorsList": [sensor]}, TIMES, NOW)
        assert listed is not None
        inventory.learn([listed])

    learn(device, sensor)
    known, kept = inventory.devices["4711"], inventory.sensors["8"]
    names = (set(device) | set(sensor)) - {"id"}
    empty = {} if missing == {} else dict.fromkeys(names)
    learn({**empty, "id": 4711}, {**empty, "id": 8})
    assert inventory.devices["4711"] == known
    assert inventory.sensors["8"] == kept
    learn({"id": 4711, "deviceName": "Other"}, {"id": 8, "unit": "Pa", "isLine": 0})
    assert inventory.devices["4711"].name == "Other"
    assert inventory.sensors["8"].info == kept.info._replace(unit="Pa")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"value": "15.0"}, SensorType.NUMBER),
        ({"value": "leaking"}, SensorType.TEXT),
        ({"switcher": "0"}, SensorType.INDICATOR),
        ({"sensorTypeId": 99, "value": 3}, SensorType.NUMBER),
        ({}, SensorType.NUMBER),
    ],
)
def test_type_that_is_not_told_is_guessed_by_the_value(
    values: dict[str, Any], kind: SensorType
) -> None:
    listed = parse_device({"id": 1, "sensorsList": [{"id": 8, **values}]}, TIMES, NOW)
    assert listed is not None
    inventory = Inventory()
    inventory.learn([listed])
    assert inventory.sensors["8"].info.type == kind


@pytest.mark.parametrize(
    "updated",
    [
        "2026-03-02 19:30:00",
        "2026/03/02 19:30:00",
        "2026-03-02T11:30:00Z",
        "2026-03-02T11:30:00.000+0000",
        1772451000,
        1772451000.0,
        1772451000000,
        "1772451000",
        "1772451000000",
    ],
)
def test_time_of_a_value_is_read_in_each_form(updated: object) -> None:
    row = {"id": 8, "value": "1", "updateDate": updated}
    listed = parse_device({"id": 1, "sensorsList": [row]}, TIMES, NOW)
    assert listed is not None
    (sample,) = listed.push.samples
    assert sample.measured == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reported", "alarm"),
    [
        *((it, True) for it in (1, "1", True, "true", 2, "2", "3.0", -1)),
        *((it, False) for it in (0, "0", False, "0.0")),
        *((it, None) for it in ("", "?", None)),
        ([], None),
    ],
)
def test_alarm_may_be_a_level(reported: object, alarm: bool | None) -> None:  # noqa: FBT001
    row = {"id": 8, "value": "1", "isAlarms": reported}
    listed = parse_device({"id": 1, "sensorsList": [row]}, TIMES, NOW)
    assert listed is not None
    assert listed.push.samples[0].alarm is alarm


@pytest.mark.parametrize("updated", [True, 0, -1, 5, 10**18, 1e300, "12", [], {}, ""])
def test_number_that_is_no_time_counts_as_none(updated: object) -> None:
    row = {"id": 8, "value": "1", "updateDate": updated}
    listed = parse_device({"id": 1, "sensorsList": [row]}, TIMES, NOW)
    assert listed is not None
    assert listed.push.samples[0].recorded is None
