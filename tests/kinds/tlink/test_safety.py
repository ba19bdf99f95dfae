"""Clocks that are not set, reloads during a push, journals that cannot be used."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.tlink.account.account import Account

from .conftest import NOW, PATH, Push, payload, reported, signature, state
from .test_push import lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from ..waiting import Wait

UNSET = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def issue(entry: MockConfigEntry, hass: HomeAssistant, name: str) -> Any:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"tlink_{name}_{entry.entry_id}")


def found(hass: HomeAssistant, pattern: str) -> list[Path]:
    """Return the files of the configuration that match a pattern."""
    return list(Path(hass.config.config_dir).glob(pattern))


def untimed(value: str, **more: Any) -> dict[str, Any]:
    """Return a push without any time."""
    fields = payload(reported(value), **more)
    del fields["time"], fields["sensorsDates"][0]["times"]
    return fields


# Clocks


async def test_pushes_before_the_clock_is_set_are_filed_at_their_own_time_and_kept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(UNSET)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    for number in range(15):
        at = NOW + number * MINUTE
        answer = await push(payload(reported(str(number), at=at), at=at))
        assert answer.status == HTTPStatus.OK
        await wait(1)
    assert state(hass) == "14.0"
    freezer.move_to(NOW + timedelta(minutes=15))
    for _ in range(3):
        await wait(31)
    journal = entry.runtime_data.ingest.journal
    assert journal.days() == [NOW.date()]
    assert len(lines(entry)) == 15
    # The next start still has them all.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass) == "14.0"


async def test_push_without_a_time_is_answered_503_until_the_clock_is_set(
    entry: MockConfigEntry, push: Push, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(UNSET)
    answer = await push(untimed("1"))
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Retry-After" in answer.headers
    freezer.move_to(NOW)
    assert (await push(untimed("1"))).status == HTTPStatus.OK
    assert len(lines(entry)) == 1


async def test_crash_with_an_unset_clock_loses_nothing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    freezer: FrozenDateTimeFactory,
) -> None:
    await push(payload(reported("1")))
    freezer.move_to(UNSET)
    later = NOW + 10 * MINUTE
    await push(payload(reported("2", at=later), at=later))
    entry.runtime_data._store.close()  # Nothing is saved in a crash.
    freezer.move_to(later + MINUTE)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass) == "2.0"
    assert len(lines(entry)) == 2


async def test_readings_without_a_time_in_one_second_are_all_stored(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    for value in ("1", "2", "2", "3"):
        assert (await push(untimed(value))).status == HTTPStatus.OK
    assert len(lines(entry)) == 4
    assert state(hass) == "3.0"
    assert entry.runtime_data.account.duplicates == 0
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await push(untimed("3"))
    assert len(lines(entry)) == 5


async def test_different_values_with_one_send_time_are_all_stored(
    entry: MockConfigEntry, push: Push
) -> None:
    for value in ("1", "2", "2"):
        fields = payload(reported(value))
        del fields["sensorsDates"][0]["times"]
        assert (await push(fields)).status == HTTPStatus.OK
    assert len(lines(entry)) == 2
    assert entry.runtime_data.account.duplicates == 1


# Reloads


async def test_push_under_way_during_a_reload_is_stored_by_the_new_run(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    client = await hass_client_no_auth()
    body = json.dumps(payload(reported("16.5"))).encode()
    admitted, reloaded = asyncio.Event(), asyncio.Event()
    old = entry.runtime_data

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        await reloaded.wait()
        yield body[10:]

    def admit(*source: Any) -> None:
        Account.admit(old.account, *source)
        admitted.set()

    headers = {"X-TLink-Signature": signature(body)}
    with patch.object(old.account, "admit", admit):
        sending = asyncio.create_task(client.post(PATH, data=slowly(), headers=headers))
        # Before that, the server may not have received the request yet.
        await admitted.wait()
    assert await hass.config_entries.async_reload(entry.entry_id)
    reloaded.set()
    answer = await sending
    await hass.async_block_till_done()
    assert answer.status == HTTPStatus.OK
    assert entry.runtime_data is not old
    assert entry.runtime_data.account.pushes == 1
    assert old.account.pushes == 0
    assert state(hass) == "16.5"


async def test_closed_run_rejects_pushes_and_saves_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, hass_storage: Any
) -> None:
    await push()
    old = entry.runtime_data
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    from custom_components.jannenkoti.kinds.tlink.model import (  # noqa: PLC0415
        Rejected,
        RejectReason,
    )

    body = json.dumps(payload(reported("99"), at=NOW + MINUTE)).encode()
    with pytest.raises(Rejected) as rejected:
        await old.async_push(body, signature(body))
    assert rejected.value.reason is RejectReason.NOT_STORED
    before = json.dumps(hass_storage[f"{DOMAIN}.{entry.entry_id}"])
    old.async_save_later()
    await old._store.async_save({"wrong": True})
    await hass.async_block_till_done()
    assert json.dumps(hass_storage[f"{DOMAIN}.{entry.entry_id}"]) == before
    assert len(lines(entry)) == 1


# Journals


async def test_anything_else_in_the_journal_folder_is_ignored(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    (folder,) = found(hass, "jannenkoti/tlink_journal/*")
    for name in ("2020-01-01", "2020-01-02.jsonl", "2020-99-99.jsonl", "lost+found"):
        (folder / name).mkdir()
    (folder / "2020-01-03.jsonl.bak").write_text("x")
    (folder / "2020-01-04.jsonl").write_bytes(b"\xff\x00 no line\n{}\n[1]\n" * 3)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await wait(31)
    assert state(hass) == "15.0"
    assert issue(entry, hass, "journal") is None
    assert (await push(payload(reported("1"), at=NOW + MINUTE))).ok
    # A day that is too old is deleted, what is not ours stays.
    assert not (folder / "2020-01-04.jsonl").exists()
    assert (folder / "2020-01-02.jsonl").is_dir()


async def test_full_journal_is_reported_once_until_a_push_is_stored(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with patch("os.fsync", side_effect=OSError(28, "No space left on device")):
        for number in range(3):
            at = NOW + number * MINUTE
            answer = await push(payload(reported(str(number), at=at), at=at))
            assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
            await wait(31)
    shown = issue(entry, hass, "journal")
    assert shown.translation_placeholders["reason"] == "No space left on device"
    assert caplog.text.count("is not usable: No space left on device") == 1
    assert (await push(payload(reported("1")))).ok
    await wait(31)
    assert issue(entry, hass, "journal") is None
    assert caplog.text.count("is usable again") == 1


async def test_journal_that_cannot_be_read_at_start_does_not_stop_setup(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    with patch(
        "custom_components.jannenkoti.lib.journal.Journal.written_since",
        side_effect=PermissionError(13, "Permission denied"),
    ):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    assert state(hass) == "15.0"  # by the saved state
    assert issue(entry, hass, "journal") is not None


async def test_journal_is_outside_of_the_storage_folder(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    (day,) = found(hass, "**/*.jsonl")
    assert day.parts[-4:-2] == ("jannenkoti", "tlink_journal")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not found(hass, "**/*.jsonl")


# What only a person can solve


async def test_unsigned_pushes_are_reported_until_one_is_accepted(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await wait(31)
    assert issue(entry, hass, "unsigned") is None
    for _ in range(2):
        await push(sign="")
    await wait(31)
    shown = issue(entry, hass, "unsigned")
    assert shown.translation_placeholders["count"] == "2"
    await push()
    await wait(31)
    assert issue(entry, hass, "unsigned") is None
    await push(sign="")
    await wait(31)
    assert issue(entry, hass, "unsigned") is None


async def test_names_and_units_of_a_push_are_shown(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    reading = reported("21.5", unit="℃", sensorName="Water")
    await push(payload(reading, deviceName="Boiler", deviceNo="AB12"))
    shown = next(s for s in hass.states.async_all("sensor") if s.state == "21.5")
    assert shown.name == "Boiler Water"
    assert shown.attributes["unit_of_measurement"] == "°C"
    assert shown.attributes["device_class"] == "temperature"


@pytest.mark.parametrize(
    "options",
    [
        {
            "device_classes": [
                {"sensor_id": "55001", "device_class": "energy", "unit": "kWh"}
            ]
        }
    ],
)
async def test_unit_and_class_are_chosen_for_a_sensor_without_the_cloud(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    shown = next(s for s in hass.states.async_all("sensor") if s.state == "15.0")
    assert shown.attributes["unit_of_measurement"] == "kWh"
    assert shown.attributes["device_class"] == "energy"
    assert lines(entry)[0]["sensors"][0][13] == "kWh"


async def test_one_offline_sensor_does_not_take_its_device_offline(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push(payload(reported("1"), reported("2", sensor_id=2)))
    later = NOW + MINUTE
    await push(payload(reported("1", at=later, isLine=0), at=later))
    assert state(hass, "4711_connection", "binary_sensor") == "on"
    assert state(hass) == "unavailable"
    later += MINUTE
    await push(payload(reported("2", at=later, sensor_id=2, isLine=0), at=later))
    assert state(hass, "4711_connection", "binary_sensor") == "off"


async def test_empty_body_address_and_method_are_never_answered_200(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    client = await hass_client_no_auth()
    for method in ("GET", "PUT", "DELETE"):
        answer = await client.request(method, PATH)
        assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED
