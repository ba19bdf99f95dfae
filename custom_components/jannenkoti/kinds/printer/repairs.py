"""Repair issues: a printer lost in mid-print, firmware that refuses commands."""

from typing import TYPE_CHECKING, Final

from homeassistant.helpers import issue_registry as ir

from ...issues import async_show_issue, entity_names

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

_LOST: Final = "printer_lost"
_SIGNATURE: Final = "printer_signature"

_MISSING: Final = "printer_missing"

_TIMELAPSE: Final = {
    "no_space": "printer_timelapse_no_space",
    "not_written": "printer_timelapse_not_written",
    "no_video": "printer_timelapse_no_video",
}


def async_show_lost(hass: HomeAssistant, entry: ConfigEntry, *, shown: bool) -> None:
    """Create or delete the issue of a printer that was lost in mid-print."""
    _show(hass, entry, _LOST, ir.IssueSeverity.ERROR, shown=shown)


def async_show_signature(
    hass: HomeAssistant, entry: ConfigEntry, *, shown: bool
) -> None:
    """Create or delete the issue of firmware that accepts only signed commands."""
    _show(hass, entry, _SIGNATURE, ir.IssueSeverity.WARNING, shown=shown)


def async_show_missing(
    hass: HomeAssistant, entry: ConfigEntry, entities: list[str]
) -> None:
    """Create or delete the issue of entities that were removed or are disabled."""
    placeholders = {"entities": entity_names(hass, entities)} if entities else None
    async_show_issue(hass, entry, _MISSING, placeholders)


def async_show_timelapse(
    hass: HomeAssistant, entry: ConfigEntry, problem: str | None
) -> None:
    """Create the issue of a time-lapse that has a problem, and delete the others."""
    for each, key in _TIMELAPSE.items():
        _show(hass, entry, key, ir.IssueSeverity.WARNING, shown=each == problem)


def _show(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    severity: ir.IssueSeverity,
    *,
    shown: bool,
) -> None:
    """Create or delete an issue."""
    async_show_issue(
        hass,
        entry,
        key,
        {} if shown else None,
        severity=severity,
    )
