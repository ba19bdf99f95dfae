"""The sentences that Assist understands: ``sentences.json``, in four languages."""

import json
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeassistant.components.conversation import DOMAIN as CONVERSATION
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import callback
from homeassistant.helpers import intent
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import CONF_KIND, DOMAIN

if TYPE_CHECKING:
    from hassil.recognize import RecognizeResult
    from homeassistant.components.conversation import ConversationInput
    from homeassistant.core import HomeAssistant

_PATH: Final = Path(__file__).parent / "sentences.json"


@dataclass(frozen=True, slots=True)
class Question:
    """The sentences of an intent."""

    kind: str | None
    """The kind without which there are no sentences; None for any."""
    sentences: tuple[str, ...]
    """Those of all languages: people of one home speak several."""


@cache
def read_questions() -> dict[str, Question]:
    """Return the sentences by intent; reads a file the first time."""
    found = json.loads(_PATH.read_text(encoding="utf-8"))
    return {
        name: Question(
            kind=row.get("kind"),
            sentences=tuple(chain.from_iterable(row["sentences"].values())),
        )
        for name, row in found.items()
    }


async def async_setup_sentences(hass: HomeAssistant) -> None:
    """Register the sentences; Assist must be set up."""
    questions = await hass.async_add_executor_job(read_questions)
    Sentences(hass, dict(questions)).async_start()


class Sentences:
    """Registers the sentences of what a home has, now and when something is added."""

    def __init__(self, hass: HomeAssistant, waiting: dict[str, Question]) -> None:
        """Initialize with all sentences."""
        self._hass = hass
        self._waiting = waiting

    @callback
    def async_start(self) -> None:
        """Register what the home has, and listen for new entries."""
        self._async_register()
        async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_changed
        )

    @callback
    def _async_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Register the sentences about a new kind."""
        if entry.domain == DOMAIN and change is ConfigEntryChange.ADDED:
            self._async_register()

    @callback
    def _async_register(self) -> None:
        """Register the sentences of which the home has the kind."""
        entries = self._hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        kinds = {None, *(entry.data[CONF_KIND] for entry in entries)}
        manager = get_agent_manager(self._hass)
        for name, question in list(self._waiting.items()):
            if question.kind in kinds and entries:
                del self._waiting[name]
                manager.register_trigger(
                    list(question.sentences), partial(self._async_answer, name)
                )

    async def _async_answer(
        self, name: str, said: ConversationInput, recognized: RecognizeResult
    ) -> str:
        """Return the answer to a sentence."""
        slots = {
            key: {"value": found.text.strip()}
            for key, found in recognized.entities.items()
        }
        response = await intent.async_handle(
            self._hass,
            DOMAIN,
            name,
            slots=slots,
            text_input=said.text,
            context=said.context,
            language=said.language,
            assistant=CONVERSATION,
            device_id=said.device_id,
        )
        speech: str = response.speech["plain"]["speech"]
        return speech
