"""Take a picture once nothing on the page loads any more, and check what it shows."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image

from demo.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import FloatRect, Locator, Page

# Graphs load their history, then draw; no event marks the end.
_DRAWING = 2_500  # ms
_LOADED_LIMIT = 90  # s
_COLORS = 256  # of a picture: a third of the bytes, and no visible difference

# What no picture may show. Home Assistant's elements have their text in shadow trees.
FAULTS = (
    "Unavailable",
    "Unknown",
    "undefined",
    "[object",
    "No statistics",
    "Configuration error",
    "component.jannenkoti",
)
_LOOK = """() => {
  const seen = {text: [], loading: 0};
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data.trim()) seen.text.push(node.data.trim());
      return;
    }
    if (node instanceof Element) {
      if (["STYLE", "SCRIPT"].includes(node.nodeName)) return;
      if (node.localName !== "slot" && !node.checkVisibility?.()) return;
      seen.loading += ["ha-spinner", "ha-circular-progress"].includes(node.localName);
      seen.loading += node.localName === "img" && !node.complete;
    }
    const children = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
    children.forEach(walk);
  };
  walk(document.body);
  return seen;
}"""


class PictureError(Exception):
    """A picture would show a fault; the arguments are its name and the texts."""


@dataclass
class Album:
    """The folder of the pictures, and which of them to take; empty means all."""

    folder: Path
    only: frozenset[str] = frozenset()
    taken: list[Path] = field(default_factory=list)

    def wants(self, *names: str) -> bool:
        """Return whether one of these pictures is to be taken."""
        return not self.only or not self.only.isdisjoint(names)

    async def take(
        self,
        name: str,
        page: Page,
        part: Locator | None = None,
        clip: FloatRect | None = None,
    ) -> None:
        """Write a picture of a page or of a part of it, if it is wanted."""
        if not self.wants(name):
            return
        await settle(page)
        path = self.folder / f"{name}.png"
        if part is None:
            await page.screenshot(path=path, clip=clip)
        else:
            await part.screenshot(path=path)
        await check(page, name)
        self.taken.append(shrunk(path))


async def settle(page: Page, drawing: float = _DRAWING) -> None:
    """Wait until nothing loads any more and the graphs are drawn."""

    async def loaded() -> bool:
        return bool((await page.evaluate(_LOOK))["loading"] == 0)

    await eventually(loaded, within=_LOADED_LIMIT, what="a page without a spinner")
    await page.wait_for_timeout(drawing)
    await eventually(loaded, within=_LOADED_LIMIT, what="a page without a spinner")


async def check(page: Page, name: str) -> None:
    """Raise PictureError if the page shows something that looks broken."""
    texts = (await page.evaluate(_LOOK))["text"]
    bad = [text for text in texts if any(fault in text for fault in FAULTS)]
    if bad:
        raise PictureError(name, bad)


def shrunk(path: Path) -> Path:
    """Store a picture with fewer colors, because it is part of the repository."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
    return path
