"""Adopting a printer of another integration, in the flow and its options."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

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
    shown = [each for each in entities if not each.hidden_by and not each.disabled_by]
    states = {hass.states.get(each.entity_id) for each in shown}
    assert {state.state for state in states if state} == {"running", "idle"}
