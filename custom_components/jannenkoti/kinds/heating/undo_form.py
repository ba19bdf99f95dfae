"""The form that undoes the last change of the options."""

from typing import TYPE_CHECKING, Any

import voluptuous as vol
from homeassistant.util import dt as dt_util

from ...flow import Form

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .options_history import OptionsHistory


def undo_form(history: OptionsHistory) -> Form:
    """Return a form without fields; submitting it restores what was replaced."""

    async def async_check(
        _hass: HomeAssistant, _answers: dict[str, Any]
    ) -> dict[str, Any]:
        return dict(history.replaced)

    return Form(schema=lambda _hass: vol.Schema({}), async_check=async_check)


def when_changed(history: OptionsHistory) -> str:
    """Return the local time of the last change, empty if nothing can be undone."""
    if history.changed is None:
        return ""
    return dt_util.as_local(history.changed).strftime("%Y-%m-%d %H:%M")
