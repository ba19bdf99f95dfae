"""Adopting a printer of another integration, in the flow and its options."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.const import DOMAIN

from .adopted_printers import PLATFORMS, adopt, filled_in, make_home, start_adopting

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

RECOGNIZED: dict[str, dict[str, Any]] = {
    "bambu_lab": {
        "state": "print_status",
        "progress": "print_progress",
        "layer": "current_layer",
        "nozzle": ["nozzle_temp"],
        "pause": "pause",
        "resume": "resume",
        "stop": "stop",
        "camera": "camera",
        "more": {
            "stage": "stage",
            "total_layers": "total_layers",
            "remaining": "remaining_time",
            "finish": "end_time",
            "file": "subtask_name",
            "nozzle_target": ["target_nozzle_temp"],
            "bed": "bed_temp",
        },
    },
    "moonraker": {
        "state": "print_state",
        "progress": "progress",
        "layer": "current_layer",
        "nozzle": ["extruder_temp"],
        "pause": "pause_print",
        "resume": "resume_print",
        "stop": "cancel_print",
        "camera": "webcam_0",
        "more": {
            "total_layers": "total_layer",
            "remaining": "print_time_left",
            "finish": "print_eta",
            "file": "filename",
            "nozzle_target": ["extruder_target"],
            "bed": "heater_bed_temp",
        },
    },
    "octoprint": {
        "state": "Current State",
        "progress": "Job Percentage",
        "nozzle": ["actual tool0 temp"],
        "pause": "Pause Job",
        "resume": "Resume Job",
        "stop": "Stop Job",
        "camera": "camera",
        "more": {
            "finish": "Estimated Finish Time",
            "file": "Current File",
            "nozzle_target": ["target tool0 temp"],
            "bed": "actual bed temp",
        },
    },
    # Its camera is the picture of the file, and its temperatures are disabled.
    "prusalink": {
        "state": "printer.state",
        "progress": "job.progress",
        "pause": "job.pause_job",
        "resume": "job.resume_job",
        "stop": "printer.cancel_job",
        "more": {"finish": "job.finish", "file": "job.filename"},
    },
    "mqtt": {
        "state": "voron_job_state",
        "progress": "voron_job_percent",
        "layer": "voron_layer_current",
        "nozzle": ["voron_hotend_temperature"],
        "pause": "voron_pause",
        "resume": "voron_resume",
        "stop": "voron_cancel",
        "more": {"total_layers": "voron_layers_total", "file": "voron_file_name"},
    },
}


def _ids(home: Any, expected: Any) -> Any:
    if isinstance(expected, dict):
        return {key: _ids(home, value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [home.ids[key] for key in expected]
    return home.ids[expected]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_entities_are_recognized_by_what_their_integration_gives_them(
    hass: HomeAssistant, platform: str
) -> None:
    home = make_home(hass, platform)
    flow = hass.config_entries.flow
    step = await start_adopting(hass)
    offered = step["data_schema"].schema["device_id"].config["filter"]
    assert {"integration": platform} in offered
    assert {"integration": "jannenkoti"} not in offered
    step = await flow.async_configure(step["flow_id"], {"device_id": home.device_id})
    assert step["step_id"] == "printer_entities"
    assert filled_in(step) == _ids(home, RECOGNIZED[platform])
    disabled = (step["description_placeholders"] or {})["disabled"]
    assert disabled == ("Nimi 5" if platform == "prusalink" else "-")
    step = await flow.async_configure(step["flow_id"], filled_in(step))
    await hass.async_block_till_done()
    entry = step["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.title, entry.unique_id) == ("Workshop printer", home.device_id)
    # The ids of the registry, which a rename does not change.
    state = home.registry_id(RECOGNIZED[platform]["state"])
    assert entry.data["roles"]["state"] == [state]
    has_layer = "layer" in RECOGNIZED[platform]
    assert entry.options.get("trigger") == (None if has_layer else "interval")


async def test_our_device_is_no_child_of_the_other_one_but_connected_by_it(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "octoprint")
    entry = await adopt(home)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert [device.via_device_id for device in devices] == [home.device_id]
    assert [device.manufacturer for device in devices] == ["Maker"]
    assert [device.model for device in devices] == ["3D printer"]


async def test_at_most_twelve_entities_are_enabled_and_none_is_a_copy(
    hass: HomeAssistant,
) -> None:
    entry = await adopt(make_home(hass, "bambu_lab"))
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    enabled = {
        each.unique_id.removeprefix(f"{entry.unique_id}_")
        for each in entities
        if each.disabled_by is None
    }
    assert enabled == {"status", "timelapse", "print", "pause", "resume"}
    shown = [
        each
        for each in entities
        if not (each.hidden_by or each.disabled_by or each.entity_category)
    ]
    states = {hass.states.get(each.entity_id) for each in shown}
    assert {state.state for state in states if state} == {"running", "idle"}


# What cannot be adopted


async def _configure(hass: HomeAssistant, step: Any, answers: dict[str, Any]) -> Any:
    return await hass.config_entries.flow.async_configure(step["flow_id"], answers)


async def test_our_own_device_and_entities_are_refused(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    ours = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0]
    step = await start_adopting(hass)
    step = await _configure(hass, step, {"device_id": ours.id})
    assert step["errors"] == {"device_id": "printer_own_device"}
    step = await _configure(hass, step, {})
    assert step["step_id"] == "printer_entities"
    assert filled_in(step) == {"more": {}}
    own = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    status = next(each for each in own if each.unique_id.endswith("_status"))
    selector = step["data_schema"].schema["state"]
    assert status.entity_id in selector.config["exclude_entities"]
    step = await _configure(hass, step, {"state": status.entity_id, "more": {}})
    assert step["errors"] == {"state": "printer_own_entity"}


async def test_camera_of_ours_may_record_the_print(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    camera = er.async_get(hass).async_get_or_create("camera", DOMAIN, "robocam_camera")
    step = await start_adopting(hass)
    step = await _configure(hass, step, {"device_id": home.device_id})
    selector = step["data_schema"].schema["camera"]
    assert camera.entity_id not in selector.config["exclude_entities"]
    answers = {**filled_in(step), "camera": camera.entity_id}
    entry = (await _configure(hass, step, answers))["result"]
    await hass.async_block_till_done()
    assert entry.options["camera"] == camera.entity_id
    assert "camera" not in entry.data["roles"]


async def test_same_printer_is_adopted_once(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    await adopt(home)
    step = await start_adopting(hass)
    step = await _configure(hass, step, {"device_id": home.device_id})
    assert (step["type"], step["reason"]) == ("abort", "already_configured")


@pytest.mark.parametrize(
    ("shown", "error"),
    [
        (None, "printer_entity_missing"),
        ("21.5", "printer_state_unknown"),
        ("ready", "printer_state_unknown"),
    ],
)
async def test_state_that_is_none_of_a_print_is_shown_at_its_field(
    hass: HomeAssistant, shown: str | None, error: str
) -> None:
    if shown is not None:
        hass.states.async_set("sensor.anything", shown)
    step = await _configure(hass, await start_adopting(hass), {})
    step = await _configure(hass, step, {"state": "sensor.anything", "more": {}})
    assert step["errors"] == {"state": error}
    assert step["description_placeholders"].get("state") == (
        shown if error == "printer_state_unknown" else None
    )
    hass.states.async_set("sensor.anything", "Printing")
    step = await _configure(hass, step, {"state": "sensor.anything", "more": {}})
    assert step["type"] is FlowResultType.CREATE_ENTRY


async def test_printer_of_entities_without_a_device_or_registry(
    hass: HomeAssistant,
) -> None:
    hass.states.async_set("sensor.my_printer", "printing", {"friendly_name": "Mine"})
    hass.states.async_set("sensor.my_share", "0.25")
    step = await _configure(hass, await start_adopting(hass), {})
    answers = {"state": "sensor.my_printer", "progress": "sensor.my_share", "more": {}}
    step = await _configure(hass, step, answers)
    await hass.async_block_till_done()
    entry = step["result"]
    assert (entry.title, entry.unique_id) == ("Mine", "sensor.my_printer")
    assert entry.runtime_data.data.status.progress == 25
    hass.states.async_remove("sensor.my_printer")
    await hass.async_block_till_done()
    assert entry.runtime_data.data.shown_state == "no_source"
    hass.states.async_set("sensor.my_printer", "paused")
    await hass.async_block_till_done()
    assert entry.runtime_data.data.shown_state == "paused"
    # The same entities again are the same printer.
    step = await _configure(hass, await start_adopting(hass), {})
    step = await _configure(hass, step, answers)
    assert (step["type"], step["reason"]) == ("abort", "already_configured")


# Changes


async def _reconfigure(hass: HomeAssistant, entry: Any) -> Any:
    context: Any = {"source": "reconfigure", "entry_id": entry.entry_id}
    return await hass.config_entries.flow.async_init(DOMAIN, context=context)


async def test_reconfigure_shows_what_is_left_and_takes_other_entities(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    er.async_get(hass).async_remove(home.ids["current_layer"])
    step = await _reconfigure(hass, entry)
    assert step["step_id"] == "printer_reconfigure_entities"
    shown = filled_in(step)
    assert shown["state"] == home.ids["print_state"]
    assert "layer" not in shown
    assert "camera" not in shown
    shown["more"]["nozzle_target"] = []
    step = await _configure(hass, step, shown)
    await hass.async_block_till_done()
    assert step["reason"] == "reconfigure_successful"
    assert "layer" not in entry.data["roles"]
    # Without layers frames are taken at an interval.
    assert entry.options["trigger"] == "interval"
    assert entry.unique_id == home.device_id
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure_keeps_a_trigger_that_still_works(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "moonraker")
    entry = await adopt(home)
    step = await _reconfigure(hass, entry)
    await _configure(hass, step, filled_in(step))
    await hass.async_block_till_done()
    assert "trigger" not in entry.options


async def _options(hass: HomeAssistant, entry: Any, step_id: str) -> Any:
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    assert step_id in menu["menu_options"]
    return await options.async_configure(menu["flow_id"], {"next_step_id": step_id})


async def test_without_layers_only_other_triggers_are_offered(
    hass: HomeAssistant,
) -> None:
    entry = await adopt(make_home(hass, "octoprint"))
    step = await _options(hass, entry, "printer_timelapse_interval")
    trigger = step["data_schema"].schema["trigger"]
    assert trigger.config["options"] == ["interval", "entity", "event"]
    step = await hass.config_entries.options.async_configure(
        step["flow_id"],
        {
            "camera": "camera.other",
            "automatic": True,
            "trigger": "interval",
            "image_delay": 20,
            "quota": 500,
            "floor": 100,
        },
    )
    await hass.async_block_till_done()
    assert entry.options["image_delay"] == 20
    assert entry.runtime_data.options.timelapse.camera == "camera.other"


async def test_with_layers_they_are_a_trigger(hass: HomeAssistant) -> None:
    entry = await adopt(make_home(hass, "moonraker"))
    step = await _options(hass, entry, "printer_timelapse")
    assert "layer" in step["data_schema"].schema["trigger"].config["options"]


async def test_plug_needs_the_temperature_of_the_nozzle(hass: HomeAssistant) -> None:
    entry = await adopt(make_home(hass, "prusalink"))
    step = await _options(hass, entry, "printer_auto_off")
    answers = {"plug": "switch.printer", "nozzle_below": 50, "off_delay": 10}
    configure = hass.config_entries.options.async_configure
    step = await configure(step["flow_id"], answers)
    assert step["errors"] == {"plug": "printer_no_nozzle"}
    step = await configure(step["flow_id"], {"nozzle_below": 50, "off_delay": 10})
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["plug"] is None
    await hass.async_block_till_done()  # The entry is loaded again.


async def test_connection_of_an_adopted_printer_is_how_long_it_may_be_away(
    hass: HomeAssistant,
) -> None:
    entry = await adopt(make_home(hass, "octoprint"))
    step = await _options(hass, entry, "printer_adopted")
    await hass.config_entries.options.async_configure(
        step["flow_id"], {"lost_after": 120}
    )
    await hass.async_block_till_done()
    assert entry.runtime_data.options.lost_after.total_seconds() == 120
