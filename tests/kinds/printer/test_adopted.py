"""A printer of another integration while it is adopted."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Context, CoreState, ServiceCall, callback
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import async_get_config_entry_diagnostics
from custom_components.jannenkoti.kinds.printer import adopted_coordinator

from ...failures import LibraryError
from .adopted_printers import Home, adopt, make_home
from .conftest import until

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, State
    from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

LOST_AFTER = timedelta(seconds=61)


@pytest.fixture(autouse=True)
def _all(all_enabled: None) -> None:
    """Enable the entities that a user would have to enable."""


def entity_id(entry: MockConfigEntry, hass: HomeAssistant, key: str) -> str:
    """Return the entity of a key; raises KeyError."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    ids = {each.unique_id: each.entity_id for each in found}
    return ids[f"{entry.unique_id}_{key}"]


def state(entry: MockConfigEntry, hass: HomeAssistant, key: str = "status") -> State:
    """Return what an entity of ours shows."""
    found = hass.states.get(entity_id(entry, hass, key))
    assert found is not None
    return found


def event_type(entry: MockConfigEntry, hass: HomeAssistant) -> str | None:
    """Return what happened last to a print."""
    attributes = state(entry, hass, "print").attributes
    found: str | None = attributes.get("event_type")
    return found


def issues(hass: HomeAssistant) -> dict[str | None, str]:
    """Return the repair issues of the integration, with the entities they name."""
    return {
        issue.translation_key: (issue.translation_placeholders or {}).get(
            "entities", ""
        )
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
    }


async def later(hass: HomeAssistant, after: timedelta) -> None:
    """Let some time pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + after)
    await hass.async_block_till_done()


class Presses:
    """The buttons of the other integration."""

    def __init__(self, home: Home) -> None:
        self.pressed: list[str] = []
        self.contexts: list[Context] = []
        self.error: Exception | None = None
        self._names = {entity_id: key for key, entity_id in home.ids.items()}
        home.hass.services.async_register("button", "press", self._press)

    @callback
    def _press(self, call: ServiceCall) -> None:
        if self.error is not None:
            raise self.error
        self.pressed.append(self._names[call.data["entity_id"]])
        self.contexts.append(call.context)


async def command(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    action: str,
    context: Context | None = None,
    **data: Any,
) -> Any:
    """Perform an action of ours on the adopted printer."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return await hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": devices[0].id, **data},
        blocking=True,
        context=context,
        return_response=True,
    )


# What is shown


