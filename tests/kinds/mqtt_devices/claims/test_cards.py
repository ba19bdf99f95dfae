"""Tests of discovered devices: the cards that offer unclaimed devices."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_load_integrations

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.claims.unclaimed import (
    UnclaimedDevices,
)
from custom_components.jannenkoti.kinds.mqtt_devices.discovery import card_id
from custom_components.jannenkoti.occurrences import (
    Occurrence,
    async_listen_occurrences,
)

from ..conftest import (
    UNIQUE_ID,
    VALVE,
    Speak,
    entities_of,
    make_entry,
    set_up,
    state_of,
)
from ..forms import add, answer, cards, submit

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ...waiting import Wait


async def test_discovery_card_shows_type_and_parameters(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    hass.config.language = "fi"
    await async_load_integrations(hass, {DOMAIN})
    for serial in (VALVE, "XYZ0AB12"):
        await speak(serial)
    titles = {card["context"]["title_placeholders"]["name"] for card in cards(hass)}
    assert titles == {f"Kastelu {VALVE}", "XYZ0AB12"}


async def test_form_of_a_card_shows_what_the_device_reports_without_links(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE, estado="[log in](http://x.y)", parametros={"<b>": 1, "ok": 2})
    (card,) = cards(hass)
    form: Any = await hass.config_entries.flow.async_configure(card["flow_id"])
    assert form["description_placeholders"]["parameters"] == (
        r"\[log in\](http:\//x.y), \<b\>, ok"
    )


async def test_found_and_claimed_device_lets_the_triggers_run_once(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    seen = list[tuple[str, Occurrence]]()
    for name in ("device_found", "device_claimed"):
        async_listen_occurrences(
            hass,
            f"mqtt_devices_{name}",
            callback(lambda occurrence, name=name: seen.append((name, occurrence))),
        )
    for _ in range(2):
        await speak(VALVE, parametros={"riego_en_curso": True})
    assert [name for name, _ in seen] == ["device_found"]
    (card,) = cards(hass)
    await answer(hass, card, {"name": "Patio", "more": {}})
    assert [name for name, _ in seen] == ["device_found", "device_claimed"]
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{UNIQUE_ID}_{VALVE}"), entry.entry_id
    )
    assert device is not None
    assert seen[1][1].is_of(hass, device.id)
    assert {occurrence.details["serial"] for _, occurrence in seen} == {VALVE}
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert len(seen) == 2


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


async def test_silent_unclaimed_device_and_its_card_are_removed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    devices: MqttDevices,
    speak: Speak,
    wait: Wait,
) -> None:
    await speak(VALVE)
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await wait(8 * 24 * 3600)
    assert not len(devices.registry.unclaimed)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_oldest_unclaimed_devices_are_removed_with_their_cards(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    devices.registry.unclaimed._most = 1
    await speak("A")
    await speak("B")
    cards = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [card["context"]["title_placeholders"]["name"] for card in cards] == ["B"]


async def test_unclaimed_device_has_no_entities(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE, parametros={})
    assert not entities_of(hass, VALVE)
    assert state_of(hass, "sensor", "unclaimed_devices", "").state == "1"
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert card["step_id"] == "mqtt_devices_claim"
    assert card["context"]["title_placeholders"] == {"name": f"Irrigation {VALVE}"}


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
