"""Set-up, the slot editor with its preview, and the behavior."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.selector import ObjectSelector

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.light_routine.slots.table import PRESET

from .conftest import LAMP, Clock, Lights, make_entry, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

TARGETS = {"entity_id": [LAMP]}


async def start(hass: HomeAssistant) -> str:
    """Begin the flow and return its id."""
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    await flows.async_configure(menu["flow_id"], {"next_step_id": "light_routine"})
    flow_id: str = menu["flow_id"]
    return flow_id


async def options(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> Any:
    """Open a form of the options."""
    flows: Any = hass.config_entries.options
    menu = await flows.async_init(entry.entry_id)
    assert menu["menu_options"] == ["light_routine_slots", "light_routine_behavior"]
    return await flows.async_configure(menu["flow_id"], {"next_step_id": step})


@pytest.mark.parametrize(
    ("language", "name"), [("fi", "Aamu"), ("en", "Morning"), ("sv", "Morning")]
)
async def test_new_routine_has_the_preset_in_the_language_of_the_home(
    hass: HomeAssistant, language: str, name: str
) -> None:
    hass.config.language = language
    flows: Any = hass.config_entries.flow
    flow_id = await start(hass)
    shown = await flows.async_configure(flow_id, {"name": " ", "targets": TARGETS})
    assert shown["errors"] == {"name": "light_routine_name_missing"}
    shown = await flows.async_configure(flow_id, {"name": "A", "targets": {}})
    assert shown["errors"] == {"targets": "light_routine_targets_missing"}
    done = await flows.async_configure(flow_id, {"name": " A ", "targets": TARGETS})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "A"
    assert done["options"]["slots"][0]["name"] == name
    assert len(done["options"]["slots"]) == len(PRESET)
    await hass.async_block_till_done()
    await hass.config_entries.async_remove(done["result"].entry_id)


async def test_slots_are_edited_as_rows_and_faults_are_shown_at_the_table(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry()
    await set_up(hass, entry)
    form = await options(hass, entry, "light_routine_slots")
    assert (
        "`17:00` **evening** 100 % · 2890 K"
        in form["description_placeholders"]["preview"]
    )
    (selector,) = form["data_schema"].schema.values()
    assert isinstance(selector, ObjectSelector)
    fields = selector.config["fields"]
    assert fields.keys() >= PRESET[0].as_row().keys()
    days: Any = fields["days"]["selector"]
    assert days["select"]["options"][0] == {"value": "mon", "label": "Monday"}
    row = {
        "name": "Only",
        "anchor": "time",
        "time": "10:00:00",
        "days": ["mon"],
        "brightness": 50,
    }
    flows: Any = hass.config_entries.options
    shown = await flows.async_configure(form["flow_id"], {"slots": [row, row]})
    assert shown["errors"] == {"slots": "light_routine_table_name_twice"}
    assert shown["description_placeholders"]["slot"] == "Only"
    shown = await flows.async_configure(form["flow_id"], {"slots": [row]})
    assert shown["type"] is FlowResultType.MENU
    assert shown["description_placeholders"] == {
        "preview": "- `00:00` **Only** 50 %\n- `10:00` **Only** 50 %"
    }
    assert entry.options.get("slots") != [row]
    again = await flows.async_configure(
        form["flow_id"], {"next_step_id": "light_routine_slots"}
    )
    (key,) = again["data_schema"].schema
    assert [each["name"] for each in key.description["suggested_value"]] == ["Only"]
    shown = await flows.async_configure(form["flow_id"], {"slots": [row]})
    done = await flows.async_configure(
        form["flow_id"], {"next_step_id": "light_routine_slots_save"}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.runtime_data.data.slot.name == "Only"
    assert lights.calls[-1] == {"entity_id": [LAMP], "brightness": 128}


async def test_behavior_is_stored_and_emptied_fields_are_none(
    hass: HomeAssistant, lights: Lights
) -> None:
    entry = make_entry({"presence_entity": "person.anna"})
    entry.add_to_hass(hass)
    form = await options(hass, entry, "light_routine_slots")
    assert form["description_placeholders"]["preview"]
    form = await options(hass, entry, "light_routine_behavior")
    flows: Any = hass.config_entries.options
    answers = {"targets": {}, "pause_ends": "hours", "pause_hours": 2}
    shown = await flows.async_configure(form["flow_id"], answers)
    assert shown["errors"] == {"targets": "light_routine_targets_missing"}
    answers["targets"] = {"area_id": ["kitchen"]}
    await flows.async_configure(form["flow_id"], answers)
    assert entry.options["pause_ends"] == "hours"
    assert entry.options["presence_entity"] is None
    assert entry.options["targets"] == {"area_id": ["kitchen"]}
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
