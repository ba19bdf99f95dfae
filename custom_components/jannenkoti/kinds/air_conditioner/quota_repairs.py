"""Repair issues of the cloud quota: one for all entries that share it."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...lib.quota import Level
from .const import KIND_NAME
from .drivers.tuya.account import project_of

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from ...lib.quota import Quota

_ISSUES: Final = {
    Level.LOW: "air_conditioner_quota_low",
    Level.EXHAUSTED: "air_conditioner_quota_exhausted",
}


def entries_of(hass: HomeAssistant, project: str) -> list[ConfigEntry]:
    """Return the entries of a project, loaded or not."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == KIND_NAME and project_of(entry.data) == project
    ]


@callback
def show_quota_issues(hass: HomeAssistant, entry: ConfigEntry, quota: Quota) -> None:
    """Report that calls are few or used up; the issues close by themselves."""
    now, project = dt_util.utcnow(), project_of(entry.data) or ""
    level = quota.level(now)
    for its, key in _ISSUES.items():
        if level is not its:
            ir.async_delete_issue(hass, DOMAIN, f"{key}_{project}")
            continue
        names = sorted(one.title for one in entries_of(hass, project))
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"{key}_{project}",
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={
                "name": ", ".join(names),
                "limit": str(quota.plan.limit),
                "renews": quota.plan.period(now)[1].date().isoformat(),
            },
        )


@callback
def forget_quota_issues(hass: HomeAssistant, project: str) -> None:
    """Delete the issues of a project."""
    for key in _ISSUES.values():
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{project}")
