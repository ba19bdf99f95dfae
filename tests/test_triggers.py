"""Triggers and conditions: each row fires on what it names, and on nothing else."""

import json
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.components.websocket_api.automation import (
    async_get_conditions_for_target,
    async_get_triggers_for_target,
)
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import condition, trigger
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import label_registry as lr
from homeassistant.helpers.entity import entity_sources
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.jannenkoti.automation_rows import Row, When, read_rows
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.occurrences import (
    Occurrence,
    async_report_occurrence,
)
from custom_components.jannenkoti.registry import KINDS

from .source import INTEGRATION

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, ServiceCall

ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text("utf-8"))

STATES = (
    ("air_conditioner_compressor_blocked", "cooling", "waiting_minimum_off"),
    ("air_conditioner_sensor_silent", "off", "on"),
    ("air_conditioner_sensor_doubted", "cooling", "sensor_frozen"),
    ("air_conditioner_hold_started", "cooling", "held"),
    ("air_conditioner_hold_ended", "by_hand", "satisfied"),
    ("mqtt_devices_hold_started", "off", "on"),
    ("mqtt_devices_hold_ended", "on", "off"),
    ("tlink_tank_low", "normal", "low_low"),
    ("heating_legionella_run_started", "surplus", "legionella"),
    ("light_routine_slot_changed", "day", "evening"),
)
"""Triggers with a state from which and one to which they fire."""

SEEN = {
    key: "{{ trigger." + key + " | default }}"
    for key in ("entity_id", "place", "reason", "config_entry_id")
}
"""What the automations of the tests have of their trigger."""

EVENTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("air_conditioner_switched_by_remote", "turned_off", {"source": "remote"}),
    ("tlink_alarm_raised", "raised", {}),
    ("tlink_alarm_cleared", "cleared", {}),
    ("printer_print_started", "started", {}),
    ("printer_print_paused", "paused", {}),
    ("printer_print_finished", "finished", {}),
    ("printer_print_failed", "lost", {}),
)
"""Triggers with an event and its attributes."""

OCCURRENCES = (
    "room_sensors_board_silent",
    "room_sensors_board_reports_again",
    "mqtt_devices_device_found",
    "mqtt_devices_device_claimed",
    "tlink_push_rejected",
    "heating_legionella_due",
    "heating_plan_changed",
)
"""Triggers that no entity shows."""

CONDITIONS = (
    ("air_conditioner_compressor_is_blocked", "waiting_minimum_on", "cooling"),
    ("air_conditioner_is_held", "by_hand", "cooling"),
    ("air_conditioner_sensor_is_silent", "on", "off"),
    ("mqtt_devices_is_held", "on", "off"),
    ("tlink_tank_is_low", "low", "high"),
    ("heating_uses_surplus", "surplus", "plan"),
    ("heating_legionella_run_is_on", "legionella", "plan"),
    ("light_routine_is_paused", "all_paused", "following"),
    ("printer_is_printing", "paused", "finished"),
)
"""Conditions with a state that passes and one that does not."""


@pytest.fixture
async def calls(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what the automations of a test have done."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    done: list[ServiceCall] = async_mock_service(hass, "test", "run")
    return done


@pytest.fixture
def device(hass: HomeAssistant) -> dr.DeviceEntry:
    """Return a device of this integration."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "one")}, name="One"
    )


def entity(
    hass: HomeAssistant, device: dr.DeviceEntry, key: str, platform: str = DOMAIN
) -> str:
    """Add a diagnostic entity with ``<domain>.<translation key>``; return its id."""
    domain, translation_key = key.split(".")
    return (
        er.async_get(hass)
        .async_get_or_create(
            domain,
            platform,
            f"{platform}_{key}",
            device_id=device.id,
            translation_key=translation_key,
            entity_category=EntityCategory.DIAGNOSTIC,
            object_id_base=f"Of {platform}",
        )
        .entity_id
    )


async def automate(hass: HomeAssistant, name: str, **config: Any) -> None:
    """Add an automation with a trigger of ours."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": f"{DOMAIN}.{name}", **config},
                "actions": {"action": "test.run", "data": SEEN},
            }
        },
    )
    await hass.async_block_till_done()


