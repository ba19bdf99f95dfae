"""Hands a platform on to the kind of the entry."""

from typing import TYPE_CHECKING

from .const import CONF_KIND
from .registry import async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.const import Platform
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    type SetupEntry = Callable[
        [HomeAssistant, ConfigEntry, AddConfigEntryEntitiesCallback], Awaitable[None]
    ]


def hand_on(platform: Platform) -> SetupEntry:
    """Return the set-up of a platform: that of ``kinds/<kind>/<platform>.py``."""

    async def async_setup_entry(
        hass: HomeAssistant,
        entry: ConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        """Let the kind of the entry add its entities."""
        kind = entry.data[CONF_KIND]
        module = await async_import_from_kind(hass, kind, platform)
        await module.async_setup_entry(hass, entry, async_add_entities)

    return async_setup_entry
