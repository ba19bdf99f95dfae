"""The dashboard that the strategy makes, checked in a real browser."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from .browser import visit
from .kind import Check

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page, ViewportSize

    from .client import Json, User
    from .demo_house import DemoHouse

PATH = "whole-house"
_PREFIX = "jannenkoti-"

# Each card with the view that has it, and the family that it is for.
CARDS = {
    "thermostat": ("climate", "air_conditioner"),
    "pan-tilt": ("cameras", "robocam"),
    "print": ("printer", "printer"),
    "plan": ("energy", "heating"),
    "inbox": ("devices", "mqtt_devices"),
}

DESKTOP: ViewportSize = {"width": 1280, "height": 1100}
PHONE: ViewportSize = {"width": 390, "height": 844}

# Return the text of a card, and whether something in it is wider than the card.
_LOOK = """card => {
  const root = card.shadowRoot;
  const [inner] = root.querySelectorAll(".card");
  const box = inner.getBoundingClientRect();
  const wide = [...inner.querySelectorAll("button, p, h2, svg, img, input")].filter(
    (part) => part.getBoundingClientRect().right > box.right + 1);
  const shown = (part) => !part.hidden;
  const problem = [...inner.querySelectorAll(".problem")].filter(shown);
  return {
    text: inner.innerText,
    problem: problem.map((part) => part.textContent.trim()).join(" "),
    wide: wide.map((part) => part.textContent.trim() || part.localName),
    background: getComputedStyle(inner).backgroundColor,
  };
}"""


@dataclass
class Watched:
    """A page and the errors that it reported."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)

    async def open(self, view: str, path: str = PATH) -> None:
        """Open a view of a dashboard."""
        at = f"{self.base}/{path}/{view}"
        try:
            await self.page.goto(at)
        except PlaywrightError as err:
            # A dialog that closes goes back in the history, which may end a navigation.
            if "ERR_ABORTED" not in str(err):
                raise
            await self.page.goto(at)
        await self.page.locator("hui-sections-view").wait_for()

    async def look(self, card: str, number: int = 0) -> dict[str, Any]:
        """Return what a card shows, once it shows something."""
        found = self.page.locator(f"{_PREFIX}{card}-view").nth(number)
        await found.locator(".card").first.wait_for()
        await self.page.wait_for_function(
            "card => card.shadowRoot.querySelector('.card').innerText.trim()",
            arg=await found.element_handle(),
        )
        shown: dict[str, Any] = await found.evaluate(_LOOK)
        return shown


@asynccontextmanager
async def watched(
    demo: DemoHouse,
    viewport: ViewportSize = DESKTOP,
    *,
    dark: bool = False,
    user: User | None = None,
) -> AsyncIterator[Watched]:
    """Log in and collect the errors of the page and its console."""
    async with visit(demo, viewport, user=user) as page:
        shown = Watched(page, demo.home_assistant.base)
        page.on("pageerror", lambda error: shown.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                shown.errors.append(f"{message.text} {message.location.get('url')}")
                if message.type == "error"
                else None
            ),
        )
        if dark:
            await page.emulate_media(color_scheme="dark")
        yield shown


async def make(
    demo: DemoHouse, path: str = PATH, config: Json = None, *, in_sidebar: bool = True
) -> None:
    """Create a dashboard: by default the one that the strategy makes."""
    strategy = {"strategy": {"type": "custom:jannenkoti"}}
    await demo.client.command(
        "lovelace/dashboards/create",
        url_path=path,
        title="House",
        icon="mdi:home",
        show_in_sidebar=in_sidebar,
    )
    await demo.client.command(
        "lovelace/config/save", url_path=path, config=config or strategy
    )


async def checks(demo: DemoHouse) -> AsyncIterator[Check]:
    """Yield a check for each card, on a desktop and on a phone."""
    await make(demo)
    cards = {card: at for card, at in CARDS.items() if at[1] in demo.kinds}
    for viewport, dark in ((DESKTOP, False), (PHONE, True)):
        name = f"{viewport['width']} px, {'dark' if dark else 'light'}"
        async with watched(demo, viewport, dark=dark) as shown:
            for card, (view, _) in cards.items():
                await shown.open(view)
                seen = await shown.look(card)
                yield Check(
                    what=f"card {card} at {name}",
                    good=not seen["problem"] and not seen["wide"],
                    seen=seen["problem"] or ", ".join(seen["wide"]),
                )
            yield Check(
                what=f"pages report no error at {name}",
                good=not shown.errors,
                seen="; ".join(shown.errors),
            )
