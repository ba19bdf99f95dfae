"""The repair issues of an entry: each is there while its problem is."""

from typing import TYPE_CHECKING

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant


def issue_id(entry: ConfigEntry, key: str, part: str = "") -> str:
    """Return the id of an issue: of the entry, or of one part of it, such as a device.

    The key is also the translation key, and begins with the kind.
    """
    return "_".join(filter(None, (key, entry.entry_id, part)))


@callback
def async_show_issue(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    placeholders: Mapping[str, str] | None,
    *,
    part: str = "",
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    learn_more_url: str | None = None,
) -> None:
    """Create or update an issue with its placeholders; delete it if they are None.

    The placeholder ``name`` is the title of the entry unless it is given.
    """
    if placeholders is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id(entry, key, part))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(entry, key, part),
        is_fixable=False,
        severity=severity,
        translation_key=key,
        translation_placeholders={"name": entry.title, **placeholders},
        learn_more_url=learn_more_url,
    )


@callback
def async_delete_issues(
    hass: HomeAssistant, entry: ConfigEntry, *keys: str, part: str = ""
) -> None:
    """Delete issues, for example of an entry that is removed."""
    for key in keys:
        ir.async_delete_issue(hass, DOMAIN, issue_id(entry, key, part))
