"""The one place where a kind is named.

A kind is a folder in ``kinds/``; nothing of it is imported before a home has an
entry of it, or its user asks for one.
"""

from typing import TYPE_CHECKING, Final

from homeassistant.helpers.importlib import async_import_module

from .const import CONF_KIND

if TYPE_CHECKING:
    from types import ModuleType

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .kind import AnyKind

# Each kind with the version of its own entry data; raise it together with a step in
# the kind's `async_migrate`.
KINDS: Final[dict[str, int]] = {
    "room_sensors": 1,
    "air_conditioner": 1,
    "mqtt_devices": 1,
    "tlink": 1,
    "robocam": 1,
}

# What the entries of a kind can hold: the types of their subentries.
SUBENTRIES: Final[dict[str, tuple[str, ...]]] = {
    "mqtt_devices": ("mqtt_device", "simulated_device"),
}

# By each source of announcements that the manifest asks for, the kind they are for.
DISCOVERED_BY: Final[dict[str, str]] = {
    "dhcp": "robocam",
    "zeroconf": "robocam",
}


async def async_import_from_kind(
    hass: HomeAssistant, kind: str, module: str
) -> ModuleType:
    """Import ``kinds/<kind>/<module>.py`` without blocking the event loop."""
    return await async_import_module(hass, f"{__package__}.kinds.{kind}.{module}")


async def async_get_kind(hass: HomeAssistant, entry: ConfigEntry) -> AnyKind:
    """Return the kind of an entry."""
    module = await async_import_from_kind(hass, entry.data[CONF_KIND], "kind")
    kind: AnyKind = module.KIND
    return kind
