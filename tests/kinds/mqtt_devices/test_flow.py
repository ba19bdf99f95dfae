"""Every path through the flows: an entry, its options, claims, simulated devices."""

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.setup import async_setup_component

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.claims.unclaimed import (
    UnclaimedDevices,
)
from custom_components.jannenkoti.kinds.mqtt_devices.discovery import card_id

from .conftest import (
    SERIAL,
    TOKEN,
    TOPIC,
    UNIQUE_ID,
    VALVE,
    Speak,
    entities_of,
    entity_id_of,
    make_entry,
    set_up,
    state_of,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        MqttMockHAClient,
        WebSocketGenerator,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ..waiting import Wait

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


async def begin(hass: HomeAssistant) -> Any:
    """Choose this kind from the menu."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    return await answer(hass, menu, {"next_step_id": "mqtt_devices"})


async def answer(hass: HomeAssistant, step: Any, answers: dict[str, Any]) -> Any:
    """Submit a form."""
    done = await hass.config_entries.flow.async_configure(step["flow_id"], answers)
    await hass.async_block_till_done()
    return done


async def add(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> Any:
    """Start the flow of a subentry."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, kind), context={"source": "user"}
    )


async def submit(hass: HomeAssistant, step: Any, answers: dict[str, Any]) -> Any:
    """Submit a form of a subentry."""
    done = await hass.config_entries.subentries.async_configure(
        step["flow_id"], answers
    )
    await hass.async_block_till_done()
    return done


# An entry


async def test_new_entry_is_created_with_topic_and_base_url(
    hass: HomeAssistant, broker: MqttMockHAClient
) -> None:
    hass.config.internal_url = "http://192.168.1.2:8123"
    step = await begin(hass)
    wrong = (
        ({"name": " ", "topic": TOPIC}, {"name": "mqtt_devices_name_missing"}),
        ({"name": "Farm", "topic": "a/#"}, {"topic": "mqtt_devices_topic_invalid"}),
    )
    for answers, errors in wrong:
        step = await answer(hass, step, answers)
        assert step["errors"] == errors
    step = await answer(hass, step, {"name": " Farm ", "topic": f" {TOPIC} "})
    assert step["step_id"] == "mqtt_devices_address"
    base_url = step["description_placeholders"]["base_url"]
    done = await answer(hass, step, {})
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Farm"
    assert entry.data["topic"] == TOPIC
    path = f"/api/jannenkoti/dispositivos/{entry.data['token']}"
    assert base_url == f"http://192.168.1.2:8123{path}"
    assert len(entry.data["token"]) >= 32

    step = await answer(hass, await begin(hass), {"name": "Other", "topic": TOPIC})
    assert step["errors"] == {"topic": "mqtt_devices_topic_taken"}


async def test_flow_without_a_broker_or_an_address(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "http", {})
    step = await begin(hass)
    step = await answer(hass, step, {"name": "Farm", "topic": TOPIC})
    assert step["errors"] == {"base": "mqtt_devices_no_broker"}
    with (
        patch("homeassistant.components.mqtt.async_wait_for_mqtt_client"),
        patch(
            "custom_components.jannenkoti.kinds.mqtt_devices.flow.get_url",
            side_effect=NoURLAvailableError,
        ),
    ):
        step = await answer(hass, step, {"name": "Farm", "topic": TOPIC})
    assert step["description_placeholders"]["base_url"].startswith("/api/")


