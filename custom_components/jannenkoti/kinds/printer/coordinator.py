"""The Home Assistant side of a printer with a direct connection."""

import asyncio
from dataclasses import replace
from random import random
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from ...const import DOMAIN
from .job.fields import child
from .job.models import model_of
from .job.status import StatusReader
from .model import LinkState
from .repairs import async_show_signature
from .source_coordinator import PrinterSource
from .wire import const
from .wire.camera import FRAMES_PORT, STREAM_PORT, CameraLink, CameraTiming
from .wire.client import Address, PrinterLink, Timing
from .wire.errors import BadCredentials, Untrusted
from .wire.files import FILES_PORT
from .wire.requests import PORT
from .wire.tls import PrinterContext, Trust, make_context

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from homeassistant.core import Context, HomeAssistant

    from ...lib.stored import Stored
    from ...store import KindStore
    from .job.status import PrinterStatus
    from .model import PrinterData
    from .source_coordinator import PrinterConfigEntry
    from .wire.requests import Request

TIMING: Final = Timing()
CAMERA_TIMING: Final = CameraTiming()

# The first attempt delays the setup by no more than this, s.
_FIRST_ATTEMPT: Final = 10.0


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


def context_of(
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


def files_address(data: Mapping[str, Any]) -> Address:
    """Return where the files are."""
    return _address(data, data.get(const.CONF_FILES_PORT) or FILES_PORT)


def make_camera(hass: HomeAssistant, data: Mapping[str, Any]) -> CameraLink | None:
    """Return the connection to the camera; None if the printer has a stream."""
    if model_of(data[const.CONF_SERIAL]).streams:
        return None
    return CameraLink(
        camera_address(data),
        context_of(hass, data),
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
        context_of(hass, data),
        received=received,
        changed=changed,
        timing=TIMING,
        random=random,
    )


def _camera_diagnostics(camera: CameraLink) -> Mapping[str, Any]:
    """Return the state of the connection to the camera."""
    return {
        "connected": camera.connected,
        "connections": camera.connections,
        "bad_frames": camera.bad_frames,
        "viewers": camera.hub.viewers,
    }


class PrinterCoordinator(PrinterSource):
    """Connect a printer with Home Assistant."""

    link: PrinterLink

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PrinterConfigEntry,
        store: KindStore,
        stored: Stored,
    ) -> None:
        """Initialize with what the previous run stored."""
        super().__init__(hass, entry, store, stored)
        self.serial: str = entry.data[const.CONF_SERIAL]
        self.key = self.serial
        self.link = make_link(
            hass, entry.data, received=self._received, changed=self._link_changed
        )
        self.camera = make_camera(hass, entry.data)
        self.stream_address = camera_address(entry.data)
        self._signature_refused = False
        self._signature_shown: bool | None = None
        self._reader = StatusReader()
        self._tried = asyncio.Event()

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """Return how the device is registered."""
        return DeviceInfo(
            identifiers={(DOMAIN, self.serial)},
            name=self.config_entry.title,
            manufacturer="Bambu Lab",
            model=self.data.status.product or model_of(self.serial).name,
            serial_number=self.serial,
            sw_version=self.data.status.firmware,
        )

    @property
    @override
    def tried(self) -> bool:
        """Return whether an attempt to connect has ended."""
        return self._tried.is_set()

    @override
    async def async_request(self, request: Request, context: Context | None) -> None:
        """Send a command and wait for the answer; raises PrinterError."""
        await self.link.async_request(request)

    @override
    def diagnostics(self) -> Mapping[str, Any]:
        """Return the state of the connections, for a bug report."""
        link, camera = self.link, self.camera
        return {
            "problem": None if link.problem is None else link.problem.key,
            "reconnects": link.reconnects,
            "unreadable_messages": link.unreadable,
            "camera": None if camera is None else _camera_diagnostics(camera),
        }

    async def async_start(self) -> None:
        """Connect; a printer that is off is no error. Raises ConfigEntryAuthFailed."""
        entry = self.config_entry
        entry.async_on_unload(self.async_stop)
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
        self.update()
        await self.async_begin()

    # --- reports ---------------------------------------------------------------------

    @callback
    def _received(self, report: dict[str, Any]) -> None:
        """Merge a report, and show what it has changed."""
        status = self._reader.read(report)
        shown = self.data.status
        if (status.firmware, status.product) != (shown.firmware, shown.product):
            self._show_versions(status)
        self.take_status(status, current="layer_num" in child(report, "print"))

    @callback
    def _show_versions(self, status: PrinterStatus) -> None:
        """Show model and firmware on the device."""
        devices = dr.async_get(self.hass)
        device = devices.async_get_device_by_identifier(
            (DOMAIN, self.serial), self.config_entry.entry_id
        )
        if device is not None:
            devices.async_update_device(
                device.id,
                model=status.product or model_of(self.serial).name,
                sw_version=status.firmware,
            )

    @callback
    def _link_changed(self) -> None:
        """React to a connection that was opened or lost, or to a failed attempt."""
        self._tried.set()
        if self.link.connected:
            self._signature_refused = False  # Developer Mode may be on by now.
            self.end_grace()
        elif self.data.link is LinkState.CONNECTED:
            self.start_grace()
        if isinstance(self.link.problem, BadCredentials | Untrusted):
            self.config_entry.async_start_reauth(self.hass)
        self.update()

    @override
    def changed_data(self, status: PrinterStatus) -> PrinterData:
        """Return the data with another status, and show firmware that refuses."""
        data = super().changed_data(status)
        if self.data.status.needs_signature and not status.needs_signature:
            self._signature_refused = False  # Developer Mode was switched on.
        data = replace(data, signature_refused=self._signature_refused)
        if (shown := data.needs_signature) is not self._signature_shown:
            self._signature_shown = shown
            async_show_signature(self.hass, self.config_entry, shown=shown)
        return data

    @callback
    @override
    def signature_refused(self) -> None:
        """Show that the printer refuses commands that are not signed."""
        self._signature_refused = True
        self.update()