ROWS = read_rows()
TRIGGERS = {row.name: row for row in ROWS.triggers}


def key_of(name: str) -> str:
    """Return ``<domain>.<translation key>`` of the entity of a trigger."""
    return f"{TRIGGERS[name].platform}.{TRIGGERS[name].translation_key}"


def known_values(row: Row) -> set[str]:
    """Return the states or event types that an entity has."""
    text = ENGLISH["entity"][row.platform][row.translation_key]
    if row.platform == "event":
        return set(text["state_attributes"]["event_type"]["state"])
    return set(text.get("state", {"on": "", "off": ""}))


@pytest.mark.parametrize(
    "row", [*ROWS.triggers, *ROWS.conditions], ids=lambda row: row.name
)
def test_each_row_is_about_an_entity_and_values_that_exist(row: Row) -> None:
    (kind,) = (kind for kind in KINDS if row.name.startswith(f"{kind}_"))
    if row.when is When.OCCURS:
        assert not row.platform
        return
    assert row.translation_key.startswith(f"{kind}_")
    assert row.values | row.lost <= known_values(row)
    assert not row.values & row.lost
    assert bool(row.values) is (row.when not in {When.CHANGES, When.REACHES})


async def test_all_are_offered_without_an_entry_of_their_kind(
    hass: HomeAssistant, calls: list[ServiceCall]
) -> None:
    offered = await trigger.async_get_all_descriptions(hass)
    assert {name for name in offered if name.startswith(f"{DOMAIN}.")} == {
        f"{DOMAIN}.{name}" for name in ENGLISH["triggers"]
    }
    assert all(offered[f"{DOMAIN}.{name}"] for name in ENGLISH["triggers"])
    conditions = await condition.async_get_all_descriptions(hass)
    assert {name for name in conditions if name.startswith(f"{DOMAIN}.")} == {
        f"{DOMAIN}.{name}" for name in ENGLISH["conditions"]
    }
    assert not calls


def test_every_row_is_tested() -> None:
    listed = [*(row[0] for row in (*STATES, *EVENTS)), *OCCURRENCES]
    assert {*listed, "printer_layer_reached"} == ENGLISH["triggers"].keys()
    assert {row[0] for row in CONDITIONS} == ENGLISH["conditions"].keys()


@pytest.mark.parametrize(("name", "before", "after"), STATES)
@pytest.mark.parametrize("by_device", [True, False])
async def test_trigger_fires_on_its_states_once(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    before: str,
    after: str,
    *,
    by_device: bool,
) -> None:
    watched = entity(hass, device, key_of(name))
    hass.states.async_set(watched, before)
    target = {"device_id": device.id} if by_device else {"entity_id": watched}
    await automate(hass, name, target=target)
    for state in (before, after, after):
        hass.states.async_set(watched, state)
        await hass.async_block_till_done()
    assert [call.data["entity_id"] for call in calls] == [watched]


@pytest.mark.parametrize(("name", "before", "after"), STATES)
@pytest.mark.parametrize("lost", [STATE_UNAVAILABLE, STATE_UNKNOWN])
async def test_trigger_does_not_fire_after_a_restart(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    before: str,
    after: str,
    lost: str,
) -> None:
    watched = entity(hass, device, key_of(name))
    hass.states.async_set(watched, before)
    await automate(hass, name, target={"entity_id": watched})
    for state in (lost, after):
        hass.states.async_set(watched, state)
        await hass.async_block_till_done()
    assert not calls


