"""The inventory of an account: what pushes and device lists change."""

from copy import replace
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.kinds.tlink.account import inventory as limits
from custom_components.jannenkoti.kinds.tlink.account.inventory import GAP, Inventory
from custom_components.jannenkoti.kinds.tlink.model import (
    SensorType,
)

from ..helpers import HOUR, MINUTE, NOW, SECOND, listed, push, sample

if TYPE_CHECKING:
    from datetime import timedelta


def test_devices_above_the_limit_are_counted_without_entities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_DEVICES", 1)
    inventory = Inventory()
    inventory.take(push(sample()))
    outcome = inventory.take(push(sample("1"), sample("2"), device_id="4712"))
    assert not outcome.new_devices
    assert not outcome.new_sensors
    assert inventory.overflow == 2
    inventory.learn([listed("3", "4713")])
    assert set(inventory.devices) == {"4711"}
    assert set(inventory.sensors) == {"55001"}
    assert inventory.overflow == 3


def test_sensors_above_the_limit_are_counted_without_entities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_SENSORS", 1)
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.learn([listed("3")])
    assert set(inventory.sensors) == {"1"}
    assert inventory.overflow == 2


def test_renamed_sensor_of_the_device_list_is_a_change() -> None:
    inventory = Inventory()
    inventory.learn([listed(sensorName="Level")])
    outcome = inventory.learn([listed(sensorName="Tank")])
    assert outcome.sensors == ["55001"]
    assert inventory.sensors["55001"].info.name == "Tank"
    assert not inventory.learn([listed(sensorName="Tank")]).sensors


@pytest.mark.parametrize(
    ("last", "measured", "late"),
    [
        (None, -1000 * HOUR, False),  # there is no newer one
        (-MINUTE, -MINUTE - SECOND, True),
        (-MINUTE, -MINUTE, False),
        (-3 * HOUR, -HOUR, False),
        (-3 * HOUR, -HOUR - SECOND, True),  # belongs to another hour
        (HOUR, -MINUTE, False),  # the last came before the clock was set back
    ],
)
def test_late_reading_does_not_become_the_state(
    last: timedelta | None, measured: timedelta, *, late: bool
) -> None:
    inventory = Inventory()
    if last is not None:
        inventory.take(push(sample(at=NOW + last, value="1")))
    reported = sample(at=NOW + measured, value="2")
    outcome = inventory.take(push(reported))
    assert outcome.late == ([reported] if late else [])
    assert ("55001" in outcome.sensors) is not late
    assert inventory.sensors["55001"].value == ("1" if late else "2")


def test_fields_missing_in_a_push_keep_their_values() -> None:
    inventory = Inventory()
    first = inventory.take(push(sample(), user_id="1", parent_user_id="2", flag="a"))
    assert first.new_devices == ["4711"]
    outcome = inventory.take(push(sample(at=NOW + MINUTE), at=NOW + MINUTE))
    assert (outcome.new_devices, outcome.devices) == ([], [])
    device = inventory.devices["4711"]
    assert (device.user_id, device.parent_user_id, device.flag) == ("1", "2", "a")
    inventory.learn([listed()])
    device = inventory.devices["4711"]
    assert (device.parent_user_id, device.flag) == ("2", "a")
    inventory.take(push(user_id="3", parent_user_id="4", flag="b"))
    device = inventory.devices["4711"]
    assert (device.user_id, device.parent_user_id, device.flag) == ("3", "4", "b")


def test_pause_longer_than_the_limit_is_a_gap() -> None:
    inventory = Inventory()
    times = [NOW - 2 * HOUR, NOW - 2 * HOUR + GAP, NOW - 2 * HOUR + 2 * GAP + SECOND]
    outcomes = [inventory.take(push(sample(at=at), at=at)) for at in times]
    assert [outcome.gaps for outcome in outcomes] == [[], [], [("55001", *times[1:])]]


