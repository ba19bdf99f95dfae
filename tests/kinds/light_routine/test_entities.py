"""The switch, the select, the calendar, the actions and the diagnostics."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.jannenkoti.kinds.light_routine.plan_coordinator import days_of

from ...failures import LibraryError
from .conftest import LAMP, Clock, Lights, entity_id, make_entry, set_up, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


async def test_switch_stops_the_routine_and_survives_a_restart(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    await set_up(hass, entry)
    switch = {"entity_id": entity_id(hass, "switch", "routine")}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await hass.config_entries.async_reload(entry.entry_id)
    await noon.set("2026-01-12T17:00:00+02:00")
    assert len(lights.calls) == 1
    assert state_of(hass, "switch", "routine").state == "off"
    assert state_of(hass, "sensor", "reason").state == "off"
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    await hass.async_block_till_done()
    assert lights.calls[1]["color_temp_kelvin"] == 2890
    await hass.config_entries.async_remove(entry.entry_id)


async def test_forced_slot_stays_until_automatic_is_chosen(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    await set_up(hass, entry)
    select = entity_id(hass, "select", "slot")

    async def choose(option: str) -> None:
        data = {"entity_id": select, "option": option}
        await hass.services.async_call("select", "select_option", data, blocking=True)
        await hass.async_block_till_done()

    await choose("night")
    assert lights.calls[-1] == {
        "entity_id": [LAMP],
        "brightness": 1,
        "xy_color": (0.561, 0.4042),
    }
    await noon.set("2026-01-12T17:00:00+02:00")
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, "select", "slot").state == "night"
    assert state_of(hass, "sensor", "reason").state == "forced"
    assert state_of(hass, "sensor", "next_change").state == "unknown"
    current = state_of(hass, "sensor", "current_slot")
    assert current.attributes["xy"] == [0.561, 0.4042]
    await choose("auto")
    assert state_of(hass, "sensor", "current_slot").state == "evening"
    assert lights.calls[-1]["color_temp_kelvin"] == 2890


async def test_calendar_shows_the_slots_of_a_day(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    await set_up(hass, make_entry())
    assert state_of(hass, "calendar", "preview").attributes["message"] == "day"
    calendar = entity_id(hass, "calendar", "preview")

    async def events(start: str, end: str) -> list[dict[str, Any]]:
        data = {"entity_id": calendar, "start_date_time": start, "end_date_time": end}
        answer: Any = await hass.services.async_call(
            "calendar", "get_events", data, blocking=True, return_response=True
        )
        found: list[dict[str, Any]] = answer[calendar]["events"]
        return found

    day = await events("2026-01-12T00:00:00+02:00", "2026-01-13T00:00:00+02:00")
    assert [event["summary"] for event in day] == [
        "night",
        "morning",
        "day",
        "evening",
        "late_evening",
        "night",
    ]
    assert day[4]["description"] == "56.3 % · 2237 K"
    assert not await events("2036-01-12T00:00:00+02:00", "2036-01-13T00:00:00+02:00")


async def test_apply_now_sets_lights_and_ends_pauses_on_request(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    await set_up(hass, entry)
    lights.set(LAMP, brightness=40)
    await hass.async_block_till_done()
    for paused_too, calls in ((False, 1), (True, 2)):
        data = {"config_entry_id": entry.entry_id, "include_paused": paused_too}
        await hass.services.async_call(
            DOMAIN, "light_routine_apply_now", data, blocking=True
        )
        await hass.async_block_till_done()
        assert len(lights.calls) == calls


async def test_set_slots_is_validated_and_used_at_once(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    await set_up(hass, entry)

    async def set_slots(**data: Any) -> None:
        await hass.services.async_call(
            DOMAIN, "light_routine_set_slots", data, blocking=True
        )

    with pytest.raises(ServiceValidationError) as raised:
        await set_slots(slots=[{"name": "A", "time": "8:99"}])
    assert raised.value.translation_key == "light_routine_table_start"
    await set_slots(slots=[{"name": "A", "time": "08:00", "brightness": 20}])
    await hass.async_block_till_done()
    assert lights.calls[-1] == {"entity_id": [LAMP], "brightness": 51}
    assert entry.options["slots"][0]["name"] == "A"
    other = make_entry()
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, unique_id="other")
    await hass.config_entries.async_setup(other.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await set_slots(slots=[])
    assert raised.value.translation_key == "light_routine_which_entry"


async def test_holidays_are_read_from_the_calendar(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    events: list[dict[str, Any]] = [{"start": "2026-01-12", "end": "2026-01-13"}]
    fails = False

    async def get_events(call: ServiceCall) -> Any:
        if fails:
            raise LibraryError
        return {call.data["entity_id"]: {"events": events}}

    hass.services.async_register(
        "calendar", "get_events", get_events, supports_response=SupportsResponse.ONLY
    )
    rows = [
        {"name": "work", "time": "06:00"},
        {"name": "rest", "time": "09:00", "days": ["holiday"]},
    ]
    entry = make_entry({"slots": rows, "holiday_calendar": "calendar.holidays"})
    await set_up(hass, entry)
    assert state_of(hass, "sensor", "current_slot").state == "rest"
    hass.services.async_register(  # The calendar of the routine brought the real one.
        "calendar", "get_events", get_events, supports_response=SupportsResponse.ONLY
    )
    fails = True
    hass.states.async_set("calendar.holidays", "on")
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "current_slot").state == "rest"
    fails, events[0]["start"] = False, "2026-01-20"
    hass.states.async_set("calendar.holidays", "off")
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "current_slot").state == "work"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-12-24", "2026-12-27", [24, 25, 26]),
        ("2026-12-24T10:00:00", "2026-12-24T12:00:00", [24]),
        ("2026-12-24T22:30:00+00:00", "2026-12-25T22:00:00+00:00", [24, 25]),
        ("2026-12-24", "2026-12-24", [24]),
        ("soon", "2026-12-24", []),
        (None, None, []),
    ],
)
def test_days_of_an_event_do_not_include_its_end(
    start: str | None, end: str | None, days: list[int]
) -> None:
    dt_util.set_default_time_zone(dt_util.UTC)
    found = days_of({"start": start, "end": end})
    assert found == [date(2026, 12, day) for day in days]


def test_endless_event_is_cut() -> None:
    found = days_of({"start": "2026-01-01", "end": "2096-01-01"})
    assert found[-1] - found[0] == timedelta(days=30)


async def test_home_that_moves_gets_a_new_plan(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    await set_up(hass, make_entry())
    await hass.config.async_update(time_zone="America/New_York")
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "current_slot").state == "night"


async def test_diagnostics_show_each_light(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    lights.set(LAMP)
    entry = make_entry(None, (LAMP,))
    await set_up(hass, entry)
    shown = await async_get_config_entry_diagnostics(hass, entry)
    assert shown["runtime"]["lights"][LAMP]["phase"] == "on"
    assert shown["runtime"]["commands"] == 1
    assert shown["runtime"]["slot"]["name"] == "day"
