"""Tests of harm: claims, locks, alarms, and data that were answered with 200."""

import asyncio
import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.store import KindStore

from .conftest import (
    BASE,
    SERIAL,
    VALVE,
    Ask,
    Speak,
    entities_of,
    make_entry,
    set_up,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import MqttMockHAClient

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

SMOKE, LOCK, LEAK = "SMK0AAAAAAAA", "DRL0AAAAAAAA", "XYZ0AAAAAAAA"


def unreadable_issue(
    hass: HomeAssistant, entry: MockConfigEntry, serial: str
) -> ir.IssueEntry | None:
    """Return the repair issue of an unreadable value."""
    issue_id = f"mqtt_devices_unreadable_{entry.entry_id}_{serial}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


# States that must not look safe


@pytest.mark.parametrize("subentries", [[subentry(LOCK)]])
@pytest.mark.parametrize(
    ("reported", "state"),
    [
        ("lock", "locked"),
        ("LOCKED", "locked"),
        ("cerrado", "locked"),
        (1, "locked"),
        ("unlock", "unlocked"),
        ("unlocked", "unlocked"),
        ("abierta", "unlocked"),
        (0, "unlocked"),
        ("0", "unlocked"),
        (False, "unlocked"),
        ("jammed", "unknown"),
        ("", "unknown"),
        (7, "unknown"),
        ([1], "unknown"),
    ],
)
async def test_lock_state_word_gives_state(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, reported: Any, state: str
) -> None:
    await speak(LOCK, estado="activo", parametros={"lock_state": reported})
    assert state_of(hass, "lock", "actuator", LOCK).state == state
    issue = unreadable_issue(hass, entry, LOCK)
    assert (issue is not None) is (state == "unknown")


@pytest.mark.parametrize("subentries", [[subentry(SMOKE)]])
@pytest.mark.parametrize("name", ["humo_detectado", "Humo", "smoke"])
@pytest.mark.parametrize(
    ("reported", "state"),
    [
        (True, "on"),
        (1, "on"),
        ("1", "on"),
        ("true", "on"),
        ("ON", "on"),
        ("sí", "on"),
        (1.0, "on"),
        (False, "off"),
        (0, "off"),
        ("off", "off"),
        ("no", "off"),
        ("burning", "unknown"),
        (412, "unknown"),
    ],
)
async def test_smoke_value_gives_state_and_unreadable_one_an_issue(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    name: str,
    reported: Any,
    state: str,
) -> None:
    key = "parameter_humo_detectado"
    await speak(SMOKE, parametros={name: reported, "bateria": 80})
    assert state_of(hass, "binary_sensor", key, SMOKE).state == state
    assert state_of(hass, "sensor", "parameter_bateria", SMOKE).state == "80"
    issue = unreadable_issue(hass, entry, SMOKE)
    assert (issue is not None) is (state == "unknown")
    await speak(SMOKE, parametros={name: 0})
    assert unreadable_issue(hass, entry, SMOKE) is None
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "off"


@pytest.mark.parametrize("subentries", [[subentry(SMOKE)]])
async def test_smoke_detector_stays_a_binary_sensor_after_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(SMOKE, parametros={"humo_detectado": 1})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(SMOKE, parametros={"humo_detectado": 1})
    key = "parameter_humo_detectado"
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "on"
    assert f"sensor {key}" not in entities_of(hass, SMOKE)


@pytest.mark.parametrize("subentries", [[subentry(LEAK)]])
@pytest.mark.parametrize("name", ["fuga_agua", "gas_detectado", "Water leak"])
async def test_alarms_of_unknown_device_types_are_safety_classes(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, name: str
) -> None:
    await speak(LEAK, parametros={name: "1"})
    (entity,) = [x for x in entities_of(hass, LEAK) if "binary_sensor param" in x]
    platform, key = entity.split(" ")
    state = state_of(hass, platform, key, LEAK)
    assert state.state == "on"
    assert state.attributes["device_class"] in {"gas", "moisture"}
    await speak(LEAK, parametros={name: "?"})
    assert state_of(hass, platform, key, LEAK).state == "unknown"
    assert unreadable_issue(hass, entry, LEAK) is not None


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("field", "humidity", "temperature"),
    [
        ("NaN", "55", "unknown"),
        ("nan", "55", "unknown"),
        ("-Infinity", "55", "unknown"),
        ("inf", "55", "unknown"),
        ("null", "55", "unknown"),
        ("[1]", "55", "unknown"),
        ('"23,4"', "55", "23.4"),
        ('"nan"', "55", "unknown"),
        ('"23.4"', "55", "23.4"),
    ],
)
async def test_one_bad_field_does_not_lose_its_neighbors(
    hass: HomeAssistant, speak: Speak, field: str, humidity: str, temperature: str
) -> None:
    payload = (
        f'{{"serial_number": "{SERIAL}", "estado": "activo",'
        f' "parametros": {{"temperatura": {field}, "humedad": "{humidity}"}}}}'
    )
    await speak(payload=payload)
    assert state_of(hass, "sensor", "parameter_humedad").state == humidity
    shown = state_of(hass, "sensor", "parameter_temperatura")
    assert shown.state == temperature
    assert shown.attributes["unit_of_measurement"] == "°C"


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("name", ["Temperatura", "TEMP", "temperature", "Temp-C"])
async def test_usual_names_of_a_parameter_are_one_entity(
    hass: HomeAssistant, speak: Speak, name: str
) -> None:
    await speak(parametros={name: 20})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
    await speak(parametros={name: 21})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "21"
    shown = [x for x in entities_of(hass, SERIAL) if "parameter" in x]
    assert sorted(shown) == [
        "sensor parameter_humedad",
        "sensor parameter_temperatura",
    ]


