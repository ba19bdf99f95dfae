"""The Home Assistant side of a printer: connection, storage and entity updates."""

import asyncio
from dataclasses import replace
from random import random
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...push import PushSource
from ...timers import async_call_later
from . import const
from .auto_off_coordinator import PlugControl
from .control_coordinator import PrinterControl
from .job.completion import completion
from .job.events import EventListener, JobEvent, JobMark
from .job.models import model_of
from .job.status import JobState, PrinterStatus, read_status
from .model import LinkState, PrinterData, link_state
from .options import Options
from .repairs import async_show_lost, async_show_signature
from .timelapse_coordinator import Timelapse
from .wire.camera import FRAMES_PORT, STREAM_PORT, CameraLink, CameraTiming
from .wire.client import Address, PrinterLink, Timing
from .wire.errors import BadCredentials, Untrusted
from .wire.merge import merge
from .wire.requests import PORT
from .wire.tls import PrinterContext, Trust, make_context

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from ...lib.stored import Stored
    from ...store import KindStore
    from .control.auto_off import AutoOffReason
    from .model import TimelapseData

type PrinterConfigEntry = ConfigEntry[PrinterCoordinator]

TIMING: Final = Timing()
CAMERA_TIMING: Final = CameraTiming()

# The first attempt delays the setup by no more than this, s.
_FIRST_ATTEMPT: Final = 10.0
# What is saved is needed only after a restart, s.
_SAVE_DELAY: Final = 10.0


def trust_of(data: Mapping[str, Any]) -> Trust:
    """Return which certificate an entry accepts."""
    return Trust(
        serial=data[const.CONF_SERIAL],
        fingerprint=data.get(const.CONF_FINGERPRINT),
        ca=data.get(const.CONF_CA),
    )


def _address(data: Mapping[str, Any], port: int) -> Address:
    """Return where a port of a printer is, and its access code."""
    return Address(
        host=data[const.CONF_HOST],
        port=port,
        serial=data[const.CONF_SERIAL],
        access_code=data[const.CONF_ACCESS_CODE],
    )


