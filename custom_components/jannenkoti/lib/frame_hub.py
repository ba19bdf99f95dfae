"""Distribute the frames of one upstream to any number of viewers.

Each viewer receives a frame as soon as it arrives and the viewer's previous frame has
been sent. A slow viewer skips frames: it delays no other viewer and uses no memory for
a queue. Nothing here reads a clock; each frame carries its time.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A JPEG image with the time it was received, in seconds of a monotonic clock."""

    jpeg: bytes
    at: float


class HubClosed(Exception):
    """The hub was closed and distributes no more frames."""


class FrameHub:
    """The newest frame, the viewers and the requests for a still image."""

    def __init__(self, demand_changed: Callable[[], None] = lambda: None) -> None:
        """Call `demand_changed` whenever a viewer or a request comes or goes."""
        self.latest: Frame | None = None
        self.closed = False
        self._placeholder: Frame | None = None
        self._viewers: set[Viewer] = set()
        self._waiting: set[asyncio.Future[None]] = set()
        self._requests = 0
        self._published = 0
        self._demand_changed = demand_changed

    @property
    def viewers(self) -> int:
        """Return the number of viewers."""
        return len(self._viewers)

    @property
    def has_placeholder(self) -> bool:
        """Return whether a placeholder is shown instead of the frames."""
        return self._placeholder is not None

    @property
    def needs_frames(self) -> bool:
        """Return whether a viewer or a request waits for frames of the upstream."""
        return self._placeholder is None and bool(self._viewers or self._requests)

    @property
    def current(self) -> Frame | None:
        """Return the frame that viewers see now: the placeholder, or the newest one."""
        return self._placeholder or self.latest

    def publish(self, frame: Frame) -> None:
        """Send a frame to all viewers, unless a placeholder is shown."""
        if self._placeholder is None:
            self.latest = frame
            self._published += 1
            self._distribute()

    def resend(self, older_than: float) -> None:
        """Send the current frame again if it is older, to detect viewers that left."""
        if self._placeholder is not None:
            self._placeholder = replace(self._placeholder)
        elif self.latest is not None and self.latest.at < older_than:
            self.latest = replace(self.latest)
        self._distribute()

    def show_placeholder(self, jpeg: bytes, now: float) -> None:
        """Show a placeholder from now on, and drop the newest frame."""
        self.latest = None
        self._placeholder = Frame(jpeg, now)
        self._distribute()

    def remove_placeholder(self) -> None:
        """Show the frames of the upstream again."""
        self._placeholder = None
        self._demand_changed()

    def close(self) -> None:
        """Disconnect all viewers."""
        self.closed = True
        self._distribute()

    def watch(self, send: Callable[[Frame], bool]) -> Viewer:
        """Return a viewer. `send` returns whether another frame can follow at once."""
        return Viewer(self, send)

    async def async_still(self, *, skip: int = 0) -> Frame:
        """Return a frame that was published after this call.

        The first `skip` of those frames are skipped: an upstream with frame buffers
        delivers frames that it captured before the call. The caller limits the time.
        Raises HubClosed.
        """
        self._requests += 1
        self._demand_changed()
        before = self._published
        try:
            while True:
                if self._placeholder is not None:
                    return self._placeholder
                if self.latest is not None and self._published > before + skip:
                    return self.latest
                await self._async_next()
        finally:
            self._requests -= 1
            self._demand_changed()

    async def _async_next(self) -> None:
        """Wait for the next frame; raises HubClosed."""
        if self.closed:
            raise HubClosed
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
        if self.closed:
            raise HubClosed

    def _distribute(self) -> None:
        for viewer in self._viewers:
            viewer.update()
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def add(self, viewer: Viewer) -> None:
        """Add a viewer."""
        self._viewers.add(viewer)
        self._demand_changed()

    def remove(self, viewer: Viewer) -> None:
        """Remove a viewer."""
        self._viewers.discard(viewer)
        self._demand_changed()


class Viewer:
    """A client that receives frames at its own rate; use it as a context manager."""

    def __init__(self, hub: FrameHub, send: Callable[[Frame], bool]) -> None:
        """Initialize a viewer of a hub."""
        self._hub = hub
        self._send = send
        self._sent: Frame | None = None
        self._busy = asyncio.Event()

    def __enter__(self) -> Self:
        """Join the hub; the current frame is sent at once."""
        self._hub.add(self)
        self.update()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the hub."""
        self._hub.remove(self)

    def update(self) -> None:
        """Send the current frame if it is new and the previous one has been sent."""
        frame = self._hub.current
        if self._hub.closed:
            self._busy.set()
        elif not (frame is None or frame is self._sent or self._busy.is_set()):
            self._sent = frame
            if not self._send(frame):
                self._busy.set()

    async def async_wait_busy(self) -> None:
        """Wait until the viewer cannot receive another frame; raises HubClosed."""
        await self._busy.wait()
        if self._hub.closed:
            raise HubClosed

    def ready(self) -> None:
        """Continue with the newest frame, because the previous one has been sent."""
        self._busy.clear()
        self.update()
