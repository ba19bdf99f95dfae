"""Files of the cards and the dashboard that are lost, or come too early or too late."""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.frontend_files import LOADER
from demo.pages import PATH, watched

from .card_tools import PHONE, card
from .card_troubles import GO

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page, Route

    from demo.demo_house import DemoHouse
    from demo.pages import Watched

FILES = f"{DOMAIN}_files"


async def lose_files(demo: DemoHouse, _shown: Watched) -> None:
    """Lose files, or get them too early or too late: all is shown without a reload."""
    async with watched(demo, PHONE) as phone:
        await _lose_a_file(phone)
        await _lose_each_try(phone)
        await _load_before_the_app(phone)
        await _wait_for_the_loader(phone)


async def _lose(page: Page, file: str, times: int | None = None) -> None:
    """Let files fail to load, as without a network."""

    async def abort(route: Route) -> None:
        await route.abort()

    await page.context.route(f"**/{FILES}/*/{file}-*", abort, times=times)


async def _lose_a_file(phone: Watched) -> None:
    """Lose the dashboard's file once: Home Assistant waits, then opens the view."""
    await _lose(phone.page, "strategy", times=1)
    await phone.open("climate")
    await card(phone, "thermostat").locator("h2").wait_for()


async def _lose_each_try(phone: Watched) -> None:
    """Lose the network for longer: a message is shown until the files are loaded."""
    page = phone.page
    message = page.locator("jannenkoti-not-loaded").first
    await _lose(page, "en")
    await page.goto(f"{phone.base}/{PATH}/home")
    await message.wait_for()
    assert "could not be loaded" in await message.inner_text()
    await page.context.unroute_all()
    await page.locator("hui-heading-card").filter(has_text="Climate").wait_for()
    await _lose(page, "plan")
    await page.evaluate(GO, f"/{PATH}/energy")
    await message.wait_for()
    await page.context.unroute_all()
    await card(phone, "plan").locator("h2").wait_for()
    # The message has what the companion app lacks.
    await _lose(page, "print")
    await page.evaluate(GO, f"/{PATH}/printer")
    async with page.expect_navigation():
        await message.get_by_role("button", name="Reload").click()
    await page.context.unroute_all()
    await card(phone, "print").locator("h2").first.wait_for()


async def _load_before_the_app(phone: Watched) -> None:
    """Load the first file before Home Assistant replaces the registry of elements.

    That of 2026.11 loads it only then.
    """
    page, loaded = phone.page, asyncio.Event()
    async with _held(page, "**/frontend_latest/app.*", loaded):
        first = f"**/{FILES}/*/{LOADER}"
        async with page.expect_response(first) as response:
            await page.goto(f"{phone.base}/{PATH}/home", wait_until="commit")
        url = (await response.value).url
        await page.evaluate("url => import(url).then(() => true)", url)
        loaded.set()
        await page.locator("hui-heading-card").filter(has_text="Climate").wait_for()


async def _wait_for_the_loader(phone: Watched) -> None:
    """Let the first file come later than Home Assistant waits for the dashboard."""
    page, given_up = phone.page, asyncio.Event()
    async with _held(page, f"**/{FILES}/*/{LOADER}", given_up):
        await page.goto(f"{phone.base}/{PATH}/home")
        await page.get_by_text("Timeout waiting for strategy").first.wait_for()
        given_up.set()
        await page.locator("hui-heading-card").filter(has_text="Climate").wait_for()


@asynccontextmanager
async def _held(page: Page, files: str, until: asyncio.Event) -> AsyncIterator[None]:
    """Hold files back until something has happened."""

    async def hold(route: Route) -> None:
        await until.wait()
        await route.continue_()

    await page.context.route(files, hold)
    yield
    await page.context.unroute_all()
