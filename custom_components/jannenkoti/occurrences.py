"""What happens once and that no entity shows, such as a push that was rejected.

A kind reports it; a trigger of the kind waits for it.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that has happened to an entry or to one of its devices."""

    entry_id: str
    device_key: str | None = None
    """The identifier of the device, None if it is about the entry as a whole."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What automations can use; never a secret."""

    def is_of(self, hass: HomeAssistant, device_id: str) -> bool:
        """Return whether it happened to a device, or to the entry of the device."""
        device = dr.async_get(hass).async_get(device_id)
        if device is None or device.config_entry_id != self.entry_id:
            return False
        return (
            self.device_key is None or (DOMAIN, self.device_key) in device.identifiers
        )


@callback
def async_report_occurrence(
    hass: HomeAssistant, name: str, occurrence: Occurrence
) -> None:
    """Let the triggers of a name run; ``name`` carries the kind."""
    async_dispatcher_send(hass, _signal(name), occurrence)


@callback
def async_listen_occurrences(
    hass: HomeAssistant, name: str, listener: Callable[[Occurrence], None]
) -> CALLBACK_TYPE:
    """Call a callback with each occurrence of a name, until the result is called."""
    return async_dispatcher_connect(hass, _signal(name), listener)


def _signal(name: str) -> str:
    return f"{DOMAIN}_occurrence_{name}"
