"""Pictures of the demo's own dashboard: the whole page, a phone, and each family."""

from typing import TYPE_CHECKING

from demo.browser import visit

if TYPE_CHECKING:
    from playwright.async_api import FloatRect, ViewportSize

    from demo.demo_house import DemoHouse

    from .album import Album

_DESKTOP: ViewportSize = {"width": 1440, "height": 1370}
_LONG: ViewportSize = {"width": 480, "height": 9000}
_PHONE: ViewportSize = {"width": 412, "height": 915}
# A phone's screen is sharp, and so are the pictures of single sections.
_SHARP = 2
_MARGIN = 12  # px around a section


async def take_families(demo: DemoHouse, album: Album) -> None:
    """Take the home page, a phone, and the section of each family."""
    if album.wants("demo"):
        async with visit(demo, _DESKTOP) as page:
            # A narrow menu leaves more room for names.
            await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")
            await page.reload()
            await page.locator("hui-sections-view").wait_for()
            await album.take("demo", page)
    if not album.wants("phone", *demo.kinds):
        return
    async with visit(demo, _PHONE, sharp=_SHARP, phone=True) as page:
        await album.take("phone", page)
        await page.set_viewport_size(_LONG)
        sections = page.locator("hui-sections-view .section")
        for number, name in enumerate([*demo.kinds][::-1]):
            box = await sections.nth(number).bounding_box()
            if box is None or not album.wants(name):
                continue
            clip: FloatRect = {
                "x": box["x"] - _MARGIN,
                "y": box["y"] - _MARGIN,
                "width": box["width"] + 2 * _MARGIN,
                "height": box["height"] + 2 * _MARGIN,
            }
            await album.take(name, page, clip=clip)
