"""Pass what Home Assistant finds at the top of an integration on to the kinds.

Entity platforms belong to an entry and its kind. Of the others (`EXTRAS`) there is one
for all kinds; a top-level module of the name exists as soon as a kind has one.
"""

from typing import TYPE_CHECKING

from .const import CONF_KIND, DOMAIN
from .registry import EXTRAS, async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import ModuleType

    from homeassistant.const import Platform
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .kind import JannenkotiConfigEntry

    type SetupEntry = Callable[
        [HomeAssistant, JannenkotiConfigEntry, AddConfigEntryEntitiesCallback],
        Awaitable[None],
    ]


def hand_on(platform: Platform) -> SetupEntry:
    """Return the set-up of a platform: that of ``kinds/<kind>/<platform>.py``."""

    async def async_setup_entry(
        hass: HomeAssistant,
        entry: JannenkotiConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        """Let the kind of the entry add its entities."""
        kind = entry.data[CONF_KIND]
        module = await async_import_from_kind(hass, kind, platform)
        await module.async_setup_entry(hass, entry, async_add_entities)

    return async_setup_entry


async def async_modules(hass: HomeAssistant, name: str) -> list[ModuleType]:
    """Return ``kinds/<kind>/<name>.py`` of each kind that has it and an entry."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    present = {entry.data[CONF_KIND] for entry in entries}
    return [
        await async_import_from_kind(hass, kind, name)
        for kind in EXTRAS.get(name, ())
        if kind in present
    ]
