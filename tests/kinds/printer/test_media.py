"""The videos in the media browser, and the picture of a time-lapse."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.components.image import async_get_image
from homeassistant.components.media_player import BrowseError
from homeassistant.components.media_source import (
    Unresolvable,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from tests.pure.printer.test_timelapse import jpeg

from .conftest import entity_id, set_up, state, until
from .test_timelapse import FakeCamera, layers, record, recording

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant

    from demo.fakes.printer import FakePrinter

NAMES = ("2026-11-27-12-00-00-000", "2026-11-28-08-30-00-000")
ROOT = "media-source://jannenkoti"


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    """Return the camera."""
    fake = FakeCamera()
    module = "custom_components.jannenkoti.kinds.printer.timelapse_coordinator"
    monkeypatch.setattr(f"{module}.async_get_image", fake.get)
    return fake


@pytest.fixture(autouse=True)
async def media(hass: HomeAssistant, tmp_path: Path, all_enabled: None) -> Path:
    """Return the folder of two videos, of which one has a picture."""
    hass.config.config_dir = str(tmp_path / "config")
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    folder = tmp_path / "media" / "timelapse" / "p1s"
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / f"{name}_timelapse_h264.mp4").write_bytes(b"video")
    (folder / f"{NAMES[1]}_timelapse_h264.jpg").write_bytes(jpeg())
    assert await async_setup_component(hass, "media_source", {})
    return folder


async def test_videos_are_listed_with_their_pictures(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    root = await async_browse_media(hass, ROOT)
    (folder,) = root.children or ()
    assert folder.title == "Time-lapses of 3D prints"
    inside = await async_browse_media(hass, folder.media_content_id)
    first, second = inside.children or ()
    assert first.title == "2026-11-28 08:30 · p1s"
    picture = f"/media/local/timelapse/p1s/{NAMES[1]}_timelapse_h264.jpg"
    assert (first.thumbnail, second.thumbnail) == (picture, None)
    played = await async_resolve_media(hass, first.media_content_id, None)
    assert played.mime_type == "video/mp4"
    assert played.url.startswith(picture.removesuffix("jpg"))


async def test_home_without_a_printer_has_an_empty_folder(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "jannenkoti", {})
    await hass.async_block_till_done()
    root = await async_browse_media(hass, ROOT)
    assert not root.children


@pytest.mark.parametrize(
    "inside",
    [
        "printer/../secrets.yaml",
        "printer/p1s/../../x",
        "printer/p1s/none.mp4",
        "printer/p1s",
        "printer/..%2f/x",
        "other/p1s/x.mp4",
        "tlink",
    ],
)
async def test_no_path_outside_is_played(
    hass: HomeAssistant, printer: FakePrinter, inside: str
) -> None:
    await set_up(hass, printer)
    with pytest.raises(Unresolvable):
        await async_resolve_media(hass, f"{ROOT}/{inside}", None)


async def test_home_without_a_media_folder_has_no_videos(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    hass.config.media_dirs = {}
    with pytest.raises(BrowseError):
        await async_browse_media(hass, f"{ROOT}/printer")
    with pytest.raises(Unresolvable):
        await async_resolve_media(hass, f"{ROOT}/printer/p1s/x.mp4", None)


@pytest.mark.parametrize("inside", ["printer/p1s", "tlink"])
async def test_other_folder_is_not_listed(
    hass: HomeAssistant, printer: FakePrinter, inside: str
) -> None:
    await set_up(hass, printer)
    with pytest.raises(BrowseError):
        await async_browse_media(hass, f"{ROOT}/{inside}")


async def test_picture_is_the_latest_frame(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer)
    assert state(hass, "timelapse_image").state == "unknown"
    printer.begin(layers=9)
    await recording(hass)
    await layers(hass, printer, 2)
    picture = entity_id(hass, "timelapse_image")
    await until(hass, lambda: state(hass, "timelapse_image").state != "unknown")
    assert (await async_get_image(hass, picture)).content == jpeg(shade=2)


async def test_picture_of_a_video_that_was_deleted_is_missing(
    hass: HomeAssistant, printer: FakePrinter, media: Path
) -> None:
    entry = await set_up(hass, printer)
    videos = entry.runtime_data.timelapse.videos
    name = f"{NAMES[1]}_timelapse_h264"
    videos.latest = f"media-source://media_source/local/timelapse/p1s/{name}.mp4"
    picture = entity_id(hass, "timelapse_image")
    assert (await async_get_image(hass, picture)).content == jpeg()
    (media / f"{name}.jpg").unlink()
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, picture)
    videos.latest = "media-source://media_source/elsewhere/x.mp4"
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, picture)
