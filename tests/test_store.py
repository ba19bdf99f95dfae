"""Stores on a real disk: damage, versions, delays, and writes that fail."""

import asyncio
import contextvars
import gc
import json
import weakref
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import CONF_KIND, DOMAIN
from custom_components.jannenkoti.lib.stored import Stored
from custom_components.jannenkoti.registry import EXTRAS
from custom_components.jannenkoti.repairs import async_create_fix_flow
from custom_components.jannenkoti.store import KindStore, StoreNotWritten, entry_store
from custom_components.jannenkoti.timers import async_call_later

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

KEY = "jannenkoti.abc"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Write to a folder of this test alone."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let Home Assistant use the disk, which the harness keeps it from."""
    return {}


@pytest.fixture
def folder(hass: HomeAssistant) -> Path:
    path = Path(hass.config.path(".storage"))
    path.mkdir(exist_ok=True)
    return path


def on_disk(folder: Path) -> Any:
    """Return the data that a new process would find."""
    return json.loads((folder / KEY).read_text())["data"]


def files(folder: Path, suffix: str = "") -> list[Path]:
    """Return the files of the store."""
    return list(folder.glob(f"{KEY}{suffix}*"))


def issues(hass: HomeAssistant) -> set[str | None]:
    return {
        issue.translation_key
        for (domain, _id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


# What is read


async def test_store_without_file_loads_no_data(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    assert await store.async_load() == {}
    assert not store.lost
    assert not issues(hass)


async def test_saved_data_are_loaded_again(hass: HomeAssistant, folder: Path) -> None:
    await KindStore(hass, "abc").async_save({"a": 1})
    assert await entry_store(hass, "abc").async_load() == {"a": 1}


DAMAGED = [
    b"",
    b"\x00" * 5000,
    b"\xff\xfe",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b'{"version": 1, "minor_version": 1}',
    b'{"version": 1, "data": null}',
    b'{"version": 1, "data": []}',
    b'{"version": null, "data": {}}',
    b'{"version": "1", "data": {}}',
    b'{"version": true, "data": {}}',
    b'{"version": 0, "data": {}}',
    b'{"version": -1, "data": {}}',
    b'{"version": 1.5, "data": {}}',
    b'{"version": NaN, "data": {}}',
    b"[" * 100_000,
    b'{"version": 1, "data": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
]


@pytest.mark.parametrize("content", DAMAGED, ids=lambda x: x[:30].decode("latin1"))
async def test_damaged_file_is_set_aside_and_reported_once(
    hass: HomeAssistant,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    content: bytes,
) -> None:
    (folder / KEY).write_bytes(content)
    store = KindStore(hass, "abc")
    assert await store.async_load() == {}
    assert await store.async_load() == {}
    assert store.lost
    (kept,) = files(folder, ".corrupt.")
    assert kept.read_bytes() == content
    assert issues(hass) == {"store_damaged"}
    assert caplog.text.count("store_damaged of") == 1
    # The store goes on with a new file.
    await store.async_save_now(lambda: {"a": 2})
    assert on_disk(folder) == {"a": 2}


async def test_folder_in_place_of_file_is_set_aside(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / KEY).mkdir()
    assert await KindStore(hass, "abc").async_load() == {}
    assert issues(hass) == {"store_damaged"}
    assert not (folder / KEY).exists()


async def test_not_a_number_in_a_file_does_not_lose_the_rest(
    hass: HomeAssistant, folder: Path
) -> None:
    content = r'{"version": 1, "data": {"a": NaN, "b": 2, "c": ["\ud800", 1%s]}}'
    (folder / KEY).write_text(content % ("0" * 30))
    store = KindStore(hass, "abc")
    loaded = await store.async_load()
    assert loaded["b"] == 2
    assert not issues(hass)
    await store.async_save_now(lambda: loaded)
    assert on_disk(folder) == {"a": None, "b": 2, "c": ["?", None]}


async def test_file_of_newer_version_is_left_untouched(
    hass: HomeAssistant, folder: Path
) -> None:
    content = json.dumps({"version": 3, "data": {"a": 1}})
    (folder / KEY).write_text(content)
    store = KindStore(hass, "abc", version=2)
    assert await store.async_load() == {}
    assert issues(hass) == {"store_newer"}
    store.save_soon(lambda: {"a": 2}, 0)
    await store.async_save({"a": 3})
    with pytest.raises(StoreNotWritten):
        await store.async_save_now(lambda: {"a": 4})
    await store.async_close()
    assert (folder / KEY).read_text() == content
    # The version that knows it reads it, and the issue closes.
    assert await KindStore(hass, "abc", version=3).async_load() == {"a": 1}
    assert not issues(hass)


async def test_older_version_is_migrated_and_saved(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / KEY).write_text(json.dumps({"version": 1, "data": {"a": 1}}))

    def migrate(version: int, data: dict[str, Any]) -> dict[str, Any]:
        return {"b": data["a"] + version}

    store = KindStore(hass, "abc", version=2, migrate=migrate)
    assert await store.async_load() == {"b": 2}
    assert json.loads((folder / KEY).read_text())["version"] == 2
    assert on_disk(folder) == {"b": 2}
    # Without a migration the form has not changed.
    assert await KindStore(hass, "abc", version=3).async_load() == {"b": 2}


async def test_file_that_the_migration_cannot_read_is_set_aside(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / KEY).write_text(json.dumps({"version": 1, "data": {"other": 1}}))
    store = KindStore(hass, "abc", version=2, migrate=lambda _, data: data["a"])
    assert await store.async_load() == {}
    assert issues(hass) == {"store_damaged"}


async def test_file_that_cannot_be_opened_is_left_untouched(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / KEY).symlink_to(folder / KEY)  # a loop: OSError even for root
    store = KindStore(hass, "abc")
    assert await store.async_load() == {}
    assert issues(hass) == {"store_unreadable"}
    await store.async_save({"a": 1})
    assert (folder / KEY).is_symlink()


async def test_damaged_store_names_its_entry_and_is_confirmed(
    hass: HomeAssistant, folder: Path
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, entry_id="abc", title="Bedroom", data={})
    entry.add_to_hass(hass)
    (folder / f"{KEY}.learned").write_text("{")
    assert await KindStore(hass, "abc.learned").async_load() == {}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"store_damaged_{KEY}.learned")
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["name"] == "Bedroom"
    flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.handler, flow.issue_id = hass, DOMAIN, issue.issue_id
    assert (await flow.async_step_init())["type"] == "form"


async def test_fix_flow_of_a_kind_is_taken_from_its_module(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Module:
        @staticmethod
        async def async_create_fix_flow(_hass: Any, issue_id: str, _data: Any) -> str:
            return f"flow of {issue_id}"

    async def import_it(_hass: Any, kind: str, module: str) -> type[Module]:
        assert (kind, module) == ("tlink", "repairs")
        return Module

    monkeypatch.setitem(EXTRAS, "repairs", ("tlink",))
    where = "custom_components.jannenkoti.repairs.async_import_from_kind"
    monkeypatch.setattr(where, import_it)
    flow: Any = await async_create_fix_flow(hass, "x", {CONF_KIND: "tlink"})
    assert flow == "flow of x"


async def test_unreadable_parts_are_logged_once_without_values(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    store, stored = KindStore(hass, "abc"), Stored({"a": "private", "b": 1})
    assert stored.number("a", 5.0) == 5.0
    assert stored.number("b", 5.0) == 1.0
    store.report_rejected(stored)
    store.report_rejected(Stored({}))
    assert caplog.text.count("Ignored unreadable values") == 1
    assert "private" not in caplog.text


# When it is written


async def test_repeated_changes_do_not_postpone_the_save(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    changes = Counter[str]()
    async with asyncio.timeout(60):
        while not (folder / KEY).exists():
            changes["made"] += 1
            store.async_delay_save(lambda: dict(changes), 0.2)
            await asyncio.sleep(0.01)
    assert on_disk(folder)["made"] > 1
    store.close()


async def test_shorter_delay_brings_a_save_forward(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    store.save_soon(lambda: {"a": 1}, 300)
    store.save_soon(lambda: {"a": 2}, 10)
    store.save_soon(lambda: {"a": 3}, 300)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await hass.async_block_till_done()
    assert on_disk(folder) == {"a": 3}


async def test_pending_save_is_written_when_home_assistant_stops(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    store.save_soon(lambda: {"a": 1}, 300)
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert on_disk(folder) == {"a": 1}


async def test_save_now_is_on_disk_on_return_even_while_stopping(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    await store.async_save_now(lambda: {"a": 1})
    assert on_disk(folder) == {"a": 1}
    hass.set_state(CoreState.stopping)
    await store.async_save_now(lambda: {"a": 2})
    assert on_disk(folder) == {"a": 2}


async def test_concurrent_callers_share_writes_and_each_finds_its_data(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, held, writes = KindStore(hass, "abc"), set[int](), 0
    write = Store._write_prepared_data

    def count(self: Any, mode: str, content: Any) -> None:
        nonlocal writes
        writes += 1
        write(self, mode, content)

    monkeypatch.setattr(Store, "_write_prepared_data", count)

    async def add(number: int) -> None:
        await asyncio.sleep(number % 7 / 1000)
        held.add(number)
        await store.async_save_now(lambda: {"held": sorted(held)})
        assert number in on_disk(folder)["held"]

    await asyncio.gather(*map(add, range(200)))
    assert 0 < writes < 50


async def test_cancelled_caller_does_not_disturb_the_others(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    first = asyncio.create_task(store.async_save_now(lambda: {"a": 1}))
    second = asyncio.create_task(store.async_save_now(lambda: {"a": 2}))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert on_disk(folder) == {"a": 2}


# When the disk fails


async def test_failed_write_raises_is_reported_once_and_repaired(
    hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = KindStore(hass, "abc")
    (folder / KEY).mkdir()  # no file can be moved here
    for _ in range(2):
        with pytest.raises(StoreNotWritten):
            await store.async_save_now(lambda: {"a": 1})
    assert issues(hass) == {"store_not_written"}
    assert caplog.text.count("store_not_written of") == 1
    (folder / KEY).rmdir()
    await store.async_save_now(lambda: {"a": 2})
    assert on_disk(folder) == {"a": 2}
    assert not issues(hass)


async def test_failed_delayed_save_is_tried_again(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    (folder / KEY).mkdir()
    store.save_soon(lambda: {"a": 1}, 1)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    await hass.async_block_till_done()
    assert issues(hass) == {"store_not_written"}
    (folder / KEY).rmdir()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=62))
    await hass.async_block_till_done()
    assert on_disk(folder) == {"a": 1}
    assert not issues(hass)


async def test_save_raises_to_the_caller_when_its_data_cannot_be_created(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    with pytest.raises(StoreNotWritten):
        await store.async_save_now(lambda: {"a": object()})
    assert not (folder / KEY).exists()


async def test_value_that_json_cannot_hold_does_not_block_the_rest(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    await store.async_save_now(lambda: {"a": 1, "b": 2**200, "c": "\ud800", "d": [2]})
    assert on_disk(folder) == {"a": 1, "b": None, "c": "?", "d": [2]}
    assert not issues(hass)


# When it is closed


async def test_close_with_a_pending_save_writes_it_and_nothing_later(
    hass: HomeAssistant, folder: Path
) -> None:
    store = KindStore(hass, "abc")
    store.save_soon(lambda: {"a": 1}, 300)
    await store.async_close()
    assert on_disk(folder) == {"a": 1}
    store.save_soon(lambda: {"a": 2}, 0)
    store.async_delay_save(lambda: {"a": 3}, 0)
    await store.async_save({"a": 4})
    with pytest.raises(StoreNotWritten):
        await store.async_save_now(lambda: {"a": 5})
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1000))
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert on_disk(folder) == {"a": 1}


async def test_closed_store_never_overwrites_its_successor(
    hass: HomeAssistant, folder: Path
) -> None:
    old = KindStore(hass, "abc")
    old.save_soon(lambda: {"of": "old"}, 1)
    waiting = asyncio.create_task(old.async_save_now(lambda: {"of": "old"}))
    await asyncio.sleep(0)
    old.close()
    with pytest.raises(StoreNotWritten):
        await waiting
    await KindStore(hass, "abc").async_save_now(lambda: {"of": "new"})
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1000))
    await hass.async_block_till_done()
    assert on_disk(folder) == {"of": "new"}


async def test_remove_deletes_the_file_its_copies_and_its_issues(
    hass: HomeAssistant, folder: Path
) -> None:
    (folder / KEY).write_text("{")
    await KindStore(hass, "abc").async_load()
    store = KindStore(hass, "abc")
    write = asyncio.create_task(store.async_save_now(lambda: {"a": 1}))
    await write
    await store.async_remove()
    assert not files(folder)
    assert not issues(hass)
    await KindStore(hass, "abc").async_remove()  # nothing to remove is no error


# Timers


class Request:
    """Stands for an HTTP request; it can be watched going away."""


async def test_timer_started_within_a_request_does_not_keep_it_alive(
    hass: HomeAssistant, folder: Path
) -> None:
    current: contextvars.ContextVar[Request] = contextvars.ContextVar("current")
    store, fired = KindStore(hass, "abc"), list[datetime]()

    def handle(request: Request) -> Any:
        current.set(request)
        store.save_soon(dict, 300)
        return async_call_later(hass, 300, fired.append)

    request = Request()
    alive = weakref.ref(request)
    contextvars.copy_context().run(handle, request)
    del request
    gc.collect()
    assert alive() is None
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=301))
    await hass.async_block_till_done()
    assert len(fired) == 1
    store.close()


async def test_confirmed_damage_is_gone_from_the_repairs(
    hass: HomeAssistant, folder: Path, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    assert await async_setup_component(hass, DOMAIN, {})
    (folder / KEY).write_text("{")
    await KindStore(hass, "abc").async_load()
    client = await hass_client()
    await hass.async_block_till_done()
    url = "/api/repairs/issues/fix"
    issue = {"handler": DOMAIN, "issue_id": f"store_damaged_{KEY}"}
    started = await (await client.post(url, json=issue)).json()
    assert started["step_id"] == "confirm"
    done = await client.post(f"{url}/{started['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"
    assert not issues(hass)
