"""System health: how many entries of each kind the home has, and how many work."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback

from .const import CONF_KIND, DOMAIN
from .registry import KINDS

if TYPE_CHECKING:
    from homeassistant.components.system_health import SystemHealthRegistration
    from homeassistant.core import HomeAssistant


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the function that returns the info."""
    register.async_register_info(async_system_health_info)


async def async_system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return, for each kind in use, "working / all"."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    by_kind = {
        kind: [entry for entry in entries if entry.data.get(CONF_KIND) == kind]
        for kind in KINDS
    }
    return {
        kind: f"{sum(e.state is ConfigEntryState.LOADED for e in of_kind)}"
        f" / {len(of_kind)}"
        for kind, of_kind in by_kind.items()
        if of_kind
    }
