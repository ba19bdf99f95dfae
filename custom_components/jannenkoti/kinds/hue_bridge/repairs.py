"""Repair issues: two connections to one bridge, a bridge that is always busy."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ...issues import async_show_issue

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


@callback
def async_follow_twice(hass: HomeAssistant, entry: ConfigEntry, bridge_id: str) -> None:
    """Show the issue while the bridge has two connections, until the entry unloads."""

    @callback
    def show() -> None:
        is_twice = hue_entry_of(hass, bridge_id) is not None
        async_show_issue(hass, entry, _TWICE, {} if is_twice else None)

    @callback
    def changed(_change: ConfigEntryChange, other: ConfigEntry) -> None:
        """Look again when an entry of the other integration changed."""
        if other.domain == _HUE:
            show()

    entry.async_on_unload(
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)
    )
    show()


def async_show_busy(hass: HomeAssistant, entry: ConfigEntry, *, shown: bool) -> None:
    """Create or delete the issue of a bridge that has too many requests."""
    async_show_issue(hass, entry, _BUSY, {} if shown else None)