async def test_setup_without_a_broker_is_retried(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "http", {})
    entry = make_entry()
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_reconfigure_changes_topic_and_token(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step: Any = await entry.start_reconfigure_flow(hass)
    assert step["description_placeholders"]["base_url"].endswith(TOKEN)
    done = await answer(hass, step, {"topic": "casa/estado", "new_token": False})
    assert done["reason"] == "reconfigure_successful"
    assert (entry.data["topic"], entry.data["token"]) == ("casa/estado", TOKEN)

    step = await entry.start_reconfigure_flow(hass)
    step = await answer(hass, step, {"topic": TOPIC, "new_token": True})
    assert step["step_id"] == "mqtt_devices_new_address"
    assert entry.data["token"] == TOKEN
    done = await answer(hass, step, {})
    assert done["reason"] == "reconfigure_successful"
    assert entry.data["token"] != TOKEN
    assert step["description_placeholders"]["base_url"].endswith(entry.data["token"])
    assert entry.state is ConfigEntryState.LOADED


async def test_options(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    step: Any = await hass.config_entries.options.async_init(entry.entry_id)
    answers = {
        "discovery": False,
        "command_topic": "casa/configuracion",
        "message_limit": 60.0,
        "request_limit": 90.0,
        "local_only": False,
    }
    configure = hass.config_entries.options.async_configure
    step = await configure(step["flow_id"], answers)
    assert step["errors"] == {"command_topic": "mqtt_devices_command_topic_invalid"}
    answers["command_topic"] = "casa/{serial}/configuracion"
    done = await configure(step["flow_id"], answers)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == answers
    assert entry.runtime_data.options.message_limit == 60


# Claims


def cards(hass: HomeAssistant) -> list[Any]:
    """Return the cards that are shown."""
    return hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_discovery_card_shows_type_and_parameters(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    hass.config.language = "fi"
    await async_load_integrations(hass, {DOMAIN})
    for serial in (VALVE, "XYZ0AB12"):
        await speak(serial)
    titles = {card["context"]["title_placeholders"]["name"] for card in cards(hass)}
    assert titles == {f"Kastelu {VALVE}", "XYZ0AB12"}


async def test_discovery_card_claims_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, wait: Wait
) -> None:
    await speak(VALVE, parametros={"riego_en_curso": True, "bateria": 80})
    (card,) = cards(hass)
    assert card["step_id"] == "mqtt_devices_claim"
    assert card["context"]["title_placeholders"] == {"name": f"Irrigation {VALVE}"}
    assert not entities_of(hass, VALVE)
    done = await answer(hass, card, {"name": "  ", "more": {}})
    assert done["errors"] == {"name": "mqtt_devices_name_missing"}
    nonsense = {"name": "Patio", "more": {"schedule": "25:00-x"}}
    done = await answer(hass, card, nonsense)
    assert done["errors"] == {"more": "mqtt_devices_configuration_invalid"}
    area = ar.async_get(hass).async_create("Garden")
    done = await answer(hass, card, {"name": "Patio", "area": area.id, "more": {}})
    assert (done["type"], done["reason"]) == (
        FlowResultType.ABORT,
        "mqtt_devices_claimed",
    )
    assert state_of(hass, "valve", "actuator", VALVE).state == "open"
    assert state_of(hass, "sensor", "parameter_bateria", VALVE).state == "80"
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{UNIQUE_ID}_{VALVE}"), entry.entry_id
    )
    assert device is not None
    assert (device.area_id, device.model) == (area.id, None)
    await wait(6)
    assert state_of(hass, "sensor", "unclaimed_devices", "").state == "0"
    assert {s.title for s in entry.subentries.values()} == {"Bedroom", "Patio"}


async def test_ignored_card_does_not_appear_again(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE, parametros={})
    (card,) = cards(hass)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": "ignore"},
        data={"unique_id": card_id(entry, VALVE), "title": VALVE},
    )
    await hass.async_block_till_done()
    for card in cards(hass):
        hass.config_entries.flow.async_abort(card["flow_id"])
    assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(VALVE, parametros={})
    assert not cards(hass)
    assert VALVE in entry.runtime_data.registry.unclaimed
    # Who takes it off the list of the ignored is offered it again at once.
    (ignored,) = [
        e for e in hass.config_entries.async_entries(DOMAIN) if e is not entry
    ]
    await hass.config_entries.async_remove(ignored.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(cards(hass)) == 1


async def test_form_of_a_device_claimed_meanwhile_aborts(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    step = await submit(hass, await add(hass, entry, "mqtt_device"), {"device": VALVE})
    (card,) = cards(hass)
    await answer(hass, card, {"name": "Patio", "more": {}})
    done = await submit(hass, step, {"name": "Riego", "more": {}})
    assert (done["type"], done["reason"]) == ("abort", "already_configured")
    assert len(entry.subentries) == 2


async def test_cards_are_limited_and_removed_with_their_devices(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for number in range(25):
        await speak(f"XYZ0{number:08}")
    assert len(cards(hass)) == 20
    assert state_of(hass, "sensor", "unclaimed_devices", "").state != "0"
    await hass.config_entries.async_unload(entry.entry_id)
    assert not cards(hass)


async def test_added_device_gets_a_card_and_replaces_the_oldest(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    for number in range(UnclaimedDevices.MOST + 1):
        devices.async_add_unclaimed(Claim(serial=f"XYZ0{number:08}"))
    await hass.async_block_till_done(wait_background_tasks=True)
    offered = [card["context"]["title_placeholders"]["name"] for card in cards(hass)]
    assert sorted(offered) == [f"XYZ0{number:08}" for number in range(1, 20)]


@pytest.mark.parametrize("options", [{"discovery": False}])
async def test_option_disables_cards(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    assert not cards(hass)


async def test_card_of_a_forgotten_device_aborts(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    await speak(VALVE)
    (card,) = cards(hass)
    devices.registry.unclaimed.forget(VALVE)
    done = await answer(hass, card, {"name": "Patio", "more": {}})
    assert done["reason"] == "mqtt_devices_gone"


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


# Simulated devices


async def test_simulated_device_reports_and_obeys_commands(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step = await add(hass, entry, "simulated_device")
    step = await submit(hass, step, {"name": " ", "template": "fan"})
    assert step["errors"] == {"name": "mqtt_devices_name_missing"}
    done = await submit(hass, step, {"name": "Wind", "template": "fan"})
    serial = done["unique_id"]
    assert serial.startswith("FAN0SIM")
    assert state_of(hass, "fan", "actuator", serial).state == "on"
    await hass.services.async_call(
        "fan",
        "turn_off",
        {"entity_id": entity_id_of(hass, "fan", "actuator", serial)},
        blocking=True,
    )
    assert state_of(hass, "fan", "actuator", serial).state == "off"
    assert entry.runtime_data.devices[serial].data.estado == "inactivo"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_two_entries_are_independent(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    other = make_entry(
        data={**entry.data, "topic": "casa/estado", "token": "other"},
        unique_id="f" * 16,
    )
    devices = await set_up(hass, other)
    await speak(VALVE)
    assert not devices.registry.unclaimed
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