def test_removed_device_takes_only_its_sensors() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.take(push(sample("3"), device_id="4712"))
    inventory.forget("4711")
    assert (set(inventory.devices), set(inventory.sensors)) == ({"4712"}, {"3"})


def test_older_push_does_not_change_last_seen() -> None:
    inventory = Inventory()
    for at in (NOW, NOW - HOUR):
        inventory.take(push(sample(at=at), at=at))
        assert inventory.devices["4711"].last_seen == NOW


def test_device_missing_in_the_list_is_a_change_once() -> None:
    inventory = Inventory()
    inventory.learn([listed(), listed("2", "4712")])
    outcomes = [inventory.learn([listed("2", "4712")]) for _ in range(2)]
    assert [outcome.devices for outcome in outcomes] == [["4711"], []]
    assert not inventory.devices["4711"].listed
    assert inventory.devices["4712"].listed


def test_silence_of_a_device_changes_only_its_sensors() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.take(push(sample("3"), device_id="4712"))
    for silent, changed in (({"4711"}, True), ({"4711"}, False)):
        outcome = inventory.silence(silent)
        assert outcome.devices == (["4711"] if changed else [])
        assert outcome.sensors == (["1", "2"] if changed else [])
    # What is read up on is no sign of life.
    inventory.take(push(sample("1", NOW + MINUTE), via="history"))
    silent_still = inventory.devices["4711"].silent
    outcome = inventory.take(push(sample("1", NOW + 2 * MINUTE)))
    assert (silent_still, inventory.devices["4711"].silent) == (True, False)
    assert set(outcome.sensors) == {"1", "2"}


def test_newer_status_of_the_device_list_is_applied() -> None:
    inventory = Inventory()
    inventory.take(push(sample(online=True, alarm=False)))
    inventory.learn([listed()])
    outcome = inventory.learn([listed(isLine=0, isAlarms="1")])
    assert outcome.sensors == ["55001"]
    assert (inventory.sensors["55001"].online, inventory.sensors["55001"].alarm) == (
        False,
        True,
    )


def test_new_place_of_a_device_changes_its_sensors() -> None:
    inventory = Inventory()
    here = listed()
    inventory.learn([here])
    there = replace(here, device=replace(here.device, latitude=60.0, longitude=25.0))
    outcome = inventory.learn([there])
    assert outcome.devices == ["4711"]
    assert outcome.sensors == ["55001"]


def test_history_does_not_end_silence() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    assert inventory.silence({"4711"}).sensors == ["1", "2"]
    inventory.take(push(sample("1", NOW - MINUTE), at=NOW + HOUR, via="history"))
    inventory.learn([listed("1")])
    device = inventory.devices["4711"]
    assert (device.silent, device.connected, device.last_seen) == (True, False, NOW)
    outcome = inventory.take(push(sample("1", NOW + HOUR, online=True), at=NOW + HOUR))
    assert sorted(outcome.sensors) == ["1", "2"]
    assert inventory.devices["4711"].connected is True
    assert inventory.silence(set()).devices == []


def test_older_status_of_the_device_list_is_ignored() -> None:
    inventory = Inventory()
    inventory.take(push(sample(at=NOW + MINUTE, online=False, alarm=True)))
    inventory.learn([listed()])
    assert inventory.sensors["55001"].online is False
    assert inventory.devices["4711"].alarms == {"55001"}


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"type": 6}, SensorType.LEVEL),
        ({"type": 99, "switcher": True}, SensorType.INDICATOR),
        ({"value": "15.0"}, SensorType.NUMBER),
        ({"value": "open"}, SensorType.TEXT),
    ],
)
def test_sensor_type_is_guessed_from_its_reading(
    reported: dict[str, Any], expected: SensorType
) -> None:
    inventory = Inventory()
    inventory.take(push(sample(**reported)))
    assert inventory.sensors["55001"].info.type == expected
