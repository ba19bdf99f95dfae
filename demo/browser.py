"""A visitor with a real browser: the system's Chromium, without a screen."""

import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import ViewportSize, async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Page

    from .demo_house import DemoHouse

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# It asks the internet for nothing, and runs where the system gives it no sandbox.
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
# Three columns, and what is below them is buttons only.
_ALL_KINDS: ViewportSize = {"width": 1440, "height": 1560}
# Graphs ask for their history, then their lines grow; nothing tells when they are done.
_DRAWING = 4_000  # ms


def chromium() -> str | None:
    """Return the program, None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def visit(demo: DemoHouse) -> AsyncIterator[Page]:
    """Log in to the demo house and open its dashboard."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(_FLAGS)
        )
        try:
            page = await browser.new_page(
                viewport={"width": 1280, "height": 976}, color_scheme="light"
            )
            page.set_default_timeout(_PAGE_LIMIT)
            await page.goto(demo.url)
            await page.locator("input[name=username]").fill(demo.user.name)
            await page.locator("input[name=password]").fill(demo.user.password)
            await page.keyboard.press("Enter")
            await page.locator("hui-sections-view").wait_for()
            yield page
        finally:
            await browser.close()


async def screenshot(page: Page, path: Path) -> None:
    """Take a picture of all kinds once the cards have drawn what they know."""
    await page.set_viewport_size(_ALL_KINDS)
    # A narrow menu leaves more room for names.
    await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")
    await page.reload()
    await page.locator("hui-sections-view").wait_for()
    await page.wait_for_timeout(_DRAWING)
    await page.screenshot(path=path)
