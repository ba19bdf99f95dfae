"""Tests of requests that were answered with 200: their changes are on disk."""

import asyncio
import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.store import KindStore

from ..conftest import (
    BASE,
    SERIAL,
    VALVE,
    Ask,
    Speak,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


async def test_update_is_on_disk_before_the_answer(
    hass: HomeAssistant, ask: Ask, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    written: list[Any] = []
    answered: list[int] = []
    write = KindStore._async_write_data

    async def slow_write(store: KindStore, data: dict[str, Any]) -> None:
        if store.key.endswith(entry.entry_id):
            assert not answered
            await asyncio.sleep(0)
            written.append(json.loads(json.dumps(data.get("data_func", dict)())))
        await write(store, data)

    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    with patch.object(KindStore, "_async_write_data", slow_write):
        body = {"configuracion": {"n": 1}, "nombre": "Attic"}
        answered.append((await ask("PUT", path, json=body)).status)
    assert answered == [200]
    assert written[-1][SERIAL]["configuration"]["n"] == 1
    assert written[-1][SERIAL]["claim"]["name"] == "Attic"


async def test_update_that_cannot_be_saved_is_answered_503(
    ask: Ask, devices: MqttDevices
) -> None:
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    failing = patch(
        "homeassistant.helpers.storage.Store._async_write_data", side_effect=OSError
    )
    with failing:
        response = await ask("PUT", path, json={"configuracion": {"n": 1}})
    assert response.status == 503


async def test_claim_and_name_survive_a_crash_before_home_assistant_saved_them(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    ask: Ask,
    entry: MockConfigEntry,
    devices: MqttDevices,
    speak: Speak,
) -> None:
    await speak(VALVE, estado="inactivo")
    claim = {"serial_number": VALVE, "nombre": "Patio"}
    assert (await ask("POST", "/dispositivos/reclamar", json=claim)).status == 200
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    assert (await ask("PUT", path, json={"nombre": "Attic"})).status == 200
    stored = hass_storage[f"{DOMAIN}.{entry.entry_id}"]
    assert await hass.config_entries.async_unload(entry.entry_id)
    # The next run starts with what Home Assistant had saved before both.
    (valve,) = [s for s in entry.subentries.values() if s.unique_id == VALVE]
    hass.config_entries.async_remove_subentry(entry, valve.subentry_id)
    (other,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, other, title="Bedroom")
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = stored
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    titles = {s.unique_id: s.title for s in entry.subentries.values()}
    assert titles == {SERIAL: "Attic", VALVE: "Patio"}
    after = entry.runtime_data.devices[VALVE].data
    assert after.configuration.document == {"modo": "manual", "encendido": False}


async def test_request_during_a_reload_changes_the_new_generation(
    hass: HomeAssistant, ask: Ask, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    reloaded = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"configuracion": '
        await reloaded.wait()
        yield b'{"n": 1}}'

    request = asyncio.ensure_future(ask("PUT", path, data=body()))
    await asyncio.sleep(0.05)
    assert await hass.config_entries.async_reload(entry.entry_id)
    reloaded.set()
    assert (await request).status == 200
    now = entry.runtime_data.devices[SERIAL].data
    assert now.configuration.document["n"] == 1
    assert "n" not in devices.devices[SERIAL].data.configuration.document


async def test_request_to_an_entry_that_is_not_loaded_is_answered_503(
    hass: HomeAssistant, ask: Ask, entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    for method in ("GET", "PUT"):
        response = await ask(method, "/dispositivos/1", json={})
        assert response.status == 503
    wrong = BASE.replace("made-up", "wrong") + "/dispositivos"
    assert (await ask("GET", wrong)).status == 404