# Claims


async def test_claim_form_as_it_stands_leaves_a_closed_valve_closed(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    await speak(VALVE, estado="inactivo", parametros={"riego_en_curso": False})
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_configure(
        card["flow_id"], {"name": "Patio", "more": {}}
    )
    await hass.async_block_till_done()
    served = devices.devices[VALVE].data.served
    assert (served.mode, served.on) == ("manual", False)
    assert state_of(hass, "valve", "actuator", VALVE).state == "closed"


@pytest.mark.parametrize("claim", ["{}", '{"modo": "manual", "encendido": true}'])
async def test_claim_over_http_leaves_a_closed_valve_closed(
    ask: Ask, devices: MqttDevices, speak: Speak, claim: str
) -> None:
    await speak(VALVE, estado="inactivo")
    body = {"serial_number": VALVE, "configuracion": json.loads(claim)}
    response = await ask("POST", "/dispositivos/reclamar", json=body)
    assert response.status == 200
    served = devices.devices[VALVE].data.served
    assert (served.mode, served.on) == ("manual", False)


# What is answered 200 is on disk


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


# Too many entities


async def test_claim_beyond_the_entity_limit_is_refused_with_an_issue(
    hass: HomeAssistant,
    ask: Ask,
    entry: MockConfigEntry,
    speak: Speak,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = "custom_components.jannenkoti.kinds.mqtt_devices.repairs.MAX_ENTITIES"
    monkeypatch.setattr(place, 45)
    await speak(VALVE)
    response = await ask(
        "POST", "/dispositivos/reclamar", json={"serial_number": VALVE}
    )
    assert response.status == 507
    assert VALVE not in entry.runtime_data.devices
    hass.config_entries.async_update_entry(entry, title="Full")
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"mqtt_devices_entity_limit_{entry.entry_id}"
    )
    assert issue is not None


# Stored files


@pytest.mark.parametrize("data", [{SERIAL: 5}, {SERIAL: {"configuration": 5}}, [5]])
async def test_entry_with_a_damaged_store_is_set_up_and_switches_nothing(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    hass_storage: dict[str, Any],
    speak: Speak,
    data: Any,
) -> None:
    entry = make_entry(subentry(SERIAL))
    key = f"{DOMAIN}.{entry.entry_id}"
    for end in ("", ".history"):
        file = {"version": 1, "minor_version": 1, "key": key + end, "data": data}
        hass_storage[key + end] = file
    devices = await set_up(hass, entry)
    # Its claim has it on, but that was long ago.
    await speak(estado="inactivo")
    served = devices.devices[SERIAL].data.served
    assert (served.mode, served.on) == ("manual", False)


async def test_entry_with_a_store_of_a_newer_version_is_set_up_and_leaves_it(
    hass: HomeAssistant, broker: MqttMockHAClient, hass_storage: dict[str, Any]
) -> None:
    entry = make_entry(subentry(SERIAL))
    key = f"{DOMAIN}.{entry.entry_id}"
    newer = {"version": 99, "minor_version": 1, "key": key, "data": {"x": 1}}
    hass_storage[key] = newer
    await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key] == newer


@pytest.mark.parametrize("subentries", [[subentry("RGD0Q7W8E9R0")]])
async def test_valve_with_an_unreadable_state_is_unknown(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak("RGD0Q7W8E9R0", estado="activo", parametros={"riego_en_curso": "??"})
    assert state_of(hass, "valve", "actuator", "RGD0Q7W8E9R0").state == "unknown"
