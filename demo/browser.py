"""A real browser: the system's Chromium, headless."""

import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from PIL import Image
from playwright.async_api import FloatRect, ViewportSize, async_playwright

from .past import ZONE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Page

    from .client import User
    from .demo_house import DemoHouse

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# No requests to the internet, and no sandbox, which some systems lack.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The first page of a new Home Assistant comes with all of its scripts.
_PAGE_LIMIT = 60_000  # ms
_DESKTOP: ViewportSize = {"width": 1440, "height": 1370}
_LONG: ViewportSize = {"width": 480, "height": 9000}
_PHONE: ViewportSize = {"width": 412, "height": 915}
# A phone's screen is sharp, and so are the pictures of single sections.
_SHARP = 2
# Graphs load their history, then draw; no event marks the end.
_DRAWING = 4_000  # ms
_MARGIN = 12  # px around a section
_COLORS = 256  # of a picture: a third of the bytes, and no visible difference


def chromium() -> str | None:
    """Return the program, None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def visit(
    demo: DemoHouse,
    viewport: ViewportSize | None = None,
    *,
    sharp: int = 1,
    phone: bool = False,
    user: User | None = None,
) -> AsyncIterator[Page]:
    """Log in to the demo house and open its dashboard."""
    user = user or demo.user
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(_FLAGS)
        )
        try:
            page = await browser.new_page(
                viewport=viewport or {"width": 1280, "height": 976},
                device_scale_factor=sharp,
                is_mobile=phone,
                has_touch=phone,
                color_scheme="light",
                locale="en-GB",
                timezone_id=str(ZONE),
            )
            page.set_default_timeout(_PAGE_LIMIT)
            await page.goto(demo.url)
            await page.locator("input[name=username]").fill(user.name)
            await page.locator("input[name=password]").fill(user.password)
            await page.keyboard.press("Enter")
            await page.locator("hui-sections-view").wait_for()
            yield page
        finally:
            await browser.close()


async def take_pictures(demo: DemoHouse, folder: Path) -> list[Path]:
    """Write the pictures of the docs: the home page, a phone, and each family."""
    async with visit(demo, _DESKTOP) as page:
        # A narrow menu leaves more room for names.
        await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")
        await page.reload()
        taken = [await _take(page, folder / "demo.png")]
    async with visit(demo, _PHONE, sharp=_SHARP, phone=True) as page:
        taken.append(await _take(page, folder / "phone.png"))
        await page.set_viewport_size(_LONG)
        await page.wait_for_timeout(_DRAWING)
        sections = page.locator("hui-sections-view .section")
        for number, name in enumerate([*demo.kinds][::-1]):
            path = folder / f"{name}.png"
            box = await sections.nth(number).bounding_box()
            if box is None:
                continue
            clip: FloatRect = {
                "x": box["x"] - _MARGIN,
                "y": box["y"] - _MARGIN,
                "width": box["width"] + 2 * _MARGIN,
                "height": box["height"] + 2 * _MARGIN,
            }
            await page.screenshot(path=path, clip=clip)
            taken.append(shrunk(path))
    return taken


async def _take(page: Page, path: Path) -> Path:
    """Take a picture once the cards have drawn."""
    await page.locator("hui-sections-view").wait_for()
    await page.wait_for_timeout(_DRAWING)
    await page.screenshot(path=path)
    return shrunk(path)


def shrunk(path: Path) -> Path:
    """Store a picture with fewer colors, because it is part of the repository."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
    return path