@pytest.mark.parametrize(("name", "before", "after"), STATES)
async def test_lost_connection_neither_ends_nor_starts_anything(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    before: str,
    after: str,
) -> None:
    watched = entity(hass, device, key_of(name))
    await automate(hass, name, target={"entity_id": watched})
    for lost in sorted(TRIGGERS[name].lost):
        hass.states.async_set(watched, STATE_UNAVAILABLE)
        for state in (after, lost, after, STATE_UNAVAILABLE, lost, after):
            hass.states.async_set(watched, state)
            await hass.async_block_till_done()
        hass.states.async_set(watched, STATE_UNAVAILABLE)
        for state in (before, lost, before):
            hass.states.async_set(watched, state)
            await hass.async_block_till_done()
        assert not calls, lost


def test_each_trigger_about_a_reason_knows_when_the_device_is_lost() -> None:
    about = [row for row in ROWS.triggers if row.translation_key.endswith("_reason")]
    assert len(about) >= 5
    assert all(row.lost for row in about)


@pytest.mark.parametrize(("name", "before", "after"), STATES)
async def test_renamed_entity_does_not_fire_by_being_renamed(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    before: str,
    after: str,
) -> None:
    watched = entity(hass, device, key_of(name))
    hass.states.async_set(watched, after)
    await automate(hass, name, target={"device_id": device.id})
    renamed = f"{watched}_renamed"
    hass.states.async_remove(watched)
    er.async_get(hass).async_update_entity(watched, new_entity_id=renamed)
    hass.states.async_set(renamed, after)
    await hass.async_block_till_done()
    assert not calls
    for state in (before, after):
        hass.states.async_set(renamed, state)
        await hass.async_block_till_done()
    assert {call.data["entity_id"] for call in calls} == {renamed}


@pytest.mark.parametrize("by", ["area_id", "floor_id", "label_id"])
@pytest.mark.parametrize(
    "name", ["air_conditioner_hold_started", "room_sensors_board_silent"]
)
async def test_area_floor_and_label_are_targets(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    by: str,
) -> None:
    watched = entity(hass, device, "sensor.air_conditioner_reason")
    floor = fr.async_get(hass).async_create("Upper floor")
    area = ar.async_get(hass).async_create("Bedroom", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Cold")
    dr.async_get(hass).async_update_device(
        device.id, area_id=area.id, labels={label.label_id}
    )
    ids = {"area_id": area.id, "floor_id": floor.floor_id, "label_id": label.label_id}
    hass.states.async_set(watched, "cooling")
    await automate(hass, name, target={by: ids[by]})
    hass.states.async_set(watched, "held")
    assert device.config_entry_id is not None
    for key in ("one", "two"):
        async_report_occurrence(
            hass, name, Occurrence(entry_id=device.config_entry_id, device_key=key)
        )
    await hass.async_block_till_done()
    assert len(calls) == 1


@pytest.mark.parametrize("behavior", ["first", "all"])
async def test_behavior_and_duration_are_those_of_home_assistant(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    freezer: FrozenDateTimeFactory,
    behavior: str,
) -> None:
    key = "sensor.air_conditioner_reason"
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=str(device.config_entry_id), identifiers={(DOMAIN, "two")}
    )
    found = [entity(hass, device, key)]
    found.append(
        er.async_get(hass)
        .async_get_or_create(
            "sensor",
            DOMAIN,
            "another",
            device_id=other.id,
            translation_key="air_conditioner_reason",
        )
        .entity_id
    )
    for entity_id in found:
        hass.states.async_set(entity_id, "cooling")
    options = {"behavior": behavior, "for": {"minutes": 5}}
    name = "air_conditioner_hold_started"
    await automate(hass, name, target={"entity_id": found}, options=options)
    fired = []
    for entity_id in found:
        hass.states.async_set(entity_id, "held")
        await hass.async_block_till_done()
        freezer.tick(301)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        fired.append(len(calls))
    assert fired == {"first": [1, 1], "all": [0, 1]}[behavior]


