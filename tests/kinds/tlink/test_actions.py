"""The actions answer in the shapes of the original server."""

import asyncio
import csv
import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import voluptuous as vol
from homeassistant.exceptions import HomeAssistantError

from custom_components.jannenkoti.const import DOMAIN

from .conftest import NOW, Push, make_entry, payload, reported, set_up

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
    alarm = reported("7", sensor_id="S 1", isAlarm="1")
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
        "parentUserId": "310",
        "lat": None,
        "lng": None,
        "isLine": True,
        "isAlarm": False,
        "lastFlag": "00",
        "lastPushTime": NOW.isoformat(),
        "sensors": [{**SENSOR, "history": []}],
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
async def test_latest_returns_one_device_or_all(hass: HomeAssistant) -> None:
    answer = await call(hass, "latest", device_id=4711)
    (found,) = answer["sensors"]
    assert found == {**SENSOR, "latest": READING}
    assert answer["device"]["deviceId"] == 4711
    assert len((await call(hass, "latest"))["sensors"]) == 2
    with refused("tlink_unknown_device"):
        await call(hass, "latest", device_id=5)


async def test_history_is_limited_by_time_and_number(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(-5, 1):
        at = NOW + timedelta(minutes=minutes)
        await push(payload(reported(str(minutes), at=at), at=at))
    answer = await call(hass, "history", sensor_id=55001, limit=2)
    assert [each["value"] for each in answer["history"]] == ["0", "-1"]
    assert answer["sensorId"] == 55001
    start, end = (NOW + timedelta(minutes=minutes) for minutes in (-4, -2))
    answer = await call(hass, "history", sensor_id=55001, start=start, end=end)
    assert [each["value"] for each in answer["history"]] == ["-2", "-3", "-4"]
    with refused("tlink_unknown_sensor"):
        await call(hass, "history", sensor_id=5)


@pytest.mark.usefixtures("pushed")
async def test_answers_name_the_account_as_the_user(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    user = {
        "userId": entry.entry_id,
        "username": "Tanks",
        "parentUserId": None,
        "displayName": "Tanks",
        "email": None,
        "role": None,
        "isActive": True,
    }
    assert (await call(hass, "devices"))["user"] == user
    for name in ("history", "logs"):
        answer = await call(hass, name, device_id=4711)
        assert answer["user"] == user
        assert answer["device"]["deviceId"] == 4711
        assert answer["device"]["lastPushTime"] == NOW.isoformat()


async def test_history_of_a_device_has_each_sensor_with_its_readings(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(4):
        at = NOW - minutes * timedelta(hours=9)  # over several days
        await push(
            payload(
                reported(str(minutes), at=at),
                reported(f"9{minutes}", at=at, sensor_id=9, times=""),
                at=at,
            )
        )
    answer = await call(hass, "history", device_id=4711, limit=3)
    shown = {
        sensor["sensorId"]: [row["value"] for row in sensor["history"]]
        for sensor in answer["sensors"]
    }
    assert shown == {9: ["90", "91", "92"], 55001: ["0", "1", "2"]}
    assert [sensor["sensorId"] for sensor in answer["sensors"]] == [9, 55001]
    first = answer["sensors"][0]["history"][0]
    assert (first["sensorTimestamp"], first["recordedAt"]) == (None, NOW.isoformat())
    (device,) = (await call(hass, "devices", history_limit=2))["devices"]
    assert [len(sensor["history"]) for sensor in device["sensors"]] == [2, 2]
    until = NOW - timedelta(hours=1)
    answer = await call(hass, "devices", history_limit=9, end=until)
    assert [len(s["history"]) for s in answer["devices"][0]["sensors"]] == [3, 3]


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("asked", [{}, {"sensor_id": 55001, "device_id": 4711}])
async def test_history_of_neither_or_both_raises(
    hass: HomeAssistant, asked: dict[str, Any]
) -> None:
    with refused("tlink_sensor_or_device"):
        await call(hass, "history", **asked)
    with refused("tlink_unknown_device"):
        await call(hass, "history", device_id=5)


async def test_devices_and_sensors_are_in_the_order_of_their_ids(
    hass: HomeAssistant, push: Push
) -> None:
    for device in ("D 2", 10, 9, "D 1"):
        sensors = [reported(sensor_id=f"{device}{n}") for n in ("10", "9", "x")]
        await push(payload(*sensors, deviceId=device))
    answer = await call(hass, "devices")
    assert [each["deviceId"] for each in answer["devices"]] == [9, 10, "D 1", "D 2"]
    sensors = [each["sensorId"] for each in answer["devices"][0]["sensors"]]
    assert sensors == [99, 910, "9x"]
    latest = (await call(hass, "latest", device_id=9))["sensors"]
    assert [each["sensorId"] for each in latest] == sensors


async def test_log_of_a_push_has_the_fields_of_the_original(
    hass: HomeAssistant, push: Push
) -> None:
    at = NOW + timedelta(minutes=1)
    await push(payload(reported("15.0", unit="mm", reVal="1.5")))
    await push(payload(reported("16.0", at=at), at=at))
    answer = await call(hass, "logs", device_id=4711, end=NOW)
    (log,) = answer["logs"][-1:]
    assert log["sensors"] == [
        {
            "sensorId": 55001,
            "reading": "15.0",
            "units": "mm",
            "isOnline": True,
            **READING,
            "rawValue": "1.5",
        }
    ]
    later = NOW + timedelta(minutes=5)
    assert (await call(hass, "logs", device_id=4711, start=later))["logs"] == []


async def test_logs_contain_stored_and_rejected_pushes(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(3):
        at = NOW + timedelta(minutes=minutes)
        other = [reported("9", sensor_id=2, at=at)] if minutes == 2 else []
        await push(payload(reported(str(minutes), at=at), *other, at=at))
    await push(payload(reported("x")), sign="wrong")
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
async def test_export_writes_both_formats_into_its_own_folder(
    hass: HomeAssistant,
) -> None:
    folder = Path(hass.config.config_dir) / "jannenkoti" / "exports"
    asked = {"sensor_ids": ["55001", "S 1", 55001], "filename": "readings.csv"}
    answer = await call(hass, "export", **asked)
    assert answer == {"path": str(folder / "readings.csv"), "readings": 2}
    with (folder / "readings.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["sensorId"] for row in rows] == ["55001", "S 1"]
    assert rows[0]["value"] == "15.0"
    asked["filename"] = "readings.jsonl"
    await call(hass, "export", **asked)
    lines = (folder / "readings.jsonl").read_text().splitlines()
    more = {"unit": None, "rawData": None}
    assert json.loads(lines[0]) == {"sensorId": 55001, **READING, **more}
    assert {path.name for path in folder.iterdir()} == {
        "readings.csv",
        "readings.jsonl",
    }


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize(
    "wrong",
    [
        {"filename": "www/readings.csv"},
        {"filename": "../readings.csv"},
        {"filename": "/tmp/readings.csv"},  # noqa: S108 - it is refused
        {"filename": "tank.html"},
        {"filename": ".csv"},
        {"filename": "x" * 200 + ".csv"},
        {"sensor_ids": ["55001"] * 101},
        {"sensor_ids": []},
        {"sensor_ids": ["x" * 65]},
        {"sensor_ids": [{}]},
    ],
)
async def test_export_with_another_folder_type_or_too_many_ids_is_invalid(
    hass: HomeAssistant, wrong: dict[str, Any]
) -> None:
    asked = {"sensor_ids": ["55001"], "filename": "readings.csv", **wrong}
    with pytest.raises(vol.Invalid):
        await call(hass, "export", **asked)


@pytest.mark.usefixtures("pushed")
async def test_export_replaces_a_file_only_with_overwrite(hass: HomeAssistant) -> None:
    path = Path(hass.config.config_dir) / "jannenkoti" / "exports" / "readings.csv"
    asked = {"sensor_ids": "55001", "filename": "readings.csv"}
    await call(hass, "export", **asked)
    path.write_text("mine")
    with refused("tlink_file_exists"):
        await call(hass, "export", **asked)
    assert path.read_text() == "mine"
    await call(hass, "export", **asked, overwrite=True)
    assert "15.0" in path.read_text()
    with refused("tlink_unknown_sensor"):
        await call(hass, "export", sensor_ids="5", filename="x.csv")
    with (
        patch("pathlib.Path.open", side_effect=PermissionError(13, "denied")),
        refused("tlink_file_failed"),
    ):
        await call(hass, "export", **asked)
    assert [each.name for each in path.parent.iterdir()] == ["readings.csv"]


@pytest.mark.usefixtures("pushed")
async def test_export_stops_when_its_call_is_canceled(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    journal = entry.runtime_data.ingest.journal
    folder = Path(hass.config.config_dir) / "jannenkoti" / "exports"
    begun, go_on, ended = (threading.Event() for _ in range(3))

    def endless(*_: object) -> Iterator[bytes]:
        try:
            begun.set()
            go_on.wait(10)
            while True:
                yield b"{}"
        finally:
            ended.set()

    with patch.object(journal, "read", endless):
        asked = {"sensor_ids": "55001", "filename": "readings.csv"}
        export = hass.async_create_task(call(hass, "export", **asked))
        await hass.async_add_executor_job(begun.wait, 10)
        export.cancel()
        with pytest.raises(asyncio.CancelledError):
            await export
        go_on.set()
        assert await hass.async_add_executor_job(ended.wait, 10)
    await hass.async_block_till_done()
    assert not (folder / "readings.csv").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logs", {"device_id": 4711, "page": 10**30}),
        ("logs", {"device_id": 4711, "page": float("inf")}),
        ("logs", {"device_id": 4711, "page_size": "9" * 100_000}),
        ("devices", {"page": "x"}),
        ("history", {"sensor_id": "x" * 1_000_000}),
        ("history", {"sensor_id": 55001, "limit": 10**9}),
        ("latest", {"device_id": ["x"]}),
        ("write", {"sensor_id": 55001, "value": "x" * 3000}),
        ("write", {"sensor_id": 55001, "value": True}),
        ("write", {"sensor_id": 55001, "value": 10**5000}),
        ("send_data", {"device_id": 4711, "values": {}}),
        ("send_data", {"device_id": 4711, "values": dict.fromkeys(range(1, 200), 1)}),
    ],
)
async def test_action_with_hostile_sizes_is_invalid(
    hass: HomeAssistant, entry: MockConfigEntry, name: str, data: dict[str, Any]
) -> None:
    asked = name not in {"write", "send_data"}
    with pytest.raises(vol.Invalid):
        await hass.services.async_call(
            DOMAIN, f"tlink_{name}", data, blocking=True, return_response=asked
        )


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("year", [1, 1970, 2241, 9999])
async def test_history_of_any_year_is_answered(hass: HomeAssistant, year: int) -> None:
    moment = f"{year:04}-01-01 00:00:00"
    for times in ({"start": moment}, {"end": moment}, {"start": moment, "end": moment}):
        answer = await call(hass, "history", sensor_id=55001, **times)
        assert len(answer["history"]) <= 1
    assert len((await call(hass, "history", sensor_id=55001))["history"]) == 1


async def test_pages_of_logs_together_are_all_logs_once(
    hass: HomeAssistant, push: Push
) -> None:
    for minutes in range(7):
        at = NOW - timedelta(hours=9 * minutes)  # over several days
        await push(payload(reported(str(minutes), at=at), at=at))
        if minutes % 3 == 0:
            await push(payload(reported("x")), sign="wrong")
    found = []
    for page in range(1, 9):
        answer = await call(hass, "logs", device_id=4711, page=page, page_size=2)
        found += [
            (log["status"], log["sensors"] and log["sensors"][0]["value"])
            for log in answer["logs"]
        ]
        assert answer["pagination"]["hasMore"] is (len(found) < 10)
    assert sorted(found) == sorted(
        [*[("success", str(n)) for n in range(7)], *[("error", [])] * 3]
    )


@pytest.mark.usefixtures("pushed")
async def test_commands_without_the_cloud_raise(hass: HomeAssistant) -> None:
    for name, data, key in (
        ("switch", {"sensor_id": 55001, "turned_on": True}, "tlink_no_cloud"),
        ("write", {"sensor_id": 55001, "value": "1"}, "tlink_no_number"),
        ("send_data", {"device_id": 4711, "values": {1: 2}}, "tlink_no_number"),
    ):
        with refused(key):
            await hass.services.async_call(DOMAIN, f"tlink_{name}", data, blocking=True)


async def test_action_needs_one_loaded_account(
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
