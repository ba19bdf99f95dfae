"""What an entry keeps beside its settings, for after a restart."""

from typing import TYPE_CHECKING, Any

from homeassistant.helpers.storage import Store

from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_VERSION = 1


def entry_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of an entry; its kind removes it with the entry."""
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}", atomic_writes=True)
