"""The entities and devices of this integration that an automation is about."""

from typing import TYPE_CHECKING

import voluptuous as vol
from homeassistant.const import CONF_ENTITY_ID
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .automation_rows import Row


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


def check_named_entities(hass: HomeAssistant, target: ConfigType, row: Row) -> None:
    """Raise Invalid if an entity that a target names can never be the right one.

    An entity that is not registered passes: it may come later. So do the other
    entities of devices, areas, floors and labels, which only do not count.
    """
    registry = er.async_get(hass)
    for entity_id in sorted(TargetSelection(target).entity_ids):
        entry = registry.async_get(entity_id)
        state = hass.states.get(entity_id)
        if entry is None and state is None:
            continue
        if entry is None or entry.platform != DOMAIN:
            # A group may have entities of this integration as its members.
            if state is not None and CONF_ENTITY_ID in state.attributes:
                continue
            text = f"{entity_id} is not an entity of this integration"
            raise vol.Invalid(text)
        if entry.translation_key != row.translation_key:
            wanted = row.translation_key.replace("_", " ")
            text = f"{entity_id} is not an entity of the type: {wanted}"
            raise vol.Invalid(text)


def targeted_devices(hass: HomeAssistant, target: ConfigType) -> set[str]:
    """Return the devices of a target: named, labeled, in an area or on a floor."""
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(target), primary_entities_only=False
    )
    registry = er.async_get(hass)
    entries = map(
        registry.async_get, selected.referenced | selected.indirectly_referenced
    )
    found = {entry.device_id for entry in entries if entry and entry.device_id}
    for area_id in selected.referenced_areas:
        found |= {x.id for x in dr.async_entries_for_area(dr.async_get(hass), area_id)}
    return found | selected.referenced_devices
