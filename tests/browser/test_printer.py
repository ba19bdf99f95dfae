"""The printer in a real browser: pause on the dashboard, the video in Media."""

from typing import TYPE_CHECKING

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds.printer import Demo
from demo.waiting import eventually

from ..marks import BROWSER, NEEDS_FFMPEG
from .test_dashboard import shown

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [*BROWSER, NEEDS_FFMPEG]

SPEED = 60
LIMIT = 90


async def test_video_of_a_print_is_shown_with_its_picture(tmp_path: Path) -> None:
    async with DemoHouse(speed=SPEED, only=("printer",)) as demo, visit(demo) as page:
        kind = demo.kinds["printer"]
        assert isinstance(kind, Demo)
        layer = kind.unique_id("layer")

        async def printed() -> bool:
            return int(await kind.client.state(layer) or 0) >= 3

        await eventually(printed, within=LIMIT, what="some layers")
        await page.screenshot(path=tmp_path / "dashboard.png")

        # Pause from the dashboard pauses the printer.
        await page.get_by_text("Pause", exact=True).first.click()

        async def paused() -> bool:
            return str(kind.printer.state["gcode_state"]) == "PAUSE"

        await eventually(paused, within=LIMIT, what="a paused print")

        async def made() -> bool:
            return bool(await kind.videos())

        await eventually(made, within=LIMIT, what="a video")
        folder = "media-source%3A%2F%2Fjannenkoti%2Fprinter"
        await page.goto(
            f"{demo.home_assistant.base}/media-browser/browser/app%2C{folder}"
        )

        async def listed() -> bool:
            return "p1s" in await shown(page, "ha-media-player-browse")

        await eventually(listed, within=LIMIT, what="the video in the media browser")

        async def pictured() -> bool:
            picture = page.locator("ha-media-browser-thumbnail .image").first
            style = await picture.get_attribute("style")
            return "data:image/jpeg" in (style or "")

        await eventually(pictured, within=LIMIT, what="the picture of the video")
        await page.screenshot(path=tmp_path / "media.png")
