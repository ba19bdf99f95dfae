"""A real browser: the system's Chromium, headless."""

import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page, Playwright, ViewportSize

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


def chromium() -> str | None:
    """Return the program, None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def launch(playwright: Playwright) -> AsyncIterator[Browser]:
    """Start the browser, and close it with all of its pages."""
    browser = await playwright.chromium.launch(
        executable_path=chromium(), args=list(_FLAGS)
    )
    try:
        yield browser
    finally:
        await browser.close()


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
    async with async_playwright() as playwright, launch(playwright) as browser:
        page = await browser.new_page(
            viewport=viewport or {"width": 1280, "height": 976},
            device_scale_factor=sharp,
            is_mobile=phone,
            has_touch=phone,
            color_scheme="light",
            locale="en-GB",
            timezone_id=str(demo.house.zone),
        )
        page.set_default_timeout(_PAGE_LIMIT)
        await page.goto(demo.url)
        await page.locator("input[name=username]").fill(user.name)
        password = page.locator("input[name=password]")
        await password.fill(user.password)
        await password.press("Enter")
        await page.locator("hui-sections-view").wait_for()
        yield page
