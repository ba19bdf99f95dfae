"""What the user has to mend: sensors that nobody can trust."""

from typing import TYPE_CHECKING

from homeassistant.helpers import issue_registry as ir

from ...const import DOMAIN
from .decide import Reason

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .snapshot import Snapshot

_SENSORS_SILENT = "air_conditioner_sensors_silent"


def show_issues(hass: HomeAssistant, entry: ConfigEntry, snapshot: Snapshot) -> None:
    """Raise the one issue while no sensor is trusted; it closes itself."""
    if snapshot.decision.reason is Reason.SENSOR_SILENT:
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue_id(entry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=_SENSORS_SILENT,
            translation_placeholders={
                "name": entry.title,
                "sensors": ", ".join(snapshot.quorum.doubted),
            },
        )
    elif snapshot.room is not None:
        forget_issues(hass, entry)


def forget_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close what is open."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"{_SENSORS_SILENT}_{entry.entry_id}"
