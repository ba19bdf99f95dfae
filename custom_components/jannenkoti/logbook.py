"""Sentences in Activity for the events of the kinds: ``kinds/<kind>/logbook.py``."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN
from .platform import async_modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[..., None]
) -> None:
    """Let each kind describe its events, now or with its first entry."""

    async def async_describe() -> None:
        for module in await async_modules(hass, "logbook"):
            module.async_describe_events(hass, async_describe_event)

    @callback
    def changed(change: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        if entry.domain == DOMAIN and change is ConfigEntryChange.ADDED:
            hass.async_create_task(async_describe())

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)
    hass.async_create_task(async_describe())
