"""Pictures of the dashboard that builds itself, its views, and each card."""

from typing import TYPE_CHECKING

from demo import pages

from . import CARDS, VIEWS, card_picture
from .album import settle

if TYPE_CHECKING:
    from playwright.async_api import ViewportSize

    from demo.client import Json
    from demo.demo_house import DemoHouse

    from .album import Album

_PATH = "all-cards"
_DESKTOP: ViewportSize = {"width": 1280, "height": 1000}
_VIEW: ViewportSize = {"width": 1280, "height": 960}
_PHONE: ViewportSize = {"width": 390, "height": 844}
_LONG: ViewportSize = {"width": 520, "height": 4000}

# The translation key of the entity of each card.
_KEYS = dict(
    zip(
        CARDS,
        (
            *("air_conditioner_climate", "heating_reason", "printer_status"),
            *("robocam_camera", ""),
        ),
        strict=True,
    )
)


async def take_cards(demo: DemoHouse, album: Album) -> None:
    """Take each card alone; they need no menu and no margin."""
    wanted = [card for card in CARDS if album.wants(card_picture(card))]
    if not wanted:
        return
    async with pages.watched(demo, _LONG) as shown:
        await shown.open("cards", _PATH)
        await settle(shown.page)
        for card in wanted:
            found = shown.page.locator(f"jannenkoti-{card}-view").first
            if await found.count():
                await album.take(card_picture(card), shown.page, found)


async def take_views(demo: DemoHouse, album: Album) -> None:
    """Take the home page and the other views, in light and on a dark phone."""
    views = [view for view in VIEWS if album.wants(f"dashboard_{view}")]
    if album.wants("dashboard") or views:
        async with pages.watched(demo, _DESKTOP) as shown:
            await shown.open("home")
            await album.take("dashboard", shown.page)
            await shown.page.set_viewport_size(_VIEW)
            for view in views:
                await shown.open(view)
                await album.take(f"dashboard_{view}", shown.page)
    phones = {"dashboard_phone": ("home", True), "phone_climate": ("climate", False)}
    for name, (view, dark) in phones.items():
        if album.wants(name):
            async with pages.watched(demo, _PHONE, dark=dark) as shown:
                await shown.open(view)
                await album.take(name, shown.page)


async def make_cards(demo: DemoHouse) -> None:
    """Create a dashboard with each card that the house has an entity for."""
    first = {kind.entry_id for kind in demo.kinds.values()}
    registered = await demo.client.command("config/entity_registry/list")
    ids = {
        entity["translation_key"]: entity["entity_id"]
        for entity in registered
        if entity["config_entry_id"] in first
    }
    cards = [
        {"type": f"custom:jannenkoti-{card}"} | ({"entity": ids[key]} if key else {})
        for card, key in _KEYS.items()
        if not key or key in ids
    ]
    sections: list[Json] = [{"type": "grid", "cards": [card]} for card in cards]
    view = {"path": "cards", "type": "sections", "sections": sections}
    await pages.make(demo, _PATH, {"views": [view]}, in_sidebar=False)
