"""The demo's dashboard in a real browser shows a house that lives."""

import os
from typing import TYPE_CHECKING

import pytest

from demo.browser import chromium, visit
from demo.demo_house import DemoHouse
from demo.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.real_ha,
    pytest.mark.slow,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(
        chromium() is None and "CI" not in os.environ, reason="there is no Chromium"
    ),
]

SPEED = 60
LIMIT = 60


async def shown(page: Page) -> str:
    return await page.locator("hui-thermostat-card").inner_text()


async def test_the_dashboard_shows_a_house_that_lives(tmp_path: Path) -> None:
    async with DemoHouse(speed=SPEED) as demo, visit(demo) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.locator("hui-thermostat-card").wait_for()
        first = await shown(page)
        assert "°C" in first
        await page.screenshot(path=tmp_path / "first.png")

        async def changed() -> bool:
            return await shown(page) != first

        await eventually(changed, within=LIMIT, what="another temperature on the card")
        await page.screenshot(path=tmp_path / "later.png")
        text = await page.locator("hui-sections-view").inner_text()
        assert "not found" not in text.lower()
        assert "unavailable" not in text.lower()
        assert await page.locator("hui-warning, hui-error-card").count() == 0
        assert not errors
