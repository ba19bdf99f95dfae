"""What printers have in common, whatever they are connected by."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...push import PushSource
from ...timers import async_call_later
from .auto_off_coordinator import PlugControl
from .control_coordinator import PrinterControl
from .job.completion import shown_completion
from .job.events import EventListener, JobEvent, JobMark
from .job.status import JobState, PrinterStatus
from .model import LinkState, PrinterData, link_state
from .options import Options
from .repairs import async_show_lost
from .timelapse_coordinator import Timelapse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant
    from homeassistant.helpers.device_registry import DeviceInfo

    from ...lib.stored import Stored
    from ...store import KindStore
    from .control.auto_off import AutoOffReason
    from .model import TimelapseData
    from .runtime import Link
    from .wire.requests import Request

type PrinterConfigEntry = ConfigEntry[PrinterSource]

# What is saved is needed only after a restart, s.
_SAVE_DELAY: Final = 10.0


class PrinterSource(PushSource[PrinterData]):
    """A printer: its job, its time-lapse, its commands and its plug."""

    key: str
    """Identifies the device; it is the beginning of the unique ids."""

    link: Link
    """Set by the subclass."""

    has_named_gcode = False

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PrinterConfigEntry,
        store: KindStore,
        stored: Stored,
    ) -> None:
        """Initialize with what the previous run stored."""
        shown = stored.moment("completion", None)
        super().__init__(PrinterData(link=LinkState.CONNECTING, completion=shown))
        self.hass = hass
        self.config_entry = entry
        self.options = Options.parse(entry.options)
        self.mark = JobMark.parse(stored.child("job"))
        self.control = PrinterControl(self, stored)
        self.timelapse = Timelapse(self, stored)
        self.plug = PlugControl(self, self.control, stored)
        self._store = store
        self._fresh = True
        self._lost_shown: bool | None = None
        self._listeners_of_events: list[EventListener] = []
        self._missed: list[tuple[JobEvent, PrinterStatus]] | None = []
        self._end_grace: CALLBACK_TYPE | None = None

    @property
    def device_info(self) -> DeviceInfo:
        """Return how the device is registered."""
        raise NotImplementedError

    @property
    def tried(self) -> bool:
        """Return whether an attempt to connect has ended."""
        raise NotImplementedError

    async def async_request(self, request: Request, context: Context | None) -> None:
        """Send a command and wait for the answer; raises PrinterError."""
        raise NotImplementedError

    def diagnostics(self) -> Mapping[str, Any]:
        """Return the state of the connection, for a bug report."""
        raise NotImplementedError

    def signature_refused(self) -> None:
        """Show that the printer refuses commands that are not signed."""
        raise NotImplementedError

    async def async_begin(self) -> None:
        """Start the time-lapse and the control of the plug."""
        await self.timelapse.async_begin()
        if self.options.auto_off is not None:
            missed = [event for event, _status in self._missed or ()]
            self.plug.async_begin(self.options.auto_off, missed)

    async def async_stop(self) -> None:
        """Stop the timer and save."""
        self.end_grace()
        self._store.save_soon(self._to_store, 0)
        await self._store.async_close()

    # --- events ----------------------------------------------------------------------

    @callback
    def async_listen_events(self, listener: EventListener) -> CALLBACK_TYPE:
        """Call a function for each event of a print; return what ends that."""
        self._listeners_of_events.append(listener)
        return lambda: self._listeners_of_events.remove(listener)

    @callback
    def take_missed(self) -> list[tuple[JobEvent, PrinterStatus]]:
        """Return the events that came before the entities were there, once."""
        missed, self._missed = self._missed, None
        return missed or []

    @callback
    def _emit(self, events: list[JobEvent], status: PrinterStatus) -> None:
        for event in events:
            if self._missed is not None:
                self._missed.append((event, status))
            for listener in tuple(self._listeners_of_events):
                listener(event, status)

    # --- state -----------------------------------------------------------------------

    @callback
    def take_status(self, status: PrinterStatus, *, current: bool = True) -> None:
        """Show another status, and what has happened to the job.

        `current`: the layer was reported on this connection, not before.
        """
        fresh = self._fresh
        if current and status.job_state is not JobState.UNKNOWN:
            self._fresh = fresh and status.layer is None
        if status == self.data.status:
            return
        before = self.mark
        self.mark, events = before.next(status, fresh=fresh)
        if self.mark != before:
            self.save_soon()
        self.update(status)
        self._emit(events, status)

    @callback
    def end_grace(self) -> None:
        """Stop waiting for a connection that was lost."""
        if self._end_grace is not None:
            self._end_grace()
            self._end_grace = None

    @callback
    def start_grace(self) -> None:
        """Wait some time for a connection that was lost."""
        self._fresh = True  # The job may be another one afterwards.
        self._end_grace = async_call_later(
            self.hass, self.options.lost_after, self._grace_ended
        )

    @callback
    def _grace_ended(self, _now: datetime) -> None:
        """Decide that the printer is off or lost."""
        self._end_grace = None
        self.update()

    def link_state(self) -> LinkState:
        """Return the state of the connection."""
        return link_state(
            connected=self.link.connected,
            grace=self._end_grace is not None,
            tried=self.tried,
            active=self.mark.state.active,
        )

    def changed_data(self, status: PrinterStatus) -> PrinterData:
        """Return the data with another status."""
        before = self.data
        return replace(
            before,
            link=self.link_state(),
            status=status,
            completion=shown_completion(
                before.completion, before.status, status, dt_util.utcnow()
            ),
        )

    @callback
    def update(self, status: PrinterStatus | None = None) -> None:
        """Show the current state, if it has changed."""
        before = self.data
        status = before.status if status is None else status
        data = self.changed_data(status)
        if data == before:
            return
        lost = data.link is LinkState.LOST
        if lost is not self._lost_shown:
            self._lost_shown = lost
            async_show_lost(self.hass, self.config_entry, shown=lost)
        self.async_set_updated_data(data)
        if lost and before.link is LinkState.RECONNECTING:
            self._emit([JobEvent.LOST], status)
        self.control.wake()

    @callback
    def show_timelapse(self, timelapse: TimelapseData) -> None:
        """Show what the time-lapse does."""
        self.async_set_updated_data(replace(self.data, timelapse=timelapse))

    @callback
    def show_auto_off(self, reason: AutoOffReason) -> None:
        """Show why the plug is not switched off."""
        if reason is not self.data.auto_off:
            self.async_set_updated_data(replace(self.data, auto_off=reason))

    # --- storage ---------------------------------------------------------------------

    @callback
    def save_soon(self) -> None:
        """Save what has changed within some seconds."""
        self._store.save_soon(self._to_store, _SAVE_DELAY)

    async def async_save_now(self) -> None:
        """Save, and return when it is on disk; raises StoreNotWritten."""
        await self._store.async_save_now(self._to_store)

    @callback
    def _to_store(self) -> dict[str, Any]:
        shown = self.data.completion
        return {
            "job": self.mark.as_dict(),
            "completion": None if shown is None else shown.isoformat(),
            **self.control.as_dict(),
            **self.timelapse.as_dict(),
            **self.plug.as_dict(),
        }
