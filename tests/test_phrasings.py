"""Assist understands what people say, and leaves Home Assistant's sentences alone."""

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    ConversationInput,
)
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.core import Context
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.sentences import read_questions

from .ha_sentences import sentences
from .phrasings import BOOST, LOOK, PHRASINGS, PRINT, ROOMS
from .voice_home import Home

if TYPE_CHECKING:
    from homeassistant.components.conversation.default_agent import DefaultAgent
    from homeassistant.core import HomeAssistant

FLOORS = {
    "en": "Upper floor",
    "fi": "Yläkerta",
    "de": "Obergeschoss",
    "es": "Piso de arriba",
}


async def house(hass: HomeAssistant, language: str) -> Home:
    """Return a home whose rooms have names of a language."""
    room, place = ROOMS[language]
    home = Home(hass)
    assert await async_setup_component(hass, "homeassistant", {})
    later = dt_util.utcnow().isoformat()
    ids = home.add(
        "air_conditioner",
        f"{room} unit",
        room,
        climate__thermostat="cool",
        sensor__reason="cooling",
        sensor__next_change=later,
    )
    home.expose(ids["thermostat"])
    floor = fr.async_get(hass).async_create(FLOORS[language])
    areas = ar.async_get(hass)
    areas.async_update(areas.async_get_or_create(room).id, floor_id=floor.floor_id)
    ids = home.add(
        "printer",
        "Prusa",
        "Attic",
        sensor__status="running",
        sensor__progress="42",
        sensor__completion=later,
    )
    home.expose(ids["status"])
    ids = home.add("robocam", "Camera", "Hall", select__preset="none")
    hass.states.async_set(ids["preset"], "none", {"options": ["none", place]})
    home.expose(ids["preset"])
    for component in ("conversation", DOMAIN):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    return home


def agent(hass: HomeAssistant) -> DefaultAgent:
    """Return Home Assistant's own conversation agent."""
    found = get_agent_manager(hass).default_agent
    assert found is not None
    return found


async def intents_of(hass: HomeAssistant, text: str, language: str) -> list[str]:
    """Return which intents of ours a text has the sentences of."""
    said = ConversationInput(
        text=text,
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language=language,
        agent_id=HOME_ASSISTANT_AGENT,
    )
    found = await agent(hass).async_recognize_sentence_trigger(said)
    if found is None:
        return []
    ours = {
        sentence: name
        for name, question in read_questions().items()
        for sentence in question.sentences
    }
    return [
        ours[str(result.intent_sentence.text)]
        for result in found.matched_triggers.values()
        if result.intent_sentence
    ]


@pytest.mark.parametrize("language", PHRASINGS)
async def test_phrasing_is_answered_about_the_device_that_is_meant(
    hass: HomeAssistant, language: str
) -> None:
    home = await house(hass, language)
    boosts = async_mock_service(hass, "climate", "set_preset_mode")
    looks = async_mock_service(hass, "select", "select_option")
    room, _ = ROOMS[language]
    for intent, text in PHRASINGS[language]:
        assert await intents_of(hass, text, language) == [intent], text
        answer = await home.ask(text, language)
        device = {PRINT: "Prusa", LOOK: "Camera"}.get(intent, f"{room} unit")
        assert answer.startswith(device), text
    said = Counter(intent for intent, _ in PHRASINGS[language])
    assert (len(boosts), len(looks)) == (said[BOOST], said[LOOK])


def test_each_language_has_twenty_phrasings_and_all_intents() -> None:
    for rows in PHRASINGS.values():
        assert len({text for _, text in rows}) >= 20
        assert {intent for intent, _ in rows} == read_questions().keys()


@pytest.mark.parametrize("language", PHRASINGS)
async def test_sentences_of_home_assistant_are_not_taken_over(
    hass: HomeAssistant, language: str
) -> None:
    await house(hass, language)
    found = [*sentences(language, each=1)]
    assert len(found) > 500
    taken = [text for text in found if await intents_of(hass, text, language)]
    assert taken == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "When does the timer end?"),
        ("en", "when will my timer stop"),
        ("en", "How much time is left on the kitchen timer?"),
        ("en", "Is the bedroom cold?"),
        ("en", "What is the temperature in the bedroom?"),
        ("en", "Set the bedroom to 20 degrees"),
        ("en", "Turn on the bedroom light"),
        ("en", "What's the weather like?"),
        ("en", "Why is the sky blue?"),
        ("en", "Why is the kitchen light on?"),
        ("en", "When does the sun set?"),
        ("en", "set the fan mode to boost"),
        ("fi", "Milloin aurinko laskee?"),
        ("fi", "Paljonko ajastimessa on jäljellä?"),
        ("fi", "Mikä on makuuhuoneen lämpötila?"),
        ("fi", "Sytytä makuuhuoneen valot"),
        ("fi", "Miksi taivas on sininen?"),
        ("de", "Wann geht die Sonne unter?"),
        ("de", "Wie lange läuft der Timer noch?"),
        ("de", "Wie warm ist es im Schlafzimmer?"),
        ("de", "Warum ist der Himmel blau?"),
        ("de", "Stelle die Heizung auf 20 Grad"),
        ("es", "¿Cuánto tiempo queda en el temporizador?"),
        ("es", "¿Qué temperatura hace en el salón?"),
        ("es", "¿Por qué el cielo es azul?"),
        ("es", "Pon el salón a 20 grados"),
    ],
)
async def test_other_question_is_left_to_home_assistant(
    hass: HomeAssistant, language: str, text: str
) -> None:
    await house(hass, language)
    assert await intents_of(hass, text, language) == []
