"""Assist and conversation agents: why, what next, print, boost, look, rights."""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import probatio
import pytest
from homeassistant.components import conversation
from homeassistant.components.llm import async_get_tools
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntryChange,
)
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Context, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import intent
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    ToolInput,
    ToolResult,
    selector_serializer,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.intent import ANSWERS
from custom_components.jannenkoti.sentences import read_questions

from .source import INTEGRATION
from .voice_home import Home

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.components.recorder import Recorder
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.llm import Tool

ACTION_DONE = intent.IntentResponseType.ACTION_DONE
LANGUAGES = ("en", "fi", "de", "es")
SENTENCES = json.loads((INTEGRATION / "sentences.json").read_text("utf-8"))


@pytest.fixture
async def home(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Home:
    """Return a home with Assist, an air conditioner, a printer and a camera."""
    freezer.move_to("2026-11-27T10:00:00+00:00")
    await hass.config.async_set_time_zone("Europe/Helsinki")
    assert await async_setup_component(hass, "homeassistant", {})
    home = Home(hass)
    later = (dt_util.utcnow() + timedelta(hours=1, minutes=30)).isoformat()
    ids = home.add(
        "air_conditioner",
        "Bedroom unit",
        "Bedroom",
        climate__thermostat="cool",
        sensor__reason="waiting_minimum_off",
        sensor__next_change=later,
    )
    home.expose(ids["thermostat"])
    ids = home.add(
        "printer",
        "Printer",
        "Office",
        sensor__status="running",
        sensor__progress="42",
        sensor__completion=later,
    )
    home.expose(ids["status"])
    ids = home.add("robocam", "Hall camera", "Hall", select__preset="none")
    options = {"options": ["none", "Door", "Window"]}
    hass.states.async_set(ids["preset"], "none", options)
    home.expose(ids["preset"])
    for component in ("conversation", DOMAIN):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    return home


def test_each_intent_has_sentences_in_all_languages() -> None:
    assert SENTENCES.keys() == ANSWERS.keys() == read_questions().keys()
    for row in SENTENCES.values():
        assert tuple(row["sentences"]) == LANGUAGES
        assert all(row["sentences"].values())


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        (
            "en",
            "Why is the bedroom cold?",
            "Bedroom unit: Resting (minimum). Next change at 13:30.",
        ),
        (
            "en",
            "why is it so hot in the bedroom",
            "Bedroom unit: Resting (minimum). Next change at 13:30.",
        ),
        (
            "fi",
            "Miksi bedroomissa on kylmä?",
            "Bedroom unit: Lepää (vähintään). Seuraava muutos klo 13:30.",
        ),
        (
            "de",
            "Warum ist es im Bedroom so kalt?",
            "Bedroom unit: Ruht (Mindestpause). Nächste Änderung um 13:30 Uhr.",
        ),
        (
            "es",
            "¿Por qué hace frío en el Bedroom?",
            "Bedroom unit: En pausa (mínimo). Próximo cambio a las 13:30.",
        ),
        ("en", "When does it start?", "Bedroom unit: next change at 13:30."),
        ("fi", "Milloin se käynnistyy?", "Bedroom unit: seuraava muutos klo 13:30."),
        (
            "en",
            "How far is the print?",
            "Printer: Printing, 42 percent, ready at 13:30.",
        ),
        (
            "en",
            "Why is the sauna cold?",
            "No device called sauna that can answer is exposed to Assist.",
        ),
    ],
)
async def test_question_is_answered_in_the_language_of_the_user(
    home: Home, language: str, text: str, answer: str
) -> None:
    assert await home.ask(text, language) == answer


def plainest(sentence: str) -> str:
    """Return a sentence without what is optional, with the first of alternatives."""
    sentence = re.sub(r"\[[^\]]*\]", "", sentence)
    sentence = re.sub(r"\(([^|)]*)[^)]*\)", r"\1", sentence)
    return " ".join(sentence.replace("{name}", "Bedroom unit").split())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_sentence_is_understood(home: Home, language: str) -> None:
    async_mock_service(home.hass, "climate", "set_preset_mode")
    async_mock_service(home.hass, "select", "select_option")
    for row in SENTENCES.values():
        for sentence in row["sentences"][language]:
            text = plainest(sentence)
            result = await conversation.async_converse(
                home.hass, text, None, Context(), language=language
            )
            assert result.response.response_type is ACTION_DONE, text
            assert result.response.speech["plain"]["speech"], text


