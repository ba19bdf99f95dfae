"""The devices that can be asked about, and what they may be called.

A device counts if one of its entities is exposed to the assistant.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr

from .const import DOMAIN
from .lib.spoken import best_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from homeassistant.core import Context, HomeAssistant

REASON: Final = "_reason"
NEXT: Final = ("_next_change", "_next_start")


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
    area: str
    names: tuple[str, ...]
    """All that it may be called: its own names, its area, its floor, their aliases."""
    entities: dict[str, str] = field(default_factory=dict)
    """The entity ids by translation key."""
    hidden: tuple[str, ...] = ()
    """The translation keys of entities that the user may not read."""

    def entity(self, *endings: str) -> str | None:
        """Return the entity whose translation key has one of some endings."""
        for ending in endings:
            for key, entity_id in self.entities.items():
                if key.endswith(ending):
                    return entity_id
        return None

    def hides(self, *endings: str) -> bool:
        """Return whether the user may not read an entity with one of some endings."""
        return any(key.endswith(endings) for key in self.hidden)

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
    hass: HomeAssistant, asker: Asker, endings: tuple[str, ...], spoken: str | None
) -> list[Subject]:
    """Return the devices that a question means, by name.

    Each has only the entities that the user may read. ``endings`` are those of the
    translation keys of the entities of which the answer needs one. Without a name all
    such devices are meant.
    """
    found = {}
    for device_id, whole in _all(hass, asker):
        subject = await _readable(hass, asker, whole)
        if subject.entity(*endings):
            found[device_id] = subject
    if spoken:
        names = {device_id: subject.names for device_id, subject in found.items()}
        found = {key: found[key] for key in best_matches(spoken, names)}
    return sorted(_told_apart(found.values()), key=lambda subject: subject.name)


async def _readable(hass: HomeAssistant, asker: Asker, whole: Subject) -> Subject:
    """Return a device with the entities that the user may read."""
    readable = {
        key: entity_id
        for key, entity_id in whole.entities.items()
        if await async_may(hass, asker.context, entity_id, POLICY_READ)
    }
    hidden = tuple(key for key in whole.entities if key not in readable)
    return replace(whole, entities=readable, hidden=hidden)


def _told_apart(subjects: Iterable[Subject]) -> Iterator[Subject]:
    """Yield devices; those with the same name get their area or a number, too."""
    subjects = [*subjects]
    alike = Counter(subject.name for subject in subjects)
    seen = Counter[str]()
    for subject in subjects:
        name = subject.name
        if alike[name] > 1 and subject.area:
            name = f"{name} ({subject.area})"
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} {seen[name]}"
        yield replace(subject, name=name)


def is_exposed(hass: HomeAssistant, asker: Asker, entity_id: str) -> bool:
    """Return whether an entity is exposed to the assistant of the asker."""
    return asker.assistant is None or async_should_expose(
        hass, asker.assistant, entity_id
    )


def has_subjects(hass: HomeAssistant, assistant: str | None) -> bool:
    """Return whether a device that can answer is exposed to an assistant."""
    asker = Asker(context=None, assistant=assistant, language=hass.config.language)
    return any(subject.entity(REASON, *NEXT) for _, subject in _all(hass, asker))


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
    given, area_id = (
        ((device.name_by_user, device.name), device.area_id) if device else ((), None)
    )
    names: list[str | None] = [*given, *_entity_names(entries)]
    areas = [*_areas(hass, [area_id, *(entry.area_id for entry in entries)])]
    for area in areas:
        names += [area.name, *area.aliases]
        floor = area.floor_id and fr.async_get(hass).async_get_floor(area.floor_id)
        if floor:
            names += [floor.name, *floor.aliases]
    return Subject(
        name=next(filter(None, given), ""),
        area=areas[0].name if areas else "",
        names=tuple(filter(None, names)),
        entities={
            entry.translation_key or entry.unique_id: entry.entity_id
            for entry in entries
        },
    )


def _entity_names(entries: list[er.RegistryEntry]) -> Iterator[str | None]:
    """Yield the names and aliases that the user has given to entities."""
    for entry in entries:
        yield entry.name
        # An alias that stands for the computed name is no text.
        yield from (alias for alias in entry.aliases if isinstance(alias, str))


def _areas(
    hass: HomeAssistant, area_ids: Iterable[str | None]
) -> Iterator[ar.AreaEntry]:
    """Yield the areas of a device and of its entities, each once."""
    for area_id in dict.fromkeys(area_ids):
        if area_id and (area := ar.async_get(hass).async_get_area(area_id)):
            yield area
