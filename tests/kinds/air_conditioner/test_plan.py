"""Presets, sleep, presence, windows and the calendar in Home Assistant."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN

from .conftest import HandDriver, SetUp, entity_id, report_room, state_of
from .test_thermostat import House

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

WINDOW, ANN, BOB = "binary_sensor.window", "person.ann", "device_tracker.bob"
# The harness lives in America/Los_Angeles, seven hours behind.
EVENING = "2026-07-11 05:20:00+00:00"  # 22:20
NOON = "2026-07-10 19:00:00+00:00"

type Tuned = Any


@pytest.fixture
def house(
    hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
) -> House:
    freezer.move_to(NOON)
    return House(hass, driver, freezer)


@pytest.fixture
def tuned(hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry) -> Tuned:
    """Return what sets the entry up with other options."""

    async def async_tuned(**options: Any) -> None:
        report_room(hass, 26.0)
        entry.add_to_hass(hass)
        hass.config_entries.async_update_entry(
            entry, options={**entry.options, "minimum_off": 0, **options}
        )
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()

    return async_tuned


def attribute(hass: HomeAssistant, name: str) -> Any:
    state = hass.states.get(entity_id(hass, "climate"))
    assert state is not None
    return state.attributes[name]


async def choose(house: House, preset: str) -> None:
    await house.act("climate", "set_preset_mode", "climate", preset_mode=preset)


async def test_preset_changes_target_in_force_not_user_target(
    house: House, tuned: Tuned
) -> None:
    await tuned()
    await house.pass_time(15, room=26.0)
    assert house.reason() == "cooling"
    await choose(house, "eco")
    assert attribute(house.hass, "preset_mode") == "eco"
    assert attribute(house.hass, "temperature") == 24.5
    assert state_of(house.hass, "effective_target") == "26.5"
    await house.pass_time(300, room=26.0)
    # Within the band of 26.5 ± 0.5 it runs on, below it stops though 24.5 would run.
    await house.pass_time(90, room=25.9)
    assert not house.running()
    assert house.reason() == "eco"
    await choose(house, "none")
    assert house.reason() == "cooling"


async def test_boost_end_restores_state_after_restart(
    house: House, tuned: Tuned, entry: MockConfigEntry
) -> None:
    await tuned()
    await choose(house, "eco")
    await choose(house, "boost")
    assert state_of(house.hass, "boost_until") == "2026-07-10T19:30:00+00:00"
    await house.pass_time(60, room=25.0)
    assert house.reason() == "boosting"
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    assert attribute(house.hass, "preset_mode") == "boost"
    await house.pass_time(1740, room=25.0)
    assert attribute(house.hass, "preset_mode") == "eco"
    assert state_of(house.hass, "boost_until") == "unknown"
    assert not house.running()


async def test_no_preset_bypasses_the_minimum_off_time(
    house: House, tuned: Tuned
) -> None:
    await tuned(minimum_off=240)
    for preset in ("boost", "none", "boost"):
        await choose(house, preset)
        assert not house.running()
        assert house.reason() == "waiting_minimum_off"


async def test_wake_up_and_resume_sleep(house: House, tuned: Tuned) -> None:
    house.freezer.move_to(EVENING)
    await tuned(sleep=True)
    await house.pass_time(300, room=26.0)
    assert house.running()
    await house.pass_time(300, room=26.0)
    assert house.reason() == "sleeping"
    assert attribute(house.hass, "preset_mode") == "sleep"
    await house.act("button", "press", "wake_up")
    assert house.reason() == "cooling"
    # 07:00 local: no sleep until then, unless the user resumes it.
    assert state_of(house.hass, "sleep_override_until") == "2026-07-11T14:00:00+00:00"
    await house.pass_time(300, room=26.0)
    await house.act("button", "press", "resume_sleep")
    assert house.reason() == "sleeping"
    assert state_of(house.hass, "sleep_override_until") == "unknown"


async def test_sleep_curve_allows_runs_at_night(house: House, tuned: Tuned) -> None:
    house.freezer.move_to(EVENING)
    await tuned(sleep=True, sleep_mode="curve", curve=2)
    await house.pass_time(15, room=25.2)
    assert house.running()
    house.freezer.move_to("2026-07-11 08:30:00+00:00")  # three hours into the window
    await house.pass_time(300, room=25.2)
    assert state_of(house.hass, "effective_target") == "26.5"
    assert not house.running()
    assert house.reason() == "sleep_curve"
    await house.pass_time(120, room=27.2)
    assert house.running()


async def test_away_starts_when_all_leave_and_ends_on_arrival(
    house: House, tuned: Tuned
) -> None:
    hass = house.hass
    hass.states.async_set(ANN, "home")
    hass.states.async_set(BOB, "not_home")
    await tuned(people=[ANN, BOB], away_grace=10)
    await house.pass_time(300, room=26.0)
    assert house.running()
    hass.states.async_set(ANN, "Office")
    await hass.async_block_till_done()
    edge = house.freezer.time_to_freeze + timedelta(minutes=10)
    assert state_of(hass, "next_change").startswith(edge.strftime("%Y-%m-%dT%H:%M"))
    await house.pass_time(585, room=26.0)
    assert house.running()
    await house.pass_time(30, room=26.0)
    assert attribute(hass, "preset_mode") == "away"
    assert house.reason() == "away"
    assert not house.running()
    hass.states.async_set(BOB, "unavailable")
    await house.pass_time(30, room=26.0)
    assert attribute(hass, "preset_mode") == "away"
    hass.states.async_set(BOB, "home")
    await hass.async_block_till_done()
    # At once, not at the next poll.
    assert attribute(hass, "preset_mode") == "none"
    assert house.running()


@pytest.mark.parametrize("lost", ["unknown", "unavailable", None])
async def test_unknown_person_counts_as_home(
    house: House, tuned: Tuned, lost: str | None
) -> None:
    house.hass.states.async_set(ANN, "not_home")
    if lost is not None:
        house.hass.states.async_set(BOB, lost)
    await tuned(people=[ANN, BOB], away_grace=1)
    await house.pass_time(300, room=26.0)
    assert attribute(house.hass, "preset_mode") == "none"


async def test_open_window_pauses_after_delay(house: House, tuned: Tuned) -> None:
    hass = house.hass
    hass.states.async_set(WINDOW, "off")
    await tuned(contacts=[WINDOW], window_delay=30, minimum_on=120)
    await house.pass_time(15, room=26.0)
    assert house.running()
    hass.states.async_set(WINDOW, "on")
    await house.pass_time(15, room=26.0)
    assert house.reason() == "cooling"
    await house.pass_time(30, room=26.0)
    # The minimum times still apply.
    assert house.reason() == "waiting_minimum_on"
    await house.pass_time(75, room=26.0)
    assert house.reason() == "window_open"
    assert not house.running()
    hass.states.async_set(WINDOW, "off")
    await hass.async_block_till_done()
    assert house.running()


@pytest.mark.parametrize("lost", ["unknown", "unavailable"])
async def test_unavailable_contact_does_not_pause(
    house: House, tuned: Tuned, lost: str
) -> None:
    house.hass.states.async_set(WINDOW, lost)
    await tuned(contacts=[WINDOW], window_delay=0)
    await house.pass_time(60, room=26.0)
    assert house.running()
    house.hass.states.async_set(WINDOW, "on")
    await house.pass_time(255, room=26.0)
    assert not house.running()
    house.hass.states.async_set(WINDOW, lost)
    await house.pass_time(15, room=26.0)
    assert house.running()
    house.hass.states.async_remove(WINDOW)
    await house.pass_time(15, room=26.0)
    assert house.running()


async def test_stuck_contact_is_ignored_and_raises_issue(
    house: House, tuned: Tuned, entry: MockConfigEntry
) -> None:
    hass = house.hass
    hass.states.async_set(WINDOW, "on")
    await tuned(contacts=[WINDOW], window_delay=0, window_limit=1)
    await house.pass_time(15, room=26.0)
    assert house.reason() == "window_open"
    house.freezer.tick(timedelta(minutes=40))
    await hass.config_entries.async_reload(entry.entry_id)  # the contact stays as old
    await hass.async_block_till_done()
    house.freezer.tick(timedelta(minutes=20))
    await house.pass_time(15, room=26.0)
    assert house.running()
    issues = ir.async_get(hass)
    issue_id = f"air_conditioner_window_stuck_{entry.entry_id}"
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Bedroom", "sensors": WINDOW}
    hass.states.async_set(WINDOW, "off")
    await hass.async_block_till_done()
    assert issues.async_get_issue(DOMAIN, issue_id) is None


async def events(hass: HomeAssistant, start: str, end: str) -> list[tuple[str, str]]:
    """Return the nights in the calendar."""
    calendar = entity_id(hass, "sleep_calendar")
    answer: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": calendar, "start_date_time": start, "end_date_time": end},
        blocking=True,
        return_response=True,
    )
    return [(event["start"], event["end"]) for event in answer[calendar]["events"]]


async def test_calendar_shows_nights(house: House, tuned: Tuned) -> None:
    hass = house.hass
    own = {"days": ["sat"], "start": "23:30:00", "end": "09:00:00"}
    await tuned(sleep=True, sleep_days=[own, {"days": ["sun"]}])
    assert state_of(hass, "sleep_calendar") == "off"
    state = hass.states.get(entity_id(hass, "sleep_calendar"))
    assert state is not None
    assert state.attributes["start_time"] == "2026-07-10 22:30:00"
    assert state.attributes["message"] == "Sleep"
    first = ("2026-07-10T22:30:00-07:00", "2026-07-11T07:00:00-07:00")
    assert await events(hass, "2026-07-10 12:00:00", "2026-07-14 00:00:00") == [
        first,
        ("2026-07-11T23:30:00-07:00", "2026-07-12T09:00:00-07:00"),
        ("2026-07-13T22:30:00-07:00", "2026-07-14T07:00:00-07:00"),
    ]
    # Across the end of summer time the wall clock counts.
    assert await events(hass, "2026-11-01 22:00:00", "2026-11-03 12:00:00") == [
        ("2026-11-02T22:30:00-08:00", "2026-11-03T07:00:00-08:00")
    ]
    house.freezer.move_to(EVENING)
    await house.pass_time(900, room=26.0)
    assert state_of(hass, "sleep_calendar") == "on"
    await house.act("button", "press", "wake_up")
    assert state_of(hass, "sleep_calendar") == "off"
    (cut, *_) = await events(hass, "2026-07-10 12:00:00", "2026-07-14 00:00:00")
    assert cut == (first[0], "2026-07-10T22:35:00-07:00")


async def test_preset_ends_hold(house: House, tuned: Tuned) -> None:
    await tuned()
    await house.pass_time(30, room=26.0)
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    assert house.reason() == "held"
    await choose(house, "boost")
    assert house.reason() == "boosting"
