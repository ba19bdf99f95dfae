"""Answers to questions about devices of any kind: why, what next, how far.

They are made of the translated states of the entities that the user may read.
"""

import re
from datetime import datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Final

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .subjects import NEXT, REASON, Asker, async_subjects

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, State

    from .subjects import Subject

_LANGUAGES: Final = ("en", "fi", "de", "es")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_STATUS: Final = "printer_status"
_MOST: Final = 3
"""Sentences in an answer; a longer one is not listened to."""
_NAMED_DAYS: Final = {0: "today", 1: "tomorrow"}
_LONGEST_NAME: Final = 60
"""Characters of a name that an answer repeats."""
_LATEST: Final = 4e9
"""Seconds since 1970; what has no time comes last."""


class Sentences:
    """Sentences in one language."""

    def __init__(self, hass: HomeAssistant, language: str) -> None:
        """Initialize without texts; `async_load` gets them."""
        self._hass = hass
        self._language = _of_texts(language)
        self._texts: dict[str, str] = {}

    async def async_load(self) -> None:
        """Get the texts of the language."""
        for category in ("common", "entity"):
            self._texts |= await async_get_translations(
                self._hass, self._language, category, [DOMAIN]
            )

    def get(self, key: str, **values: str) -> str:
        """Return the sentence ``answer_<key>``."""
        text = self._texts[f"component.{DOMAIN}.common.answer_{key}"]
        # In one go, because the name of a device may look like a placeholder.
        return _PLACEHOLDER.sub(lambda found: values[found[1]], text)

    def state(self, subject: Subject, ending: str) -> str | None:
        """Return the translated state of an entity, None if it has none now."""
        state = _known(self._hass, subject.entity(ending))
        return self.name_of(subject, ending, state.state) if state else None

    def name_of(self, subject: Subject, ending: str, state: str) -> str:
        """Return the translated name of a state of an entity."""
        entity_id = subject.entity(ending)
        for key, of_key in subject.entities.items():
            if of_key == entity_id:
                platform = of_key.partition(".")[0]
                path = f"component.{DOMAIN}.entity.{platform}.{key}.state.{state}"
                return self._texts.get(path, state)
        return state

    def reason(self, subject: Subject, state: str) -> str:
        """Return the translated reason that a state of the past is."""
        if state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            return self.get("no_state", name=subject.name)
        return self.name_of(subject, REASON, state)

    def time(self, at: datetime) -> str:
        """Return the phrase for a time, with the day if it is not today."""
        local, now = dt_util.as_local(at), dt_util.now()
        clock = f"{local:%H:%M}"
        days = (local.date() - now.date()) // timedelta(days=1)
        if days in _NAMED_DAYS:
            return self.get(_NAMED_DAYS[days], time=clock)
        return self.get(
            "date",
            time=clock,
            day=f"{local:%d}",
            month=f"{local:%m}",
            year=f"{local:%Y}",
        )

    def next_change(self, subject: Subject) -> str | None:
        """Return when a device changes next, None if no time is known."""
        at = self.next_time(subject)
        return self.time(at) if at else None

    def next_time(self, subject: Subject) -> datetime | None:
        """Return the time of the next change, None if it is not known."""
        return _time(_known(self._hass, subject.entity(*NEXT)))

    def next_sentence(self, subject: Subject) -> str:
        """Return when a device changes next, or why that is not known."""
        if (time := self.next_change(subject)) is not None:
            return self.get("next", name=subject.name, time=time)
        entity_id = subject.entity(*NEXT)
        if entity_id is None and subject.hides(*NEXT):
            return self.get("next_hidden", name=subject.name)
        state = self._hass.states.get(entity_id) if entity_id else None
        if state is None or state.state != STATE_UNKNOWN:
            return self.get("next_unknown", name=subject.name)
        return self.get("nothing_next", name=subject.name)

    def percent(self, subject: Subject, ending: str) -> str | None:
        """Return a whole number of percent, None if it is not known."""
        state = _known(self._hass, subject.entity(ending))
        try:
            number = float(state.state) if state else None
        except ValueError:
            return None
        return f"{number:.0f}" if number is not None and isfinite(number) else None


def _known(hass: HomeAssistant, entity_id: str | None) -> State | None:
    """Return the state, None if it is unavailable or unknown."""
    state = hass.states.get(entity_id) if entity_id else None
    if state is None or state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
        return None
    return state


def _time(state: State | None) -> datetime | None:
    """Return the time that a state is, None if it is none."""
    found = dt_util.parse_datetime(state.state) if state else None
    return dt_util.as_utc(found) if found else None


def _of_texts(language: str) -> str:
    """Return the language of the texts: German for that of Switzerland."""
    general = language.partition("-")[0].lower()
    return general if general in _LANGUAGES else language


async def async_sentences(hass: HomeAssistant, asker: Asker) -> Sentences:
    """Return the sentences in the asker's language."""
    sentences = Sentences(hass, asker.language)
    await sentences.async_load()
    return sentences


async def async_why(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return why devices do what they do, and until when."""
    sentences = await async_sentences(hass, asker)
    found = await async_subjects(hass, asker, (REASON,), spoken)
    answers = [_why(sentences, subject) for subject in found[:_MOST]]
    return " ".join(answers) or nothing_found(sentences, spoken)


def _why(sentences: Sentences, subject: Subject) -> str:
    """Return why a device does what it does."""
    reason = sentences.state(subject, REASON)
    if reason is None:
        return sentences.get("no_state", name=subject.name)
    values = {"name": subject.name, "reason": reason}
    if (time := sentences.next_change(subject)) is not None:
        return sentences.get("reason_until", **values, time=time)
    return sentences.get("reason", **values)


async def async_what_next(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return when devices change next; what changes first comes first."""
    sentences = await async_sentences(hass, asker)
    found = await async_subjects(hass, asker, (REASON, *NEXT), spoken)
    latest = dt_util.utc_from_timestamp(_LATEST)
    found.sort(key=lambda subject: sentences.next_time(subject) or latest)
    answers = [sentences.next_sentence(subject) for subject in found[:_MOST]]
    return " ".join(answers) or nothing_found(sentences, spoken)


async def async_print(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return how far prints are."""
    sentences = await async_sentences(hass, asker)
    found = await async_subjects(hass, asker, (_STATUS,), spoken)
    answers = [_print(hass, sentences, subject) for subject in found[:_MOST]]
    return " ".join(answers) or nothing_found(sentences, spoken)


def _print(hass: HomeAssistant, sentences: Sentences, subject: Subject) -> str:
    """Return how far the print of a printer is."""
    status = sentences.state(subject, _STATUS)
    percent = sentences.percent(subject, "printer_progress")
    done = _time(_known(hass, subject.entity("printer_completion")))
    if status is None:
        return sentences.get("no_state", name=subject.name)
    if percent is None or done is None:
        return sentences.get("reason", name=subject.name, reason=status)
    return sentences.get(
        "print",
        name=subject.name,
        status=status,
        percent=percent,
        time=sentences.time(done),
    )


def nothing_found(sentences: Sentences, spoken: str | None) -> str:
    """Return that no device is meant."""
    if spoken:
        return sentences.get("no_device", name=shortened(spoken))
    return sentences.get("no_devices")


def shortened(spoken: str) -> str:
    """Return a name on one line, cut if it is too long to be repeated."""
    words = " ".join(spoken.split())
    return words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"
