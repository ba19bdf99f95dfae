"""The camera on a dashboard: moving images, arrows, one connection for two pages."""

import asyncio
import json
from contextlib import suppress
from subprocess import run
from typing import TYPE_CHECKING

from playwright.async_api import TimeoutError as PlaywrightTimeout

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds.robocam import Demo
from demo.waiting import eventually

from ..marks import BROWSER, NEEDS_FFMPEG

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Locator, Page

pytestmark = BROWSER

LIMIT = 60
# How a page opens the dialog of an entity.
MORE_INFO = """id => document.querySelector("home-assistant").dispatchEvent(
  new CustomEvent("hass-more-info", {detail: {entityId: id}}))"""


async def card(page: Page) -> Locator:
    """Return the card with the image."""
    found = page.locator("hui-picture-entity-card")
    await found.scroll_into_view_if_needed()
    return found


async def wait_for_motion(picture: Locator) -> None:
    """Wait until the image of a card changes."""
    first = await picture.screenshot()

    async def moves() -> bool:
        return await picture.screenshot() != first

    await eventually(moves, within=LIMIT, what="a moving image")


async def test_two_pages_share_one_connection() -> None:
    async with DemoHouse(speed=60, only=("robocam",)) as demo, visit(demo) as page:
        kind = demo.kinds["robocam"]
        assert isinstance(kind, Demo)
        camera = kind.camera
        async with visit(demo) as other:
            for each in (page, other):
                await wait_for_motion(await card(each))
            before = camera.goal
            await page.get_by_text("Left", exact=True).first.click()

            async def turned() -> bool:
                return camera.goal[0] == before[0] + 10

            await eventually(turned, within=LIMIT, what="the camera to turn")
            assert (camera.clients, camera.most_clients) == (1, 1)


def probe(file: Path) -> dict[str, str]:
    """Return codec, number of frames and duration of a video."""
    done = run(  # noqa: S603 - what the test recorded
        [
            *("ffprobe", "-v", "error", "-count_frames", "-of", "json"),
            *("-show_entries", "stream=codec_name,nb_read_frames,duration", str(file)),
        ],
        capture_output=True,
        check=True,
    )
    streams: list[dict[str, str]] = json.loads(done.stdout)["streams"]
    return streams[0]


@NEEDS_FFMPEG
async def test_video_is_recorded_and_played_over_one_connection() -> None:
    async with DemoHouse(speed=60, only=("robocam",)) as demo:
        kind = demo.kinds["robocam"]
        assert isinstance(kind, Demo)
        camera, key = kind.camera, kind.unique_id("camera")

        async def asleep() -> bool:
            return camera.clients == 0

        file = demo.home_assistant.folder / "media" / "hall.mp4"
        await demo.client.call("camera.record", key, filename=str(file), duration=5)

        async def recorded() -> bool:
            return file.exists()

        await eventually(recorded, within=LIMIT, what="the recording")
        found = await asyncio.to_thread(probe, file)
        assert found["codec_name"] == "h264"
        assert float(found["duration"]) >= 5
        assert int(found["nb_read_frames"]) >= 15
        await eventually(asleep, within=LIMIT, what="the camera's sleep")

        await demo.client.set_options(kind.entry_id, {"video": True})
        entity_id = await demo.client.entity_id(key)
        async with visit(demo) as page:
            player = page.locator("ha-more-info-dialog ha-hls-player video")

            async def plays() -> bool:
                if not await player.count():
                    # Not open yet, or the page fell back to images on a busy machine.
                    await page.keyboard.press("Escape")
                    await page.evaluate(MORE_INFO, entity_id)
                    with suppress(PlaywrightTimeout):
                        await player.wait_for(state="attached", timeout=20_000)
                    return False
                return bool(await player.evaluate("video => video.currentTime > 1"))

            await eventually(plays, within=4 * LIMIT, what="the video")
            await wait_for_motion(player)
            await demo.client.call("switch.turn_on", kind.unique_id("privacy"))
            await eventually(asleep, within=LIMIT, what="a private camera")
        assert camera.most_clients == 1
        assert not demo.home_assistant.complaints()
