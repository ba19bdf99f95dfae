"""The camera of the printer: frames of an A1 or P1, the stream of an X1, P2S or H2."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.camera import Camera, CameraEntityFeature
from homeassistant.core import callback

from ...lib.frame_hub import HubClosed
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity
from .wire.camera import stream_url

if TYPE_CHECKING:
    from aiohttp.web import Request, StreamResponse
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry
    from .wire.camera import CameraLink

# Home Assistant waits ten seconds for an image.
_STILL_TIMEOUT: Final = 9.0
# Frames come every one or two seconds; the hub waits for each.
_INTERVAL: Final = 0.2


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the camera; a stream only when the printer reports one."""
    coordinator = entry.runtime_data
    if not isinstance(coordinator, PrinterCoordinator):
        return
    if (link := coordinator.camera) is not None:
        async_add_entities([FramesCamera(coordinator, link)])
        return
    added = False

    @callback
    def add_stream() -> None:
        """Add the stream once; some printers have it switched off at first."""
        nonlocal added
        if not added and coordinator.data.status.liveview is not None:
            added = True
            async_add_entities([StreamCamera(coordinator)])

    add_stream()
    entry.async_on_unload(coordinator.async_add_listener(add_stream))


class PrinterCamera(PrinterEntity, Camera):
    """A camera of a printer."""

    def __init__(self, coordinator: PrinterCoordinator) -> None:
        """Initialize the camera."""
        PrinterEntity.__init__(self, coordinator, "camera")
        Camera.__init__(self)

    @property
    @override
    def written(self) -> object:
        """Return nothing: frames do not change the state."""
        return None


class FramesCamera(PrinterCamera):
    """The camera of an A1 or P1; all viewers share one connection."""

    def __init__(self, coordinator: PrinterCoordinator, link: CameraLink) -> None:
        """Initialize the camera with its connection."""
        super().__init__(coordinator)
        self._hub = link.hub

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return a frame that was received after the call."""
        with suppress(TimeoutError, HubClosed):
            async with asyncio.timeout(_STILL_TIMEOUT):
                return (await self._hub.async_still()).jpeg
        return None

    @override
    async def handle_async_mjpeg_stream(self, request: Request) -> StreamResponse:
        """Send each frame to a viewer as it arrives."""
        return await self.handle_async_still_stream(request, _INTERVAL)


class StreamCamera(PrinterCamera):
    """The stream of an X1, P2S or H2, which Home Assistant plays."""

    _attr_supported_features = CameraEntityFeature.STREAM

    def __init__(self, coordinator: PrinterCoordinator) -> None:
        """Initialize the camera with the printer's address."""
        super().__init__(coordinator)
        self._printer = coordinator

    @property
    @override
    def use_stream_for_stills(self) -> bool:
        """Return that images are taken from the stream."""
        return True

    @property
    @override
    def available(self) -> bool:
        """Return whether the printer offers the stream."""
        return super().available and self.printer.status.liveview is not None

    @property
    @override
    def written(self) -> object:
        """Return what the availability is made of."""
        return self.printer.status.liveview

    @override
    async def stream_source(self) -> str | None:
        """Return the address with the access code; Home Assistant does not log it.

        Only while the connection to the printer is open, whose certificate is verified:
        the stream's is not, and another device must not be sent the code.
        """
        address = self._printer.stream_address
        if not self.coordinator.link.connected or not self.available:
            return None
        return stream_url(address.host, address.port, address.access_code)