async def test_sentences_of_a_kind_come_with_its_first_entry(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    for component in ("conversation", DOMAIN):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    home = Home(hass)
    assert "print" not in await home.ask("How far is the print?")
    ids = home.add("printer", "Printer", "Office", sensor__status="idle")
    home.expose(ids["status"])
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    for of_domain in ("another", DOMAIN):
        changed = entry if of_domain == DOMAIN else MockConfigEntry(domain=of_domain)
        async_dispatcher_send(
            hass, SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange.ADDED, changed
        )
    assert await home.ask("How far is the print?") == "Printer: Idle."
    ids = home.add("printer", "Another", "Attic", sensor__status=STATE_UNKNOWN)
    home.expose(ids["status"])
    await hass.async_block_till_done()
    assert await home.ask("How far is the print?") == (
        "Another has no state at the moment. Printer: Idle."
    )


async def test_device_that_is_not_exposed_is_not_named(home: Home) -> None:
    for state in home.hass.states.async_all():
        home.expose(state.entity_id, shown=False)
    assert await home.ask("Why is the bedroom cold?") == (
        "No device called bedroom that can answer is exposed to Assist."
    )
    assert await home.ask("When does it start?") == (
        "No device that can answer is exposed to Assist."
    )


async def test_user_without_the_right_to_read_gets_no_answer(
    home: Home, hass: HomeAssistant
) -> None:
    user = MockUser(is_owner=False).add_to_hass(hass)
    user.mock_policy({"entities": {"domains": {"light": True}}})
    assert await home.ask("Why is the bedroom cold?", user=user.id) == (
        "No device called bedroom that can answer is exposed to Assist."
    )
    user.mock_policy({"entities": {"all": {"read": True}}})
    assert "Resting" in await home.ask("Why is the bedroom cold?", user=user.id)
    assert "Resting" not in await home.ask("Why is the bedroom cold?", user="gone")


def id_of(hass: HomeAssistant, unique_id: str) -> str:
    """Return the id of an entity."""
    entities = er.async_get(hass).entities.values()
    return next(x.entity_id for x in entities if x.unique_id == unique_id)


async def test_answer_has_no_value_of_an_entity_that_the_user_may_not_read(
    home: Home, hass: HomeAssistant
) -> None:
    user = MockUser(is_owner=False).add_to_hass(hass)
    allowed = {
        id_of(hass, unique_id): {"read": True}
        for unique_id in ("Bedroom unit_reason", "Printer_status")
    }
    user.mock_policy({"entities": {"entity_ids": allowed}})
    why = await home.ask("Why is the bedroom cold?", user=user.id)
    assert "Resting" in why
    assert "13:30" not in why
    next_change = await home.ask("When does it start?", user=user.id)
    assert next_change == "Bedroom unit: you are not allowed to see the next change."
    printed = await home.ask("How far is the print?", user=user.id)
    assert printed == "Printer: Printing."


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (STATE_UNKNOWN, "Bedroom unit: no change is planned."),
        (STATE_UNAVAILABLE, "Bedroom unit: the next change is not known."),
        ("nan", "Bedroom unit: the next change is not known."),
        ("2026-11-27T13:30:00", "Bedroom unit: next change at 13:30."),
    ],
)
async def test_next_change_that_is_not_known_is_not_called_unplanned(
    home: Home, hass: HomeAssistant, state: str, answer: str
) -> None:
    hass.states.async_set(id_of(hass, "Bedroom unit_next_change"), state)
    assert await home.ask("When does it start?") == answer


async def test_next_change_of_a_disabled_or_missing_entity_is_not_known(
    home: Home, hass: HomeAssistant
) -> None:
    entity_id = id_of(hass, "Bedroom unit_next_change")
    disabled = er.RegistryEntryDisabler.USER
    er.async_get(hass).async_update_entity(entity_id, disabled_by=disabled)
    answer = "Bedroom unit: the next change is not known."
    assert await home.ask("When does it start?") == answer
    er.async_get(hass).async_remove(entity_id)
    assert await home.ask("When does it start?") == answer


