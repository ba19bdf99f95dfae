"""The entities of this integration that a trigger or condition is about."""

from typing import TYPE_CHECKING

from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant


def own_entities(
    hass: HomeAssistant, entity_ids: Iterable[str], translation_key: str
) -> set[str]:
    """Return those of this integration that have a translation key.

    Names and entity ids are the user's; the key, which carries the kind, stays.
    """
    registry = er.async_get(hass)
    found = set()
    for entity_id in entity_ids:
        entry = registry.async_get(entity_id)
        if entry is None or entry.platform != DOMAIN:
            continue
        if entry.translation_key == translation_key:
            found.add(entity_id)
    return found
