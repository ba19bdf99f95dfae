"""Keep entries pointing at the entities that the user chose when these are renamed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN, LOGGER

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event, HomeAssistant


@callback
def async_follow_renames(hass: HomeAssistant) -> None:
    """Replace the id of a renamed entity in the data and options of all entries."""

    @callback
    def is_rename(data: er.EventEntityRegistryUpdatedData) -> bool:
        """Return whether an entity got another id."""
        return "old_entity_id" in data

    @callback
    def async_renamed(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Update the entries that have the old id."""
        old, new = str(event.data.get("old_entity_id")), event.data["entity_id"]
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
            if _renamed(hass, entry, old, new):
                LOGGER.info("%s uses %s, formerly %s", entry.title, new, old)
                hass.config_entries.async_schedule_reload(entry.entry_id)

    hass.bus.async_listen(
        er.EVENT_ENTITY_REGISTRY_UPDATED, async_renamed, event_filter=is_rename
    )


def _renamed(hass: HomeAssistant, entry: ConfigEntry, old: str, new: str) -> bool:
    """Replace an id in an entry and its subentries; return whether it was there."""
    entries = hass.config_entries
    changed = entries.async_update_entry(
        entry,
        data=replaced(entry.data, old, new),
        options=replaced(entry.options, old, new),
    )
    for subentry in entry.subentries.values():
        data = replaced(subentry.data, old, new)
        changed |= entries.async_update_subentry(entry, subentry, data=data)
    return changed


def replaced(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with one text in place of another, at any depth and as a key."""
    if isinstance(value, str):
        return new if value == old else value
    if isinstance(value, Mapping):
        return {
            replaced(key, old, new): replaced(each, old, new)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [replaced(each, old, new) for each in value]
    return value