async def test_devices_that_change_first_are_named_first(
    home: Home, hass: HomeAssistant
) -> None:
    at = dt_util.utcnow() + timedelta(minutes=10)
    for name in ("A1", "A2", "A3"):
        ids = home.add("presence", name, name, sensor__reason="home")
        home.expose(ids["reason"])
    ids = home.add("mqtt_devices", "Valve", "Yard", sensor__next_change=at.isoformat())
    home.expose(ids["next_change"])
    assert (await home.ask("When does it start?")).startswith(
        "Valve: next change at 12:10. Bedroom unit: next change at 13:30. A1: "
    )


async def test_devices_with_the_same_name_are_told_apart(
    recorder_mock: Recorder, home: Home, hass: HomeAssistant
) -> None:
    registry = dr.async_get(hass)
    for area, reason in (("Attic", "cooling"), ("Attic", "off"), ("", "eco")):
        ids = home.add(
            "air_conditioner", f"{area}{reason}", "Attic", sensor__reason=reason
        )
        home.expose(ids["reason"])
        entity = er.async_get(hass).async_get(ids["reason"])
        assert entity is not None
        assert entity.device_id is not None
        registry.async_update_device(entity.device_id, name_by_user="Unit")
        if not area:
            registry.async_update_device(entity.device_id, area_id=None)
    assert await home.ask("Why is the unit cold?") == (
        "Unit: Eco target reached. Unit (Attic): Cooling. Unit (Attic) 2: Off."
    )
    tools = await tools_of(hass)
    reasons = await use(hass, tools[f"{DOMAIN}__history_of_reasons"], name="unit")
    assert reasons.keys() == {"Unit", "Unit (Attic)", "Unit (Attic) 2"}


async def test_device_is_found_by_floor_and_by_all_names(
    home: Home, hass: HomeAssistant
) -> None:
    floor = fr.async_get(hass).async_create("Upper floor", aliases={"Upstairs"})
    areas = ar.async_get(hass)
    area = areas.async_get_or_create("Bedroom")
    areas.async_update(area.id, floor_id=floor.floor_id, aliases={"Chamber"})
    er.async_get(hass).async_update_entity(
        id_of(hass, "Bedroom unit_thermostat"), aliases=["Frosty"], name="Cooler"
    )
    for name in ("Upper floor", "upstairs", "chamber", "Frosty", "cooler", "bedroom"):
        answer = await home.ask(f"Why is the {name} cold?")
        assert answer.startswith("Bedroom unit: Resting"), name


async def test_area_of_an_entity_counts_as_its_device_s(
    home: Home, hass: HomeAssistant
) -> None:
    area = ar.async_get(hass).async_create("Library")
    er.async_get(hass).async_update_entity(
        id_of(hass, "Bedroom unit_thermostat"), name="Wall unit", area_id=area.id
    )
    assert "Resting" in await home.ask("Why is it cold in the library?")


@pytest.mark.parametrize(
    ("percent", "answer"),
    [
        ("42.0", "Printer: Printing, 42 percent, ready at 13:30."),
        ("nan", "Printer: Printing."),
        ("inf", "Printer: Printing."),
        ("some", "Printer: Printing."),
        (STATE_UNAVAILABLE, "Printer: Printing."),
    ],
)
async def test_progress_that_is_no_number_is_left_out(
    home: Home, hass: HomeAssistant, percent: str, answer: str
) -> None:
    hass.states.async_set(id_of(hass, "Printer_progress"), percent)
    assert await home.ask("How far is the print?") == answer


@pytest.mark.parametrize(
    ("language", "answer"),
    [("de-CH", "Kühlt"), ("es-419", "Enfriando"), ("sv", "Cooling")],
)
async def test_answer_to_a_regional_language_is_in_that_language(
    home: Home, hass: HomeAssistant, language: str, answer: str
) -> None:
    hass.states.async_set(id_of(hass, "Bedroom unit_reason"), "cooling")
    said = await intent.async_handle(
        hass, "test", "JannenkotiWhy", {"name": {"value": "bedroom"}}, language=language
    )
    assert answer in said.speech["plain"]["speech"]


async def test_name_that_looks_like_a_placeholder_is_spoken_as_it_is(
    home: Home, hass: HomeAssistant
) -> None:
    ids = home.add(
        "air_conditioner", "{reason} {time}", "Attic", sensor__reason="cooling"
    )
    home.expose(ids["reason"])
    assert await home.ask("Why is the attic cold?") == "{reason} {time}: Cooling."


