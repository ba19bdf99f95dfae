"""Devices and sensors."""

import pytest

from custom_components.jannenkoti.kinds.tlink.account.devices import (
    Sensor,
    SensorInfo,
)
from custom_components.jannenkoti.kinds.tlink.model import (
    Sample,
    SensorType,
)

from ..helpers import sample


@pytest.mark.parametrize(
    ("latest", "expected"),
    [
        (None, None),
        (sample(switcher=True, value="0"), True),
        (sample(value="1"), True),
        (sample(value="0"), False),
        (sample(value="many"), None),
    ],
)
def test_switch_is_on_by_its_field_or_else_by_its_value(
    latest: Sample | None, *, expected: bool | None
) -> None:
    info = SensorInfo(sensor_id="55001", device_id="4711", type=SensorType.SWITCH)
    assert Sensor(info=info, sample=latest).on is expected