@pytest.mark.parametrize("wrong", ["another", "unregistered", "other_key"])
@pytest.mark.parametrize("name", [*TRIGGERS])
async def test_entity_that_can_never_fire_is_refused_with_its_name(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    wrong: str,
) -> None:
    if TRIGGERS[name].when is When.OCCURS:
        return
    key, entity_id = key_of(name), "sensor.unregistered"
    if wrong == "another":
        entity_id = entity(hass, device, key, platform="another")
    elif wrong == "other_key":
        entity_id = entity(hass, device, f"{key}_of_another_kind")
    hass.states.async_set(entity_id, "on")
    config = {
        "trigger": f"{DOMAIN}.{name}",
        "target": {"entity_id": [entity_id]},
        "options": {"layer": 5} if name == "printer_layer_reached" else {},
    }
    checked = cv.TRIGGER_SCHEMA([config])
    with pytest.raises(vol.Invalid, match=f"{entity_id} is not an entity of"):
        await trigger.async_validate_trigger_config(hass, checked)
    hass.states.async_remove(entity_id)
    if wrong == "unregistered":
        assert await trigger.async_validate_trigger_config(hass, checked)
        hass.states.async_set(entity_id, "on", {"entity_id": ["sensor.member"]})
        assert await trigger.async_validate_trigger_config(hass, checked)
    assert not calls


async def test_condition_refuses_an_entity_that_it_can_never_be_about(
    hass: HomeAssistant, calls: list[ServiceCall], device: dr.DeviceEntry
) -> None:
    for row in ROWS.conditions:
        wrong = entity(hass, device, f"{row.platform}.other_{row.name}")
        config = {
            "condition": f"{DOMAIN}.{row.name}",
            "target": {"entity_id": [wrong]},
        }
        with pytest.raises(vol.Invalid, match=f"{wrong} is not an entity of the type"):
            await condition.async_validate_condition_config(hass, config)
    assert not calls


@pytest.mark.parametrize(("name", "before", "after"), STATES)
async def test_entities_of_other_integrations_and_others_of_the_device_do_not_count(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    before: str,
    after: str,
) -> None:
    key = key_of(name)
    others = [
        entity(hass, device, key, platform="another"),
        entity(hass, device, f"{key}_of_another_kind"),
    ]
    for other in others:
        hass.states.async_set(other, before)
    await automate(hass, name, target={"device_id": device.id})
    for other in others:
        hass.states.async_set(other, after)
    await hass.async_block_till_done()
    assert not calls


@pytest.mark.parametrize(("name", "event_type", "attributes"), EVENTS)
async def test_trigger_fires_on_its_event_only(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    event_type: str,
    attributes: dict[str, str],
) -> None:
    watched = entity(hass, device, key_of(name))
    hass.states.async_set(watched, STATE_UNKNOWN)
    await automate(hass, name, target={"device_id": device.id})
    happened = {"event_type": event_type, **attributes}
    hass.states.async_set(watched, "2027-01-01T12:00:00", happened)
    await hass.async_block_till_done()
    assert len(calls) == 1
    others = [{"event_type": "another"}]
    if attributes:
        others.append({"event_type": event_type, "source": "thermostat"})
    for minute, other in enumerate(others, start=1):
        hass.states.async_set(watched, f"2027-01-01T12:0{minute}:00", other)
    await hass.async_block_till_done()
    assert len(calls) == 1


@pytest.mark.parametrize("name", OCCURRENCES)
async def test_occurrence_fires_for_all_devices_or_the_chosen_one(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
) -> None:
    entry_id = device.config_entry_id
    assert entry_id is not None
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry_id, identifiers={(DOMAIN, "two")}, name="Two"
    )
    await automate(hass, name, options={"device_id": [other.id]})
    details = {"place": "hall"}

    async def report(entry: str, device_key: str | None) -> int:
        occurrence = Occurrence(entry_id=entry, device_key=device_key, details=details)
        async_report_occurrence(hass, name, occurrence)
        await hass.async_block_till_done()
        return len(calls)

    assert await report(entry_id, "one") == 0
    assert await report("another entry", "two") == 0
    assert await report(entry_id, "two") == 1
    assert await report(entry_id, None) == 2
    assert calls[0].data["place"] == "hall"
    assert calls[0].data["config_entry_id"] == entry_id
    dr.async_get(hass).async_remove_device(other.id)
    assert await report(entry_id, "two") == 2


