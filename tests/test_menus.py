"""What stands in a menu of an entry acts only after a form has asked."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.registry import (
    KINDS,
    WITHOUT_OPTIONS,
    WITHOUT_RECONFIGURE,
)

from .one_of_each import ENTRIES, async_set_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

BOTH = {
    "driver": "tuya_lan",
    "device_id": "made-up",
    "host": "127.0.0.1",
    "local_key": "made-up-16-chars",
    "version": "3.3",
    "cloud": {"region": "eu", "access_id": "made-up", "access_secret": "made-up"},
}
"""An air conditioner with two connections has more to choose from."""


async def choices(
    begin: Callable[[], Awaitable[Any]], flows: Any, *path: str
) -> dict[tuple[str, ...], FlowResultType]:
    """Return what each entry of a menu leads to, those of menus in it included."""
    step = await begin()
    for option in path:
        step = await flows.async_configure(step["flow_id"], {"next_step_id": option})
    found = {path: step["type"]}
    if step["type"] is FlowResultType.MENU:
        for option in step["menu_options"]:
            found |= await choices(begin, flows, *path, option)
    if step["type"] not in {FlowResultType.ABORT, FlowResultType.CREATE_ENTRY}:
        flows.async_abort(step["flow_id"])
    return found


async def all_choices(
    hass: HomeAssistant, entry: ConfigEntry, *sources: str
) -> dict[tuple[str, ...], FlowResultType]:
    """Return what the menus of an entry lead to: its options, and its other flows."""
    options, flows = hass.config_entries.options, hass.config_entries.flow
    found: dict[tuple[str, ...], FlowResultType] = {}
    if entry.data["kind"] not in WITHOUT_OPTIONS:
        found |= await choices(lambda: options.async_init(entry.entry_id), options)
    for source in sources:
        context: Any = {"source": source, "entry_id": entry.entry_id}
        data = {**entry.data} if source == SOURCE_REAUTH else None

        async def begin(context: Any = context, data: Any = data) -> Any:
            return await flows.async_init(DOMAIN, context=context, data=data)

        found |= await choices(begin, flows)
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_each_menu_entry_asks_before_it_acts(
    hass: HomeAssistant, kind: str
) -> None:
    entry = await async_set_up(hass, kind)
    before = entry.as_dict()
    sources = [] if kind in WITHOUT_RECONFIGURE else [SOURCE_RECONFIGURE]
    found = await all_choices(hass, entry, *sources)
    assert set(found.values()) <= {FlowResultType.MENU, FlowResultType.FORM}
    assert entry.as_dict() == before


async def test_undo_of_the_heating_asks_before_it_acts(hass: HomeAssistant) -> None:
    entry = await async_set_up(hass, "heating")
    tanks = [{**entry.options["tanks"][0], "volume": 200}]
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "tanks": tanks}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    found = await all_choices(hass, entry)
    assert found["heating_undo",] is FlowResultType.FORM
    assert entry.options["tanks"][0]["volume"] == 200


async def test_stop_using_the_cloud_asks_before_it_acts(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="made-up",
        data={"kind": "air_conditioner", "kind_version": KINDS["air_conditioner"]}
        | BOTH,
        options=ENTRIES["air_conditioner"]["options"],
    )
    entry.add_to_hass(hass)
    found = await all_choices(hass, entry, SOURCE_RECONFIGURE, SOURCE_REAUTH)
    assert set(found.values()) <= {FlowResultType.MENU, FlowResultType.FORM}
    assert ("air_conditioner_forget_cloud",) in found
    assert "cloud" in entry.data
