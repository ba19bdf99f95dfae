"""Set-up, and the options."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.jannenkoti.const import DOMAIN

from .conftest import PHONE, Clock, Network, entity_id, make_entry, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


async def start(hass: HomeAssistant) -> str:
    """Begin the flow and return its id."""
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    await flows.async_configure(menu["flow_id"], {"next_step_id": "presence"})
    flow_id: str = menu["flow_id"]
    return flow_id


async def test_person_is_added_after_wrong_answers(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    flows: Any = hass.config_entries.flow
    flow_id = await start(hass)
    for answers, errors in (
        ({"name": " ", "host": PHONE}, {"name": "presence_name_missing"}),
        ({"name": "A", "sources": []}, {"sources": "presence_source_missing"}),
        ({"name": "A", "host": "a b"}, {"host": "presence_host_invalid"}),
        (
            {"name": "A", "host": PHONE, "reference_host": "http://x"},
            {"reference_host": "presence_host_invalid"},
        ),
    ):
        shown = await flows.async_configure(flow_id, answers)
        assert shown["errors"] == errors
    done = await flows.async_configure(flow_id, {"name": " A ", "host": f" {PHONE} "})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert (done["title"], done["options"]["host"]) == ("A", PHONE)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_person_with_our_own_tracker_is_refused_as_a_source(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    entry = make_entry({"host": PHONE})
    await set_up(hass, entry)
    own = entity_id(hass, "device_tracker", "tracker")
    hass.states.async_set("person.anna", "home", {"device_trackers": [own]})
    flows: Any = hass.config_entries.options
    form = await flows.async_init(entry.entry_id)
    shown = await flows.async_configure(
        form["flow_id"], {"sources": ["person.anna"], "times": {}}
    )
    assert shown["errors"] == {"sources": "presence_source_circular"}
    assert shown["description_placeholders"]["source"] == "person.anna"


async def test_options_are_stored_flat(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    entry = make_entry({"host": PHONE})
    await set_up(hass, entry)
    flows: Any = hass.config_entries.options
    form = await flows.async_init(entry.entry_id)
    own = [{"source": "person.anna", "minutes": 3}]
    await flows.async_configure(
        form["flow_id"],
        {
            "sources": ["person.anna"],
            "doors": ["binary_sensor.door"],
            "times": {"grace_minutes": 5, "own_grace": own},
        },
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.options["host"] == ""
    assert entry.options["grace_minutes"] == 5
    assert entry.options["own_grace"] == own
    assert entry.runtime_data.presence.parameters.has_doors