async def test_long_name_is_cut_in_the_answer(home: Home) -> None:
    answer = await home.ask(f"Why is the {'sauna' * 50} cold?")
    assert answer.startswith(f"No device called {'sauna' * 12}… that can")


async def test_entity_that_is_not_exposed_is_not_controlled(
    home: Home, hass: HomeAssistant
) -> None:
    calls = [
        async_mock_service(hass, "climate", "set_preset_mode"),
        async_mock_service(hass, "select", "select_option"),
    ]
    ids = home.add(
        "robocam", "Yard camera", "Yard", select__preset="none", switch__privacy="off"
    )
    hass.states.async_set(ids["preset"], "none", {"options": ["none", "Gate"]})
    home.expose(ids["preset"], shown=False)
    home.expose(ids["privacy"])
    home.expose(id_of(hass, "Bedroom unit_thermostat"), shown=False)
    home.expose(id_of(hass, "Bedroom unit_reason"))
    assert "Resting" in await home.ask("Why is the bedroom cold?")
    assert await home.ask("Boost the bedroom") == (
        "No device called bedroom that can answer is exposed to Assist."
    )
    assert await home.ask("Look at the gate") == (
        "No device called gate that can answer is exposed to Assist."
    )
    assert calls == [[], []]


@pytest.mark.parametrize(
    ("state", "next_change", "answer"),
    [
        ("cooling", STATE_UNKNOWN, "Bedroom unit: Cooling."),
        ("cooling", "2026-11-28T06:00:00+00:00", "08:00 tomorrow"),
        ("cooling", "2026-12-24T06:00:00+00:00", "at 08:00 on 2026-12-24"),
        (STATE_UNAVAILABLE, STATE_UNKNOWN, "Bedroom unit has no state at the moment."),
        ("word_of_a_later_version", STATE_UNKNOWN, "word_of_a_later_version"),
    ],
)
async def test_answer_leaves_unknown_states_out(
    home: Home, hass: HomeAssistant, state: str, next_change: str, answer: str
) -> None:
    registry = er.async_get(hass)
    for key, value in (("reason", state), ("next_change", next_change)):
        at = registry.async_get_entity_id("sensor", DOMAIN, f"Bedroom unit_{key}")
        assert at is not None
        hass.states.async_set(at, value)
    assert answer in await home.ask("Why is the bedroom cold?")


@pytest.mark.parametrize(
    ("language", "text", "tomorrow", "later"),
    [
        (
            "en",
            "Why is the bedroom cold?",
            "Next change at 08:00 tomorrow.",
            "Next change at 08:00 on 2026-12-03.",
        ),
        (
            "fi",
            "Miksi bedroom on kylmä?",
            "Seuraava muutos huomenna klo 08:00.",
            "Seuraava muutos 03.12.2026 klo 08:00.",
        ),
        (
            "de",
            "Warum ist es im Bedroom kalt?",
            "Nächste Änderung morgen um 08:00 Uhr.",
            "Nächste Änderung am 03.12.2026 um 08:00 Uhr.",
        ),
        (
            "es",
            "¿Por qué hace frío en el Bedroom?",
            "Próximo cambio mañana a las 08:00.",
            "Próximo cambio el 03/12/2026 a las 08:00.",
        ),
    ],
)
async def test_day_of_the_next_change_is_said_as_the_language_does(
    home: Home,
    hass: HomeAssistant,
    language: str,
    text: str,
    tomorrow: str,
    later: str,
) -> None:
    next_change = id_of(hass, "Bedroom unit_next_change")
    for day, answer in (("2026-11-28", tomorrow), ("2026-12-03", later)):
        hass.states.async_set(next_change, f"{day}T06:00:00+00:00")
        assert answer in await home.ask(text, language)


async def test_boost_sets_the_preset_with_the_rights_of_the_user(
    home: Home, hass: HomeAssistant
) -> None:
    calls = async_mock_service(hass, "climate", "set_preset_mode")
    user = MockUser(is_owner=True).add_to_hass(hass)
    answer = await home.ask("Boost the bedroom", user=user.id)
    assert answer == "Bedroom unit: boost is on."
    (call,) = calls
    assert call.data["preset_mode"] == "boost"
    assert call.context.user_id == user.id


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Unauthorized(), "You are not allowed to do that."),
        (HomeAssistantError("no"), "That did not work. The reason is in the log."),
        (ValueError("no"), "That did not work. The reason is in the log."),
    ],
)
async def test_failure_is_answered_with_its_reason(
    home: Home, hass: HomeAssistant, error: Exception, answer: str
) -> None:
    async_mock_service(hass, "climate", "set_preset_mode", raise_exception=error)
    assert await home.ask("Boost the bedroom") == answer


