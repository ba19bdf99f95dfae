"""Switch the plug of the printer off after a print, when nothing speaks against it."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call_action
from ...const import LOGGER
from ...timers import async_call_later
from .control.auto_off import RETRY, AutoOff, AutoOffReason, Situation
from .job.events import JobEvent
from .wire.errors import PrinterError

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, Event

    from ...lib.stored import Stored
    from .control_coordinator import PrinterControl
    from .job.status import PrinterStatus
    from .options import AutoOffOptions
    from .runtime import RecordedPrinter

_PLUG_TIMEOUT: Final = 30
_ENDS: Final = frozenset({JobEvent.FINISHED, JobEvent.FAILED})


class PlugControl:
    """The plug of a printer."""

    def __init__(
        self, printer: RecordedPrinter, control: PrinterControl, stored: Stored
    ) -> None:
        """Initialize with what was stored."""
        self._printer = printer
        self._control = control
        self._state = AutoOff.parse(stored.child("auto_off"))
        self._timer: CALLBACK_TYPE | None = None
        self._retry: datetime | None = None
        self._switching = False

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"auto_off": self._state.as_dict()}

    @callback
    def async_begin(self, options: AutoOffOptions, missed: list[JobEvent]) -> None:
        """Follow printer and plug; `missed`: what happened before this call."""
        self._options = options
        printer, entry = self._printer, self._printer.config_entry
        entry.async_on_unload(printer.async_listen_events(self._happened))
        entry.async_on_unload(printer.async_add_listener(self._updated))
        entry.async_on_unload(
            async_track_state_change_event(printer.hass, options.plug, self._changed)
        )
        entry.async_on_unload(self._stop)
        self._follow(has_ended=bool(_ENDS.intersection(missed)))

    @callback
    def _stop(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None

    def _situation(self) -> Situation:
        """Return what counts now."""
        printer = self._printer
        plug = printer.hass.states.get(self._options.plug)
        states = {STATE_ON: True, STATE_OFF: False}
        return Situation(
            plug_on=None if plug is None else states.get(plug.state),
            connected=printer.link.connected,
            status=printer.data.status,
            waiting=self._control.queue.waiting,
        )

    @callback
    def _happened(self, event: JobEvent, _status: PrinterStatus) -> None:
        self._follow(has_ended=event in _ENDS)

    @callback
    def _changed(self, _event: Event[Any]) -> None:
        self._updated()

    @callback
    def _timed(self, _now: datetime) -> None:
        self._timer = None
        self._updated()

    @callback
    def _updated(self) -> None:
        self._follow(has_ended=False)

    @callback
    def _follow(self, *, has_ended: bool) -> None:
        """Decide again; switch when everything is ready."""
        now, at = self._situation(), dt_util.utcnow()
        before = self._state
        self._state = before.observe(now, at, has_ended=has_ended)
        if self._state != before:
            self._printer.save_soon()
        reason, due = self._state.decide(now, self._options.limits, at)
        if reason is AutoOffReason.READY and self._retry is not None:
            if at < self._retry:
                reason, due = AutoOffReason.FAILED, self._retry
            else:
                self._retry = None
        self._stop()
        if due is not None:
            self._timer = async_call_later(self._printer.hass, due - at, self._timed)
        self._printer.show_auto_off(reason)
        if reason is AutoOffReason.READY and not self._switching:
            self._switching = True
            self._printer.config_entry.async_create_background_task(
                self._printer.hass, self._async_switch_off(), "printer plug"
            )

    async def _async_switch_off(self) -> None:
        """Ask the printer once more, decide again and switch the plug off."""
        hass, plug = self._printer.hass, self._options.plug
        try:
            # A print may have begun that a slow connection has not shown yet.
            await self._printer.link.async_refresh()
            now, at = self._situation(), dt_util.utcnow()
            reason, _due = self._state.decide(now, self._options.limits, at)
            if reason is AutoOffReason.READY:
                await async_call_action(
                    hass,
                    "homeassistant",
                    "turn_off",
                    {"entity_id": plug},
                    within=_PLUG_TIMEOUT,
                )
            switched = reason is not AutoOffReason.READY or self._is_off()
        except (CallFailed, PrinterError) as err:
            LOGGER.debug("%s was not switched off: %s", plug, err)
            switched = False
        finally:
            self._switching = False
        self._retry = None if switched else dt_util.utcnow() + RETRY
        self._updated()

    def _is_off(self) -> bool:
        """Return whether the plug is off, or has lost its own power."""
        return self._situation().plug_on is not True
