"""A picture of each step of the walk."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

# Dialogs and pickers glide in; a picture in between shows neither.
_SETTLED = 400  # ms


class Pictures:
    """Takes pictures into a folder; without one it takes none."""

    def __init__(self, page: Page, folder: Path | None) -> None:
        """Initialize with a page."""
        self._page = page
        self._folder = folder
        self._number = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    async def take(self, name: str) -> None:
        """Take a picture, numbered in the order of the steps."""
        if self._folder is None:
            return
        self._number += 1
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower())
        await self._page.wait_for_timeout(_SETTLED)
        await self._page.screenshot(
            path=self._folder / f"{self._number:02}_{plain}.png"
        )
