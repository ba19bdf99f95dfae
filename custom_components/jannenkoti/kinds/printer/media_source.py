"""The time-lapses of all printers, with their pictures, in the media browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from homeassistant.components.media_player import BrowseError, MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    PlayMedia,
    Unresolvable,
)
from homeassistant.helpers.translation import async_get_translations

from ...const import DOMAIN
from .model import KIND_NAME
from .timelapse.library import Video, is_name, videos_in
from .video_coordinator import MEDIA_FOLDER

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_TYPE: Final = "video/mp4"
_TITLE: Final = f"component.{DOMAIN}.common.printer_timelapses"


async def async_browse(hass: HomeAssistant, inside: str) -> BrowseMediaSource:
    """Return the folder of all videos, the newest first; raises BrowseError."""
    if inside or not hass.config.media_dirs:
        raise BrowseError(inside)
    _directory, root = _root(hass)
    videos = await hass.async_add_executor_job(videos_in, root)
    texts = await async_get_translations(hass, hass.config.language, "common", {DOMAIN})
    folder = BrowseMediaSource(
        domain=DOMAIN,
        identifier=KIND_NAME,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=texts.get(_TITLE, KIND_NAME),
        can_play=False,
        can_expand=True,
        children=[_item(hass, video) for video in videos],
    )
    folder.children_media_class = MediaClass.VIDEO
    return folder


async def async_resolve(hass: HomeAssistant, inside: str) -> PlayMedia:
    """Return where a video is played from; raises Unresolvable."""
    folder, _, name = inside.partition("/")
    if not (is_name(folder) and is_name(name) and hass.config.media_dirs):
        raise Unresolvable(inside)
    _directory, root = _root(hass)
    if not await hass.async_add_executor_job(Path(root, folder, name).is_file):
        raise Unresolvable(inside)
    return PlayMedia(_url(hass, folder, name), _TYPE)


def _root(hass: HomeAssistant) -> tuple[str, Path]:
    """Return the media directory that has the videos, and their folder."""
    directory, base = next(iter(hass.config.media_dirs.items()))
    return directory, Path(base, MEDIA_FOLDER)


def _url(hass: HomeAssistant, folder: str, name: str) -> str:
    """Return the address of a file, for which a user has to be logged in."""
    directory, _root_folder = _root(hass)
    return quote(f"/media/{directory}/{MEDIA_FOLDER}/{folder}/{name}")


def _item(hass: HomeAssistant, video: Video) -> BrowseMediaSource:
    """Return a video."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=f"{KIND_NAME}/{video.folder}/{video.name}",
        media_class=MediaClass.VIDEO,
        media_content_type=_TYPE,
        title=video.title,
        can_play=True,
        can_expand=False,
        thumbnail=(
            None if video.picture is None else _url(hass, video.folder, video.picture)
        ),
    )
