"""Make videos of frames and put them into Home Assistant's media folder."""

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.core import callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util import slugify

from ...const import DOMAIN, LOGGER
from ...store import StoreNotWritten
from .timelapse.encoder import EncodingFailed, async_encode, make_plan
from .timelapse.frames import FrameStore, publish, sessions_in
from .timelapse.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...lib.stored import Stored
    from .runtime import RecordedPrinter

EVENT_FINISHED: Final = f"{DOMAIN}_timelapse_finished"
FRAMES_FOLDER: Final = "jannenkoti_timelapse"
MEDIA_FOLDER: Final = "timelapse"
# A camera answers within 10 s; the last frame is waited for a little longer.
_LAST_FRAME: Final = 15
_MEDIA: Final = "media-source://media_source/"
_MOST_ENDED: Final = 100


class Videos:
    """Makes the videos of sessions that have ended, one after the other.

    The folders of frames say what is to be done. The store adds only names.
    """

    def __init__(
        self, printer: RecordedPrinter, stored: Stored, changed: Callable[[], None]
    ) -> None:
        """Initialize; `changed` is called when something that is shown changes."""
        self.latest = stored.text("video", None)
        """The media content id of the latest video."""
        self.frames = 0
        """How many frames the session has that is encoded, or has failed."""
        self.progress: int | None = None
        self.failed: set[str] = set()
        """Sessions without a video; their frames are kept."""
        self._printer = printer
        self._changed = changed
        sessions = [Session.parse(each) for each in stored.children("ended")]
        self._ended = {each.id: each for each in sessions if each is not None}
        self._stores: dict[str, FrameStore] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        ended = list(self._ended.values())[-_MOST_ENDED:]
        return {
            "video": self.latest,
            "ended": [session.as_dict() for session in ended],
        }

    @property
    def root(self) -> Path:
        """Return the folder of the sessions."""
        printer = self._printer
        return Path(
            printer.hass.config.path(FRAMES_FOLDER, printer.config_entry.entry_id)
        )

    def read_picture(self) -> bytes | None:
        """Return the picture of the latest video; blocks. Raises OSError."""
        media = self._printer.hass.config.media_dirs
        path = (self.latest or "").removeprefix(_MEDIA)
        directory, _, inside = path.partition("/")
        if not inside or directory not in media:
            return None
        return Path(media[directory], inside).with_suffix(".jpg").read_bytes()

    @property
    def running(self) -> bool:
        """Return whether videos are being made, or wait for it."""
        return bool(self._tasks)

    async def async_begin(self, recording: str | None) -> None:
        """Make the videos that the previous run has left; the store may be lost."""
        printer = self._printer
        printer.config_entry.async_on_unload(self._async_end)
        names = await printer.hass.async_add_executor_job(sessions_in, self.root)
        self._ended = {name: self._ended[name] for name in self._ended if name in names}
        for name in names:
            if name != recording:
                known = self._ended.get(name)
                await self._async_retry(
                    known or Session(id=name, started=dt_util.utcnow(), file=None)
                )

    async def async_retry(self) -> None:
        """Try again what has failed, and wait for all videos."""
        for name in sorted(self.failed):
            await self._async_retry(self._ended[name])
        await self.async_wait()

    async def async_wait(self) -> None:
        """Wait for the videos that are being made."""
        # A caller that gives up, such as an action, ends no encoding.
        tasks = tuple(self._tasks.values())
        await asyncio.gather(*map(asyncio.shield, tasks), return_exceptions=True)

    async def async_cancel(self) -> None:
        """Delete the frames of all sessions without a video."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for frames in self._stores.values():
            remove = partial(frames.remove, final=True)
            await self._printer.hass.async_add_executor_job(remove)
        self._ended.clear()
        self._stores.clear()
        self.failed.clear()
        self._changed()

    async def async_open(self, name: str) -> FrameStore:
        """Return the frames of a session."""
        limits = self._printer.options.timelapse.limits
        return await self._printer.hass.async_add_executor_job(
            FrameStore, self.root / name, limits
        )

    @callback
    def add(
        self, session: Session, frames: FrameStore, last: asyncio.Task[None] | None
    ) -> None:
        """Make the video of a session, after a last frame that is being taken."""
        self._ended[session.id] = session
        self._stores[session.id] = frames
        self.failed.discard(session.id)
        self._tasks[session.id] = (
            self._printer.config_entry.async_create_background_task(
                self._printer.hass,
                self._async_make(session, frames, last),
                "printer time-lapse",
            )
        )
        self._changed()

    async def _async_retry(self, session: Session) -> None:
        self.add(session, await self.async_open(session.id), None)

    async def _async_end(self) -> None:
        """Stop the encoder; it starts again with the next run."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _async_make(
        self, session: Session, frames: FrameStore, last: asyncio.Task[None] | None
    ) -> None:
        """Make the video of a session; its frames are deleted when it is complete."""
        printer = self._printer
        try:
            if last is not None:
                await asyncio.wait([last], timeout=_LAST_FRAME)
            # After a kill the next run goes on, even if the printer is off.
            with suppress(StoreNotWritten):
                await printer.async_save_now()
            async with self._turn:
                await self._async_encode(session, frames)
        finally:
            self._tasks.pop(session.id, None)
            self.progress = None
            self._changed()

    async def _async_encode(self, session: Session, frames: FrameStore) -> None:
        hass, printer = self._printer.hass, self._printer
        paths = await hass.async_add_executor_job(frames.frames)
        self.frames, self.progress = len(paths), 0
        self._changed()
        try:
            video = await self._async_video(session.id, paths) if paths else None
        except (EncodingFailed, OSError) as err:
            LOGGER.debug("No video of %s: %s", session.id, err)
            self.failed.add(session.id)
            return
        await hass.async_add_executor_job(partial(frames.remove, final=True))
        self._ended.pop(session.id, None)
        self._stores.pop(session.id, None)
        if video is not None:
            self.latest = video
            announce(printer, session, video, len(paths))
        printer.save_soon()

    async def _async_video(self, name: str, frames: list[Path]) -> str:
        """Encode frames and return the media content id of the video.

        Raises EncodingFailed or OSError; the frames are not touched.
        """
        hass = self._printer.hass
        ready = await async_setup_component(hass, "ffmpeg", {})
        if not ready or not hass.config.media_dirs:
            raise EncodingFailed
        directory, base = next(iter(hass.config.media_dirs.items()))
        folder = slugify(self._printer.config_entry.title)
        target = Path(base, MEDIA_FOLDER, folder)
        file = f"{name}_timelapse_h264"
        output = frames[0].with_name("video.mp4")
        plan = await hass.async_add_executor_job(
            make_plan, output.parent, frames, output
        )
        await async_encode(
            get_ffmpeg_manager(hass).binary, plan, progress=self._progressed
        )
        await hass.async_add_executor_job(publish, output, target, file, frames)
        path = f"{directory}/{MEDIA_FOLDER}/{folder}/{file}.mp4"
        return f"{_MEDIA}{path}"

    @callback
    def _progressed(self, percent: int) -> None:
        """Show how far the video is."""
        self.progress = percent
        self._changed()


def announce(
    printer: RecordedPrinter, session: Session, video: str, count: int
) -> None:
    """Fire the event, from which an automation can send the video to a phone."""
    entry = printer.config_entry
    printer.hass.bus.async_fire(
        EVENT_FINISHED,
        {
            "config_entry_id": entry.entry_id,
            "printer": entry.title,
            "file": session.file,
            "frames": count,
            "media_content_id": video,
        },
    )
