"""Boards become devices, become unavailable when silent, and return."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HassJob, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.occurrences import (
    Occurrence,
    async_listen_occurrences,
)

from .conftest import (
    API_PATH,
    UNIQUE_ID,
    Post,
    device_of,
    make_entry,
    reading,
    set_up,
    state_of,
)

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        WebSocketGenerator,
    )
    from syrupy.assertion import SnapshotAssertion

    from ..waiting import Wait


async def post_regularly(
    post: Post, wait: Wait, seconds: float, times: int, location: str = "Makuuhuone"
) -> None:
    """Let a board report at its usual interval."""
    for _ in range(times):
        await wait(seconds)
        await post(reading(location))


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Reload the entry."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.mark.freeze_time("2026-11-21 12:00:00+00:00")
@pytest.mark.usefixtures("all_enabled")
async def test_sensors_of_a_board(
    hass: HomeAssistant,
    post: Post,
    entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    await post(reading())
    registry = er.async_get(hass)
    for entity in sorted(
        er.async_entries_for_config_entry(registry, entry.entry_id),
        key=lambda entity: entity.unique_id,
    ):
        assert hass.states.get(entity.entity_id) == snapshot(name=entity.unique_id)
        assert {
            "category": entity.entity_category,
            "unit": entity.unit_of_measurement,
            "translation_key": entity.translation_key,
            "options": entity.options,
        } == snapshot(name=f"{entity.unique_id}-entry")


async def test_location_becomes_a_device_with_its_first_report(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    hub = device_of(hass, entry, None)
    assert hub is not None
    assert hub.entry_type is dr.DeviceEntryType.SERVICE
    assert device_of(hass, entry, "WC") is None
    await post(reading("WC"))
    await post(reading("Sauna"))
    for location in ("WC", "Sauna"):
        device = device_of(hass, entry, location)
        assert device is not None
        assert device.name == location
        assert device.via_device_id == hub.id


@pytest.mark.parametrize(
    "options", [{"offsets": {"WC": {"temperature": -1.0, "humidity": 2}}}]
)
async def test_offsets_are_added_to_the_states(hass: HomeAssistant, post: Post) -> None:
    response = await post(reading("WC", 21.0, 40.0))
    assert (await response.json())["received"]["temp"] == 21.0
    await post(reading("Sauna", 21.0, 40.0))
    assert state_of(hass, "temperature", "WC") == "20.0"
    assert state_of(hass, "humidity", "WC") == "42.0"
    assert state_of(hass, "temperature", "Sauna") == "21.0"


async def test_report_writes_only_the_measured_states_of_its_board(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    await post(reading("WC"))
    await post(reading("WC", temperature=85))
    await post(reading("Sauna"))
    await wait(10)
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    hass.bus.async_listen(
        EVENT_STATE_REPORTED, note, event_filter=callback(lambda _data: True)
    )
    await post(reading("WC"))
    registry = er.async_get(hass)
    expected = {
        registry.async_get_entity_id("sensor", DOMAIN, f"{UNIQUE_ID}_WC_{key}")
        for key in ("temperature", "humidity")
    }
    assert set(written) == expected
    assert len(written) == len(expected)


@pytest.mark.usefixtures("all_enabled")
async def test_board_is_unavailable_after_its_own_silence_limit(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    await post(reading("slow"))
    for _ in range(6):
        await post_regularly(post, wait, 30, 20, "fast")
        await post(reading("slow"))
    seen = dt_util.utcnow()
    await wait(100)
    assert state_of(hass, "temperature", "fast") == "22.6"
    await wait(10)
    for key in ("temperature", "humidity"):
        assert state_of(hass, key, "fast") == "unavailable"
        assert state_of(hass, key, "slow") != "unavailable"
    assert state_of(hass, "rejected_reports", "fast") == "0"
    assert (
        state_of(hass, "last_report", "fast") == seen.replace(microsecond=0).isoformat()
    )
    await wait(1980)
    assert state_of(hass, "temperature", "slow") != "unavailable"
    await wait(20)
    assert state_of(hass, "temperature", "slow") == "unavailable"


async def test_new_board_is_unavailable_after_the_default_limit(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    await post(reading())
    await wait(595)
    assert state_of(hass, "temperature") == "22.6"
    await wait(10)
    assert state_of(hass, "temperature") == "unavailable"


async def test_silence_and_its_end_let_the_triggers_of_that_board_run(
    hass: HomeAssistant, post: Post, wait: Wait, entry: MockConfigEntry
) -> None:
    seen = list[tuple[str, Occurrence]]()
    for name in ("board_silent", "board_reports_again"):
        async_listen_occurrences(
            hass,
            f"room_sensors_{name}",
            callback(lambda occurrence, name=name: seen.append((name, occurrence))),
        )
    await post(reading())
    assert not seen
    await wait(700)
    await post(reading())
    device = device_of(hass, entry, "Makuuhuone")
    assert device is not None
    assert [name for name, _ in seen] == ["board_silent", "board_reports_again"]
    for _, occurrence in seen:
        assert occurrence.details == {"location": "Makuuhuone"}
        assert occurrence.is_of(hass, device.id)


@pytest.mark.parametrize("silent", [False, True])
async def test_restart_is_no_silence_and_does_not_end_one_unnoticed(
    hass: HomeAssistant, post: Post, wait: Wait, entry: MockConfigEntry, *, silent: bool
) -> None:
    await post(reading())
    await wait(700 if silent else 10)
    seen = list[str]()
    for name in ("board_silent", "board_reports_again"):
        async_listen_occurrences(
            hass,
            f"room_sensors_{name}",
            callback(lambda _occurrence, name=name: seen.append(name)),
        )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert not seen
    for _ in range(2):
        await post(reading())
        await wait(10)
    assert seen == (["board_reports_again"] if silent else [])


async def test_board_that_reports_again_is_available(
    hass: HomeAssistant,
    post: Post,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", logger="custom_components.jannenkoti")
    await post(reading())
    await wait(700)
    assert caplog.text.count("did not report for") == 1
    await post(reading(temperature=19))
    assert state_of(hass, "temperature") == "19.0"
    assert caplog.text.count("reports again") == 1
    await wait(10)
    await post(reading(temperature=19))
    assert caplog.text.count("reports again") == 1


async def test_board_with_only_rejected_reports_is_unavailable(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    await post(reading())
    for _ in range(3):
        await wait(250)
        await post(reading(temperature=85, humidity="nan"))
    assert state_of(hass, "temperature") == "unavailable"
    assert state_of(hass, "rejected_reports") == "3"


@pytest.mark.usefixtures("all_enabled")
async def test_restart_keeps_boards_unavailable_until_they_report(
    hass: HomeAssistant, post: Post, wait: Wait, entry: MockConfigEntry
) -> None:
    await post(reading())
    await post_regularly(post, wait, 60, 6)
    await post(reading(temperature=85, humidity="nan"))
    await post(reading(), API_PATH)
    seen = state_of(hass, "last_report")
    await wait(100)
    await reload(hass, entry)
    assert state_of(hass, "temperature") == "unavailable"
    assert state_of(hass, "last_report") == seen
    assert state_of(hass, "rejected_reports") == "1"
    assert state_of(hass, "wrong_keys", None) == "1"
    await post(reading(temperature=20))
    assert state_of(hass, "temperature") == "20.0"
    await wait(205)
    assert state_of(hass, "temperature") == "20.0"
    await wait(10)
    assert state_of(hass, "temperature") == "unavailable"


async def test_report_intervals_are_saved_every_fifteen_minutes(
    post: Post,
    wait: Wait,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    key = f"{DOMAIN}.{entry.entry_id}"
    await post(reading())
    await post_regularly(post, wait, 60, 5)
    assert key not in hass_storage
    await post_regularly(post, wait, 60, 10)
    board = hass_storage[key]["data"]["boards"]["Makuuhuone"]
    assert board["gaps"] == [60.0] * len(board["gaps"])
    await post_regularly(post, wait, 60, 16)
    assert hass_storage[key]["data"]["boards"]["Makuuhuone"] != board


async def test_silent_board_can_be_deleted_and_returns_with_a_report(
    hass: HomeAssistant,
    post: Post,
    wait: Wait,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)

    async def remove(location: str | None) -> bool:
        device = device_of(hass, entry, location)
        assert device is not None
        answer = await client.remove_device(device.id)
        await hass.async_block_till_done()
        if not answer["success"]:
            assert "rejected by integration" in answer["error"]["message"]
        return bool(answer["success"])

    await post(reading())
    assert not await remove(None)
    assert not await remove("Makuuhuone")
    await wait(700)
    assert await remove("Makuuhuone")
    assert device_of(hass, entry, "Makuuhuone") is None
    await reload(hass, entry)
    assert device_of(hass, entry, "Makuuhuone") is None
    await post(reading(temperature=18))
    assert device_of(hass, entry, "Makuuhuone") is not None
    assert state_of(hass, "temperature") == "18.0"
    assert state_of(hass, "rejected_reports") == "0"
    await wait(700)
    await hass.config_entries.async_unload(entry.entry_id)
    assert not await remove("Makuuhuone")


async def test_deleted_board_returns_without_restart(
    hass: HomeAssistant, post: Post, wait: Wait, entry: MockConfigEntry
) -> None:
    await post(reading())
    await wait(700)
    assert entry.runtime_data.async_delete("Makuuhuone")
    device = device_of(hass, entry, "Makuuhuone")
    assert device is not None
    dr.async_get(hass).async_remove_device(device.id)
    await hass.async_block_till_done()
    await post(reading(temperature=18))
    assert state_of(hass, "temperature") == "18.0"


async def test_removed_entry_deletes_store_and_states(
    hass: HomeAssistant,
    post: Post,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    await post(reading())
    await reload(hass, entry)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage
    assert not hass.states.async_entity_ids("sensor")


async def test_unload_stops_all_timers(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    await post(reading())
    await post(reading(), API_PATH)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert state_of(hass, "temperature") == "unavailable"
    assert not [
        job
        for handle in get_scheduled_timer_handles(hass.loop)
        if not handle.cancelled() and handle._args
        if isinstance(job := handle._args[-1], HassJob)
        if job.name in {"silence of Makuuhuone", "throttle wrong keys"}
    ]


async def test_report_before_platform_setup_adds_the_board_later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(timedelta(0))
    entry = make_entry()
    await async_setup_component(hass, "http", {})
    await set_up(hass, entry)
    room_sensors = entry.runtime_data
    room_sensors._boards_added = None
    room_sensors.async_receive(
        b'{"location": "WC", "temperature_c": 21, "humidity_pct": 40}', "10.0.0.1"
    )
    added: list[Any] = []
    room_sensors.async_listen(added.extend)
    assert [board.location for board in added] == ["WC"]


async def test_diagnostics_contain_no_secret(
    hass_client: ClientSessionGenerator,
    post: Post,
    wait: Wait,
    entry: MockConfigEntry,
) -> None:
    await post(reading())
    await post_regularly(post, wait, 60, 5)
    await post(reading(temperature=85, humidity="nan"))
    await post(reading(), API_PATH)
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    text = await response.text()
    diagnostics = (await response.json())["data"]
    assert entry.data["api_key"] not in text
    assert entry.data["webhook_id"] not in text
    assert diagnostics["data"]["api_key"] == "**REDACTED**"
    assert diagnostics["runtime"] == {
        "wrong_keys": 1,
        "rejections": {"implausible": 1, "unauthorized": 1},
        "boards": {
            "Makuuhuone": {
                "temperature": 22.6,
                "humidity": 41.3,
                "last_report": dt_util.utcnow().isoformat(),
                "rejected": 1,
                "silent": False,
                "interval": 60.0,
                "silent_after": 210.0,
            }
        },
    }


async def test_states_and_representations_contain_no_secret(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    await post(reading())
    shown = repr([state.as_dict() for state in hass.states.async_all()])
    shown += repr(entry.runtime_data) + repr(vars(entry.runtime_data))
    assert entry.data["api_key"] not in shown
    assert entry.data["webhook_id"] not in shown
