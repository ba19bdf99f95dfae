"""The example web app shows and claims devices from another origin."""

import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from playwright.async_api import async_playwright

from demo.browser import chromium
from demo.demo_house import DemoHouse
from demo.kinds import mqtt_devices
from demo.waiting import eventually

from ..marks import BROWSER, NEEDS_BROKER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

pytestmark = [*BROWSER, NEEDS_BROKER]

EXAMPLES = Path(__file__).parents[2] / "examples"
LIMIT = 60


@asynccontextmanager
async def another_origin() -> AsyncIterator[str]:
    """Serve the examples from a web server of their own."""
    application = web.Application()
    application.router.add_static("/", EXAMPLES)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def allow(demo: DemoHouse, origin: str) -> None:
    """Restart with an origin in `cors_allowed_origins`, as in the docs."""
    await demo.stop()
    file = demo.home_assistant.folder / ".storage" / "http"
    stored = json.loads(file.read_text())
    stored["data"]["stable"]["cors_allowed_origins"] = [origin]
    file.write_text(json.dumps(stored))
    await demo.restart()


@asynccontextmanager
async def opened(origin: str, base: str) -> AsyncIterator[Page]:
    """Open the app in a browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            page = await browser.new_page()
            page.set_default_timeout(LIMIT * 1000)
            await page.goto(f"{origin}/device_app.html#{base}")
            yield page
        finally:
            await browser.close()


async def test_app_of_another_origin_shows_and_claims_devices() -> None:
    async with (
        DemoHouse(only=("mqtt_devices",)) as demo,
        another_origin() as origin,
    ):
        kind = demo.kinds["mqtt_devices"]
        assert isinstance(kind, mqtt_devices.Demo)
        valve, sensor = kind.devices["RGD0"], kind.devices["TMP0"]
        base = str(valve.base_url).rstrip("/")
        async with opened(origin, base) as page:
            await page.get_by_text("Disconnected").wait_for()

        await allow(demo, origin)
        async with opened(origin, base) as page:
            await page.get_by_text("Connected", exact=True).wait_for()
            # After the restart it is listed with its first report.
            valve.publish(parametros={"riego_en_curso": False})
            row = page.locator("li", has_text=valve.serial)
            await row.get_by_role("button", name="Claim").click()
            await row.get_by_role("button").wait_for(state="detached")
            shown = page.locator("li", has_text="temperatura")
            first = await shown.first.inner_text()
            sensor.publish(parametros={"temperatura": 12.5, "humedad": 40})

            async def changed() -> bool:
                return await shown.first.inner_text() != first

            await eventually(changed, within=LIMIT, what="the new value")

        async def is_there() -> bool:
            state = await demo.client.state(kind.unique_id("RGD0", "actuator"))
            return state is not None

        await eventually(is_there, within=LIMIT, what="the valve")
