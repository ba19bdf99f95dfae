"""Draw the brand images: a house that is cold on one side and warm on the other.

The pictures are committed; run this with `.venv/bin/python` only to change them. The
system's Chromium draws.
"""

import asyncio
import math
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parent.parent.parent
BRAND = ROOT / "custom_components" / "jannenkoti" / "brand"

_MIDDLE = (128, 150)


@dataclass(frozen=True, kw_only=True)
class Colours:
    """The colours of one theme."""

    house: str
    cold: str
    warm: str
    text: str


LIGHT = Colours(house="#1f4e6b", cold="#d9f1ff", warm="#ffb02e", text="#1f4e6b")
DARK = Colours(house="#4f9cc7", cold="#ffffff", warm="#ffd166", text="#e8f3fa")


def _line(degrees: float, start: float, end: float) -> str:
    """Return a piece of a path, from and to a distance from the middle."""
    x, y = _MIDDLE
    along = (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    points = [f"{x + r * along[0]:.1f} {y + r * along[1]:.1f}" for r in (start, end)]
    return f"M{points[0]}L{points[1]}"


def _twig(degrees: float) -> str:
    """Return the two side branches of an arm of the snowflake."""
    x, y = _MIDDLE
    foot = (
        x + 30 * math.cos(math.radians(degrees)),
        y + 30 * math.sin(math.radians(degrees)),
    )
    path = ""
    for turn in (-50, 50):
        tip = math.radians(degrees + turn)
        path += f"M{foot[0]:.1f} {foot[1]:.1f}l{17 * math.cos(tip):.1f}"
        path += f" {17 * math.sin(tip):.1f}"
    return path


def house(colours: Colours) -> str:
    """Return the house as SVG, 256 units wide and high."""
    x, y = _MIDDLE
    cold = (120, 180, 240)
    arms = "".join(_line(at, 12, 56) + _twig(at) for at in cold)
    rays = "".join(_line(at, 42, 57) for at in (-72, -36, 0, 36, 72))
    stroke = 'fill="none" stroke-width="9" stroke-linecap="round"'
    return f"""
  <path d="M128 22 22 116H46V228Q46 236 54 236H202Q210 236 210 228V116H234Z"
    fill="{colours.house}" stroke="{colours.house}" stroke-width="24"
    stroke-linejoin="round"/>
  <path d="{arms}" stroke="{colours.cold}" {stroke}/>
  <path d="{rays}" stroke="{colours.warm}" {stroke}/>
  <path d="M{x + 5} {y - 29}A29 29 0 0 1 {x + 5} {y + 29}Z" fill="{colours.warm}"/>
"""


def icon(colours: Colours) -> str:
    """Return the icon as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256">'
        f"{house(colours)}</svg>\n"
    )


def logo(colours: Colours) -> str:
    """Return the icon with the name beside it as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1080 256">'
        f'{house(colours)}<text x="288" y="178" font-size="132" font-weight="bold"'
        f' font-family="DejaVu Sans, sans-serif" fill="{colours.text}"'
        ' textLength="780">jannenkoti</text></svg>\n'
    )


async def async_draw(browser: Browser, svg: str, width: int, height: int) -> bytes:
    """Return a picture as PNG, its background transparent."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    await page.set_content(
        f"<style>body{{margin:0}}svg{{width:100vw;height:100vh}}</style>{svg}"
    )
    picture = await page.screenshot(omit_background=True)
    await page.close()
    return picture


async def async_main() -> None:
    """Write all eight pictures."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("There is no Chromium here.")
    BRAND.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for theme, colours in (("", LIGHT), ("dark_", DARK)):
            for times, suffix in ((1, ""), (2, "@2x")):
                for name, svg, width, height in (
                    ("icon", icon(colours), 256, 256),
                    ("logo", logo(colours), 540, 128),
                ):
                    path = BRAND / f"{theme}{name}{suffix}.png"
                    path.write_bytes(
                        await async_draw(browser, svg, width * times, height * times)
                    )
        await browser.close()


if __name__ == "__main__":
    asyncio.run(async_main())
