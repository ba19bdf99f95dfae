"""Serve the cards and the dashboard strategy, where Home Assistant has its page."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeassistant.components.http import StaticPathConfig

from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

FOLDER: Final = Path(__file__).parent / "frontend"
LOADER: Final = "jannenkoti.js"
"""The one module that each page loads; it loads the others when they are shown."""

_FRONTEND: Final = "frontend"
_DIGITS: Final = 12


def _build() -> str:
    """Return what identifies the build: browsers keep its files for a month."""
    build: dict[str, str] = json.loads((FOLDER / "build.json").read_text())
    return build["sources"][:_DIGITS]


async def async_serve_frontend_files(hass: HomeAssistant) -> None:
    """Serve the files under a path of their build, and let each page load them.

    The page is optional: Home Assistant may run without it.
    """
    if _FRONTEND not in hass.config.components:
        return
    # Importing it would load its page in homes that have none.
    from homeassistant.components.frontend import (  # noqa: PLC0415
        add_extra_js_url,
    )

    build = await hass.async_add_executor_job(_build)
    path = f"/{DOMAIN}_files/{build}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(path, str(FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{path}/{LOADER}")
