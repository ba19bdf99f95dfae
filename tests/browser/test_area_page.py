"""The area page that Home Assistant makes for a house with one device of each type."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds import all_kinds
from demo.waiting import eventually

from ..marks import BROWSER

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

pytestmark = BROWSER

LIMIT = 60
MOST_TILES = 12
DESKTOP: ViewportSize = {"width": 1280, "height": 2600}
PHONE: ViewportSize = {"width": 390, "height": 5000}

# The words of Home Assistant's frontend for states that look like a fault.
FAULTS = {
    "en": ("Unavailable", "Unknown"),
    "de": ("Nicht verfügbar", "Unbekannt"),
    "fi": ("Ei saatavissa", "Tuntematon"),
    "es": ("No disponible", "Desconocido"),
}
VIEWS = {"en": (DESKTOP, PHONE), "de": (DESKTOP, PHONE), "fi": (PHONE,), "es": (PHONE,)}

# Home Assistant's own names of device classes, which are cut on a phone.
TOO_LONG = ("Beleuchtungsstärke", "Dióxido de carbono", "Valaistusvoimakkuus")

SELECT_LANGUAGE = """(language) =>
  localStorage.setItem("selectedLanguage", JSON.stringify(language))
"""

# Return the text of each tile, whether its orange badge shows, and whether its name,
# which stands before the state, is cut. The elements have their text in shadow trees.
TILES = """() => {
  const walk = (node, visit) => {
    if (node instanceof Element) visit(node);
    const children = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
    for (const child of children) walk(child, visit);
  };
  const text = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim();
    if (node.nodeName === "STYLE") return "";
    const inner = node.nodeName === "SLOT"
      ? node.assignedNodes() : [...(node.shadowRoot ?? node).childNodes];
    return inner.map(text).filter(Boolean).join(" ");
  };
  const tiles = [];
  walk(document.body, (tile) => {
    if (tile.localName !== "hui-tile-card") return;
    let [cut, warned] = [false, false];
    walk(tile, (part) => {
      const style = getComputedStyle(part);
      const hides = style.textOverflow === "ellipsis";
      const overflows = hides && part.scrollWidth > part.clientWidth;
      cut ||= overflows && text(tile).startsWith(text(part));
      if (part.localName !== "ha-tile-badge") return;
      const color = style.getPropertyValue("--tile-badge-background-color");
      warned ||= color === style.getPropertyValue("--orange-color");
    });
    tiles.push({text: text(tile), cut, warned});
  });
  return tiles;
}"""


async def move_all_to_one_area(demo: DemoHouse) -> str:
    """Move each device to a new area; return the id of the area."""
    client = demo.client
    area = await client.command("config/area_registry/create", name="One of each")
    ours = {kind.entry_id for kind in demo.kinds.values()}
    for device in await client.command("config/device_registry/list"):
        if ours.intersection(device["config_entries"]):
            await client.command(
                "config/device_registry/update",
                device_id=device["id"],
                area_id=area["area_id"],
            )
    return str(area["area_id"])


async def set_language(demo: DemoHouse, language: str) -> None:
    """Set the language of the home, in which Home Assistant names entities."""
    await demo.client.command("config/core/update", language=language)
    for kind in demo.kinds.values():
        path = f"/api/config/config_entries/entry/{kind.entry_id}/reload"
        await demo.client.post(path, {})
    for kind in demo.kinds.values():
        for unique_id in kind.live():
            await demo.client.wait_for_value(unique_id)


async def tiles(page: Page, demo: DemoHouse, area: str) -> list[dict[str, Any]]:
    """Return the tiles of the area page once all of them are there."""
    await page.goto(f"{demo.home_assistant.base}/home/areas-{area}")
    shown: list[dict[str, Any]] = []

    async def settled() -> bool:
        nonlocal shown
        before, shown = shown, await page.evaluate(TILES)
        await page.wait_for_timeout(1000)
        return len(shown) > 40 and len(before) == len(shown)

    await eventually(settled, within=LIMIT, what="the tiles of the area page")
    return shown


async def most_tiles(demo: DemoHouse) -> int:
    """Return how many entities the device with the most shows on generated pages."""
    ours = {kind.entry_id for kind in demo.kinds.values()}
    shown = Counter(
        entity["device_id"]
        for entity in await demo.client.command("config/entity_registry/list")
        if entity["config_entry_id"] in ours
        and not entity["entity_category"]
        and not entity["hidden_by"]
        and not entity["disabled_by"]
    )
    return max(shown.values())


def faults(shown: list[dict[str, Any]], language: str) -> list[str]:
    """Return the texts of tiles that look broken."""
    return [
        tile["text"]
        for tile in shown
        if tile["warned"]
        or (tile["cut"] and not tile["text"].startswith(TOO_LONG))
        or tile["text"].endswith(FAULTS[language])
    ]


async def test_area_page_shows_no_warning_no_unknown_state_and_no_cut_name() -> None:
    async with DemoHouse(speed=1) as demo:
        assert set(demo.kinds) == set(all_kinds())
        assert await most_tiles(demo) <= MOST_TILES
        area = await move_all_to_one_area(demo)
        async with visit(demo, DESKTOP) as page:
            for language, views in VIEWS.items():
                await set_language(demo, language)
                await page.evaluate(SELECT_LANGUAGE, language)
                for viewport in views:
                    await page.set_viewport_size(viewport)
                    shown = await tiles(page, demo, area)
                    assert faults(shown, language) == [], (language, viewport)
