"""What the parts of a printer's coordinator use of it."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .model import PrinterData
    from .wire.client import PrinterLink


class Printer(Protocol):
    """A printer, as its commands see it."""

    hass: HomeAssistant
    config_entry: ConfigEntry[Any]
    link: PrinterLink
    data: PrinterData

    def save_soon(self) -> None:
        """Save what has changed within some seconds."""
        ...

    async def async_save_now(self) -> None:
        """Save, and return when it is on disk; raises StoreNotWritten."""
        ...

    def signature_refused(self) -> None:
        """Show that the printer refuses commands that are not signed."""
        ...
