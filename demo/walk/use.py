"""What a user does once the families are there: dashboard, cards, and a question."""

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import expect

from demo.client import DOMAIN
from demo.prices import plan_with_prices
from demo.waiting import eventually

from .wizard import LIMIT

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from .house import EmptyHouse
    from .pictures import Pictures

PATH = "dashboard-jannenkoti"
VIEWS = ("home", "climate", "cameras", "printer", "energy", "devices")
QUESTION = "Why is the living room warm?"
_WARNINGS = "hui-warning, hui-error-card, hui-error-badge"

# How Home Assistant's page shows the state of an entity.
_SHOWN = """id => {
  const { hass } = document.querySelector("home-assistant");
  return hass.formatEntityState(hass.states[id]);
}"""


class Visitor:
    """A user at a page that is logged in."""

    def __init__(self, house: EmptyHouse, page: Page, pictures: Pictures) -> None:
        """Initialize with a house whose families are added."""
        self.page = page
        self._house = house
        self._base = house.home_assistant.base
        self._pictures = pictures

    async def create_dashboard(self) -> None:
        """Create the dashboard in the dialog, in three clicks."""
        page = self.page
        await page.goto(f"{self._base}/config/lovelace/dashboards")
        await page.get_by_role("button", name="Add dashboard").click()
        ours = page.locator("dashboard-card", has_text="Jannenkoti")
        await ours.wait_for()
        await self._pictures.take("new dashboard")
        await ours.click()
        await page.get_by_role("button", name="Create").click()
        await page.locator(f"ha-sidebar [href='/{PATH}']").first.wait_for()

    async def open(self, view: str) -> None:
        """Open a view of the new dashboard and wait until no card has a warning."""
        at = f"{self._base}/{PATH}/{view}"

        async def opened() -> bool:
            if self.page.url != at:
                # A dialog that closes goes back in the history of the page.
                with suppress(PlaywrightError):
                    await self.page.goto(at)
            return await self.page.locator("hui-sections-view").is_visible()

        await eventually(opened, within=LIMIT, what=f"the view {view}")
        cards = self.page.locator("hui-sections-view hui-card")
        warnings = self.page.locator(_WARNINGS)

        async def ready() -> bool:
            # A card has a warning while its module is on its way.
            return await cards.count() > 0 and await warnings.count() == 0

        await eventually(ready, within=LIMIT, what=f"the view {view} without a warning")
        await self._pictures.take(f"view {view}")

    async def move_camera(self) -> tuple[int, int]:
        """Turn the camera by an arrow of its card; return where it points."""
        camera = self._house.camera
        before = camera.goal
        await self.open("cameras")
        await self._card("pan-tilt").get_by_role("button", name="Right").click()

        async def moved() -> bool:
            return camera.goal != before

        await eventually(moved, within=LIMIT, what="the camera to turn")
        return camera.goal

    async def claim(self, name: str) -> str:
        """Claim the valve under a name in the inbox; return its state."""
        house, inbox = self._house, self._card("inbox")
        await self.open("devices")
        await inbox.get_by_text(house.valve.serial).wait_for()
        await inbox.get_by_role("button", name="Claim").first.click()
        await expect(inbox.get_by_label("Name")).to_be_focused(timeout=LIMIT * 1000)
        await self.page.keyboard.type(name)
        await self._pictures.take("claim")
        await self.page.keyboard.press("Enter")
        await inbox.get_by_text(f"{name} is claimed").wait_for()
        await self.page.locator("hui-tile-card", has_text=name).first.wait_for()
        return await house.client.wait_for_value(f"_{house.valve.serial}_actuator")

    async def pause_print(self) -> str:
        """Pause the print; a stop is asked about first. Return the printer's state."""
        printer, card = self._house.printer, self._card("print")
        await self.open("printer")
        await card.get_by_role("button", name="Stop", exact=True).click()
        question = card.get_by_role("alertdialog")
        await question.wait_for()
        await self._pictures.take("stop the print")
        harmless = question.get_by_role("button").last
        await expect(harmless).to_be_focused(timeout=LIMIT * 1000)
        await harmless.press("Enter")
        await question.wait_for(state="hidden")
        await card.get_by_role("button", name="Pause", exact=True).click()

        async def paused() -> bool:
            return str(printer.state["gcode_state"]) == "PAUSE"

        await eventually(paused, within=LIMIT, what="a paused print")
        await card.get_by_role("button", name="Resume").wait_for()
        await self._pictures.take("paused")
        return str(printer.state["gcode_state"])

    async def read_plan(self) -> str:
        """Go through the plan by keyboard; return what the last slot says."""
        client = self._house.client
        entries = await client.get(f"/api/config/config_entries/entry?domain={DOMAIN}")
        (heating,) = [each for each in entries if each["title"] == "Boiler"]
        await plan_with_prices(client, heating["entry_id"])
        await self.open("energy")
        slots = self._card("plan").get_by_role("slider", name="Slots of the plan")
        await slots.focus()
        first = await slots.get_attribute("aria-valuetext")
        await self.page.keyboard.press("ArrowRight")

        async def another() -> str:
            text = await slots.get_attribute("aria-valuetext") or ""
            return "" if text == first else text

        said = await eventually(another, within=LIMIT, what="the next slot of the plan")
        await self._pictures.take("plan")
        return said

    async def ask_why(self) -> str:
        """Type a question in Home Assistant's Assist dialog; return the answer."""
        await self.open("home")
        # Its label ends with the key that does the same.
        await self.page.get_by_role("button", name=re.compile("^Assist")).click()
        chat = self.page.locator("ha-assist-chat")
        await chat.locator("input").fill(QUESTION)
        await chat.locator("input").press("Enter")
        answers = chat.locator(".message.hass p")

        async def answered() -> str:
            texts = [text.strip() for text in await answers.all_inner_texts()]
            # The first one greets; the answer is empty until it has come.
            return texts[-1].strip("… ") if len(texts) > 1 else ""

        answer = await eventually(answered, within=LIMIT, what="an answer of Assist")
        await self._pictures.take("assist")
        return answer

    async def shown_reason(self) -> str:
        """Return how the page shows the reason of the air conditioner."""
        client = self._house.client
        entity_id = await client.entity_id(f"{self._house.unit.device_id}_reason")
        return str(await self.page.evaluate(_SHOWN, entity_id))

    def _card(self, name: str) -> Locator:
        return self.page.locator(f"jannenkoti-{name}-view").first
