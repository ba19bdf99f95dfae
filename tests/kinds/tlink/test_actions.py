"""The actions answer in the shapes of the original server."""

import csv
import json
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.exceptions import HomeAssistantError

from custom_components.jannenkoti.const import DOMAIN

from .conftest import NOW, Push, make_entry, payload, said, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

READING = {
    "recordedAt": NOW.isoformat(),
    "sensorTimestamp": "20:30:00",
    "isAlarm": False,
    "isLine": True,
    "rawValue": "15.0",
    "value": "15.0",
}
SENSOR = {
    "sensorId": 55001,
    "deviceId": 4711,
    "sensorName": None,
    "sensorTypeId": 1,
    "isAlarm": False,
    "isLine": True,
    "latestValue": "15.0",
    "latestRecordedAt": NOW.isoformat(),
    "unit": None,
}


@contextmanager
def refused(key: str) -> Iterator[None]:
    """Expect a complaint."""
    with pytest.raises(HomeAssistantError) as caught:
        yield
    assert caught.value.translation_key == key


async def call(hass: HomeAssistant, name: str, **data: Any) -> Any:
    """Perform an action and return its answer."""
    return await hass.services.async_call(
        DOMAIN, f"tlink_{name}", data, blocking=True, return_response=True
    )


@pytest.fixture
async def pushed(hass: HomeAssistant, push: Push) -> None:
    """Let two devices push, one in alarm."""
    await push()
    alarm = said("7", sensor_id="S 1", isAlarm="1")
    await push(payload(alarm, deviceId="D 2", deviceUserid=903, parentUserId=902))


@pytest.mark.usefixtures("pushed")
async def test_devices_are_listed_in_pages_and_filtered(hass: HomeAssistant) -> None:
    answer = await call(hass, "devices")
    assert answer["pagination"] == {"page": 1, "pageSize": 25, "total": 2, "pages": 1}
    first, second = answer["devices"]
    assert first == {
        "deviceId": 4711,
        "deviceName": None,
        "deviceNo": None,
        "userId": 902,
        "userName": None,
        "parentUserId": 310,
        "lat": None,
        "lng": None,
        "isLine": True,
        "isAlarm": False,
        "lastFlag": "00",
        "lastPushTime": NOW.isoformat(),
        "sensors": [SENSOR],
    }
    assert second["deviceId"] == "D 2"
    answer = await call(hass, "devices", page=2, page_size=1)
    assert answer["devices"] == [second]
    assert answer["pagination"] == {"page": 2, "pageSize": 1, "total": 2, "pages": 2}
    for filters, found in (
        ({"alarm": True}, [second]),
        ({"alarm": False}, [first]),
        ({"online": False}, []),
        ({"user_id": 902}, [first, second]),
        ({"user_id": 903}, [second]),
        ({"device_id": 4711}, [first]),
    ):
        assert (await call(hass, "devices", **filters))["devices"] == found


@pytest.mark.usefixtures("pushed")
async def test_the_latest_readings(hass: HomeAssistant) -> None:
    answer = await call(hass, "latest", device_id=4711)
    assert answer == {"sensors": [{**SENSOR, "latest": READING}]}
    assert len((await call(hass, "latest"))["sensors"]) == 2
    with refused("tlink_unknown_device"):
        await call(hass, "latest", device_id=5)


async def test_the_history_is_cut_by_time_and_number(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(-5, 1):
        at = NOW + timedelta(minutes=minutes)
        await push(payload(said(str(minutes), at=at), at=at))
    answer = await call(hass, "history", sensor_id=55001, limit=2)
    assert [each["value"] for each in answer["history"]] == ["0", "-1"]
    assert answer["sensorId"] == 55001
    start, end = (NOW + timedelta(minutes=minutes) for minutes in (-4, -2))
    answer = await call(hass, "history", sensor_id=55001, start=start, end=end)
    assert [each["value"] for each in answer["history"]] == ["-2", "-3", "-4"]
    with refused("tlink_unknown_sensor"):
        await call(hass, "history", sensor_id=5)


async def test_the_logs_tell_what_was_stored_and_what_was_refused(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(3):
        at = NOW + timedelta(minutes=minutes)
        other = [said("9", sensor_id=2, at=at)] if minutes == 2 else []
        await push(payload(said(str(minutes), at=at), *other, at=at))
    await push(payload(said("x")), sign="wrong")
    answer = await call(hass, "logs", device_id=4711, page_size=2)
    assert answer["pagination"] == {
        "page": 1,
        "pageSize": 2,
        "returned": 2,
        "hasMore": True,
    }
    answer = await call(hass, "logs", device_id=4711, status="error")
    (failure,) = answer["logs"]
    assert (failure["httpStatus"], failure["status"]) == (401, "error")
    assert failure["message"] == "Invalid webhook signature"
    answer = await call(hass, "logs", device_id=4711, sensor_id=2, status="success")
    assert [len(log["sensors"]) for log in answer["logs"]] == [1]
    assert answer["logs"][0]["sensors"][0]["sensorId"] == 2
    with refused("tlink_unknown_device"):
        await call(hass, "logs", device_id=5)


@pytest.mark.usefixtures("pushed")
async def test_readings_are_exported(hass: HomeAssistant) -> None:
    folder = Path(hass.config.config_dir) / "www"
    hass.config.allowlist_external_dirs = {str(folder)}
    asked = {"sensor_ids": ["55001", "S 1"], "filename": "www/readings.csv"}
    answer = await call(hass, "export", **asked)
    assert answer == {"path": str(folder / "readings.csv"), "readings": 2}
    with (folder / "readings.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["sensorId"] for row in rows] == ["55001", "S 1"]
    assert rows[0]["value"] == "15.0"
    asked["filename"] = "www/readings.jsonl"
    await call(hass, "export", **asked, format="jsonl")
    lines = (folder / "readings.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {"sensorId": 55001, **READING}
    with refused("tlink_path_not_allowed"):
        await call(hass, "export", sensor_ids="55001", filename="secrets.yaml")
    with refused("tlink_unknown_sensor"):
        await call(hass, "export", sensor_ids="5", filename="www/x.csv")
    with (
        patch("pathlib.Path.open", side_effect=PermissionError),
        refused("tlink_file_failed"),
    ):
        await call(hass, "export", **asked)


@pytest.mark.usefixtures("pushed")
async def test_nothing_is_written_without_the_cloud(hass: HomeAssistant) -> None:
    for name, data, key in (
        ("switch", {"sensor_id": 55001, "turned_on": True}, "tlink_no_cloud"),
        ("write", {"sensor_id": 55001, "value": "1"}, "tlink_no_number"),
        ("send_data", {"device_id": 4711, "values": {1: 2}}, "tlink_no_number"),
    ):
        with refused(key):
            await hass.services.async_call(DOMAIN, f"tlink_{name}", data, blocking=True)


async def test_the_account_that_is_meant_has_to_be_loaded(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await call(hass, "latest", config_entry_id=entry.entry_id)
    other = make_entry(push_token="other")
    await set_up(hass, other)
    with refused("tlink_which_account"):
        await call(hass, "latest")
    await call(hass, "latest", config_entry_id=entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)
    with refused("tlink_which_account"):
        await call(hass, "latest", config_entry_id=entry.entry_id)
