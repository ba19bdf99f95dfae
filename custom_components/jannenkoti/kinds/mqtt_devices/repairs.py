"""Repair issues: conflicts, unreadable alarms, ignored commands, too many entities."""

from typing import TYPE_CHECKING, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir

from ...issues import async_delete_issues, async_show_issue

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .devices.device import Device

_CONFLICT: Final = "mqtt_devices_serial_conflict"
_UNREADABLE: Final = "mqtt_devices_unreadable"
_NOT_FOLLOWED: Final = "mqtt_devices_not_followed"
_TOO_MANY: Final = "mqtt_devices_entity_limit"

MAX_ENTITIES: Final = 10_000
"""Home Assistant's limit of enabled entities per entry; it drops further ones."""
_ENTITIES_OF_A_DEVICE: Final = 40
"""Room for the next device, with all parameters that it may have."""


def async_show_issues(hass: HomeAssistant, entry: ConfigEntry, device: Device) -> None:
    """Create or delete the repair issues of a device."""
    placeholders = {
        "name": device.identity.name or device.serial,
        "serial": device.serial,
        "entry": entry.title,
        "parameters": ", ".join(device.unreadable),
    }
    for key, applies, severity in (
        (_CONFLICT, device.conflict is not None, ir.IssueSeverity.WARNING),
        (_UNREADABLE, bool(device.unreadable), ir.IssueSeverity.ERROR),
        (_NOT_FOLLOWED, device.not_followed is not None, ir.IssueSeverity.WARNING),
    ):
        shown = placeholders if applies else None
        async_show_issue(hass, entry, key, shown, part=device.serial, severity=severity)


def async_delete_device_issues(
    hass: HomeAssistant, entry: ConfigEntry, serial: str
) -> None:
    """Delete the repair issues of a device."""
    async_delete_issues(hass, entry, _CONFLICT, _UNREADABLE, _NOT_FOLLOWED, part=serial)


def has_room(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return whether the entities of another device fit below the limit."""
    # Counting is neither needed nor cheap while the limit is far away.
    if (len(entry.subentries) + 1) * _ENTITIES_OF_A_DEVICE <= MAX_ENTITIES:
        return True
    registry = er.async_get(hass)
    enabled = sum(
        entity.disabled_by is None
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    )
    return enabled + _ENTITIES_OF_A_DEVICE <= MAX_ENTITIES


def async_show_entity_limit(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Create or delete the repair issue of an entry that has no room left."""
    shown = {"entry": entry.title, "limit": str(MAX_ENTITIES)}
    async_show_issue(
        hass,
        entry,
        _TOO_MANY,
        None if has_room(hass, entry) else shown,
        severity=ir.IssueSeverity.ERROR,
    )
