"""The device list of the cloud."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.cloud.device_list import parse_device

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
