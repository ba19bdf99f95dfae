"""The demo's dashboard in a real browser shows a house that lives."""

from typing import TYPE_CHECKING

import pytest

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.waiting import eventually

from ..marks import BROWSER

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

pytestmark = BROWSER

SPEED = 60
LIMIT = 60


# What Home Assistant's elements show lies in their shadow trees.
DEEP_TEXT = """function text(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.trim();
  if (node.nodeName === "STYLE") return "";
  const inner = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
  return inner.map(text).filter(Boolean).join(" ");
}"""


async def shown(page: Page, element: str) -> str:
    return str(await page.locator(element).evaluate(DEEP_TEXT))


async def no_warning(page: Page) -> None:
    """Wait until no card has a warning: it has one while a module is on its way."""
    found = page.locator("hui-warning, hui-error-card")
    warnings: list[str] = []

    async def none() -> bool:
        warnings[:] = await found.evaluate_all(f"found => found.map({DEEP_TEXT})")
        return not warnings

    try:
        await eventually(none, within=LIMIT, what="cards without a warning")
    except TimeoutError:
        pytest.fail(f"Cards with a warning: {warnings}")


async def test_the_dashboard_shows_a_house_that_lives(tmp_path: Path) -> None:
    async with DemoHouse(speed=SPEED) as demo, visit(demo) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))

        async def temperature() -> bool:
            return "°C" in await shown(page, "hui-thermostat-card")

        await eventually(temperature, within=LIMIT, what="a temperature on the card")
        first = await shown(page, "hui-thermostat-card")
        await page.screenshot(path=tmp_path / "first.png")

        async def changed() -> bool:
            return await shown(page, "hui-thermostat-card") != first

        await eventually(changed, within=LIMIT, what="another temperature on the card")
        await page.screenshot(path=tmp_path / "later.png")
        text = await shown(page, "hui-sections-view")
        assert "Living room" in text
        for kind in demo.kinds.values():
            for card in kind.cards(await demo.client.entity_ids()):
                assert card.get("heading", "") in text
        assert "No statistics" not in text
        assert "not found" not in text.lower()
        assert "unavailable" not in text.lower()
        await no_warning(page)
        assert not errors
