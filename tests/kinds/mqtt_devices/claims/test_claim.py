"""Tests of claims from the list or by a text, of changes, and of the end of a claim."""

import json
from typing import TYPE_CHECKING

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim

from ..conftest import (
    SERIAL,
    UNIQUE_ID,
    VALVE,
    Ask,
    Speak,
    entities_of,
    state_of,
)
from ..forms import add, answer, cards, submit

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        WebSocketGenerator,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


QR = json.dumps(
    {
        "serial_number": VALVE,
        "nombre": "Regador",
        "tipo": "actuador",
        "modelo": "RG-1",
        "descripcion": "Patio",
        "configuracion": {"intervalo_envio": 20, "encendido": False, "modo": "manual"},
    }
)


async def test_qr_code_text_claims_a_device(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE, parametros={})
    assert cards(hass)
    step = await add(hass, entry, "mqtt_device")
    (field,) = [key for key in step["data_schema"].schema if key == "device"]
    listed = step["data_schema"].schema[field].config["options"]
    assert [option["value"] for option in listed] == [VALVE]
    for answers, errors in (
        ({}, {"base": "mqtt_devices_nothing_picked"}),
        ({"qr_text": "no device at all"}, {"qr_text": "mqtt_devices_no_claim"}),
        ({"qr_text": SERIAL}, {"qr_text": "mqtt_devices_already_claimed"}),
    ):
        step = await submit(hass, step, answers)
        assert step["errors"] == errors
    step = await submit(hass, step, {"qr_text": f"Scanned:\n{QR}\n"})
    assert step["step_id"] == "details"
    suggested = {
        str(key): key.description["suggested_value"]
        for part in (step["data_schema"], step["data_schema"].schema["more"].schema)
        for key in part.schema
        if key.description
    }
    assert suggested["name"] == "Regador"
    assert suggested["interval"] == 20
    assert suggested["mode"] == "manual"
    for schedule, error in (
        ("someday", "mqtt_devices_configuration_invalid"),
        ("; ".join(["mon 06:00-07:00"] * 65), "mqtt_devices_configuration_invalid"),
    ):
        wrong = {"name": "Riego", "more": {"schedule": schedule}}
        step = await submit(hass, step, wrong)
        assert step["errors"] == {"more": error}
    more = {"description": "Patio", "mode": "manual", "interval": 20}
    done = await submit(hass, step, {"name": "Riego", "more": more})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    # It reported before the claim, so its values are shown at once.
    assert state_of(hass, "valve", "actuator", VALVE).state == "open"
    device = entry.runtime_data.devices[VALVE].data
    assert device.identity.description == "Patio"
    # The QR code has it off, but the device reports on.
    assert device.configuration.document == {
        "intervalo_envio": 20,
        "encendido": True,
        "modo": "manual",
    }
    assert not cards(hass)


async def test_device_is_claimed_from_the_list_and_changed(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    step = await submit(hass, await add(hass, entry, "mqtt_device"), {"device": VALVE})
    done = await submit(hass, step, {"name": "Riego", "more": {"model": "RG-1"}})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    subentry = next(s for s in entry.subentries.values() if s.unique_id == VALVE)

    step = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    before = entry.runtime_data.devices[VALVE].data
    done = await submit(hass, step, {"name": "Patio", "more": {}})
    assert done["reason"] == "reconfigure_successful"
    device = entry.runtime_data.devices[VALVE].data
    assert (device.identity.name, device.identity.model) == ("Patio", "desconocido")
    assert device.configuration == before.configuration
    assert (device.version, device.pending) == (before.version, None)
    step = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    more = {"mode": "horario", "schedule": "mon-fri 22:00-06:00", "interval": 7}
    await submit(hass, step, {"name": "Patio", "more": more})
    device = entry.runtime_data.devices[VALVE].data
    assert device.configuration.interval == 7
    assert device.configuration.mode == "horario"
    assert state_of(hass, "text", "schedule", VALVE).state == (
        "mon tue wed thu fri 22:00-06:00"
    )
    assert state_of(hass, "valve", "actuator", VALVE).name == "Patio"


async def test_change_of_a_device_unclaimed_meanwhile_aborts(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    (subentry_id,) = entry.subentries
    step = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
    devices.async_unclaim(SERIAL)
    done = await submit(hass, step, {"name": "Bedroom", "more": {}})
    assert (done["type"], done["reason"]) == ("abort", "mqtt_devices_gone")


async def test_device_can_be_deleted_on_its_page(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)
    registry = dr.async_get(hass)

    async def removed(key: str) -> bool:
        device_id = dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, key), config_entry_id=entry.entry_id
        )
        await client.send_json_auto_id(
            {"type": "config/device_registry/remove", "device_id": device_id}
        )
        done: bool = (await client.receive_json())["success"]
        assert (registry.async_get(str(device_id)) is None) is done
        return done

    assert not await removed(UNIQUE_ID)
    assert await removed(f"{UNIQUE_ID}_{SERIAL}")
    assert not entry.subentries
    assert not entities_of(hass, SERIAL)


