"""An entry whose bridge is a fake: lamps, rooms, scenes, and all that goes wrong."""

import asyncio
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.adjusting import only_adjusts
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from demo.fakes.hue_resources import made_id

from .conftest import FAST

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant, State
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.hue_bridge import FakeHueBridge

_COORDINATOR = "custom_components.jannenkoti.kinds.hue_bridge.coordinator"


@pytest.fixture
async def home(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return a loaded entry that follows the events."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    async with asyncio.timeout(60):
        await fake.wait_for_stream()
    return entry


def state_of(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state, which changes between two looks."""
    state: ConfigEntryState = entry.state
    return state


def entity_id(hass: HomeAssistant, domain: str, unique_id: str) -> str:
    found = er.async_get(hass).async_get_entity_id(domain, DOMAIN, unique_id)
    assert found is not None
    return found


def lamp_id(hass: HomeAssistant, name: str) -> str:
    return entity_id(hass, "light", f"{made_id('light', name)}_lamp")


def room_id(hass: HomeAssistant, name: str) -> str:
    return entity_id(hass, "light", f"{made_id('grouped_light', name)}_room")


def shown(hass: HomeAssistant, at: str) -> State:
    state = hass.states.get(at)
    assert state is not None
    return state


async def until(hass: HomeAssistant, what: Callable[[], bool]) -> None:
    """Wait until something is true; each state that is written is looked at."""
    changed = asyncio.Event()
    stop = hass.bus.async_listen(
        "state_changed", callback(lambda _event: changed.set())
    )
    try:
        async with asyncio.timeout(60):
            while not what():
                changed.clear()
                await changed.wait()
    finally:
        stop()


async def reauth(hass: HomeAssistant) -> Any:
    """Return the flow that asks for the button, once it has read the certificate."""
    for _ in range(500):
        if found := hass.config_entries.flow.async_progress():
            return found[0]
        await asyncio.sleep(0.01)
    raise AssertionError


async def call(hass: HomeAssistant, action: str, **data: Any) -> None:
    domain, name = action.split(".")
    context = data.pop("context", None)
    await hass.services.async_call(domain, name, data, blocking=True, context=context)


async def test_lamps_rooms_and_scenes_become_entities(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    floor = shown(hass, lamp_id(hass, "Floor lamp"))
    assert floor.state == "on"
    assert floor.attributes["brightness"] == 204
    assert floor.attributes["color_mode"] == "color_temp"
    assert floor.attributes["color_temp_kelvin"] == 2732
    assert set(floor.attributes["supported_color_modes"]) == {"xy", "color_temp"}
    assert shown(hass, lamp_id(hass, "Sofa lamp")).state == "off"
    white = shown(hass, lamp_id(hass, "Right bedside"))
    assert white.attributes["supported_color_modes"] == ["brightness"]
    room = shown(hass, room_id(hass, "Living room"))
    names = ("Floor lamp", "Sofa lamp", "Shelf lamp")
    assert room.attributes["is_hue_group"] is True
    assert room.attributes["lights"] == sorted(names)
    assert room.attributes["entity_id"] == sorted(lamp_id(hass, x) for x in names)
    assert room.state == "on"
    zone = shown(hass, room_id(hass, "Upstairs"))
    assert len(zone.attributes["entity_id"]) == 2
    assert len(hass.states.async_entity_ids("scene")) == 4


async def test_devices_are_in_the_rooms_of_the_app(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    lamp = registry.async_get_device_by_identifier(
        (DOMAIN, made_id("device", "Floor lamp")), home.entry_id
    )
    assert lamp is not None
    assert (lamp.name, lamp.model, lamp.model_id) == (
        "Floor lamp",
        "Hue color lamp",
        "LCA001",
    )
    assert lamp.via_device_id == home.runtime_data.device_id
    room = registry.async_get_device_by_identifier(
        (DOMAIN, made_id("room", "Living room")), home.entry_id
    )
    assert room is not None
    assert (room.area_id, lamp.area_id) == (None, "living_room")


async def test_command_is_one_request_and_its_result_is_shown(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Sofa lamp")
    before = len(fake.commands)
    await call(
        hass,
        "light.turn_on",
        entity_id=lamp,
        brightness=128,
        color_temp_kelvin=4000,
        transition=30,
    )
    assert fake.commands[before:] == [
        {
            "on": {"on": True},
            "dimming": {"brightness": 50.2},
            "color_temperature": {"mirek": 250},
            "dynamics": {"duration": 30000},
        }
    ]
    await until(hass, lambda: shown(hass, lamp).state == "on")
    assert shown(hass, lamp).attributes["brightness"] == 128
    await call(hass, "light.turn_on", entity_id=lamp, xy_color=(0.08, 0.84))
    await until(
        hass, lambda: shown(hass, lamp).attributes.get("xy_color") == (0.17, 0.7)
    )
    assert shown(hass, lamp).attributes["color_mode"] == "xy"
    await call(hass, "light.turn_off", entity_id=lamp)
    await until(hass, lambda: shown(hass, lamp).state == "off")


async def test_color_temperature_is_limited_to_what_the_lamp_has(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    await call(
        hass,
        "light.turn_on",
        entity_id=lamp_id(hass, "Shelf lamp"),
        color_temp_kelvin=1500,
    )
    assert fake.commands[-1]["color_temperature"] == {"mirek": 500}


async def test_lamp_turned_off_with_a_fade_is_turned_on_as_bright_as_before(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Floor lamp")
    await call(hass, "light.turn_off", entity_id=lamp, transition=2)
    await call(hass, "light.turn_on", entity_id=lamp)
    assert fake.commands[-1]["dimming"] == {"brightness": 80.0}
    await call(hass, "light.turn_on", entity_id=lamp)
    assert "dimming" not in fake.commands[-1]


async def test_room_takes_one_command_for_all_its_lamps(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    before = len(fake.commands)
    await call(
        hass, "light.turn_on", entity_id=room_id(hass, "Bedroom"), brightness=255
    )
    assert len(fake.commands) == before + 1
    ceiling = lamp_id(hass, "Ceiling lamp")
    await until(hass, lambda: shown(hass, ceiling).state == "on")
    await call(hass, "light.turn_off", entity_id=room_id(hass, "Bedroom"))
    await until(hass, lambda: shown(hass, room_id(hass, "Bedroom")).state == "off")
    assert shown(hass, ceiling).state == "off"


async def test_scene_is_activated(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    scene = entity_id(hass, "scene", f"{made_id('scene', 'Bedroom Relax')}_scene")
    await call(hass, "scene.turn_on", entity_id=scene, transition=3)
    assert fake.commands[-1] == {"recall": {"action": "active", "duration": 3000}}
    await call(hass, "scene.turn_on", entity_id=scene)
    assert fake.commands[-1] == {"recall": {"action": "active"}}


async def test_adjustment_never_turns_a_lamp_on(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    context = Context()
    only_adjusts(hass, context)
    lamp = lamp_id(hass, "Floor lamp")
    fake.set_light("Floor lamp", {"on": {"on": False}})
    # The report is still on its way.
    assert shown(hass, lamp).state == "on"
    await call(hass, "light.turn_on", entity_id=lamp, brightness=9, context=context)
    assert fake.commands[-1] == {"dimming": {"brightness": 3.53}}
    assert not fake.light("Floor lamp")["on"]["on"]
    await until(hass, lambda: shown(hass, lamp).state == "off")
    before = len(fake.commands)
    await call(hass, "light.turn_on", entity_id=lamp, brightness=9, context=context)
    assert len(fake.commands) == before
    await call(hass, "light.turn_on", entity_id=lamp, brightness=9)
    assert fake.light("Floor lamp")["on"]["on"]


async def test_change_by_another_app_is_shown(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    fake.set_light("Sofa lamp", {"on": {"on": True}, "dimming": {"brightness": 10}})
    lamp = lamp_id(hass, "Sofa lamp")
    await until(hass, lambda: shown(hass, lamp).state == "on")
    assert shown(hass, lamp).attributes["brightness"] == 25


async def test_lamp_without_radio_is_unavailable_until_it_is_back(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Floor lamp")
    fake.set_connected("Floor lamp", connected=False)
    await until(hass, lambda: shown(hass, lamp).state == "unavailable")
    assert shown(hass, room_id(hass, "Living room")).state == "on"
    fake.set_connected("Floor lamp", connected=True)
    await until(hass, lambda: shown(hass, lamp).state == "on")


async def test_deleted_lamp_loses_its_device_and_a_new_one_is_added(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Sofa lamp")
    resources = [
        fake.lights.named(kind, "Sofa lamp")
        for kind in ("device", "zigbee_connectivity", "light")
    ]
    fake.delete("Sofa lamp")
    await until(hass, lambda: hass.states.get(lamp) is None)
    registry = dr.async_get(hass)
    identifier = (DOMAIN, made_id("device", "Sofa lamp"))
    assert registry.async_get_device_by_identifier(identifier, home.entry_id) is None
    for resource in resources:
        fake.lights.all[resource["id"]] = resource
    fake._send("add", resources)
    await until(hass, lambda: hass.states.get(lamp) is not None)


async def test_renamed_lamp_renames_its_device(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    renamed = asyncio.Event()
    hass.bus.async_listen(
        dr.EVENT_DEVICE_REGISTRY_UPDATED, callback(lambda _event: renamed.set())
    )
    fake.rename("Sofa lamp", "Reading lamp")
    async with asyncio.timeout(60):
        await renamed.wait()
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, made_id("device", "Sofa lamp")), home.entry_id
    )
    assert device is not None
    assert device.name == "Reading lamp"


async def test_dropped_stream_is_opened_again_without_unavailable_lamps(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Floor lamp")
    states = list[str]()
    hass.bus.async_listen(
        "state_changed",
        callback(lambda event: states.append(event.data["new_state"].state)),
    )
    fake.drop_streams()
    fake.lights.set_light(fake.light("Floor lamp"), {"on": {"on": False}})
    fake.lights.changes.clear()  # No report of it arrives.
    await until(hass, lambda: shown(hass, lamp).state == "off")
    assert "unavailable" not in states


async def test_restarted_bridge_is_back_by_itself(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Floor lamp")
    await fake.power_off()
    await until(hass, lambda: shown(hass, lamp).state == "unavailable")
    assert shown(hass, room_id(hass, "Living room")).state == "unavailable"
    with pytest.raises(HomeAssistantError, match="did not respond"):
        await home.runtime_data.async_send(
            home.runtime_data.link.async_recall("x", None)
        )
    await fake.power_on(fake.server_context)
    await until(hass, lambda: shown(hass, lamp).state == "on")
    assert not hass.config_entries.flow.async_progress()


async def test_changed_certificate_asks_for_the_button_and_sends_no_key(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    lamp = lamp_id(hass, "Floor lamp")
    await fake.power_off()
    fake.requests.clear()
    await fake.power_on()
    await until(hass, lambda: shown(hass, lamp).state == "unavailable")
    flow = await reauth(hass)
    assert flow["step_id"] == "hue_bridge_reauth"
    assert fake.requests == []


async def test_key_revoked_while_running_asks_for_the_button(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    fake.keys.clear()
    with pytest.raises(HomeAssistantError, match="rejects the key"):
        await call(hass, "light.turn_on", entity_id=lamp_id(hass, "Floor lamp"))
    flow = await reauth(hass)
    assert flow["step_id"] == "hue_bridge_reauth"


async def test_command_that_the_bridge_rejects_says_why(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    fake.lights.all.pop(made_id("scene", "Bedroom Relax"))
    scene = entity_id(hass, "scene", f"{made_id('scene', 'Bedroom Relax')}_scene")
    with pytest.raises(ServiceValidationError, match="Not Found"):
        await call(hass, "scene.turn_on", entity_id=scene)


async def test_busy_bridge_is_ridden_out_by_commands(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    fake.trouble.busy = 5
    await call(hass, "light.turn_on", entity_id=lamp_id(hass, "Sofa lamp"))
    assert fake.light("Sofa lamp")["on"]["on"]


async def test_bridge_without_time_for_a_stream_is_a_repair_issue_until_it_has(
    hass: HomeAssistant,
    home: MockConfigEntry,
    fake: FakeHueBridge,
    issue_registry: Any,
) -> None:
    changed = asyncio.Event()
    hass.bus.async_listen(
        "repairs_issue_registry_updated", callback(lambda _event: changed.set())
    )
    fake.trouble.stream_status = 429
    fake.drop_streams()
    async with asyncio.timeout(60):
        await changed.wait()
        issue = (DOMAIN, f"hue_bridge_busy_{home.entry_id}")
        assert issue in issue_registry.issues
        assert shown(hass, lamp_id(hass, "Floor lamp")).state == "on"
        changed.clear()
        fake.trouble.stream_status = 200
        await changed.wait()
    assert issue not in issue_registry.issues


async def test_unreachable_bridge_is_tried_again(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    await fake.power_off()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY


async def test_bridge_that_does_not_answer_does_not_hold_up_the_setup(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    fake.trouble.delay = 30.0
    with patch(f"{_COORDINATOR}._FIRST_ATTEMPT", 0.05):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_unload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.NOT_LOADED


async def test_entry_is_unloaded_while_it_reconnects(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    await fake.power_off()
    await until(
        hass, lambda: shown(hass, lamp_id(hass, "Floor lamp")).state == "unavailable"
    )
    assert await hass.config_entries.async_unload(home.entry_id)
    assert not [
        task for task in asyncio.all_tasks() if task.get_name().startswith("hue bridge")
    ]


async def test_diagnostics_have_no_secret_and_no_name(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    found = await async_get_config_entry_diagnostics(hass, home)
    text = str(found)
    assert home.data["app_key"] not in text
    assert home.data["fingerprint"] not in text
    assert home.data["host"] not in text
    assert "Floor lamp" not in text
    assert len(found["runtime"]["lamps"]) == 6
    assert found["runtime"]["rooms"] == [3, 3, 2]


async def test_only_devices_that_the_bridge_lost_can_be_removed(
    hass: HomeAssistant, home: MockConfigEntry, fake: FakeHueBridge
) -> None:
    from custom_components.jannenkoti.kinds.hue_bridge.kind import KIND  # noqa: PLC0415

    assert KIND.may_remove_device is not None
    registry = dr.async_get(hass)
    devices = dr.async_entries_for_config_entry(registry, home.entry_id)
    assert len(devices) == 1 + 6 + 3
    assert not [each for each in devices if KIND.may_remove_device(home, each)]
    old = registry.async_get_or_create(
        config_entry_id=home.entry_id, identifiers={(DOMAIN, "lost")}
    )
    assert KIND.may_remove_device(home, old)


async def test_timing_of_tests_is_used(home: MockConfigEntry) -> None:
    assert home.runtime_data.link.timing is FAST
