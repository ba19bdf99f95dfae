"""Make videos of frames and put them into Home Assistant's media folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util import slugify

from ...const import DOMAIN, LOGGER
from .timelapse.encoder import EncodingFailed, async_encode, make_plan
from .timelapse.frames import FrameStore, Limits, publish
from .timelapse.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from .runtime import Printer

EVENT_FINISHED: Final = f"{DOMAIN}_timelapse_finished"
_MEDIA_FOLDER: Final = "timelapse"


async def async_make_video(
    printer: Printer,
    session: str,
    frames: list[Path],
    *,
    progress: Callable[[int], None] = lambda _percent: None,
) -> str:
    """Encode frames and return the media content id of the video.

    Raises EncodingFailed or OSError; the frames are not touched.
    """
    hass = printer.hass
    if not await async_setup_component(hass, "ffmpeg", {}):
        raise EncodingFailed
    directory, base = next(iter(hass.config.media_dirs.items()))
    folder = slugify(printer.config_entry.title)
    target = Path(base, _MEDIA_FOLDER, folder)
    name = f"{session}_timelapse_h264"
    output = frames[0].with_name("video.mp4")
    plan = await hass.async_add_executor_job(make_plan, output.parent, frames, output)
    ffmpeg = get_ffmpeg_manager(hass).binary
    await async_encode(ffmpeg, plan, progress=progress)
    await hass.async_add_executor_job(publish, output, target, name, frames)
    path = f"{directory}/{_MEDIA_FOLDER}/{folder}/{name}.mp4"
    return f"media-source://media_source/{path}"


async def async_recover(
    printer: Printer, root: Path, names: list[str], limits: Limits
) -> None:
    """Make videos of sessions that are no longer in the store."""
    hass = printer.hass
    for name in names:
        frames = await hass.async_add_executor_job(FrameStore, root / name, limits)
        paths = await hass.async_add_executor_job(frames.frames)
        session = Session(id=name, started=dt_util.utcnow(), file=None)
        try:
            video = await async_make_video(printer, name, paths)
        except (EncodingFailed, OSError) as err:
            LOGGER.debug("No video of %s: %s", name, err)
            continue
        await hass.async_add_executor_job(frames.remove)
        announce(printer, session, video, len(paths))


def announce(printer: Printer, session: Session, video: str, count: int) -> None:
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
