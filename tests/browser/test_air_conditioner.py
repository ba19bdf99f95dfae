"""A simulated air conditioner in a new house, as a first-time user sees it."""

from typing import TYPE_CHECKING, Any

from playwright.async_api import ViewportSize

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.waiting import eventually

from ..marks import BROWSER
from .test_dashboard import shown

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = BROWSER

LIMIT = 60
MOST_TILES = 12
DESKTOP: dict[str, Any] = {}
PHONE: dict[str, Any] = {"viewport": ViewportSize(width=412, height=915), "phone": True}


async def add_simulated_unit(demo: DemoHouse) -> str:
    """Add the unit in the living room; return the id of its climate entity."""
    step = await demo.client.start_flow("air_conditioner")
    menu = {"next_step_id": "air_conditioner_simulated"}
    step = await demo.client.answer_flow(step, menu)
    done = await demo.client.answer_flow(step, {})
    climate = await demo.client.wait_for_entity("simulated_air_conditioner_climate")
    entities = await demo.client.command("config/entity_registry/list")
    device = next(
        entity["device_id"]
        for entity in entities
        if entity["config_entry_id"] == done["result"]["entry_id"]
    )
    await demo.client.command(
        "config/device_registry/update", device_id=device, area_id="living_room"
    )
    return climate


async def test_new_unit_shows_few_tiles_and_its_reason(tmp_path: Path) -> None:
    async with DemoHouse(only=("room_sensors",)) as demo:
        climate = await add_simulated_unit(demo)
        base = demo.home_assistant.base
        for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            async with visit(demo, **viewport) as page:
                await page.goto(f"{base}/home/areas-living_room")
                tiles = page.locator("hui-tile-card")
                await tiles.get_by_text("Reason").wait_for()
                await page.screenshot(path=tmp_path / f"area-{name}.png")
                # Two of them are of the board in the living room.
                await tiles.nth(5).wait_for()
                assert await tiles.count() - 2 <= MOST_TILES
                texts = [await tile.inner_text() for tile in await tiles.all()]
                assert not [text for text in texts if "Unavailable" in text]
                await page.goto(f"{base}/home?more-info-entity-id={climate}")
                dialog = page.locator("ha-more-info-dialog")
                await dialog.get_by_text("Current temperature").wait_for()
                await dialog.get_by_label("Menu").last.click()
                await dialog.get_by_text("Details", exact=True).click()

                async def explained() -> bool:
                    text = await shown(page, "ha-more-info-dialog")
                    return "Reason" in text and "Next change" in text

                await eventually(explained, within=LIMIT, what="reason and next change")
                await page.screenshot(path=tmp_path / f"details-{name}.png")
                text = await shown(page, "ha-more-info-dialog")
                assert "Resting (minimum)" in text or "Cooling" in text
