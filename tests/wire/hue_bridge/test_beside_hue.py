"""Home Assistant's own Hue integration and ours, connected to the same bridge."""

import asyncio
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from demo.fakes.hue_resources import made_id

from .test_entry import call, lamp_id, room_id, shown, until

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from demo.fakes.hue_bridge import FakeHueBridge


async def test_both_work_and_ours_says_that_there_are_two(
    hass: HomeAssistant,
    fake: FakeHueBridge,
    entry: MockConfigEntry,
    issue_registry: Any,
) -> None:
    core = MockConfigEntry(
        domain="hue",
        unique_id="001788123456",
        data={"host": fake.host, "api_key": fake.pair(), "api_version": 2},
        minor_version=2,
    )
    core.add_to_hass(hass)
    assert await hass.config_entries.async_setup(core.entry_id)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert core.state is entry.state is ConfigEntryState.LOADED
    issue = (DOMAIN, f"hue_bridge_twice_{entry.entry_id}")
    assert issue in issue_registry.issues
    async with asyncio.timeout(60):
        while fake.streams < 2:  # noqa: ASYNC110 - two clients open their own
            await asyncio.sleep(0.01)

    theirs = er.async_get(hass).async_get_entity_id(
        "light", "hue", made_id("light", "Sofa lamp")
    )
    assert theirs is not None
    ours = lamp_id(hass, "Sofa lamp")
    await call(hass, "light.turn_on", entity_id=ours, brightness=100)
    await until(hass, lambda: shown(hass, theirs).state == "on")
    assert shown(hass, theirs).attributes["brightness"] == 100
    await call(hass, "light.turn_off", entity_id=theirs)
    await until(hass, lambda: shown(hass, ours).state == "off")

    their_room = er.async_get(hass).async_get_entity_id(
        "light", "hue", made_id("grouped_light", "Bedroom")
    )
    assert their_room is not None
    our_room = room_id(hass, "Bedroom")
    names = ("is_hue_group", "lights")
    for name in names:
        assert {*_listed(shown(hass, their_room), name)} == {
            *_listed(shown(hass, our_room), name)
        }
    api = core.runtime_data.api
    assert await hass.config_entries.async_unload(core.entry_id)
    await api.close()  # It leaves its connection open.
    assert issue not in issue_registry.issues  # over without a reload of ours
    assert shown(hass, ours).state == "off"


def _listed(state: Any, name: str) -> list[Any]:
    value = state.attributes[name]
    return [value] if isinstance(value, bool) else list(value)
