"""What the parts of a printer's coordinator use of it."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant

    from .control.auto_off import AutoOffReason
    from .job.events import EventListener, JobMark
    from .model import PrinterData, TimelapseData
    from .options import Options
    from .wire.requests import Request


class Link(Protocol):
    """The connection to a printer."""

    @property
    def connected(self) -> bool:
        """Return whether the printer is connected now."""
        ...

    async def async_refresh(self) -> None:
        """Ask the printer for its current state; raises PrinterError."""
        ...


class Printer(Protocol):
    """What the commands of a printer need of it."""

    hass: HomeAssistant
    config_entry: ConfigEntry[Any]
    data: PrinterData
    has_named_gcode: bool
    """Whether its firmware has commands with names, as Klipper."""

    def save_soon(self) -> None:
        """Save what has changed within some seconds."""
        ...

    async def async_save_now(self) -> None:
        """Save, and return when it is on disk; raises StoreNotWritten."""
        ...

    async def async_request(self, request: Request, context: Context | None) -> None:
        """Send a command and wait for the answer; raises PrinterError."""
        ...

    def signature_refused(self) -> None:
        """Show that the printer refuses commands that are not signed."""
        ...


class RecordedPrinter(Printer, Protocol):
    """What the time-lapse of a printer needs of it."""

    link: Link
    mark: JobMark
    options: Options

    def async_listen_events(self, listener: EventListener) -> CALLBACK_TYPE:
        """Call a function for each event of a print; return what ends that."""
        ...

    def async_add_listener(self, update_callback: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a function after each update; return what ends that."""
        ...

    def show_auto_off(self, reason: AutoOffReason) -> None:
        """Show why the plug is not switched off."""
        ...

    def show_timelapse(self, timelapse: TimelapseData) -> None:
        """Show what the time-lapse does."""
        ...
