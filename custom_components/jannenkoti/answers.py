"""Answers to questions about devices of any kind: why, what next, how far.

They are made of the translated states of the entities that the user may read. A device
counts if one of its entities is exposed to the assistant.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .lib.spoken import best_matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import Context, HomeAssistant, State

_REASON: Final = "_reason"
_NEXT: Final = ("_next_change", "_next_start")
_MOST: Final = 3
"""Sentences in an answer; a longer one is not listened to."""
_NAMED_DAYS: Final = {0: "today", 1: "tomorrow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, through which assistant, and in which language."""

    context: Context | None
    assistant: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A device that can be asked about."""

    name: str
    names: tuple[str, ...]
    """All that it may be called: its own name, its area and their aliases."""
    entities: dict[str, str] = field(default_factory=dict)
    """The entity ids by translation key."""

    def entity(self, *endings: str) -> str | None:
        """Return the entity whose translation key has one of some endings."""
        for ending in endings:
            for key, entity_id in self.entities.items():
                if key.endswith(ending):
                    return entity_id
        return None

    def of_platform(self, platform: str) -> str | None:
        """Return the first entity of a platform, such as ``climate``."""
        found = (at for at in self.entities.values() if at.startswith(f"{platform}."))
        return next(found, None)


async def async_may(
    hass: HomeAssistant, context: Context | None, entity_id: str, policy: str
) -> bool:
    """Return whether the user of a context may read or control an entity.

    Without a user it is Home Assistant itself or an automation.
    """
    if context is None or context.user_id is None:
        return True
    user = await hass.auth.async_get_user(context.user_id)
    return user is not None and user.permissions.check_entity(entity_id, policy)


async def async_subjects(
    hass: HomeAssistant, asker: Asker, ending: str, spoken: str | None
) -> list[Subject]:
    """Return the devices that a question means, at most three.

    Each has only the entities that the user may read. ``ending`` is that of the
    translation key of the entity that the answer needs. Without a name all such devices
    are meant.
    """
    found = {}
    for device_id, whole in _all(hass, asker):
        readable = {
            key: entity_id
            for key, entity_id in whole.entities.items()
            if await async_may(hass, asker.context, entity_id, POLICY_READ)
        }
        subject = replace(whole, entities=readable)
        if subject.entity(ending):
            found[device_id] = subject
    if spoken:
        names = {device_id: subject.names for device_id, subject in found.items()}
        found = {key: found[key] for key in best_matches(spoken, names)}
    return sorted(found.values(), key=lambda subject: subject.name)[:_MOST]


def is_exposed(hass: HomeAssistant, asker: Asker, entity_id: str) -> bool:
    """Return whether an entity is exposed to the assistant of the asker."""
    return asker.assistant is None or async_should_expose(
        hass, asker.assistant, entity_id
    )


def has_subjects(hass: HomeAssistant, assistant: str) -> bool:
    """Return whether a device with a reason is exposed to an assistant."""
    asker = Asker(context=None, assistant=assistant, language=hass.config.language)
    return any(subject.entity(_REASON) for _, subject in _all(hass, asker))


def _all(hass: HomeAssistant, asker: Asker) -> Iterator[tuple[str, Subject]]:
    """Yield the devices of this integration that are exposed."""
    by_device: dict[str, list[er.RegistryEntry]] = {}
    for entry in er.async_get(hass).entities.values():
        if entry.platform == DOMAIN and entry.device_id and not entry.disabled:
            by_device.setdefault(entry.device_id, []).append(entry)
    for device_id, entries in by_device.items():
        if any(is_exposed(hass, asker, entry.entity_id) for entry in entries):
            yield device_id, _subject(hass, device_id, entries)


def _subject(
    hass: HomeAssistant, device_id: str, entries: list[er.RegistryEntry]
) -> Subject:
    """Return a device with its names and entities."""
    device = dr.async_get(hass).async_get(device_id)
    name = (device and (device.name_by_user or device.name)) or ""
    names = [name]
    area_id = device and device.area_id
    if area_id and (area := ar.async_get(hass).async_get_area(area_id)):
        names += [area.name, *area.aliases]
    return Subject(
        name=name,
        names=tuple(names),
        entities={
            entry.translation_key or entry.unique_id: entry.entity_id
            for entry in entries
        },
    )


class Sentences:
    """Sentences in one language."""

    def __init__(self, hass: HomeAssistant, language: str) -> None:
        """Initialize without texts; `async_load` gets them."""
        self._hass = hass
        self._language = language
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
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

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
        """Return when a device changes next, None if no time is planned."""
        state = _known(self._hass, subject.entity(*_NEXT))
        at = state and dt_util.parse_datetime(state.state)
        return self.time(at) if at else None


def _known(hass: HomeAssistant, entity_id: str | None) -> State | None:
    """Return the state, None if it is unavailable or unknown."""
    state = hass.states.get(entity_id) if entity_id else None
    if state is None or state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
        return None
    return state


async def async_sentences(hass: HomeAssistant, asker: Asker) -> Sentences:
    """Return the sentences in the asker's language."""
    sentences = Sentences(hass, asker.language)
    await sentences.async_load()
    return sentences


async def async_why(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return why devices do what they do, and until when."""
    sentences = await async_sentences(hass, asker)
    answers = []
    for subject in await async_subjects(hass, asker, _REASON, spoken):
        reason = sentences.state(subject, _REASON)
        if reason is None:
            answers.append(sentences.get("no_state", name=subject.name))
        elif (time := sentences.next_change(subject)) is not None:
            answers.append(
                sentences.get(
                    "reason_until", name=subject.name, reason=reason, time=time
                )
            )
        else:
            answers.append(sentences.get("reason", name=subject.name, reason=reason))
    return " ".join(answers) or nothing_found(sentences, spoken)


async def async_what_next(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return when devices change next."""
    sentences = await async_sentences(hass, asker)
    answers = []
    for subject in await async_subjects(hass, asker, _REASON, spoken):
        time = sentences.next_change(subject)
        if time is None:
            answers.append(sentences.get("nothing_next", name=subject.name))
        else:
            answers.append(sentences.get("next", name=subject.name, time=time))
    return " ".join(answers) or nothing_found(sentences, spoken)


async def async_print(hass: HomeAssistant, asker: Asker, spoken: str | None) -> str:
    """Return how far prints are."""
    sentences = await async_sentences(hass, asker)
    answers = []
    for subject in await async_subjects(hass, asker, "printer_status", spoken):
        status = sentences.state(subject, "printer_status")
        percent = sentences.state(subject, "printer_progress")
        done = _known(hass, subject.entity("printer_completion"))
        at = done and dt_util.parse_datetime(done.state)
        if status is None:
            answers.append(sentences.get("no_state", name=subject.name))
        elif percent is not None and at:
            answers.append(
                sentences.get(
                    "print",
                    name=subject.name,
                    status=status,
                    percent=percent,
                    time=sentences.time(at),
                )
            )
        else:
            answers.append(sentences.get("reason", name=subject.name, reason=status))
    return " ".join(answers) or nothing_found(sentences, spoken)


def nothing_found(sentences: Sentences, spoken: str | None) -> str:
    """Return that no device is meant."""
    if spoken:
        return sentences.get("no_device", name=spoken)
    return sentences.get("no_devices")
