"""Sentences in Activity about who switched the air conditioner."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers.translation import async_get_translations
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jannenkoti import logbook
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.insight.transitions import (
    Source,
)
from custom_components.jannenkoti.kinds.air_conditioner.logbook import EVENT_SWITCHED

from .conftest import HandDriver, SetUp, entity_id
from .test_thermostat import House

if TYPE_CHECKING:
    from collections.abc import Callable

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import Event, HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    type Describe = Callable[[Any], dict[str, str]]

MORNING = "2026-07-10 18:00:00+00:00"


@pytest.fixture
def house(
    hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
) -> House:
    freezer.move_to(MORNING)
    return House(hass, driver, freezer)


async def described(hass: HomeAssistant) -> dict[str, Describe]:
    """Return what describes each event, as the logbook integration collects it."""
    found: dict[str, Describe] = {}

    def describe_event(domain: str, name: str, describe: Describe) -> None:
        assert domain == DOMAIN
        found[name] = describe

    logbook.async_describe_events(hass, describe_event)
    await hass.async_block_till_done()
    return found


async def test_switch_by_remote_names_remote_and_end_of_hold(
    house: House, set_up: SetUp
) -> None:
    events: list[Event[Any]] = async_capture_events(house.hass, EVENT_SWITCHED)
    await set_up()
    describe = (await described(house.hass))[EVENT_SWITCHED]
    await house.pass_time(300, room=26.0)
    assert describe(events[-1]) == {
        "name": "Bedroom",
        "message": "turned on by the thermostat",
        "entity_id": entity_id(house.hass, "climate"),
    }
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    # The default hold is two hours; the harness's zone is seven hours behind UTC.
    assert describe(events[-1])["message"] == (
        "turned off by the remote control, left alone until 13:05"
    )
    assert events[-1].data["source"] == "remote"
    state = house.hass.states.get(entity_id(house.hass, "switched"))
    assert state is not None
    assert state.attributes["hold_until"] == events[-1].data["hold_until"]
    assert len(events) == 2


async def test_reload_fires_no_event(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    events = async_capture_events(house.hass, EVENT_SWITCHED)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    await house.pass_time(60, room=26.0)
    assert events == []


async def test_first_entry_after_start_is_described(
    hass: HomeAssistant, driver: HandDriver, entry: MockConfigEntry
) -> None:
    found = await described(hass)
    assert found == {}
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert found.keys() == {EVENT_SWITCHED}


@pytest.mark.parametrize("language", ["en", "fi", "de", "es"])
async def test_every_switch_has_a_sentence_in_every_language(
    hass: HomeAssistant, set_up: SetUp, language: str
) -> None:
    await set_up()
    hass.config.language = language
    await async_get_translations(hass, language, "common", {DOMAIN})
    describe = (await described(hass))[EVENT_SWITCHED]
    sentences = set()
    for turned in ("turned_on", "turned_off"):
        for source, until in [(s.value, None) for s in Source] + [
            ("remote", "2026-07-10T12:10:00+00:00")
        ]:
            data = {"type": turned, "source": source, "hold_until": until}
            message = describe(_Event(data))["message"]
            assert message != turned
            assert "{" not in message
            assert ("05:10" in message) is (until is not None)
            sentences.add(message)
    assert len(sentences) == 2 * (len(Source) + 1)


@pytest.mark.parametrize("data", [{}, {"type": 1, "hold_until": "x", "source": None}])
async def test_event_of_other_version_is_described(
    hass: HomeAssistant, set_up: SetUp, data: dict[str, Any]
) -> None:
    await set_up()
    describe = (await described(hass))[EVENT_SWITCHED]
    assert isinstance(describe(_Event(data))["message"], str)


class _Event:
    """An event as the logbook passes it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
