"""The camera on a dashboard: moving images, arrows, one connection for two pages."""

from typing import TYPE_CHECKING

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds.robocam import Demo
from demo.waiting import eventually

from ..marks import BROWSER

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = BROWSER

LIMIT = 60


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
