"""What lights are sent, and when they are left alone."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.light import LightEntityFeature
from homeassistant.core import Context, CoreState, ServiceCall
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er

from .conftest import LAMP, OTHER, Clock, Lights, make_entry, set_up, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

DAY: dict[str, Any] = {"brightness": 255, "color_temp_kelvin": 4292}
EVENING: dict[str, Any] = {"brightness": 255, "color_temp_kelvin": 2890}


def slot(name: str, at: str, brightness: float, **more: Any) -> dict[str, Any]:
    """Return a row of the table."""
    return {"name": name, "time": at, "brightness": brightness, **more}


async def test_lights_that_are_on_get_the_slot_at_its_start(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    lights.set(OTHER, "off")
    await set_up(hass, make_entry())
    assert lights.calls == [{"entity_id": [LAMP], **DAY}]
    await noon.set("2026-01-12T16:59:59+02:00")
    assert len(lights.calls) == 1
    await noon.set("2026-01-12T17:00:00+02:00")
    assert lights.calls[1:] == [{"entity_id": [LAMP], **EVENING}]
    assert hass.states.is_state(OTHER, "off")
    assert state_of(hass, "sensor", "current_slot").state == "evening"
    assert state_of(hass, "sensor", "reason").state == "following"
    following = state_of(hass, "sensor", "next_change")
    assert following.state == "2026-01-12T18:00:00+00:00"
    assert following.attributes["slot"] == "late_evening"


async def test_fade_is_one_command_and_its_moments_are_no_manual_change(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    rows = [slot("a", "10:00", 100), slot("b", "13:00", 20, fade=1800)]
    lights.set(LAMP, brightness=255)
    await set_up(hass, make_entry({"slots": rows}, (LAMP,)))
    lights.echoes = False
    await noon.set("2026-01-12T13:00:00+02:00")
    assert lights.calls == [{"entity_id": [LAMP], "brightness": 51, "transition": 1800}]
    for brightness in (240, 150, 60, 51):
        await noon.tick(450)
        lights.set(LAMP, brightness=brightness)
        await hass.async_block_till_done()
    assert len(lights.calls) == 1
    assert state_of(hass, "sensor", "paused_lights").state == "0"


async def test_light_without_transition_gets_coarse_steps(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    rows = [slot("a", "10:00", 100), slot("b", "13:00", 20, fade=120)]
    lights.set(LAMP, brightness=255, supported_features=LightEntityFeature(0))
    await set_up(hass, make_entry({"slots": rows}, (LAMP,)))
    for _ in range(6):
        await noon.tick(600)
    lights.calls.clear()
    levels = []
    for _ in range(20):
        await noon.tick(10)
        lights.set(LAMP, supported_features=LightEntityFeature(0), **last(lights))
        await hass.async_block_till_done()
        levels.append(len(lights.calls))
    sent = [call["brightness"] for call in lights.calls]
    assert sent == [204, 153, 102, 51]
    assert all("transition" not in call for call in lights.calls)
    assert state_of(hass, "sensor", "paused_lights").state == "0"


def last(lights: Lights) -> dict[str, Any]:
    """Return the look that was sent last."""
    if not lights.calls:
        return {"brightness": 255}
    return {"brightness": lights.calls[-1]["brightness"]}


@pytest.mark.parametrize("by_user", [True, False])
async def test_manual_change_pauses_one_light_until_it_is_turned_off_and_on(
    hass: HomeAssistant, lights: Lights, noon: Clock, *, by_user: bool
) -> None:
    lights.set(LAMP)
    lights.set(OTHER)
    await set_up(hass, make_entry())
    context = Context(user_id="someone") if by_user else Context()
    lights.set(LAMP, brightness=40, color_temp_kelvin=4292, context=context)
    await hass.async_block_till_done()
    paused = state_of(hass, "sensor", "paused_lights")
    assert (paused.state, paused.attributes["lights"]) == ("1", [LAMP])
    lights.calls.clear()
    await noon.set("2026-01-12T17:00:00+02:00")
    assert lights.calls == [{"entity_id": [OTHER], **EVENING}]
    lights.set(LAMP, "off")
    await noon.tick(60)
    lights.set(LAMP)
    await hass.async_block_till_done()
    assert lights.calls[1:] == [{"entity_id": [LAMP], **EVENING}]
    assert state_of(hass, "sensor", "paused_lights").state == "0"


@pytest.mark.parametrize(
    ("options", "ends"),
    [
        ({"pause_ends": "next_slot"}, "2026-01-12T17:00:00+02:00"),
        ({"pause_ends": "hours", "pause_hours": 2}, "2026-01-12T14:00:00+02:00"),
    ],
)
async def test_pause_ends_by_itself_as_chosen(
    hass: HomeAssistant,
    lights: Lights,
    noon: Clock,
    options: dict[str, Any],
    ends: str,
) -> None:
    lights.set(LAMP)
    await set_up(hass, make_entry(options, (LAMP,)))
    lights.set(LAMP, brightness=40)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "reason").state == "all_paused"
    lights.calls.clear()
    await noon.set("2026-01-12T13:59:00+02:00")
    assert lights.calls == []
    await noon.set(ends)
    assert [call["entity_id"] for call in lights.calls] == [[LAMP]]
    assert state_of(hass, "sensor", "paused_lights").state == "0"


async def test_rounded_values_are_no_manual_change(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    await set_up(hass, make_entry(None, (LAMP,)))
    looks: list[dict[str, Any]] = [
        {"brightness": 254, "color_temp_kelvin": 4292},
        {"brightness": 252, "color_temp_kelvin": 4273},
        {"brightness": 255, "color_temp_kelvin": 4310},
    ]
    for look in looks:
        lights.set(LAMP, **look)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "paused_lights").state == "0"


async def test_color_outside_the_gamut_is_accepted_as_the_lamp_shows_it(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    rows = [slot("a", "10:00", 100, x=0.1, y=0.8)]
    lights.echoes = False
    lights.set(LAMP, brightness=255)
    await set_up(hass, make_entry({"slots": rows}, (LAMP,)))
    assert lights.calls[0]["xy_color"] == (0.1, 0.8)
    await noon.tick(1)
    shown: dict[str, Any] = {
        "brightness": 255,
        "color_temp_kelvin": None,
        "xy_color": (0.17, 0.7),
    }
    lights.set(LAMP, **shown)
    await noon.tick(600)
    lights.set(LAMP, **{**shown, "xy_color": (0.171, 0.7)})
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "paused_lights").state == "0"
    lights.set(LAMP, **{**shown, "xy_color": (0.6, 0.3)})
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "paused_lights").state == "1"


async def test_off_action_cancels_a_command_under_way(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    """The bridge is slow; the others still get the slot."""
    begun, hangs, canceled = asyncio.Event(), asyncio.Event(), list[str]()

    async def slow(call: ServiceCall) -> None:
        lights.calls.append(dict(call.data))
        begun.set()
        try:
            await hangs.wait()
        except asyncio.CancelledError:
            canceled.extend(call.data["entity_id"])
            raise

    lights.set(LAMP, brightness=255, color_temp_kelvin=4292)
    lights.set(OTHER, brightness=255, color_temp_kelvin=4292)
    await set_up(hass, make_entry())
    hass.services.async_register("light", "turn_on", slow)
    boundary = noon.set("2026-01-12T17:00:00+02:00")
    task = hass.loop.create_task(boundary)
    await begun.wait()
    hass.services.async_register("light", "turn_on", lights.turn_on)
    lights.echoes = False
    await hass.services.async_call("light", "turn_off", {"entity_id": LAMP})
    await task
    assert canceled == [LAMP, OTHER]
    assert lights.calls[1:] == [{"entity_id": [OTHER], **EVENING}]


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("turn_off", {"entity_id": [LAMP]}),
        ("turn_off", {"entity_id": "all"}),
        ("toggle", {"entity_id": [LAMP]}),
        ("turn_on", {"entity_id": [LAMP], "brightness_pct": 0}),
    ],
)
async def test_off_action_counts_before_its_late_report(
    hass: HomeAssistant, lights: Lights, noon: Clock, service: str, data: Any
) -> None:
    lights.set(LAMP, brightness=255, color_temp_kelvin=4292)
    await set_up(hass, make_entry(None, (LAMP,)))
    lights.echoes = False
    await hass.services.async_call("light", service, data, blocking=True)
    lights.calls.clear()
    lights.set(LAMP, brightness=254, color_temp_kelvin=4292)
    await noon.set("2026-01-12T12:00:30+02:00")
    hass.states.async_set("sensor.unrelated", "1")
    entry_coordinator(hass).apply_now(paused_too=True)
    await hass.async_block_till_done()
    assert lights.calls == []


def entry_coordinator(hass: HomeAssistant) -> Any:
    """Return the coordinator of the only entry."""
    (entry,) = hass.config_entries.async_entries("jannenkoti")
    return entry.runtime_data


async def test_light_that_is_turned_on_gets_the_slot_only_if_chosen(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, "off")
    lights.set(OTHER, "off")
    entry = make_entry({"adapt_when_turned_on": False})
    await set_up(hass, entry)
    await hass.services.async_call("light", "turn_on", {"entity_id": LAMP})
    await hass.async_block_till_done()
    assert len(lights.calls) == 1  # that of the user
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "adapt_when_turned_on": True}
    )
    await hass.services.async_call("light", "turn_off", {"entity_id": LAMP})
    await hass.config_entries.async_reload(entry.entry_id)
    lights.calls.clear()
    await hass.services.async_call("light", "turn_on", {"entity_id": LAMP})
    await hass.async_block_till_done()
    assert lights.calls[1:] == [{"entity_id": [LAMP], **DAY}]


async def test_light_that_is_turned_on_with_a_look_keeps_it(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, "off")
    await set_up(hass, make_entry(None, (LAMP,)))
    look = {"entity_id": [LAMP], "brightness": 10}
    await hass.services.async_call("light", "turn_on", look)
    await hass.async_block_till_done()
    assert lights.calls == [look]
    assert state_of(hass, "sensor", "paused_lights").state == "1"


async def test_late_on_report_after_an_off_is_ignored_at_first(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, brightness=255, color_temp_kelvin=4292)
    await set_up(hass, make_entry(None, (LAMP,)))
    lights.set(LAMP, "off")
    await noon.tick(5)
    lights.set(LAMP)
    await noon.tick(5)
    assert lights.calls == []
    await noon.tick(21)
    assert lights.calls == [{"entity_id": [LAMP], **DAY}]


async def test_light_that_was_unreachable_gets_the_slot_once(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, "unavailable")
    await set_up(hass, make_entry(None, (LAMP,)))
    assert state_of(hass, "sensor", "reason").state == "all_off"
    lights.set(LAMP)
    await noon.tick(60)
    await noon.tick(60)
    assert lights.calls == [{"entity_id": [LAMP], **DAY}]
    hass.states.async_remove(LAMP)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "reason").state == "all_off"


async def test_paused_light_stays_paused_after_a_short_loss_but_not_a_power_cut(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, brightness=255, color_temp_kelvin=4292)
    await set_up(hass, make_entry(None, (LAMP,)))
    for brightness, calls in ((40, 0), (254, 1)):
        lights.set(LAMP, brightness=40)
        lights.set(LAMP, "unavailable")
        await noon.tick(10)
        lights.set(LAMP, brightness=brightness)
        await hass.async_block_till_done()
        assert len(lights.calls) == calls


async def test_refused_command_is_sent_again_later_and_then_given_up(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.refuse()
    lights.set(LAMP)
    await set_up(hass, make_entry(None, (LAMP,)))
    assert state_of(hass, "sensor", "reason").state == "retrying"
    for _ in range(180):
        await noon.tick(10)
    assert len(lights.calls) == 6
    lights.error = None
    entry_coordinator(hass).apply_now(paused_too=False)
    await hass.async_block_till_done()
    assert len(lights.calls) == 7


async def test_lost_command_is_sent_again(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.echoes = False
    lights.set(LAMP)
    await set_up(hass, make_entry(None, (LAMP,)))
    await noon.tick(15)
    await noon.tick(31)
    assert len(lights.calls) == 2


async def test_pause_survives_a_restart_unless_the_light_or_the_slot_changed(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    lights.set(OTHER)
    entry = make_entry()
    await set_up(hass, entry)
    lights.set(LAMP, brightness=40)
    lights.set(OTHER, **EVENING)
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(entry.entry_id)
    lights.set(OTHER, brightness=3)
    lights.calls.clear()
    await set_up(hass, entry)
    paused = state_of(hass, "sensor", "paused_lights")
    assert paused.attributes["lights"] == [LAMP]
    assert lights.calls == [{"entity_id": [OTHER], **DAY}]
    await hass.config_entries.async_unload(entry.entry_id)
    await noon.set("2026-01-12T18:00:00+02:00")
    options = {**entry.options, "pause_ends": "next_slot"}
    hass.config_entries.async_update_entry(entry, options=options)
    await set_up(hass, entry)
    assert lights.calls[1:] == [{"entity_id": [LAMP, OTHER], **EVENING}]


async def test_away_stops_the_routine_and_the_return_applies_the_slot_of_the_time(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    hass.states.async_set("person.anna", "not_home")
    await set_up(hass, make_entry({"presence_entity": "person.anna"}, (LAMP,)))
    await noon.set("2026-01-12T17:00:00+02:00")
    assert lights.calls == []
    assert state_of(hass, "sensor", "reason").state == "away"
    for state in ("unavailable", "home"):
        hass.states.async_set("person.anna", state)
        await hass.async_block_till_done()
    assert lights.calls == [{"entity_id": [LAMP], **EVENING}]


async def test_areas_and_groups_are_resolved_and_each_light_is_meant_once(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    area = ar.async_get(hass).async_create("Kitchen")
    registry = er.async_get(hass)
    made = registry.async_get_or_create(
        "light", "test", "1", suggested_object_id="lamp"
    )
    registry.async_update_entity(made.entity_id, area_id=area.id)
    lights.set(LAMP)
    lights.set(OTHER)
    lights.set("light.group", entity_id=[LAMP, OTHER], context=Context())
    targets = {"area_id": [area.id], "entity_id": ["light.group"]}
    await set_up(hass, make_entry({"targets": targets}))
    assert lights.calls == [{"entity_id": [LAMP, OTHER], **DAY}]
    lights.set("light.third", brightness=255, color_temp_kelvin=4292)
    lights.set("light.group", entity_id=[LAMP, OTHER, "light.third"])
    await hass.async_block_till_done()
    assert entry_coordinator(hass).routine.lights.keys() == {LAMP, OTHER, "light.third"}
    lights.set("light.group", entity_id=["light.third"])
    registry.async_update_entity(made.entity_id, area_id=None)
    await noon.tick(3)
    assert entry_coordinator(hass).routine.lights.keys() == {"light.third"}


async def test_onoff_and_brightness_only_lights_get_what_they_can_show(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP, brightness=None, supported_color_modes=["onoff"])
    lights.set(OTHER, supported_color_modes=["brightness"], color_temp_kelvin=None)
    await set_up(hass, make_entry())
    assert lights.calls == [{"entity_id": [OTHER], "brightness": 255}]


async def test_clock_that_is_set_leads_to_the_slot_of_the_new_time(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    await set_up(hass, make_entry(None, (LAMP,)))
    await noon.set("2026-01-12T21:30:00+02:00")
    assert lights.calls[-1]["brightness"] == 144
    await noon.set("2026-01-12T11:00:00+02:00")
    assert state_of(hass, "sensor", "current_slot").state == "late_evening"
    entry_coordinator(hass)._async_check(None)
    await hass.async_block_till_done()
    assert lights.calls[-1] == {"entity_id": [LAMP], **DAY}


async def test_strange_states_of_lights_do_no_harm(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    hass.set_state(CoreState.running)
    lights.set(
        LAMP,
        brightness="bright",
        color_temp_kelvin=float("nan"),
        xy_color=["a", 1],
        supported_color_modes=["xy"],
    )
    lights.set(OTHER, xy_color=(1, 2, 3), color_temp_kelvin=True, entity_id="x")
    await set_up(hass, make_entry())
    assert lights.calls == [{"entity_id": [LAMP, OTHER], **DAY}]


async def test_table_without_a_slot_for_today_sends_nothing(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    await set_up(
        hass, make_entry({"slots": [slot("a", "10:00", 50, days=["holiday"])]})
    )
    assert lights.calls == []
    assert state_of(hass, "sensor", "reason").state == "no_slot"
    assert state_of(hass, "sensor", "current_slot").state == "unknown"
    assert state_of(hass, "sensor", "next_change").attributes["slot"] is None


async def test_command_under_way_is_canceled_when_the_entry_is_unloaded(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    ended = list[str]()

    async def slow(call: ServiceCall) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.extend(call.data["entity_id"])

    hass.services.async_register("light", "turn_on", slow)
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await asyncio.sleep(0)
    coordinator = entry.runtime_data
    assert coordinator.is_sending
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert ended == [LAMP]
    coordinator.async_act()
    coordinator._act_soon()
    assert not coordinator.is_sending