async def test_events_of_a_print(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    home.show("print_state", "standby")
    entry = await adopt(home)
    assert (state(entry, hass).state, event_type(entry, hass)) == ("idle", None)
    seen = []
    for key, shown in (
        ("current_layer", "0"),
        ("print_state", "printing"),
        ("current_layer", "1"),
        ("print_state", "paused"),
        ("current_layer", "0"),
        ("print_state", "printing"),
        ("current_layer", "2"),
        ("print_state", "complete"),
    ):
        home.show(key, shown)
        await hass.async_block_till_done()
        seen.append(event_type(entry, hass))
    assert seen == [
        *(None, "started", "layer", "paused", "paused"),
        *("resumed", "layer", "finished"),
    ]
    attributes = state(entry, hass, "print").attributes
    assert (attributes["file"], attributes["layer"]) == ("benchy.gcode", 2)
    assert attributes["progress"] == 100


async def test_end_of_a_print_waits_for_the_progress(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    home.show("Current State", "operational")
    await hass.async_block_till_done()
    # The progress of the same update may be written a moment later.
    assert state(entry, hass).state == "running"
    home.show("Job Percentage", "100")
    await hass.async_block_till_done()
    await later(hass, timedelta(seconds=3))
    assert (state(entry, hass).state, event_type(entry, hass)) == (
        "finished",
        "finished",
    )


async def test_canceled_print_of_octoprint_has_failed(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    home.show("Current State", "operational")
    home.show("Job Percentage", "0")
    await hass.async_block_till_done()
    await later(hass, timedelta(seconds=3))
    assert (state(entry, hass).state, event_type(entry, hass)) == ("idle", "failed")


async def test_print_that_goes_on_within_the_moment_has_not_ended(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    home.show("Current State", "operational")
    await hass.async_block_till_done()
    home.show("Current State", "printing")
    await hass.async_block_till_done()
    await later(hass, timedelta(seconds=3))
    assert (state(entry, hass).state, event_type(entry, hass)) == ("running", None)


async def test_unknown_word_is_shown_as_unknown_and_ends_nothing(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "prusalink")
    entry = await adopt(home)
    for word in ("busy", "a word of 2030", "unknown"):
        home.show("printer.state", word)
        await hass.async_block_till_done()
        assert state(entry, hass).state == "unknown"
    assert event_type(entry, hass) is None
    assert entry.runtime_data.mark.state == "running"


# Connection


async def test_source_that_is_unavailable_during_a_print_is_lost_and_comes_back(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    home.show("print_state", "unavailable")
    await hass.async_block_till_done()
    assert state(entry, hass).state == "running"
    await later(hass, LOST_AFTER)
    assert (state(entry, hass).state, event_type(entry, hass)) == ("lost", "lost")
    assert "printer_lost" in issues(hass)
    home.show("print_state", "printing")
    await hass.async_block_till_done()
    assert state(entry, hass).state == "running"
    assert not issues(hass)


async def test_source_that_is_unavailable_without_a_print_is_off(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "bambu_lab")
    home.show("print_status", "idle")
    entry = await adopt(home)
    home.show("print_status", "offline")
    await hass.async_block_till_done()
    await later(hass, LOST_AFTER)
    assert (state(entry, hass).state, event_type(entry, hass)) == ("off", None)
    assert not issues(hass)


async def test_source_that_reloads_during_a_print_loses_nothing(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "bambu_lab")
    entry = await adopt(home)
    for shown in ("unavailable", "running"):
        for key in ("print_status", "current_layer", "subtask_name"):
            home.show(key, shown if key == "print_status" else "unavailable")
        await hass.async_block_till_done()
    home.show("subtask_name", "Benchy")
    home.show("current_layer", "8")
    await hass.async_block_till_done()
    assert (state(entry, hass).state, event_type(entry, hass)) == ("running", "layer")
    assert entry.runtime_data.mark.number == 0


async def test_restart_in_the_middle_of_a_print_waits_for_the_source(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    for key in ("print_state", "current_layer", "progress"):
        home.show(key, "unavailable")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await later(hass, LOST_AFTER)
    assert state(entry, hass).state == "unknown"  # Not off: nothing is known yet.
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    home.show("print_state", "printing")
    home.show("current_layer", "9")
    await hass.async_block_till_done()
    assert (state(entry, hass).state, event_type(entry, hass)) == ("running", "layer")
    # The print ends while Home Assistant is stopped.
    assert await hass.config_entries.async_unload(entry.entry_id)
    home.show("print_state", "complete")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert event_type(entry, hass) == "finished"


async def test_source_that_never_comes_back_after_a_restart_is_lost(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    assert await hass.config_entries.async_unload(entry.entry_id)
    home.show("print_state", "unavailable")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state(entry, hass).state == "unknown"
    await later(hass, LOST_AFTER)
    assert state(entry, hass).state == "lost"


# Entities that move


async def test_renamed_entity_is_still_read(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    registry, old = er.async_get(hass), home.ids["print_state"]
    registry.async_update_entity(old, new_entity_id="sensor.tulostimen_tila")
    hass.states.async_remove(old)
    home.ids["print_state"] = "sensor.tulostimen_tila"
    home.show("print_state", "paused")
    await hass.async_block_till_done()
    assert state(entry, hass).state == "paused"
    assert not issues(hass)


@pytest.mark.parametrize("way", ["removed", "disabled"])
async def test_missing_entity_is_a_repair_issue_that_closes(
    hass: HomeAssistant, way: str
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    registry, entity = er.async_get(hass), home.ids["print_state"]
    if way == "removed":
        registry.async_remove(entity)
        hass.states.async_remove(entity)
    else:
        registry.async_update_entity(entity, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    assert issues(hass) == {"printer_missing": entity}
    assert state(entry, hass).state == "no_source"
    assert entry.runtime_data.data.auto_off is None
    if way == "removed":  # The same unique id has the same id in the registry again.
        registry.async_get_or_create(
            "sensor", "moonraker", f"{home.entry.entry_id}_print_state"
        )
    else:
        registry.async_update_entity(entity, disabled_by=None)
    home.show("print_state", "paused")
    await hass.async_block_till_done()
    assert state(entry, hass).state == "paused"
    assert not issues(hass)


async def test_missing_button_is_named_and_the_rest_works(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    er.async_get(hass).async_remove(home.ids["Pause Job"])
    await hass.async_block_till_done()
    assert issues(hass) == {"printer_missing": home.ids["Pause Job"]}
    assert state(entry, hass).state == "running"
    with pytest.raises(HomeAssistantError) as caught:
        await command(hass, entry, "printer_control", command="pause")
    assert caught.value.translation_key == "printer_not_offered"


async def test_removed_entry_leaves_no_issue(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    er.async_get(hass).async_remove(home.ids["Pause Job"])
    await hass.async_block_till_done()
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not issues(hass)
    assert er.async_get(hass).async_get(home.ids["Stop Job"]) is not None


# Control


async def test_commands_press_the_buttons_of_the_integration(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "prusalink")
    entry = await adopt(home)
    presses = Presses(home)
    context = Context()
    await command(hass, entry, "printer_control", context, command="pause")
    await command(hass, entry, "printer_stop")
    assert presses.pressed == ["job.pause_job", "printer.cancel_job"]
    assert presses.contexts[0] is context


async def test_command_that_does_not_fit_is_refused_before_anything_is_pressed(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    presses = Presses(home)
    with pytest.raises(ServiceValidationError) as caught:
        await command(hass, entry, "printer_control", command="resume")
    assert caught.value.translation_key == "printer_not_paused"
    home.show("Current State", "unknown")
    await hass.async_block_till_done()
    with pytest.raises(ServiceValidationError):
        await command(hass, entry, "printer_control", command="pause")
    with pytest.raises(ServiceValidationError):
        await command(hass, entry, "printer_stop")
    assert not presses.pressed


@pytest.mark.parametrize(
    ("error", "key", "reason"),
    [
        (LibraryError("cold extruder"), "printer_refused", "cold extruder"),
        (HomeAssistantError("conflict"), "printer_refused", "conflict"),
        (TimeoutError(), "printer_no_answer", ""),
        (Unauthorized(), "printer_not_allowed", ""),
    ],
)
async def test_failure_of_the_button_is_translated(
    hass: HomeAssistant, error: Exception, key: str, reason: str
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    presses = Presses(home)
    presses.error = error
    with pytest.raises(HomeAssistantError) as caught:
        await command(hass, entry, "printer_control", command="pause")
    assert caught.value.translation_key == key
    placeholders = caught.value.translation_placeholders or {}
    assert reason in placeholders["reason"]


async def test_unavailable_button_is_not_pressed_in_silence(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    presses = Presses(home)
    home.show("Pause Job", "unavailable")
    with pytest.raises(HomeAssistantError) as caught:
        await command(hass, entry, "printer_control", command="pause")
    assert caught.value.translation_key == "printer_control_unavailable"
    assert not presses.pressed


async def test_action_that_does_not_exist_is_not_offered(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    hass.services.async_remove("button", "press")
    with pytest.raises(HomeAssistantError) as caught:
        await command(hass, entry, "printer_control", command="pause")
    assert caught.value.translation_key == "printer_not_offered"


async def test_only_administrators_stop_a_print(
    hass: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    presses = Presses(home)
    hass_read_only_user.mock_policy({"entities": True})
    context = Context(user_id=hass_read_only_user.id)
    await command(hass, entry, "printer_control", context, command="pause")
    with pytest.raises(Unauthorized):
        await command(hass, entry, "printer_stop", context)
    assert presses.pressed == ["Pause Job"]
    assert presses.contexts == [context]


async def test_user_who_may_only_read_presses_nothing(
    hass: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    presses = Presses(home)
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await command(hass, entry, "printer_control", context, command="pause")
    assert not presses.pressed


async def test_buttons_without_a_counterpart_are_absent(hass: HomeAssistant) -> None:
    octoprint = await adopt(make_home(hass, "octoprint"), without=("pause", "resume"))
    for key in ("pause", "resume", "home", "light", "set_nozzle", "set_speed"):
        with pytest.raises(KeyError):
            entity_id(octoprint, hass, key)
    assert entity_id(octoprint, hass, "stop")
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("printer_control", {"command": "home", "force": True}),
        ("printer_run_gcode", {"gcode": "M105", "force": True}),
        ("printer_queue_gcode", {"gcode": "M105"}),
        ("printer_set_temperature", {"bed": 0}),
    )
    for action, data in refused:
        with pytest.raises(ServiceValidationError) as caught:
            await command(hass, octoprint, action, **data)
        assert caught.value.translation_key == "printer_not_offered"


@pytest.mark.parametrize(
    ("platform", "action", "field", "key", "idle"),
    [
        ("bambu_lab", "send_command", "command", "print_status", "idle"),
        ("moonraker", "send_gcode", "gcode", "print_state", "standby"),
    ],
)
async def test_gcode_is_sent_by_the_action_of_the_integration(
    hass: HomeAssistant, platform: str, action: str, field: str, key: str, idle: str
) -> None:
    home = make_home(hass, platform)
    home.show(key, idle)
    entry = await adopt(home)
    calls: list[dict[str, Any]] = []
    hass.services.async_register(
        platform, action, lambda call: calls.append(dict(call.data))
    )
    answer = await command(hass, entry, "printer_run_gcode", gcode="G28\nM106 S0")
    assert (answer["sent"], answer["result"]) == (2, "success")
    assert calls == [
        {"device_id": home.device_id, field: "G28"},
        {"device_id": home.device_id, field: "M106 S0"},
    ]
    await command(hass, entry, "printer_control", command="home")
    assert len(calls) == 3
    home.show(key, "running" if platform == "bambu_lab" else "printing")
    await hass.async_block_till_done()
    with pytest.raises(ServiceValidationError) as caught:
        await command(hass, entry, "printer_run_gcode", gcode="G28")
    assert caught.value.translation_key == "printer_is_printing"


async def test_commands_with_names_are_sent_to_klipper_only(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    home.show("print_state", "standby")
    entry = await adopt(home)
    sent: list[str] = []
    hass.services.async_register(
        "moonraker", "send_gcode", lambda call: sent.append(call.data["gcode"])
    )
    text = "SET_HEATER_TEMPERATURE HEATER=extruder TARGET=0\nclean_nozzle ; ours\nG28"
    await command(hass, entry, "printer_run_gcode", gcode=text)
    assert sent == [
        "SET_HEATER_TEMPERATURE HEATER=extruder TARGET=0",
        "clean_nozzle",
        "G28",
    ]
    with pytest.raises(ServiceValidationError) as caught:
        await command(hass, entry, "printer_run_gcode", gcode="G28\n{macro}")
    assert caught.value.translation_key == "printer_gcode_invalid"


async def test_gcode_works_when_the_state_was_disabled_at_the_start(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    registry, entity = er.async_get(hass), home.ids["print_state"]
    registry.async_update_entity(entity, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(entry.entry_id)
    registry.async_update_entity(entity, disabled_by=None)
    home.show("print_state", "standby")
    await hass.async_block_till_done()
    sent: list[str] = []
    hass.services.async_register(
        "moonraker", "send_gcode", lambda call: sent.append(call.data["gcode"])
    )
    await command(hass, entry, "printer_control", command="home")
    assert sent == ["G28"]


async def test_gcode_is_not_sent_without_the_device(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    home.show("print_state", "standby")
    entry = await adopt(home)
    er.async_get(hass).async_update_entity(home.ids["print_state"], device_id=None)
    with pytest.raises(HomeAssistantError) as caught:
        await command(hass, entry, "printer_run_gcode", gcode="G28")
    assert caught.value.translation_key == "printer_not_offered"


async def test_effect_of_a_button_is_asked_for_at_once(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    asked: list[Any] = []
    hass.services.async_register(
        "homeassistant",
        "update_entity",
        lambda call: asked.append(call.data["entity_id"]),
    )
    entry = await adopt(home)
    Presses(home)
    await command(hass, entry, "printer_control", command="pause")
    await until(hass, lambda: bool(asked))
    assert home.ids["Current State"] in asked[0]


# The plug


async def plugged(home: Home, **other: Any) -> MockConfigEntry:
    """Adopt the printer and select its plug; its print has ended."""
    hass = home.hass
    assert await async_setup_component(hass, "homeassistant", {})
    hass.states.async_set("switch.printer", "on")
    entry = await adopt(home, **other)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "plug": "switch.printer", "off_delay": 0}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def switched(hass: HomeAssistant) -> list[str]:
    """Return what was switched off."""
    found: list[str] = []

    @callback
    def turn_off(call: ServiceCall) -> None:
        found.append(call.data["entity_id"])
        hass.states.async_set("switch.printer", "off")

    hass.services.async_register("switch", "turn_off", turn_off)
    return found


async def test_plug_is_switched_off_when_the_nozzle_is_cold(
    hass: HomeAssistant, switched: list[str]
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    home = make_home(hass, "mqtt")
    entry = await plugged(home)
    assert state(entry, hass, "auto_off").state == "printing"
    home.show("voron_job_state", "complete")
    await hass.async_block_till_done()
    assert state(entry, hass, "auto_off").state == "hot"
    home.show("voron_hotend_temperature", "123")  # 50.6 °C
    await hass.async_block_till_done()
    assert not switched
    home.show("voron_hotend_temperature", "121")  # 49.4 °C
    await until(hass, lambda: bool(switched))


@pytest.mark.parametrize("word", ["unknown", "busy", "ready to print", "unavailable"])
async def test_plug_stays_on_while_the_state_is_unknown(
    hass: HomeAssistant, switched: list[str], word: str
) -> None:
    home = make_home(hass, "prusalink")
    home.show("job.progress", "12")
    registry = er.async_get(hass)
    nozzle = home.ids["printer.telemetry.temp-nozzle"]
    registry.async_update_entity(nozzle, disabled_by=None)
    home.show("printer.telemetry.temp-nozzle", "25")
    entry = await plugged(home)
    home.show("printer.state", "printing")
    home.show("printer.state", word)
    await hass.async_block_till_done()
    await later(hass, timedelta(hours=2))
    assert not switched
    assert state(entry, hass, "auto_off").state in {"printing", "not_connected"}


async def test_print_that_the_integration_has_not_polled_yet_keeps_the_plug_on(
    hass: HomeAssistant, switched: list[str]
) -> None:
    home = make_home(hass, "octoprint")
    home.show("target tool0 temp", "0")
    entry = await plugged(home)

    async def update(*_: object, **__: object) -> None:
        home.show("Current State", "printing")

    home.show("actual tool0 temp", "25")
    with patch(
        "custom_components.jannenkoti.kinds.printer.adopted_entity.async_call_action",
        side_effect=update,
    ) as asked:
        home.show("Job Percentage", "100")
        home.show("Current State", "operational")
        await hass.async_block_till_done()
        await later(hass, timedelta(seconds=3))
        await until(hass, lambda: asked.called)
        await hass.async_block_till_done()
    assert not switched
    assert state(entry, hass).state == "running"


async def test_plug_stays_on_if_the_integration_cannot_be_asked(
    hass: HomeAssistant, switched: list[str]
) -> None:
    home = make_home(hass, "octoprint")
    home.show("target tool0 temp", "0")
    entry = await plugged(home)
    hass.services.async_remove("homeassistant", "update_entity")
    home.show("actual tool0 temp", "25")
    home.show("Job Percentage", "100")
    home.show("Current State", "operational")
    await hass.async_block_till_done()
    await later(hass, timedelta(seconds=3))
    await until(hass, lambda: state(entry, hass, "auto_off").state == "failed")
    assert not switched


# Removal, diagnostics, stop


async def test_diagnostics_name_the_entities_without_the_file(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    er.async_get(hass).async_remove(home.ids["pause_print"])
    await hass.async_block_till_done()
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert "benchy" not in str(found)
    assert found["runtime"]["platform"] == "moonraker"
    assert found["runtime"]["missing"] == [home.ids["pause_print"]]
    assert found["runtime"]["shown"]["layer"] == ["7"]


async def test_unload_ends_every_timer(hass: HomeAssistant) -> None:
    home = make_home(hass, "octoprint")
    home.show("Current State", "unavailable")
    entry = await adopt(home)
    home.show("Current State", "printing")
    await hass.async_block_till_done()
    home.show("Current State", "operational")
    await hass.async_block_till_done()
    home.show("Job Percentage", "50")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED


async def test_nothing_is_signed_by_the_adopted_printer(hass: HomeAssistant) -> None:
    entry = await adopt(make_home(hass, "bambu_lab"))
    entry.runtime_data.signature_refused()
    assert entry.runtime_data.data.controllable
    assert adopted_coordinator.MODEL == "3D printer"
