"""A person with trackers, a phone's address, doors and a reference host."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.core import State

from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.jannenkoti.kinds.presence.coordinator import sign_of
from custom_components.jannenkoti.kinds.presence.stages.rules import Sign

from .conftest import (
    PHONE,
    REFERENCE,
    Clock,
    Network,
    entity_id,
    make_entry,
    seen,
    set_up,
    state_of,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

WIFI = {"host": PHONE, "reference_host": REFERENCE}
HOME = ("home", "home", "seen")


async def test_phone_arrives_at_once_and_leaves_after_the_grace_time(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    await set_up(hass, make_entry(WIFI))
    assert seen(hass) == ("not_home", "just_left", "all_left")
    network.answers.add(PHONE)
    await clock.tick(0.2)
    assert seen(hass) == HOME
    assert state_of(hass, "confidence").state == "100"
    network.answers.remove(PHONE)
    await clock.tick(1)
    assert seen(hass) == ("home", "home", "grace")
    await clock.tick(14)
    assert seen(hass)[0] == "home"
    await clock.tick(1)
    assert seen(hass) == ("not_home", "just_left", "all_left")
    await clock.tick(10)
    assert seen(hass)[1] == "away"
    await clock.tick(24 * 60)
    assert seen(hass)[1] == "extended_away"


async def test_silent_reference_host_keeps_the_state_and_routers_are_ignored(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    network.answers.add(PHONE)
    tracker = "device_tracker.router"
    hass.states.async_set(tracker, "home", {"source_type": "router"})
    await set_up(hass, make_entry({**WIFI, "sources": [tracker]}))
    network.answers.clear()
    await clock.tick(0.2)
    hass.states.async_set(tracker, "not_home", {"source_type": "router"})
    await clock.tick(600)
    assert seen(hass) == ("home", "home", "evidence_lost")
    network.answers.add(REFERENCE)
    await clock.tick(0.2)
    await clock.tick(14)
    assert seen(hass) == ("home", "home", "grace")
    await clock.tick(200)
    assert seen(hass)[0] == "not_home"


async def test_phone_without_reference_host_and_a_reference_without_phone(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    await set_up(hass, make_entry({"host": PHONE}))
    assert network.asked == [PHONE]
    network.asked.clear()
    other = make_entry({"reference_host": REFERENCE, "sources": ["person.a"]})
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, unique_id="other")
    await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert network.asked == [REFERENCE]


async def test_probe_that_is_under_way_is_not_repeated(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    entry = make_entry(WIFI)
    await set_up(hass, entry)
    network.asked.clear()
    entry.runtime_data._probing = True
    await clock.tick(0.2)
    assert network.asked == []


async def test_door_that_stays_closed_keeps_the_person_home(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    door, watch = "binary_sensor.door", "binary_sensor.watch"
    hass.states.async_set(door, "off")
    hass.states.async_set(watch, "on")
    await set_up(hass, make_entry({"sources": [watch], "doors": [door]}))
    hass.states.async_set(watch, "off")
    await clock.tick(20)
    assert seen(hass) == ("home", "home", "door_closed")
    hass.states.async_set(door, "off", {"battery": 5})
    await clock.tick(1)
    assert seen(hass)[0] == "home"
    hass.states.async_set(door, "on")
    await hass.async_block_till_done()
    assert seen(hass)[0] == "not_home"


async def test_state_and_grace_time_survive_a_restart(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    network.answers.add(PHONE)
    entry = make_entry(WIFI)
    await set_up(hass, entry)
    network.answers.remove(PHONE)
    await clock.tick(0.2)
    await clock.tick(10)
    await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert seen(hass) == ("home", "home", "grace")
    await clock.tick(5)
    assert seen(hass)[0] == "not_home"
    await hass.config_entries.async_remove(entry.entry_id)


async def test_position_that_is_away_decides_and_one_that_is_lost_does_not(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    network.answers.add(PHONE)
    gps = "device_tracker.gps"
    hass.states.async_set(gps, "home", {"source_type": "gps", "gps_accuracy": 20})
    await set_up(hass, make_entry({**WIFI, "sources": [gps]}))
    network.answers.clear()
    await clock.tick(0.2)
    hass.states.async_set(gps, "work", {"source_type": "gps", "gps_accuracy": 20})
    await clock.tick(15)
    assert seen(hass)[0] == "not_home"
    assert state_of(hass, "reason").attributes["source"] == gps


async def test_person_that_follows_our_own_tracker_is_no_evidence(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    network.answers.add(PHONE)
    entry = make_entry({**WIFI, "sources": ["person.anna"]})
    await set_up(hass, entry)
    own = entity_id(hass, "device_tracker", "tracker")
    hass.states.async_set("person.anna", "home", {"source": own})
    network.answers.remove(PHONE)
    await clock.tick(0.2)
    await clock.tick(16)
    assert seen(hass)[0] == "not_home"
    hass.states.async_set("person.anna", "home", {"source": "device_tracker.other"})
    await hass.async_block_till_done()
    assert seen(hass) == HOME


async def test_source_that_is_removed_is_lost_and_not_away(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    hass.states.async_set("person.anna", "home")
    await set_up(hass, make_entry({"sources": ["person.anna"]}))
    hass.states.async_remove("person.anna")
    await clock.tick(600)
    assert seen(hass) == ("home", "home", "evidence_lost")


@pytest.mark.parametrize(
    ("entity", "state", "sign"),
    [
        ("person.a", "home", Sign.HERE),
        ("person.a", "Work", Sign.NOT_HERE),
        ("device_tracker.a", "not_home", Sign.NOT_HERE),
        ("binary_sensor.a", "on", Sign.HERE),
        ("binary_sensor.a", "off", Sign.NOT_HERE),
        ("binary_sensor.a", "unavailable", Sign.LOST),
        ("input_boolean.a", "unknown", Sign.LOST),
        ("sensor.a", "12", Sign.LOST),
    ],
)
def test_states_are_read_as_signs(entity: str, state: str, sign: Sign) -> None:
    assert sign_of(State(entity, state)) is sign
    assert sign_of(None) is Sign.LOST


async def test_diagnostics_show_sources_without_addresses(
    hass: HomeAssistant, network: Network, clock: Clock
) -> None:
    entry = make_entry(WIFI)
    await set_up(hass, entry)
    shown = await async_get_config_entry_diagnostics(hass, entry)
    assert shown["runtime"]["sources"]["phone"]["sign"] == "not_here"
    assert PHONE not in str(shown)
