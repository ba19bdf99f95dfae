"""A device is claimed from its Discovered card in a real browser."""

from typing import TYPE_CHECKING

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds import mqtt_devices
from demo.waiting import eventually

from ..marks import BROWSER, NEEDS_BROKER

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [*BROWSER, NEEDS_BROKER]

LIMIT = 60
PAGE = "/config/integrations/dashboard"


async def test_a_device_is_claimed_from_its_card(tmp_path: Path) -> None:
    async with DemoHouse(only=("mqtt_devices",)) as demo, visit(demo) as page:
        kind = demo.kinds["mqtt_devices"]
        assert isinstance(kind, mqtt_devices.Demo)
        serial = kind.devices["RGD0"].serial
        await page.goto(demo.home_assistant.base + PAGE)
        card = page.locator("ha-config-flow-card", has_text=f"Irrigation {serial}")
        await card.wait_for()
        await page.screenshot(path=tmp_path / "card.png")
        await card.get_by_role("button", name="Add").click()
        name = page.get_by_role("textbox", name="Name")
        await name.wait_for()
        await page.screenshot(path=tmp_path / "form.png")
        await name.fill("Patio")
        await page.get_by_role("button", name="Submit").click()
        await page.get_by_text("Patio is added").wait_for()
        await page.screenshot(path=tmp_path / "claimed.png")

        async def is_there() -> bool:
            state = await demo.client.state(kind.unique_id("RGD0", "actuator"))
            return state in {"open", "closed"}  # Claiming does not switch it.

        await eventually(is_there, within=LIMIT, what="the valve")
        assert serial not in await demo.client.discovered()