async def test_look_moves_the_camera_that_has_the_preset(
    home: Home, hass: HomeAssistant
) -> None:
    calls = async_mock_service(hass, "select", "select_option")
    assert await home.ask("Look at the door") == "Hall camera turns to Door."
    (call,) = calls
    assert call.data["option"] == "Door"
    assert await home.ask("Look at the moon") == (
        "No device called moon that can answer is exposed to Assist."
    )
    assert await home.ask("Look at none") != "Hall camera turns to none."
    assert len(calls) == 1


async def test_intents_can_be_used_by_custom_sentences(
    home: Home, hass: HomeAssistant
) -> None:
    slots = {"name": {"value": "bedroom"}}
    response = await intent.async_handle(hass, "test", "JannenkotiWhy", slots)
    assert "Resting" in response.speech["plain"]["speech"]


def context_of(assistant: str = conversation.DOMAIN) -> LLMContext:
    """Return the context of a conversation agent."""
    return LLMContext(
        platform="test",
        context=Context(),
        language="en",
        assistant=assistant,
        device_id=None,
    )


async def tools_of(hass: HomeAssistant) -> dict[str, Tool]:
    """Return the tools that an agent gets from this integration."""
    found = await async_get_tools(hass, context_of(), LLM_API_ASSIST)
    return {tool.name: tool for tool in found.tools if tool.integration == DOMAIN}


async def use(hass: HomeAssistant, tool: Tool, **said: str) -> Any:
    """Return what a tool answers."""
    result = await tool.async_call(hass, ToolInput(tool.name, said), context_of())
    assert isinstance(result, ToolResult)
    return result.data


async def test_tools_of_an_agent_return_the_answers_of_assist(
    home: Home, hass: HomeAssistant
) -> None:
    tools = await tools_of(hass)
    assert tools.keys() == {
        f"{DOMAIN}__{name}" for name in ("why", "what_next", "plan")
    }
    assert await use(hass, tools[f"{DOMAIN}__why"], name="bedroom") == {
        "answer": await home.ask("Why is the bedroom cold?")
    }
    assert await use(hass, tools[f"{DOMAIN}__what_next"]) == {
        "answer": await home.ask("When does it start?")
    }
    assert await use(hass, tools[f"{DOMAIN}__plan"]) == {
        "answer": "No device that can answer is exposed to Assist."
    }
    for tool in tools.values():
        assert tool.annotations.read_only
        assert not tool.annotations.destructive


@pytest.mark.parametrize("given", [{"name": None}, {"name": ""}, {}])
async def test_agent_may_send_nothing_for_the_name(
    home: Home, hass: HomeAssistant, given: dict[str, Any]
) -> None:
    tool = (await tools_of(hass))[f"{DOMAIN}__why"]
    result = await tool.async_call(hass, ToolInput(tool.name, given), context_of())
    assert isinstance(result, ToolResult)
    assert result.data == {
        "answer": "Bedroom unit: Resting (minimum). Next change at 13:30."
    }
    assert home.hass is hass


@pytest.mark.parametrize("version", ["3.0", "3.1.0"])
async def test_schemas_of_tools_are_plain_objects_with_a_text(
    recorder_mock: Recorder, home: Home, hass: HomeAssistant, version: str
) -> None:
    """What the agents of OpenAI, Anthropic, Google and Ollama make of a tool."""
    found = await async_get_tools(hass, context_of(), LLM_API_ASSIST)
    for tool in (await tools_of(hass)).values():
        assert re.fullmatch(rf"{DOMAIN}__[a-z_]{{1,40}}", tool.name)
        assert tool.description
        schema = probatio.to_openapi(
            tool.parameters,
            custom_serializer=selector_serializer,
            openapi_version=version,
        )
        field = schema["properties"].pop("name")
        assert field.pop("description")
        assert field == {"type": "string"}
        # Neither of `anyOf` and the like, which agents drop or refuse.
        assert schema.keys() <= {
            "type",
            "properties",
            "required",
            "additionalProperties",
        }
        assert (schema["type"], schema["properties"]) == ("object", {})
        assert not schema.get("required")
    assert len({tool.name for tool in found.tools}) == len(found.tools)


