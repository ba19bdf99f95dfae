"""What new firmware obeys: the channels of the device types and their events."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.mqtt_devices.devices.channels import (
    Channel,
    channel_of,
    needs_binary,
    next_event,
    served_to_new_firmware,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    device_type_of,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import (
    Configuration,
)

BLIND, PLUG, SENSOR = (device_type_of(x) for x in ("SHD0", "PLG0", "TMP0"))
OTHER_DAYS = ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def blind() -> Channel:
    found = channel_of(BLIND)
    assert found is not None
    return found


def events(value: Any) -> dict[str, Any]:
    return {blind().schedule: value}


def test_plug_has_no_channel() -> None:
    assert channel_of(PLUG) is None


def test_device_without_a_mode_is_served_nothing_more() -> None:
    assert served_to_new_firmware(BLIND, Configuration.of({}), 50, None) == {}
    assert served_to_new_firmware(PLUG, Configuration.of({}), None, None) == {}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"modo": "manual"}, {"capability": "binary"}),
        ({"modo": "manual", "capability": "binary"}, {}),
        ({"modo": "horario"}, {}),
    ],
)
def test_sensor_is_told_to_obey_on_and_off(
    document: dict[str, Any], expected: dict[str, Any]
) -> None:
    served = served_to_new_firmware(SENSOR, Configuration.of(document), None, None)
    assert served == expected


def test_device_that_follows_a_schedule_of_another_sort_keeps_it() -> None:
    assert not needs_binary(SENSOR, {"modo": "horario", "horarios_riego": {}})


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        {},
        {"monday": None},
        {"monday": [7, [], [8], ["x"], ["a:00"], ["12:x"], ["24:00"], ["12:60"]]},
    ],
)
def test_unreadable_events_move_nothing(value: Any) -> None:
    assert next_event(blind(), events(value), MONDAY, UTC) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"diario": [["13:30", 40]]}, datetime(2026, 3, 2, 13, 30, tzinfo=UTC)),
        ({"diario": [["11:30", 40]]}, datetime(2026, 3, 3, 11, 30, tzinfo=UTC)),
        ({"monday": [["12:00", 40]]}, datetime(2026, 3, 9, 12, tzinfo=UTC)),
        (
            {"monday": [["14:00", 1], ["13:00", 2]], "diario": [["12:30", 3]]},
            datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
        ),
    ],
)
def test_next_event_is_the_first_after_now(value: Any, expected: datetime) -> None:
    assert next_event(blind(), events(value), MONDAY, UTC) == expected


def test_runs_that_touch_are_one_run() -> None:
    document: dict[str, Any] = {
        "modo": "horario",
        "horarios": [
            {"dias": ["lunes"], "inicio": "08:00", "fin": "10:00"},
            {"dias": ["lunes"], "inicio": "10:00", "fin": "12:00"},
        ],
    }
    served = served_to_new_firmware(BLIND, Configuration.of(document), None, None)
    assert served[blind().schedule] == {
        "monday": [["00:00", 0], ["08:00", 100], ["12:00", 0]],
        **{day: [["00:00", 0]] for day in OTHER_DAYS},
    }
