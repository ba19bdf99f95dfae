"""What the user has to look at: two devices that bear one serial number."""

from typing import TYPE_CHECKING

from homeassistant.helpers import issue_registry as ir

from ...const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .devices.device import Device

_IMPOSTOR = "mqtt_devices_impostor"


def async_show_issues(hass: HomeAssistant, entry: ConfigEntry, device: Device) -> None:
    """Raise the issue of a device while it speaks with two tongues."""
    if device.conflict is None:
        async_delete_issues(hass, entry, device.serial)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, device.serial),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_IMPOSTOR,
        translation_placeholders={
            "name": device.identity.name or device.serial,
            "serial": device.serial,
            "entry": entry.title,
        },
    )


def async_delete_issues(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Close what is open."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, serial))


def _issue_id(entry: ConfigEntry, serial: str) -> str:
    return f"{_IMPOSTOR}_{entry.entry_id}_{serial}"
