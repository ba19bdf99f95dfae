"""Intents about devices of all kinds; `sentences` has what Assist understands."""

from typing import TYPE_CHECKING, Any, ClassVar, Final, override

import voluptuous as vol
from homeassistant.helpers import intent
from homeassistant.helpers.importlib import async_import_module
from homeassistant.setup import async_when_setup

from .answers import async_print, async_what_next, async_why
from .spoken_commands import async_boost, async_look
from .subjects import Asker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant

    type Answer = Callable[[HomeAssistant, Asker, str | None], Awaitable[str]]

_SLOT: Final = "name"

ANSWERS: Final[dict[str, Answer]] = {
    "JannenkotiWhy": async_why,
    "JannenkotiWhatNext": async_what_next,
    "JannenkotiPrint": async_print,
    "JannenkotiBoost": async_boost,
    "JannenkotiLook": async_look,
}
"""What answers each intent."""


class AnsweringHandler(intent.IntentHandler):
    """Answers an intent with a sentence in the language of the user."""

    slot_schema: ClassVar[dict[Any, Any] | None] = {  # as its base has it
        vol.Optional(_SLOT): intent.non_empty_string
    }

    def __init__(self, name: str, answer: Answer) -> None:
        """Initialize with what makes the answer."""
        self.intent_type = name
        self._answer = answer

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Return the answer to a question or command."""
        slots = self.async_validate_slots(intent_obj.slots)
        asker = Asker(
            context=intent_obj.context,
            assistant=intent_obj.assistant,
            language=intent_obj.language,
        )
        spoken = slots.get(_SLOT, {}).get("value")
        response = intent_obj.create_response()
        response.async_set_speech(await self._answer(intent_obj.hass, asker, spoken))
        return response


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents, and their sentences once Assist is there."""
    for name, answer in ANSWERS.items():
        intent.async_register(hass, AnsweringHandler(name, answer))

    async def async_add_sentences(_hass: HomeAssistant, _component: str) -> None:
        # It imports what Home Assistant installs with Assist only.
        module = await async_import_module(hass, f"{__package__}.sentences")
        await module.async_setup_sentences(hass)

    async_when_setup(hass, "conversation", async_add_sentences)
