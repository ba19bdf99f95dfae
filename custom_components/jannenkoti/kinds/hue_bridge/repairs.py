"""Repair issues: two connections to one bridge, a bridge that is always busy."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState

from ...issues import async_delete_issues, async_show_issue

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

_TWICE: Final = "hue_bridge_twice"
_BUSY: Final = "hue_bridge_busy"
_HUE: Final = "hue"


def hue_entry_of(hass: HomeAssistant, bridge_id: str) -> ConfigEntry | None:
    """Return the loaded entry of Home Assistant's own Hue integration for a bridge.

    Its unique id is the id of the bridge, older ones without the digits in the middle.
    """
    ids = {bridge_id, bridge_id[:6] + bridge_id[-6:]}
    return next(
        (
            entry
            for entry in hass.config_entries.async_entries(_HUE, include_ignore=False)
            if entry.state is ConfigEntryState.LOADED
            and (entry.unique_id or "").lower() in ids
        ),
        None,
    )


def async_show_twice(hass: HomeAssistant, entry: ConfigEntry, *, shown: bool) -> None:
    """Create or delete the issue of a bridge that has two connections."""
    async_show_issue(hass, entry, _TWICE, {} if shown else None)


def async_show_busy(hass: HomeAssistant, entry: ConfigEntry, *, shown: bool) -> None:
    """Create or delete the issue of a bridge that has too many requests."""
    async_show_issue(hass, entry, _BUSY, {} if shown else None)


def async_delete_own_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issues of an entry that is removed."""
    async_delete_issues(hass, entry, _TWICE, _BUSY)
