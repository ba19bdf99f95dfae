"""What the dashboard weighs, and how soon its first page is painted.

The demo house has more than 200 entities. One browser opens the home page of the
strategy and Home Assistant's own default dashboard in turns, both with a warm cache.
"""

import gzip
from statistics import median
from typing import TYPE_CHECKING, Final

from custom_components.jannenkoti.frontend_files import FOLDER, LOADER
from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.pages import PATH, make

from .figure import Figure, note, spread

if TYPE_CHECKING:
    from playwright.async_api import Page

_ROUNDS: Final = 7
_WEIGHT_GOAL: Final = 80.0  # KiB
_PAINT_GOAL: Final = 1.3
_ENTITIES: Final = 200

# Note when the first card has a size, and is painted; the elements are in shadow trees.
_FIRST_PAINT: Final = """
window.firstPaint = new Promise((resolve) => {
  const find = (node) => {
    if (node.localName === "hui-card" && node.offsetHeight > 20) return true;
    const inner = [...(node.shadowRoot?.children ?? []), ...(node.children ?? [])];
    return inner.some(find);
  };
  const look = () => {
    if (!document.body || !find(document.body)) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.now()));
  };
  look();
});
"""


async def measure() -> list[Figure]:
    """Weigh the files and open both pages in turns."""
    ours: list[float] = []
    reference: list[float] = []
    async with DemoHouse(speed=1) as demo, visit(demo) as page:
        count = len(await demo.client.get("/api/states"))
        if count < _ENTITIES:
            text = f"the house has {count} entities only"
            raise RuntimeError(text)
        note(f"first_paint: {count} entities with a state")
        await make(demo)
        await page.add_init_script(_FIRST_PAINT)
        base = demo.home_assistant.base
        for number in range(_ROUNDS + 1):
            for path, times in ((f"{PATH}/home", ours), ("home", reference)):
                taken = await _first_paint(page, f"{base}/{path}")
                if number:  # The first round fills the cache.
                    times.append(taken)
    note(f"first_paint: our home page {spread(ours, 'ms')}")
    note(f"first_paint: the default dashboard {spread(reference, 'ms')}")
    return [_weight(), _paint(median(ours), median(reference))]


async def _first_paint(page: Page, url: str) -> float:
    """Return the milliseconds from the navigation to the first painted card."""
    await page.goto("about:blank")
    await page.goto(url)
    return float(await page.evaluate("window.firstPaint"))


def _weight() -> Figure:
    """Return the size of all own JavaScript, compressed."""
    sizes = {
        path.name: len(gzip.compress(path.read_bytes())) for path in FOLDER.glob("*.js")
    }
    note(f"dashboard_weight: {len(sizes)} files, the loader {sizes[LOADER]} bytes")
    return Figure(
        name="dashboard_weight",
        ours=sum(sizes.values()) / 1024,
        reference=None,
        unit="KiB",
        ratio=None,
        goal=_WEIGHT_GOAL,
    )


def _paint(ours: float, reference: float) -> Figure:
    return Figure(
        name="first_paint",
        ours=ours,
        reference=reference,
        unit="ms",
        ratio=ours / reference,
        goal=_PAINT_GOAL,
        goal_is_ratio=True,
    )
