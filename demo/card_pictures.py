"""Pictures of the dashboard and of each card, for the docs."""

from typing import TYPE_CHECKING

from . import pages
from .browser import shrunk
from .prices import make_a_plan

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import ViewportSize

    from .client import Json
    from .demo_house import DemoHouse

_CARDS = "all-cards"
_DESKTOP: ViewportSize = {"width": 1280, "height": 1000}
_PHONE: ViewportSize = {"width": 390, "height": 844}
_LONG: ViewportSize = {"width": 520, "height": 4000}
_DRAWING = 4_000  # ms
_SHOWN = 0.06  # h; the house is in fast motion

# Each card with the translation key of its entity.
_KEYS = {
    "thermostat": "air_conditioner_climate",
    "plan": "heating_reason",
    "print": "printer_status",
    "pan-tilt": "robocam_camera",
    "inbox": "",
}


async def take_card_pictures(demo: DemoHouse, folder: Path) -> list[Path]:
    """Write the pictures."""
    if "heating" in demo.kinds:
        await make_a_plan(demo)
    await pages.make(demo)
    await pages.make(demo, _CARDS, {"views": [await _view(demo)]})
    taken: list[Path] = []
    for viewport, dark, name in (
        (_DESKTOP, False, "dashboard"),
        (_PHONE, True, "dashboard_phone"),
    ):
        async with pages.watched(demo, viewport, dark=dark) as shown:
            await shown.open("home")
            await shown.page.wait_for_timeout(_DRAWING)
            await shown.page.screenshot(path=folder / f"{name}.png")
            taken.append(shrunk(folder / f"{name}.png"))
    async with pages.watched(demo, _LONG) as shown:
        await shown.open("cards", _CARDS)
        await shown.page.wait_for_timeout(_DRAWING)
        for card in _KEYS:
            found = shown.page.locator(f"jannenkoti-{card}-view")
            if not await found.count():
                continue
            path = folder / f"card_{card.replace('-', '_')}.png"
            await found.screenshot(path=path)
            taken.append(shrunk(path))
    return taken


async def _view(demo: DemoHouse) -> Json:
    """Return a view with each card that the house has an entity for."""
    registered = await demo.client.command("config/entity_registry/list")
    ids = {entity["translation_key"]: entity["entity_id"] for entity in registered}
    cards = [
        {"type": f"custom:jannenkoti-{card}", "hours_to_show": _hours(card)}
        | ({"entity": ids[key]} if key else {})
        for card, key in _KEYS.items()
        if not key or key in ids
    ]
    sections = [{"type": "grid", "cards": [card]} for card in cards]
    return {"path": "cards", "type": "sections", "sections": sections}


def _hours(card: str) -> float:
    return _SHOWN if card == "thermostat" else 24