def _context_of(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> Callable[[], Awaitable[PrinterContext]]:
    """Return what makes the TLS context of a printer."""

    async def async_context() -> PrinterContext:
        """Make the TLS context, which reads files."""
        return await hass.async_add_executor_job(make_context, trust_of(data))

    return async_context


def camera_address(data: Mapping[str, Any]) -> Address:
    """Return where the camera is."""
    streams = model_of(data[const.CONF_SERIAL]).streams
    usual = STREAM_PORT if streams else FRAMES_PORT
    return _address(data, data.get(const.CONF_CAMERA_PORT) or usual)


def make_camera(hass: HomeAssistant, data: Mapping[str, Any]) -> CameraLink | None:
    """Return the connection to the camera; None if the printer has a stream."""
    if model_of(data[const.CONF_SERIAL]).streams:
        return None
    return CameraLink(
        camera_address(data),
        _context_of(hass, data),
        timing=CAMERA_TIMING,
        random=random,
    )


def make_link(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    received: Callable[[dict[str, Any]], None] = lambda _report: None,
    changed: Callable[[], None] = lambda: None,
) -> PrinterLink:
    """Return the connection that the data of an entry describe."""
    return PrinterLink(
        _address(data, data.get(const.CONF_PORT) or PORT),
        _context_of(hass, data),
        received=received,
        changed=changed,
        timing=TIMING,
        random=random,
    )


class PrinterCoordinator(PushSource[PrinterData]):
    """Connect a printer with Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PrinterConfigEntry,
        store: KindStore,
        stored: Stored,
    ) -> None:
        """Initialize with what the previous run stored."""
        super().__init__(PrinterData(link=LinkState.CONNECTING))
        self.hass = hass
        self.config_entry = entry
        self.options = Options.parse(entry.options)
        self.serial: str = entry.data[const.CONF_SERIAL]
        self.link = make_link(
            hass, entry.data, received=self._received, changed=self._link_changed
        )
        self.camera = make_camera(hass, entry.data)
        self.stream_address = camera_address(entry.data)
        self.mark = JobMark.parse(stored.child("job"))
        self.control = PrinterControl(self, stored)
        self.timelapse = Timelapse(self, stored)
        self.plug = PlugControl(self, self.control, stored)
        self._store = store
        self._signature_refused = False
        self._reports: dict[str, Any] = {}
        self._fresh = True
        self._listeners_of_events: list[EventListener] = []
        self._missed: list[tuple[JobEvent, PrinterStatus]] | None = []
        self._end_grace: CALLBACK_TYPE | None = None
        self._tried = asyncio.Event()

    async def async_start(self) -> None:
        """Connect; a printer that is off is no error. Raises ConfigEntryAuthFailed."""
        entry = self.config_entry
        entry.async_on_unload(self._async_stop)
        entry.async_create_background_task(
            self.hass, self.link.async_run(), f"printer {entry.title}"
        )
        if self.camera is not None:
            entry.async_create_background_task(
                self.hass, self.camera.async_run(), f"camera of {entry.title}"
            )
        try:
            async with asyncio.timeout(_FIRST_ATTEMPT):
                await self._tried.wait()
        except TimeoutError:
            self._tried.set()  # It does not respond at all.
        if isinstance(err := self.link.problem, BadCredentials | Untrusted):
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders={"name": entry.title},
            )
        self._update()
        await self.timelapse.async_begin()
        if self.options.auto_off is not None:
            missed = [event for event, _status in self._missed or ()]
            self.plug.async_begin(self.options.auto_off, missed)

    async def _async_stop(self) -> None:
        """Stop the timer and save."""
        if self._end_grace is not None:
            self._end_grace()
            self._end_grace = None
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

    # --- reports ---------------------------------------------------------------------

    @callback
    def _received(self, report: dict[str, Any]) -> None:
        """Merge a report, and show what it has changed."""
        if not merge(self._reports, report):
            return
        status = read_status(self._reports)
        if status == self.data.status:
            return
        before = self.mark
        self.mark, events = before.next(status, fresh=self._fresh)
        if status.job_state is not JobState.UNKNOWN and status.layer is not None:
            self._fresh = False
        if self.mark != before:
            self.save_soon()
        if status.firmware != self.data.status.firmware:
            self._show_firmware(status.firmware)
        self._update(status)
        self._emit(events, status)

    @callback
    def _show_firmware(self, version: str | None) -> None:
        """Show the version of the firmware on the device."""
        devices = dr.async_get(self.hass)
        device = devices.async_get_device_by_identifier(
            (DOMAIN, self.serial), self.config_entry.entry_id
        )
        if device is not None:
            devices.async_update_device(device.id, sw_version=version)

    @callback
    def _link_changed(self) -> None:
        """React to a connection that was opened or lost, or to a failed attempt."""
        self._tried.set()
        if self.link.connected:
            self._signature_refused = False  # Developer Mode may be on by now.
            if self._end_grace is not None:
                self._end_grace()
                self._end_grace = None
        elif self.data.link is LinkState.CONNECTED:
            self._fresh = True  # The job may be another one afterwards.
            self._end_grace = async_call_later(
                self.hass, self.options.lost_after, self._grace_ended
            )
        if isinstance(self.link.problem, BadCredentials | Untrusted):
            self.config_entry.async_start_reauth(self.hass)
        self._update()

    @callback
    def _grace_ended(self, _now: datetime) -> None:
        """Decide that the printer is off or lost."""
        self._end_grace = None
        self._update()

    @callback
    def _update(self, status: PrinterStatus | None = None) -> None:
        """Show the current state, if it has changed."""
        before = self.data
        status = before.status if status is None else status
        data = PrinterData(
            link=link_state(
                connected=self.link.connected,
                grace=self._end_grace is not None,
                tried=self._tried.is_set(),
                active=self.mark.state.active,
            ),
            status=status,
            signature_refused=self._signature_refused,
            timelapse=before.timelapse,
            auto_off=before.auto_off,
            completion=completion(
                before.completion, status.remaining, dt_util.utcnow()
            ),
        )
        if data == before:
            return
        async_show_signature(self.hass, self.config_entry, shown=data.needs_signature)
        lost = data.link is LinkState.LOST
        async_show_lost(self.hass, self.config_entry, shown=lost)
        self.async_set_updated_data(data)
        if lost and before.link is LinkState.RECONNECTING:
            self._emit([JobEvent.LOST], status)
        self.control.wake()

    @callback
    def signature_refused(self) -> None:
        """Show that the printer refuses commands that are not signed."""
        self._signature_refused = True
        self._update()

    @callback
    def show_timelapse(self, timelapse: TimelapseData) -> None:
        """Show what the time-lapse does."""
        self.async_set_updated_data(replace(self.data, timelapse=timelapse))

    @callback
    def show_auto_off(self, reason: AutoOffReason) -> None:
        """Show why the plug is not switched off."""
        if reason is not self.data.auto_off:
            self.async_set_updated_data(replace(self.data, auto_off=reason))

    @callback
    def save_soon(self) -> None:
        """Save what has changed within some seconds."""
        self._store.save_soon(self._to_store, _SAVE_DELAY)

    async def async_save_now(self) -> None:
        """Save, and return when it is on disk; raises StoreNotWritten."""
        await self._store.async_save_now(self._to_store)

    @callback
    def _to_store(self) -> dict[str, Any]:
        return {
            "job": self.mark.as_dict(),
            **self.control.as_dict(),
            **self.timelapse.as_dict(),
            **self.plug.as_dict(),
        }
