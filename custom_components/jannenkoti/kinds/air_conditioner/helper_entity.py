"""The entities from which a helper calculates its state."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.loader import async_get_loaded_integration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant

# Where groups and other helpers name their members.
_ATTRIBUTES: Final = ("entity_id", "entity_ids", "entities", "source")

# An entity id, or the id of an entity in the registry.
_ENTITY: Final = re.compile(r"\b[a-z_0-9]+\.[a-z_0-9]+\b|\b[0-9a-f]{32}\b")

_HELPER: Final = "helper"
_LONGEST: Final = 20_000  # characters of a template that are searched


def with_sources(hass: HomeAssistant, entity_id: str) -> Iterator[str]:
    """Yield an entity and all from which it is calculated, as far as that is known.

    These are the members of groups, and what templates and other helpers name.
    """
    found = [entity_id]
    for entity in found:
        yield entity
        found += sorted(set(_direct_sources(hass, entity)) - set(found))


def _direct_sources(hass: HomeAssistant, entity_id: str) -> Iterator[str]:
    """Yield the entities that an entity names as its sources."""
    registry = er.async_get(hass)
    for text in (
        *_attributes(hass, entity_id),
        *_options(hass, entity_id),
        *_listeners(hass, entity_id),
    ):
        for name in _ENTITY.findall(text[:_LONGEST]):
            if (source := er.async_resolve_entity_id(registry, name)) is not None:
                yield source


def _attributes(hass: HomeAssistant, entity_id: str) -> Iterator[str]:
    """Yield the texts of the attributes that name the members of a group."""
    if (state := hass.states.get(entity_id)) is not None:
        for name in _ATTRIBUTES:
            yield from _texts(state.attributes.get(name))


def _options(hass: HomeAssistant, entity_id: str) -> Iterator[str]:
    """Yield the texts of the options of a helper."""
    registered = er.async_get(hass).async_get(entity_id)
    entry_id = "" if registered is None else registered.config_entry_id or ""
    if (entry := hass.config_entries.async_get_entry(entry_id)) is None:
        return
    if entry.domain not in hass.config.components:
        return
    integration = async_get_loaded_integration(hass, entry.domain)
    if integration.integration_type == _HELPER:
        yield from _texts(entry.options)
        yield from _texts(entry.data)


def _listeners(hass: HomeAssistant, entity_id: str) -> Iterator[str]:
    """Yield what a template entity without an entry listens to.

    There is no other place where that can be read; if it moves, nothing is found.
    """
    domain = entity_id.partition(".")[0]
    component = hass.data.get(DATA_INSTANCES, {}).get(domain)
    entity = None if component is None else component.get_entity(entity_id)
    result = getattr(entity, "_template_result_info", None)
    listeners = getattr(result, "listeners", None)
    if isinstance(listeners, Mapping):
        yield from _texts(listeners.get("entities"))


def _texts(value: object) -> Iterator[str]:
    """Yield all texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)