async def test_occurrence_without_devices_fires_for_every_device(
    hass: HomeAssistant, calls: list[ServiceCall]
) -> None:
    await automate(hass, "tlink_push_rejected")
    occurrence = Occurrence(entry_id="any", details={"reason": "too_large"})
    async_report_occurrence(hass, "tlink_push_rejected", occurrence)
    async_report_occurrence(hass, "mqtt_devices_device_found", occurrence)
    await hass.async_block_till_done()
    assert [call.data["reason"] for call in calls] == ["too_large"]


@pytest.mark.parametrize(
    ("layers", "times"),
    [
        (["4", "5"], 1),
        (["4", "9"], 1),
        (["4", "5", "6", "7"], 1),
        (["5", "6"], 0),
        ([STATE_UNKNOWN, "5"], 1),
        ([STATE_UNKNOWN, "50"], 0),
        ([STATE_UNAVAILABLE, "7"], 0),
        (["4", "5", "3", "5"], 2),
        (["4", "many"], 0),
    ],
)
async def test_layer_is_reached_once_in_a_print(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    layers: list[str],
    times: int,
) -> None:
    watched = entity(hass, device, "sensor.printer_layer")
    hass.states.async_set(watched, layers[0])
    target = {"entity_id": watched}
    await automate(hass, "printer_layer_reached", target=target, options={"layer": 5})
    for layer in layers[1:]:
        hass.states.async_set(watched, layer)
        await hass.async_block_till_done()
    assert len(calls) == times


@pytest.mark.parametrize("layer", [0, -1, "many", 100_001])
async def test_layer_that_no_print_has_is_refused(
    hass: HomeAssistant, calls: list[ServiceCall], layer: object
) -> None:
    await automate(
        hass,
        "printer_layer_reached",
        target={"entity_id": "sensor.layer"},
        options={"layer": layer},
    )
    (automation,) = hass.states.async_all("automation")
    assert automation.state == STATE_UNAVAILABLE
    assert not calls


@pytest.mark.parametrize(("name", "passing", "failing"), CONDITIONS)
async def test_condition_passes_in_its_states(
    hass: HomeAssistant,
    calls: list[ServiceCall],
    device: dr.DeviceEntry,
    name: str,
    passing: str,
    failing: str,
) -> None:
    (row,) = (row for row in ROWS.conditions if row.name == name)
    watched = entity(hass, device, f"{row.platform}.{row.translation_key}")
    hass.states.async_set(watched, failing)
    config = await condition.async_validate_condition_config(
        hass,
        {"condition": f"{DOMAIN}.{name}", "target": {"device_id": [device.id]}},
    )
    checker = await condition.async_from_config(hass, config)
    assert checker.async_check() is False
    hass.states.async_set(watched, passing)
    assert checker.async_check() is True
    hass.states.async_set(watched, STATE_UNAVAILABLE)
    assert checker.async_check() is False
    checker.async_unload()
    assert not calls


async def test_editor_offers_what_a_device_has_also_for_diagnostic_entities(
    hass: HomeAssistant, calls: list[ServiceCall], device: dr.DeviceEntry
) -> None:
    for row in (*ROWS.triggers, *ROWS.conditions):
        if row.platform:
            watched = entity(hass, device, f"{row.platform}.{row.translation_key}")
            entity_sources(hass)[watched] = {"domain": DOMAIN}
    target = {"device_id": [device.id]}
    triggers = await async_get_triggers_for_target(hass, target, expand_group=True)
    conditions = await async_get_conditions_for_target(hass, target, expand_group=True)
    assert {f"{DOMAIN}.{x.name}" for x in ROWS.triggers if x.platform} <= triggers
    assert {f"{DOMAIN}.{x.name}" for x in ROWS.conditions} <= conditions
    assert not calls
