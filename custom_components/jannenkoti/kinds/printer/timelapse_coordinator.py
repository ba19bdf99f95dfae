"""Record the time-lapse of a print from any camera, and make a video of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.camera import async_get_image
from homeassistant.const import STATE_ON
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call
from ...const import DOMAIN, LOGGER
from .job.events import JobEvent
from .options import Trigger
from .repairs import async_show_timelapse
from .timelapse.encoder import EncodingFailed
from .timelapse.frames import BadFrame, FrameStore, NoSpace, sessions_in
from .timelapse.session import Ending, Phase, Session, may_capture, session_id
from .video_coordinator import announce, async_make_video, async_recover

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from homeassistant.core import Event, EventStateChangedData

    from ...lib.stored import Stored
    from .job.status import PrinterStatus
    from .model import TimelapseData
    from .runtime import RecordedPrinter

FRAMES_FOLDER: Final = "jannenkoti_timelapse"
_CAMERA_TIMEOUT: Final = 10
_IGNORED: Final = frozenset({"unavailable", "unknown"})


class Timelapse:
    """The time-lapse of a printer."""

    def __init__(self, coordinator: RecordedPrinter, stored: Stored) -> None:
        """Initialize with the session that was stored."""
        self._coordinator = coordinator
        self._options = coordinator.options.timelapse
        config, entry_id = coordinator.hass.config, coordinator.config_entry.entry_id
        self._root = Path(config.path(FRAMES_FOLDER, entry_id))
        self.session = Session.parse(stored.child("timelapse"))
        self._video = stored.text("video", None)
        self._frames: FrameStore | None = None
        self._capturing = False
        self._writing = asyncio.Lock()
        self._encoding: asyncio.Task[None] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        session = None if self.session is None else self.session.as_dict()
        return {"timelapse": session, "video": self._video}

    @property
    def data(self) -> TimelapseData:
        """Return what is shown."""
        return self._coordinator.data.timelapse

    # --- start and stop --------------------------------------------------------------

    async def async_begin(self) -> None:
        """Go on where the previous run ended, and listen to the triggers."""
        entry, hass = self._coordinator.config_entry, self._coordinator.hass
        # The previous run may have left an issue; what is still wrong shows it again.
        async_show_timelapse(hass, entry, None)
        self._show(video=self._video)
        left = await hass.async_add_executor_job(sessions_in, self._root)
        if self.session is not None:
            left = [name for name in left if name != self.session.id]
            self.session = await self._async_open(self.session)
            if self.session.phase in {Phase.ENCODING, Phase.FAILED}:
                self._encode()
        if left:  # The store was lost, or a print began after a failed video.
            self._run(
                async_recover(self._coordinator, self._root, left, self._options.limits)
            )
        entry.async_on_unload(self._coordinator.async_listen_events(self._happened))
        entry.async_on_unload(self._coordinator.async_add_listener(self._updated))
        entry.async_on_unload(self._async_end)
        self._listen()
        self._updated()

    def _listen(self) -> None:
        """Subscribe to what triggers a frame, besides layers."""
        hass, options = self._coordinator.hass, self._options
        entry = self._coordinator.config_entry
        if options.trigger is Trigger.INTERVAL:
            entry.async_on_unload(
                async_track_time_interval(
                    hass, self._tick, timedelta(seconds=options.image_delay)
                )
            )
        if options.trigger is Trigger.ENTITY and options.trigger_entity is not None:
            entry.async_on_unload(
                async_track_state_change_event(
                    hass, options.trigger_entity, self._triggered
                )
            )
        if options.trigger is Trigger.EVENT and options.trigger_event:
            entry.async_on_unload(
                hass.bus.async_listen(options.trigger_event, self._tick)
            )

    async def _async_end(self) -> None:
        """Stop the encoder; it starts again with the next run."""
        if self._encoding is not None:
            self._encoding.cancel()
            await asyncio.gather(self._encoding, return_exceptions=True)

    async def async_start(self) -> dict[str, Any]:
        """Start a session; raises ServiceValidationError."""
        if self._options.camera is None:
            raise self._refused("printer_no_camera")
        if self.session is not None and self.session.phase is not Phase.FAILED:
            raise self._refused("printer_timelapse_runs")
        if not self._coordinator.mark.state.active:
            raise self._refused("printer_no_job")
        await self._async_new_session()
        return {"session": None if self.session is None else self.session.id}

    async def async_stop(self, *, cancel: bool) -> dict[str, Any]:
        """End the session, with a video or without; raises ServiceValidationError."""
        session = self.session
        if session is None:
            raise self._refused("printer_no_timelapse")
        if self._encoding is not None and not self._encoding.done():
            if not cancel:
                await asyncio.shield(self._encoding)
                return self._result()
            self._encoding.cancel()
            await asyncio.gather(self._encoding, return_exceptions=True)
        if cancel:
            await self._async_discard()
            return self._result()
        self._end(Ending.VIDEO)
        if self._encoding is not None:
            await asyncio.shield(self._encoding)
        return self._result()

    def _result(self) -> dict[str, Any]:
        data = self.data
        return {"frames": data.frames, "video": data.video, "problem": data.problem}

    async def _async_new_session(self) -> None:
        """Begin a session; it is stored before the first frame."""
        coordinator = self._coordinator
        now = dt_util.now()
        self.session = Session(
            id=session_id(now), started=now, file=coordinator.data.status.file
        )
        async with self._writing:  # A first frame waits for the folder.
            await self._async_open(self.session)
        await coordinator.async_save_now()
        self._updated()

    async def _async_open(self, session: Session) -> Session:
        """Open the frames of a session, and return it as they show it."""
        self._frames = await self._coordinator.hass.async_add_executor_job(
            FrameStore, self._root / session.id, self._options.limits
        )
        session = session.with_frames(self._frames.count)
        self._show(phase=session.phase, frames=self._frames.count, problem=None)
        return session

    async def _async_discard(self) -> None:
        """Delete the session and its frames."""
        if self._frames is not None:
            async with self._writing:
                await self._coordinator.hass.async_add_executor_job(self._frames.remove)
        self.session = self._frames = None
        self._show(phase=Phase.IDLE, frames=0, progress=None, problem=None)
        await self._coordinator.async_save_now()

    # --- what happens ----------------------------------------------------------------

    @callback
    def _happened(self, event: JobEvent, _status: PrinterStatus) -> None:
        """Start with a print, and take a frame for each layer."""
        options = self._options
        if event in {JobEvent.STARTED, JobEvent.RESUMED}:
            idle = self.session is None or self.session.phase is Phase.FAILED
            if options.automatic and options.camera is not None and idle:
                self._run(self._async_new_session())
        elif event is JobEvent.LAYER and options.trigger is Trigger.LAYER:
            self._capture()

    @callback
    def _updated(self) -> None:
        """Follow the printer: the session records, or ends."""
        if self.session is None or not self._coordinator.data.reachable:
            return
        before = self.session
        self.session, ending = before.next(self._coordinator.data.status)
        if self.session != before:
            self._coordinator.save_soon()
            self._show(phase=self.session.phase)
        if ending is not None:
            self._end(ending)

    @callback
    def _tick(self, _at: datetime | Event) -> None:
        self._capture()

    @callback
    def _triggered(self, event: Event[EventStateChangedData]) -> None:
        """Take a frame when a binary sensor is on, or another entity has changed."""
        new, old = event.data["new_state"], event.data["old_state"]
        if new is None or old is None or old.state in _IGNORED:
            return
        binary = new.domain in {"binary_sensor", "input_boolean", "switch"}
        counts = new.state == STATE_ON if binary else new.state not in _IGNORED
        if counts and new.state != old.state:
            self._capture()

    # --- frames ----------------------------------------------------------------------

    @callback
    def _capture(self) -> None:
        """Take a frame, unless one is being taken: a slow camera gets no queue."""
        if not self._capturing and may_capture(
            self.session, self._coordinator.data.status
        ):
            self._capturing = True
            self._run(self._async_capture())

    async def _async_capture(self) -> None:
        """Fetch a frame and store it."""
        hass, camera = self._coordinator.hass, self._options.camera
        try:
            if camera is None:
                return
            fetched = async_get_image(hass, camera, _CAMERA_TIMEOUT)
            image = await async_call(hass, camera, fetched, within=_CAMERA_TIMEOUT)
            async with self._writing:
                frames = self._frames
                if frames is None or self.session is None:
                    return  # It has ended while the camera answered.
                count = await hass.async_add_executor_job(frames.write, image.content)
        except CallFailed, BadFrame:
            self._show(problem="no_frame")
        except NoSpace:
            self._show(problem="no_space")
        except OSError as err:
            self._show(problem="not_written", detail=str(err))
        else:
            self._show(frames=count, problem=None)
        finally:
            self._capturing = False

    # --- video -----------------------------------------------------------------------

    @callback
    def _end(self, ending: Ending) -> None:
        """End the session."""
        if self.session is None or self.session.phase is Phase.ENCODING:
            return
        if ending is Ending.NOTHING:
            self.session = replace(self.session, phase=Phase.ENCODING)
            self._run(self._async_discard())
            return
        self.session = replace(self.session, phase=Phase.ENCODING)
        self._show(phase=Phase.ENCODING, progress=0)
        self._coordinator.save_soon()
        self._encode()

    @callback
    def _encode(self) -> None:
        """Make the video in the background."""
        self._encoding = self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, self._async_encode(), "printer time-lapse"
        )

    async def _async_encode(self) -> None:
        """Make the video; the frames are deleted when it is complete."""
        session, frames, hass = self.session, self._frames, self._coordinator.hass
        if session is None or frames is None:
            return
        async with self._writing:
            paths = await hass.async_add_executor_job(frames.frames)
        if not paths:
            await self._async_discard()
            return
        self._show(phase=Phase.ENCODING, progress=0, problem=None)
        try:
            video = await async_make_video(
                self._coordinator,
                session.id,
                paths,
                progress=lambda percent: self._show(progress=percent),
            )
        except (EncodingFailed, OSError) as err:
            LOGGER.debug("No video of %s: %s", session.id, err)
            self.session = replace(session, phase=Phase.FAILED)
            self._show(phase=Phase.FAILED, progress=None, problem="no_video")
            self._coordinator.save_soon()
            return
        count = frames.count
        self._video = video
        self._show(video=video)
        await self._async_discard()
        announce(self._coordinator, session, video, count)

    # --- helpers ---------------------------------------------------------------------

    @callback
    def _show(self, *, detail: str = "", **changes: Any) -> None:  # noqa: ANN401 - fields
        """Show what has changed; a problem is logged once and is a repair issue."""
        coordinator, before = self._coordinator, self.data
        data = replace(before, **changes)
        if data == before:
            return
        problem = data.problem
        if problem != before.problem:
            if problem is not None:
                LOGGER.warning(
                    "Time-lapse of %s: %s %s",
                    coordinator.config_entry.title,
                    problem,
                    detail,
                )
            async_show_timelapse(coordinator.hass, coordinator.config_entry, problem)
        coordinator.async_set_updated_data(replace(coordinator.data, timelapse=data))

    @callback
    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something in the background, until the entry is unloaded."""
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, coroutine, "printer time-lapse"
        )

    def _refused(self, key: str) -> ServiceValidationError:
        """Return a translated refusal."""
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"name": self._coordinator.config_entry.title},
        )
