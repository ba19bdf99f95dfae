"""Pushes over HTTP: the documented answers, and nothing is lost or counted twice."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.occurrences import (
    Occurrence,
    async_listen_occurrences,
)

from .conftest import (
    NOW,
    OLD_SECRET,
    PATH,
    SECRET,
    UNIQUE_ID,
    Push,
    payload,
    reported,
    signature,
    state,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from custom_components.jannenkoti.lib.journal import Journal

    from ..waiting import Wait

INVALID = {"error": "Invalid or empty JSON body"}
UNSIGNED = {"error": "Invalid webhook signature"}


def lines(entry: MockConfigEntry) -> list[dict[str, Any]]:
    """Return what stands in the journal."""
    journal: Journal = entry.runtime_data.ingest.journal
    return [
        json.loads(line) for day in journal.days() for line in journal.read(day, day)
    ]


async def test_push_is_stored_and_creates_a_device(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    answer = await push(payload(reported("15.0"), reported("1", sensor_id=55002)))
    assert answer.status == HTTPStatus.OK
    assert await answer.json() == {"status": "ok", "storedReadings": 2}
    assert state(hass) == "15.0"
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{UNIQUE_ID}_4711"), entry.entry_id
    )
    assert device is not None
    assert device.name == "TLINK 4711"
    (line,) = lines(entry)
    assert [row[0] for row in line["sensors"]] == ["55001", "55002"]


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[]", b"7", b"\xff\xfe", b"null"])
async def test_invalid_json_returns_400_before_the_signature_is_verified(
    push: Push, body: bytes
) -> None:
    answer = await push(body, sign="")
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert await answer.json() == INVALID


@pytest.mark.parametrize("sign", ["", "0" * 64, "sha256=", "sha256=xyz", "ÿ"])
async def test_push_with_wrong_signature_returns_401_and_is_counted(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, sign: str
) -> None:
    # Missing fields are checked only after the signature.
    answer = await push({"deviceId": 1}, sign=sign)
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert await answer.json() == UNSIGNED
    assert entry.runtime_data.account.rejected_signatures == 1
    assert state(hass, "rejected_signatures") == "1"
    assert not lines(entry)


async def test_rejected_push_lets_its_triggers_run_and_an_accepted_one_does_not(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    seen = list[Occurrence]()

    @callback
    def rejected(occurrence: Occurrence) -> None:
        seen.append(occurrence)

    async_listen_occurrences(hass, "tlink_push_rejected", rejected)
    await push(payload(reported("15.0")))
    assert not seen
    await push(payload(reported("16.0")), sign="0" * 64)
    (occurrence,) = seen
    assert occurrence.entry_id == entry.entry_id
    assert occurrence.details == {"reason": "bad_signature"}


@pytest.mark.parametrize("prefix", ["", "sha256=", "SHA256="])
@pytest.mark.parametrize("secret", ["made up", OLD_SECRET])
async def test_signature_with_either_secret_is_accepted_bare_or_with_prefix(
    push: Push, prefix: str, secret: str
) -> None:
    body = json.dumps(payload()).encode()
    answer = await push(body, sign=prefix + signature(body, secret))
    assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize("field", ["deviceId", "deviceUserid", "sensorsDates"])
@pytest.mark.parametrize("value", [None, "", 0, [], {}])
async def test_missing_field_returns_400_with_its_name(
    push: Push, field: str, value: object
) -> None:
    answer = await push(payload() | {field: value})
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert field in (await answer.json())["error"]


async def test_repeat_changes_nothing_even_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    first = await push()
    again = await push()
    assert await again.json() == await first.json()
    assert entry.runtime_data.account.duplicates == 1
    later = payload(at=NOW + timedelta(minutes=1))
    await push(later)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass) == "15.0"
    # One that is the latest reading, and one that only the journal has.
    for body in (later, payload()):
        assert (await push(body)).status == HTTPStatus.OK
    assert len(lines(entry)) == 2


async def test_crash_loses_nothing_and_counts_nothing_twice(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push(payload(reported("16.5")))
    entry.runtime_data._store.close()  # Nothing is saved in a crash.
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass) == "16.5"
    await push(payload(reported("16.5")))
    assert len(lines(entry)) == 1


async def test_push_that_cannot_be_stored_returns_503_and_changes_no_state(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    broken = payload(reported("99"), at=NOW + timedelta(minutes=1))
    with patch("os.fsync", side_effect=OSError(28, "No space left on device")):
        answer = await push(broken)
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Retry-After" in answer.headers
    assert state(hass) == "15.0"
    assert len(lines(entry)) == 1
    # The platform tries again, and then it counts: once.
    assert (await push(broken)).status == HTTPStatus.OK
    assert state(hass) == "99.0"
    assert len(lines(entry)) == 2


async def test_unknown_or_unloaded_address_never_returns_200(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    assert (await push(path=PATH[:-1] + "u")).status == HTTPStatus.NOT_FOUND
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await push()).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert (await push()).status == HTTPStatus.NOT_FOUND


async def test_ignored_discovery_does_not_affect_pushes(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id="card")
    ignored.add_to_hass(hass)
    assert (await push(path=PATH[:-1] + "u")).status == HTTPStatus.NOT_FOUND
    assert (await push()).status == HTTPStatus.OK
    await hass.services.async_call(
        DOMAIN,
        "tlink_latest",
        {"config_entry_id": entry.entry_id},
        blocking=True,
        return_response=True,
    )


@pytest.mark.parametrize("options", [{"rate_limit": 2}])
async def test_pushes_above_the_rate_limit_return_429(push: Push) -> None:
    statuses = [(await push()).status for _ in range(3)]
    assert statuses == [HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS]


async def test_body_above_the_limit_returns_413(push: Push) -> None:
    answer = await push(b" " * (2 << 20) + b"{}")
    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_body_without_end_returns_400(
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.jannenkoti.view._LONGEST_WAIT", 0)
    answered = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        await answered.wait()

    client = await hass_client_no_auth()
    response = await client.post(PATH, data=body())
    answered.set()
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == INVALID
    assert lines(entry) == []


async def test_push_with_ten_thousand_readings_is_stored(
    entry: MockConfigEntry, push: Push
) -> None:
    many = [
        {"sensorsId": number, "value": number % 7, "times": "20:30:00"}
        for number in range(1, 10_001)
    ]
    with patch(
        "custom_components.jannenkoti.kinds.tlink.account.inventory.MOST_SENSORS", 40
    ):
        answer = await push(payload(*many))
    assert await answer.json() == {"status": "ok", "storedReadings": 10_000}
    (line,) = lines(entry)
    assert len(line["sensors"]) == 10_000
    assert len(entry.runtime_data.sensors) == 40


@pytest.mark.parametrize(
    "sensor",
    [
        reported("NaN"),
        reported(float("nan")),
        reported("", switcher="", sensorsTypeId=2, isHeartbeat=1),
        reported(None, times=None, isLine=None, isAlarm=None),
        reported({"a": 1}, times=["x"], sensorsTypeId="x"),
    ],
)
async def test_unreadable_readings_are_unknown(
    hass: HomeAssistant, push: Push, sensor: dict[str, Any]
) -> None:
    assert (await push(payload(sensor))).status == HTTPStatus.OK
    is_switch = sensor["sensorsTypeId"] == 2
    kind = "binary_sensor" if is_switch else "sensor"
    assert state(hass, platform=kind) == "unknown"


async def test_entries_without_an_id_are_skipped(
    entry: MockConfigEntry, push: Push
) -> None:
    answer = await push(
        payload(reported(sensor_id=0), reported(sensor_id=None), "x", reported())
    )
    assert (await answer.json())["storedReadings"] == 1
    assert set(entry.runtime_data.sensors) == {"55001"}


async def test_late_reading_does_not_become_the_state(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    before = NOW - timedelta(hours=3)
    assert (await push(payload(reported("3", at=before), at=before))).ok
    assert state(hass) == "15.0"
    # A step back of a minute is late as well.
    before = NOW - timedelta(minutes=1)
    await push(payload(reported("4", at=before), at=before))
    assert state(hass) == "15.0"
    assert len(entry.runtime_data.account.late) == 2


async def test_reading_from_the_future_counts_as_of_now(
    hass: HomeAssistant, push: Push, freezer: FrozenDateTimeFactory
) -> None:
    ahead = NOW + timedelta(days=30)
    await push(payload(reported("20", at=ahead), at=ahead))
    assert state(hass) == "20.0"
    freezer.tick(60)
    await push(payload(reported("21"), at=NOW + timedelta(minutes=1)))
    assert state(hass) == "21.0"


@pytest.mark.usefixtures("all_enabled")
async def test_status_is_published_at_most_every_ten_seconds(
    hass: HomeAssistant, push: Push, wait: Wait
) -> None:
    await push()
    assert state(hass, "last_push") == NOW.isoformat()
    await push()
    assert state(hass, "duplicates") == "0"
    await wait(31)
    assert state(hass, "duplicates") == "1"
    assert float(state(hass, "last_push_age")) >= 30


async def test_removed_account_deletes_its_journal(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    journal = entry.runtime_data.ingest.journal
    assert journal.days()
    await hass.config_entries.async_remove(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert not journal.days()


# Who lacks one of them can still run the rest; in CI that is a failure.
@pytest.mark.skipif(
    None in (which("curl"), which("openssl")) and "CI" not in os.environ,
    reason="there is no curl, or no openssl",
)
async def test_example_of_the_docs_is_accepted(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    page = Path(__file__).parents[3] / "docs" / "tlink.md"
    example = (await hass.async_add_executor_job(page.read_text)).split("```sh\n")[1]
    client = await hass_client_no_auth()
    script = [f"ADDRESS={client.make_url(PATH)}", f"SECRET='{SECRET}'"]
    script += example.split("```")[0].splitlines()[2:]
    shell = await asyncio.create_subprocess_exec(
        "sh", "-euc", "\n".join(script), stdout=PIPE, stderr=PIPE
    )
    answer, complaint = await shell.communicate()
    await hass.async_block_till_done()
    assert shell.returncode == 0, complaint
    assert json.loads(answer) == {"status": "ok", "storedReadings": 1}
    assert state(hass) == "15.0"
