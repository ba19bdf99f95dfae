"""What the command that takes the pictures refuses to show."""

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from demo.browser import chromium
from demo.pictures.album import Album, PictureError

from ..marks import BROWSER

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = BROWSER

SHADOW = """text => {
  const card = document.createElement("hui-card");
  card.attachShadow({mode: "open"}).innerHTML = `<p>${text}</p>`;
  document.body.append(card);
}"""
SPIN = """() => {
  const spinner = document.createElement("ha-spinner");
  spinner.textContent = "o";
  document.body.append(spinner);
  setTimeout(() => { spinner.remove(); document.body.append("Loaded"); }, 500);
}"""


async def test_picture_waits_for_the_page_and_refuses_a_fault(tmp_path: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport={"width": 300, "height": 200})
        album = Album(tmp_path, frozenset({"good", "bad"}))
        await page.evaluate(SPIN)
        await album.take("good", page)
        assert await page.evaluate("document.querySelector('ha-spinner')") is None
        await page.evaluate(SHADOW, "Temperature Unavailable")
        await album.take("other", page)
        with pytest.raises(PictureError, match="Temperature Unavailable"):
            await album.take("bad", page)
        await browser.close()
    assert [path.name for path in album.taken] == ["good.png"]
    assert not (tmp_path / "other.png").exists()
