"""Diagnostics: data, options and state of an entry, without its secrets."""

from typing import TYPE_CHECKING, Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState

from .registry import async_get_kind

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .kind import JannenkotiConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: JannenkotiConfigEntry
) -> dict[str, Any]:
    """Return the entry and the diagnostics of its kind, secrets redacted."""
    kind = await async_get_kind(hass, entry)
    loaded = entry.state is ConfigEntryState.LOADED
    return async_redact_data(
        {
            "data": dict(entry.data),
            "options": dict(entry.options),
            "state": entry.state.value,
            "runtime": dict(kind.diagnostics(entry)) if loaded else None,
        },
        kind.secrets,
    )
