"""The answers to the same pushes as the original server gave, field by field.

`answers/original.json` has what it answered when it was run. Each field that differs
is in the table of docs/tlink-details.md, and here.
"""

import json
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .test_actions import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from .conftest import Push

ORIGINAL = json.loads((Path(__file__).parent / "answers" / "original.json").read_text())

# Times have an offset here, and are those of the reading or the receipt.
TIMES = {"recordedAt", "latestRecordedAt", "lastPushTime", "timestamp"}
DIFFERENT = {
    *(f"user.{field}" for field in ("userId", "username", "displayName", "email")),
    "user.role",
    "userId",
    "reading",
    "units",
    "isOnline",
}


def push_of(sensors: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a push as the original server received it."""
    return {
        "flag": "00",
        "deviceId": 4711,
        "deviceUserid": 902,
        "parentUserId": "310",
        "time": "2025-03-02 09:41:07",
        "rawData": "23312E35300D0A",
        "sensorsDates": sensors,
        **more,
    }


_USUAL: dict[str, Any] = {"times": "09:41:07", "isAlarm": "0", "isLine": 1}
PUSHES = (
    push_of(
        [
            {
                "sensorsId": 55001,
                "sensorsTypeId": 1,
                "reVal": "1.5000",
                "value": "15.0",
                **_USUAL,
            },
            {
                "sensorsId": 55002,
                "sensorsTypeId": 2,
                "reVal": "1",
                "value": "1",
                "switcher": "1",
                "isHeartbeat": 0,
                **_USUAL,
            },
        ]
    ),
    push_of([{"sensorsId": 55001, "value": 16}], time="2025/03/02 09:42:07"),
    push_of(
        [{"sensorsId": 7, "sensorsTypeId": 8, "value": "open", "times": "x"}],
        deviceId=4712,
    ),
    push_of([{"sensorsId": "8", "reVal": "3"}], deviceId=4713, parentUserId=311),
)


@pytest.fixture
async def pushed(push: Push, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(datetime(2026, 1, 2, 1, 43, tzinfo=UTC))
    for each in PUSHES:
        moved = json.dumps(each).replace("2025-03-02", "2026-01-02")
        answer = await push(moved.replace("2025/03/02", "2026/01/02").encode())
        assert answer.ok


def differences(original: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of what the original has and ours has not, or otherwise."""
    if isinstance(original, dict):
        for key, value in original.items():
            inner = f"{path}.{key}".strip(".")
            if not DIFFERENT & {key, inner} or key not in ours:
                yield from differences(value, ours.get(key, "missing"), inner)
    elif isinstance(original, list) and isinstance(ours, list):
        for theirs, mine in zip_longest(original, ours, fillvalue="missing"):
            yield from differences(theirs, mine, path)
    elif path.rpartition(".")[2] in TIMES:
        if datetime.fromisoformat(ours).utcoffset() is None:
            yield f"{path} has no offset"
    elif type(original) is not type(ours) or original != ours:
        yield f"{path}: {ours!r} instead of {original!r}"


@pytest.mark.usefixtures("pushed")
async def test_devices_equal_those_of_the_original_but_for_what_the_docs_list(
    hass: HomeAssistant,
) -> None:
    ours = await call(hass, "devices", history_limit=50)
    assert set(differences(ORIGINAL["devices"], ours)) == {
        "devices.sensors.sensorTypeId: 1 instead of None",
        "devices.sensors.history.value: '3' instead of None",
    }


@pytest.mark.usefixtures("pushed")
async def test_latest_readings_equal_those_of_the_original(hass: HomeAssistant) -> None:
    ours = await call(hass, "latest", device_id=4711)
    assert list(differences(ORIGINAL["latest"], ours)) == []


@pytest.mark.usefixtures("pushed")
async def test_history_of_a_device_has_the_fields_of_the_original(
    hass: HomeAssistant,
) -> None:
    ours, theirs = await call(hass, "history", device_id=4711), ORIGINAL["history"]
    rows = [row for sensor in theirs["sensors"] for row in sensor.pop("history")]
    for sensor in ours["sensors"]:
        found = sensor.pop("history")
        assert found
        assert all(set(row) == set(rows[0]) for row in found)
    assert list(differences(theirs, ours)) == []


@pytest.mark.usefixtures("pushed")
async def test_log_has_the_fields_of_the_original(hass: HomeAssistant) -> None:
    ours, theirs = await call(hass, "logs", device_id=4711), ORIGINAL["logs"]
    (log,) = theirs["logs"]
    assert len(ours["logs"]) == 2
    for each in ours["logs"]:
        assert set(log) <= set(each)
        assert (each["status"], each["httpStatus"]) == ("success", 200)
        for sensor in each["sensors"]:
            assert set(log["sensors"][0]) <= set(sensor)
    assert set(theirs["pagination"]) == set(ours["pagination"])
    assert list(differences(theirs["device"], ours["device"])) == []