async def test_claim_needs_a_loaded_entry(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    (card,) = cards(hass)
    (subentry,) = entry.subentries.values()
    step = await add(hass, entry, "mqtt_device")
    change = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    assert step["type"] is change["type"] is FlowResultType.FORM
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
    done = await answer(hass, card, {"name": "x", "more": {}})
    assert done["reason"] == "mqtt_devices_not_loaded"
    for flow, answers in (
        (step, {"device": VALVE}),
        (change, {"name": "x", "more": {}}),
    ):
        done = await submit(hass, flow, answers)
        assert done["reason"] == "mqtt_devices_not_loaded"
    entry.mock_state(hass, ConfigEntryState.LOADED)


async def test_unclaim_removes_everything_of_the_device(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    await speak(parametros={"temperatura": 20, "wind": 3})
    assert "sensor parameter_wind" in entities_of(hass, SERIAL)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()
    assert not entities_of(hass, SERIAL)
    assert not devices.devices
    assert not devices.registry.claimed
    assert not cards(hass)
    await speak(parametros={"temperatura": 20})
    assert len(cards(hass)) == 1


async def test_serial_number_that_never_reported_is_asked_about(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step = await add(hass, entry, "mqtt_device")
    step = await submit(hass, step, {"qr_text": "patio-valve"})
    assert step["step_id"] == "never_received"
    assert step["description_placeholders"] == {
        "serial": "patio-valve",
        "entry": "Farm",
    }
    done = await submit(hass, step, {"name": "Valve", "more": {}})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_form_of_an_entry_without_room_ends(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = "custom_components.jannenkoti.kinds.mqtt_devices.repairs.MAX_ENTITIES"
    monkeypatch.setattr(place, 45)
    await speak(VALVE)
    (card,) = cards(hass)
    step = await add(hass, entry, "mqtt_device")
    done = await submit(hass, step, {"device": VALVE})
    assert done["reason"] == "mqtt_devices_too_many_entities"
    done = await answer(hass, card, {"name": "Patio", "more": {}})
    assert done["reason"] == "mqtt_devices_too_many_entities"


async def test_rename_of_a_subentry_renames_the_device(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    (subentry_of_it,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry_of_it, title="Attic")
    await hass.async_block_till_done()
    assert devices.devices[SERIAL].data.identity.name == "Attic"
    assert state_of(hass, "select", "mode").name == "Attic Mode"


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


async def test_claim_with_a_configuration_above_the_limit_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    text = json.dumps({"serial": VALVE, "configuracion": {"x": "y" * 9000}})
    step = await add(hass, entry, "mqtt_device")
    step = await submit(hass, step, {"qr_text": text})
    assert step["step_id"] == "never_received"
    step = await submit(hass, step, {"name": "Patio", "more": {}})
    assert step["errors"] == {"more": "mqtt_devices_configuration_too_large"}
    assert len(entry.subentries) == 1


async def test_change_that_the_firmware_could_not_hold_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    new = {"posicion": 1, "velocidad": 2, "riego_en_curso": True, "lock_state": "lock"}
    await speak(VALVE, parametros=new)
    devices.async_claim(Claim(serial=VALVE, configuration={"x": "y" * 7960}))
    await hass.async_block_till_done()
    subentry_id = devices.devices[VALVE].subentry_id
    step = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
    before = devices.devices[VALVE].data.configuration
    more = {"mode": "horario", "schedule": "mon 06:00-07:00; tue 08:00-09:00"}
    step = await submit(hass, step, {"name": "Patio", "more": more})
    assert step["errors"] == {"more": "mqtt_devices_configuration_too_large"}
    assert devices.devices[VALVE].data.configuration is before


async def test_form_of_an_entry_unloaded_meanwhile_ends(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    step = await submit(hass, await add(hass, entry, "mqtt_device"), {"device": VALVE})
    assert await hass.config_entries.async_unload(entry.entry_id)
    done = await submit(hass, step, {"name": "Patio", "more": {}})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert VALVE in entry.runtime_data.devices


async def test_device_of_an_entry_that_is_not_loaded_cannot_be_deleted(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    device_id = dr.async_get_device_id_by_identifier(
        hass, (DOMAIN, f"{UNIQUE_ID}_{SERIAL}"), config_entry_id=entry.entry_id
    )
    assert await hass.config_entries.async_unload(entry.entry_id)
    await client.send_json_auto_id(
        {"type": "config/device_registry/remove", "device_id": device_id}
    )
    assert not (await client.receive_json())["success"]
    assert len(entry.subentries) == 1
