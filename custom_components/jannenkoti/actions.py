"""Register the views and actions of the kinds that have an entry, each once."""

from typing import TYPE_CHECKING

from homeassistant.requirements import RequirementsNotFound
from homeassistant.util.hass_dict import HassKey

from .const import CONF_KIND, DOMAIN
from .registry import KINDS, async_get_kind

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

# Views and actions outlive their entries, so they are registered once per run.
_REGISTERED: HassKey[set[str]] = HassKey(f"{DOMAIN}_registered")


async def async_setup_kinds_once(hass: HomeAssistant) -> None:
    """Register the views and actions of each kind with an entry, loaded or not."""
    registered = hass.data.setdefault(_REGISTERED, set())
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        name = entry.data[CONF_KIND]
        if name in registered or name not in KINDS:
            continue
        try:
            kind = await async_get_kind(hass, entry)
        except RequirementsNotFound:
            continue  # The entry reports it itself; the other kinds go on.
        if name not in registered and kind.setup_once is not None:
            kind.setup_once(hass)
        registered.add(name)
