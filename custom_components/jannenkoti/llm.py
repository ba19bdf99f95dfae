"""Tools for conversation agents: why, what next, the plan, and past reasons.

The answers are the translated sentences of Assist. They are only about exposed
devices, and only about what the user may read.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast, override

import voluptuous as vol
from homeassistant.components.llm import LLMTools
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.history import state_changes_during_period
from homeassistant.core import callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util import dt as dt_util

from .answers import async_sentences, async_what_next, async_why, nothing_found
from .calls import CallFailed, async_call_action
from .const import DOMAIN
from .subjects import REASON, Asker, async_subjects, has_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant, State
    from homeassistant.helpers.llm import LLMContext

    from .answers import Sentences
    from .subjects import Subject

_NAME: Final = "name"
_HOURS: Final = 24
_WITHIN: Final = 10.0
"""Seconds; an agent does not wait longer for an answer."""
_MOST_ROWS: Final = 100
"""Changes or events in an answer; an agent reads no more with profit."""
_MOST_DEVICES: Final = 3
_PLAN: Final = "heating_plan"


class _AnswerTool(Tool):
    """A tool that reads, about a device or all of them."""

    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=False
    )
    integration = DOMAIN
    parameters = vol.Schema(
        {
            vol.Optional(
                _NAME, description="A device, area or floor; all if left out"
            ): str
        }
    )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Return the answer, in the language of the user."""
        asker = Asker(
            context=llm_context.context,
            assistant=llm_context.assistant,
            language=llm_context.language or hass.config.language,
        )
        # Some agents send null or an empty text for what they leave out.
        given = {key: value for key, value in tool_input.tool_args.items() if value}
        spoken = self.parameters(given).get(_NAME)
        return ToolResult(data=await self.async_answer(hass, asker, spoken))

    async def async_answer(
        self, hass: HomeAssistant, asker: Asker, spoken: str | None
    ) -> dict[str, Any]:
        """Return what the tool answers."""
        raise NotImplementedError


class WhyTool(_AnswerTool):
    """Why a device does what it does."""

    name = f"{DOMAIN}__why"
    title = "Why"
    description = (
        "Say why an air conditioner, heating, light routine or person is in its "
        "present state, and when that changes. Name: a device or an area."
    )

    @override
    async def async_answer(
        self, hass: HomeAssistant, asker: Asker, spoken: str | None
    ) -> dict[str, Any]:
        """Return why."""
        return {"answer": await async_why(hass, asker, spoken)}


class WhatNextTool(_AnswerTool):
    """When a device changes next."""

    name = f"{DOMAIN}__what_next"
    title = "What next"
    description = "Say when a device changes next. Name: a device or an area."

    @override
    async def async_answer(
        self, hass: HomeAssistant, asker: Asker, spoken: str | None
    ) -> dict[str, Any]:
        """Return when."""
        return {"answer": await async_what_next(hass, asker, spoken)}


class ReasonsTool(_AnswerTool):
    """The reasons of the last day."""

    name = f"{DOMAIN}__history_of_reasons"
    title = "History of reasons"
    description = (
        "List the reasons of a device in the last 24 hours, each with its start. "
        "Name: a device or an area."
    )

    @override
    async def async_answer(
        self, hass: HomeAssistant, asker: Asker, spoken: str | None
    ) -> dict[str, Any]:
        """Return the reasons by device."""
        sentences = await async_sentences(hass, asker)
        found = await async_subjects(hass, asker, (REASON,), spoken)
        if not found:
            return {"answer": nothing_found(sentences, spoken)}
        return {
            subject.name: await _async_reasons(hass, sentences, subject)
            for subject in found[:_MOST_DEVICES]
        }


class PlanTool(_AnswerTool):
    """The plan of the heating."""

    name = f"{DOMAIN}__plan"
    title = "Heating plan"
    description = (
        "List when the heating will run, with energy and mean price. "
        "Name: a device or an area."
    )

    @override
    async def async_answer(
        self, hass: HomeAssistant, asker: Asker, spoken: str | None
    ) -> dict[str, Any]:
        """Return the events of the plan."""
        sentences = await async_sentences(hass, asker)
        found = await async_subjects(hass, asker, (_PLAN,), spoken)
        if not found:
            return {"answer": nothing_found(sentences, spoken)}
        try:
            return {
                subject.name: await _async_plan(hass, asker, subject)
                for subject in found[:_MOST_DEVICES]
            }
        except CallFailed as error:
            refused = isinstance(error.__cause__, Unauthorized)
            return {"answer": sentences.get("not_allowed" if refused else "failed")}


async def _async_plan(
    hass: HomeAssistant, asker: Asker, subject: Subject
) -> dict[str, Any]:
    """Return the events of the next day; raises CallFailed."""
    entity_id, now = subject.entity(_PLAN), dt_util.now()
    response = await async_call_action(
        hass,
        "calendar",
        "get_events",
        {
            "entity_id": entity_id,
            "start_date_time": now.isoformat(),
            "end_date_time": (now + timedelta(hours=_HOURS)).isoformat(),
        },
        within=_WITHIN,
        context=asker.context,
        return_response=True,
    )
    found = cast("Mapping[str, dict[str, list[Any]]]", response or {})
    return {
        key: {"events": calendar.get("events", [])[:_MOST_ROWS]}
        for key, calendar in found.items()
    }


async def _async_reasons(
    hass: HomeAssistant, sentences: Sentences, subject: Subject
) -> list[dict[str, str]]:
    """Return the reasons of a day with their times."""
    entity_id = subject.entity(REASON)
    start = dt_util.utcnow() - timedelta(hours=_HOURS)

    def read() -> list[State]:
        found = state_changes_during_period(
            hass, start, entity_id=entity_id, no_attributes=True
        )
        # A limit of the recorder would keep the oldest.
        return found.get(entity_id or "", [])[-_MOST_ROWS:]

    states = await get_instance(hass).async_add_executor_job(read)
    return [
        {
            "at": dt_util.as_local(state.last_changed).isoformat(timespec="minutes"),
            "reason": sentences.reason(subject, state.state),
        }
        for state in states
    ]


@callback
def async_get_tools(
    hass: HomeAssistant, llm_context: LLMContext, api_id: str
) -> LLMTools | None:
    """Return the tools if the home has something to ask about."""
    if api_id != LLM_API_ASSIST or not has_subjects(hass, llm_context.assistant):
        return None
    tools: list[Tool] = [WhyTool(), WhatNextTool(), PlanTool()]
    if "recorder" in hass.config.components:
        tools.append(ReasonsTool())
    return LLMTools(tools=tools)