async def test_history_has_the_newest_reasons_only(
    recorder_mock: Recorder, home: Home, hass: HomeAssistant
) -> None:
    reason = id_of(hass, "Bedroom unit_reason")
    for number in range(120):
        hass.states.async_set(reason, f"reason_{number}")
    hass.states.async_set(reason, STATE_UNAVAILABLE)
    await hass.async_block_till_done()
    await async_wait_recording_done(hass)
    tools = await tools_of(hass)
    found = await use(hass, tools[f"{DOMAIN}__history_of_reasons"], name="bedroom")
    rows = [row["reason"] for row in found["Bedroom unit"]]
    assert len(rows) == 100
    assert rows[-2:] == ["reason_119", "Bedroom unit has no state at the moment."]


async def test_plan_has_a_hundred_events_at_most(
    home: Home, hass: HomeAssistant
) -> None:
    ids = home.add(
        "heating", "Boiler", "Cellar", sensor__reason="plan", calendar__plan="off"
    )
    home.expose(ids["plan"])
    events = {ids["plan"]: {"events": [{"summary": "Run"}] * 500}}
    async_mock_service(hass, "calendar", "get_events", response=events)
    tools = await tools_of(hass)
    plan = await use(hass, tools[f"{DOMAIN}__plan"], name="boiler")
    assert len(plan["Boiler"][ids["plan"]]["events"]) == 100


async def test_agent_without_exposed_devices_gets_no_tools(
    home: Home, hass: HomeAssistant
) -> None:
    for state in hass.states.async_all():
        home.expose(state.entity_id, shown=False)
    assert not await tools_of(hass)
    other = await async_get_tools(hass, context_of(), "another_api")
    assert not [tool for tool in other.tools if tool.integration == DOMAIN]


async def test_plan_of_the_heating_is_read_from_its_calendar(
    home: Home, hass: HomeAssistant
) -> None:
    ids = home.add(
        "heating", "Boiler", "Cellar", sensor__reason="plan", calendar__plan="off"
    )
    home.expose(ids["plan"])
    events = {ids["plan"]: {"events": [{"summary": "Cheap power"}]}}
    calls = async_mock_service(hass, "calendar", "get_events", response=events)
    tools = await tools_of(hass)
    plan = await use(hass, tools[f"{DOMAIN}__plan"], name="boiler")
    assert plan == {"Boiler": events}
    assert calls[0].data["entity_id"] == ids["plan"]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Unauthorized(), "You are not allowed to do that."),
        (HomeAssistantError("no"), "That did not work."),
    ],
)
async def test_plan_that_cannot_be_read_is_a_sentence(
    home: Home, hass: HomeAssistant, error: Exception, answer: str
) -> None:
    ids = home.add(
        "heating", "Boiler", "Cellar", sensor__reason="plan", calendar__plan="off"
    )
    home.expose(ids["plan"])
    async_mock_service(
        hass,
        "calendar",
        "get_events",
        supports_response=SupportsResponse.ONLY,
        raise_exception=error,
    )
    tools = await tools_of(hass)
    plan = await use(hass, tools[f"{DOMAIN}__plan"], name="boiler")
    assert plan["answer"].startswith(answer)


async def test_reasons_of_the_day_are_read_from_the_recorder(
    recorder_mock: Recorder, home: Home, hass: HomeAssistant
) -> None:
    reason = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, "Bedroom unit_reason"
    )
    assert reason is not None
    for state in ("cooling", "satisfied"):
        hass.states.async_set(reason, state)
    await hass.async_block_till_done()
    await async_wait_recording_done(hass)
    tools = await tools_of(hass)
    found = await use(hass, tools[f"{DOMAIN}__history_of_reasons"], name="bedroom")
    assert [row["reason"] for row in found["Bedroom unit"]][-2:] == [
        "Cooling",
        "Target reached",
    ]
    nothing = await use(hass, tools[f"{DOMAIN}__history_of_reasons"], name="moon")
    assert "moon" in nothing["answer"]
