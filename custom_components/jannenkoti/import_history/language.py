"""The language of the user who is in a dialog, which may not be that of the home."""

import re
from typing import TYPE_CHECKING, Final

from homeassistant.components.http import KEY_HASS_USER
from homeassistant.helpers.http import current_request

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_FRONTEND: Final = "frontend"
_LANGUAGE: Final = "language"
_REGION: Final = re.compile("[-;]")


async def async_user_language(hass: HomeAssistant) -> str:
    """Return the language of the user's profile, else that of Home Assistant.

    Without a choice in the profile, the page follows the browser.
    """
    request = current_request.get()
    user = None if request is None else request.get(KEY_HASS_USER)
    if request is None or user is None or _FRONTEND not in hass.config.components:
        return hass.config.language
    from homeassistant.components.frontend.storage import (  # noqa: PLC0415
        async_user_store,
    )

    store = await async_user_store(hass, user.id)
    chosen = store.data.get(_LANGUAGE)
    found = chosen.get(_LANGUAGE) if isinstance(chosen, dict) else None
    if not isinstance(found, str):
        found = request.headers.get("Accept-Language", "").partition(",")[0]
    # Our texts are in languages, not in their regional variants.
    return _REGION.split(found.strip())[0] or hass.config.language
