"""Record the time-lapse of a print from any camera."""

import asyncio
import errno
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.camera import async_get_image
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call
from ...const import DOMAIN, LOGGER
from ...store import StoreNotWritten
from .job.events import JobEvent
from .job.status import JobState
from .model import TimelapseData
from .options import Trigger
from .repairs import async_show_timelapse
from .timelapse.frames import BadFrame, FrameStore, NoSpace
from .timelapse.session import (
    Ending,
    Phase,
    Session,
    Starts,
    may_capture,
    session_id,
)
from .trigger_coordinator import async_listen
from .video_coordinator import Videos

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ...lib.stored import Stored
    from .job.status import PrinterStatus
    from .runtime import RecordedPrinter

_CAMERA_TIMEOUT: Final = 10
_RECORDING: Final = frozenset({Phase.WAITING, Phase.RECORDING})


class Timelapse:
    """The time-lapse of a printer."""

    def __init__(self, coordinator: RecordedPrinter, stored: Stored) -> None:
        """Initialize with the session that was stored."""
        self._coordinator = coordinator
        self._options = coordinator.options.timelapse
        session = Session.parse(stored.child("timelapse"))
        self.session = (
            session if session is not None and session.phase in _RECORDING else None
        )
        self.videos = Videos(coordinator, stored, self._refresh)
        self._starts = Starts.parse(
            stored.child("timelapse_starts"), coordinator.mark.number
        )
        self._frames: FrameStore | None = None
        self._problem: str | None = None
        self._layer = 0
        self._taking: asyncio.Task[None] | None = None
        self._again: FrameStore | None = None
        self._opened = asyncio.Event()

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        session = None if self.session is None else self.session.as_dict()
        return {
            "timelapse": session,
            "timelapse_starts": self._starts.as_dict(),
            **self.videos.as_dict(),
        }

    def read_picture(self) -> bytes | None:
        """Return the latest frame, or the picture of the latest video; blocks."""
        frames = self._frames
        with suppress(OSError):
            if frames is not None and (paths := frames.frames()):
                return paths[-1].read_bytes()
            return self.videos.read_picture()
        return None

    # --- start and stop --------------------------------------------------------------

    async def async_begin(self) -> None:
        """Go on where the previous run ended, and listen to the triggers."""
        coordinator, session = self._coordinator, self.session
        entry, hass = coordinator.config_entry, coordinator.hass
        # The previous run may have left an issue; what is still wrong shows it again.
        async_show_timelapse(hass, entry, None)
        if session is not None:
            self._frames = await self.videos.async_open(session.id)
            self.session = session.with_frames(self._frames.count)
            self._opened.set()
        self._layer = coordinator.mark.layer
        await self.videos.async_begin(None if session is None else session.id)
        entry.async_on_unload(coordinator.async_listen_events(self._happened))
        entry.async_on_unload(coordinator.async_add_listener(self._updated))
        async_listen(hass, entry, self._options, self._capture)
        self._refresh()
        self._updated()

    async def async_start(self) -> dict[str, Any]:
        """Start a session; raises ServiceValidationError."""
        if self._options.camera is None:
            raise self._refused("printer_no_camera")
        if self.session is not None:
            raise self._refused("printer_timelapse_runs")
        if not self._coordinator.mark.state.active:
            raise self._refused("printer_no_job")
        session = self._start()
        await self._opened.wait()
        return {"session": session.id}

    async def async_stop(self, *, cancel: bool) -> dict[str, Any]:
        """End the session, with a video or without; raises ServiceValidationError."""
        videos = self.videos
        if self.session is None and not videos.running and not videos.failed:
            raise self._refused("printer_no_timelapse")
        if self.session is not None:
            self._end(Ending.NOTHING if cancel else Ending.VIDEO)
        elif cancel:
            await videos.async_cancel()
        if not cancel:
            await videos.async_retry()
        data = self._coordinator.data.timelapse
        return {"frames": data.frames, "video": data.video, "problem": data.problem}

    @callback
    def _start(self) -> Session:
        """Begin a session."""
        coordinator, now = self._coordinator, dt_util.now()
        number = coordinator.mark.number
        self.session = session = Session(
            id=session_id(now),
            started=now,
            file=coordinator.data.status.file,
            number=number,
        )
        self._starts.started(number)
        self._frames, self._problem = None, None
        self._layer = coordinator.mark.layer
        self._opened.clear()
        self._run(self._async_open(session))
        self._refresh()
        self._updated()
        return session

    async def _async_open(self, session: Session) -> None:
        """Store a session and open its frames, before the first one is taken."""
        frames = await self.videos.async_open(session.id)
        with suppress(StoreNotWritten):  # It is shown by the store.
            await self._coordinator.async_save_now()
        if self.session is not None and self.session.id == session.id:
            self._frames = frames
        self._opened.set()

    @callback
    def _end(self, ending: Ending) -> None:
        """End the session."""
        session, frames = self.session, self._frames
        if session is None:
            return
        last = self._taking
        self.session = self._frames = self._taking = None
        if frames is None or ending is Ending.NOTHING:
            self._run(self._async_discard(session, frames))
        else:
            self.videos.add(session, frames, last)
        self._coordinator.save_soon()
        self._refresh()

    async def _async_discard(self, session: Session, frames: FrameStore | None) -> None:
        """Delete the frames of a session."""
        if frames is None:
            frames = await self.videos.async_open(session.id)
        remove = partial(frames.remove, final=True)
        await self._coordinator.hass.async_add_executor_job(remove)

    # --- what happens ----------------------------------------------------------------

    @callback
    def _happened(self, event: JobEvent, _status: PrinterStatus) -> None:
        """Take a frame for each layer."""
        if event is JobEvent.LAYER and self._options.trigger is Trigger.LAYER:
            self._layer = self._coordinator.mark.layer
            self._capture()

    @callback
    def _updated(self) -> None:
        """Follow the printer: a session starts, records, or ends."""
        coordinator, before = self._coordinator, self.session
        if not coordinator.data.reachable:
            return
        status, job = coordinator.data.status, coordinator.mark.number
        if before is not None:
            if before.number != job:  # Its job has ended while it was not connected.
                recorded = before.phase is Phase.RECORDING
                self._end(Ending.VIDEO if recorded else Ending.NOTHING)
            else:
                self._follow(before, status)
        options = self._options
        wanted = options.automatic and options.camera is not None
        if wanted and self.session is None and self._starts.is_due(job, status):
            self._start()

    @callback
    def _follow(self, before: Session, status: PrinterStatus) -> None:
        """Let the session record, or end."""
        self.session, ending = before.next(status)
        if ending is not None:
            self._starts.ended(before.number, status)
            if ending is Ending.VIDEO:
                self._capture_last(status)
            self._end(ending)
        elif self.session != before:
            self._coordinator.save_soon()
            self._refresh()

    # --- frames ----------------------------------------------------------------------

    @callback
    def _capture(self) -> None:
        """Take a frame; while one is being taken, one more at most is to follow it."""
        if may_capture(self.session, self._coordinator.data.status):
            self._take()

    @callback
    def _capture_last(self, status: PrinterStatus) -> None:
        """Take the frame of a last layer that is reported with the end of the print."""
        by_layers = self._options.trigger is Trigger.LAYER
        further = self._coordinator.mark.layer > self._layer
        if by_layers and further and status.job_state is JobState.FINISHED:
            self._take()

    @callback
    def _take(self) -> None:
        if self._taking is not None and not self._taking.done():
            self._again = self._frames
            return
        self._again = None
        self._taking = self._run(self._async_take(self._frames))

    async def _async_take(self, frames: FrameStore | None) -> None:
        """Fetch frames and store them, also if the session ends meanwhile."""
        if frames is None:
            await self._opened.wait()
            frames = self._frames
        while frames is not None:
            problem, detail = await self._async_frame(frames)
            if self._frames is frames:
                self._show_problem(problem, detail)
                self._refresh()
            if self._again is not frames:
                return
            self._again = None

    async def _async_frame(self, frames: FrameStore) -> tuple[str | None, str]:
        """Fetch a frame and store it; return what went wrong."""
        hass, camera = self._coordinator.hass, self._options.camera or ""
        try:
            fetched = async_get_image(hass, camera, _CAMERA_TIMEOUT)
            image = await async_call(hass, camera, fetched, within=_CAMERA_TIMEOUT)
            await hass.async_add_executor_job(frames.write, image.content)
        except CallFailed, BadFrame:
            return "no_frame", ""
        except NoSpace:
            return "no_space", ""
        except OSError as err:
            # The floor may be passed by others between the look and the write.
            full = err.errno in {errno.ENOSPC, errno.EDQUOT}
            return "no_space" if full else "not_written", str(err)
        return None, ""

    # --- helpers ---------------------------------------------------------------------

    @callback
    def _show_problem(self, problem: str | None, detail: str = "") -> None:
        """Log a problem once."""
        if problem is not None and problem != self._problem:
            title = self._coordinator.config_entry.title
            LOGGER.warning("Time-lapse of %s: %s %s", title, problem, detail)
        self._problem = problem

    @callback
    def _refresh(self) -> None:
        """Show what has changed; a problem is a repair issue."""
        coordinator, videos = self._coordinator, self.videos
        if self.session is not None:
            phase = self.session.phase
            frames = 0 if self._frames is None else self._frames.count
        elif videos.running:
            phase, frames = Phase.ENCODING, videos.frames
        elif videos.failed:
            phase, frames = Phase.FAILED, videos.frames
        else:
            phase, frames = Phase.IDLE, 0
        no_video = "no_video" if videos.failed and not videos.running else None
        data = TimelapseData(
            phase=phase,
            frames=frames,
            progress=videos.progress,
            video=videos.latest,
            problem=(self._problem if self.session is not None else None) or no_video,
        )
        before = coordinator.data.timelapse
        if data == before:
            return
        if data.problem != before.problem:
            if data.problem == "no_video":
                self._show_problem("no_video")
            async_show_timelapse(
                coordinator.hass, coordinator.config_entry, data.problem
            )
        coordinator.show_timelapse(data)

    @callback
    def _run(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background, until the entry is unloaded."""
        return self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, coroutine, "printer time-lapse"
        )

    def _refused(self, key: str) -> ServiceValidationError:
        """Return a translated refusal."""
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"name": self._coordinator.config_entry.title},
        )
