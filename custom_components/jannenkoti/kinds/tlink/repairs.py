"""Repair issues of an account: each closes itself when its problem is solved."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from ...issues import async_show_issue, issue_id
from .const import push_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .account.account import Account
    from .push.ingest import Ingest

_MINUTE: Final = timedelta(minutes=1)

# The others are named when the clocks of these are right.
_MOST_NAMED: Final = 10

_SILENT: Final = "tlink_push_silent"
_ZONE: Final = "tlink_time_zone"
_CLOCKS: Final = "tlink_clocks"
_JOURNAL: Final = "tlink_journal"
_UNSIGNED: Final = "tlink_unsigned"
_OVERFLOW: Final = "tlink_overflow"


def push_url(hass: HomeAssistant, token: str) -> str:
    """Return the address to enter at the platform; only the path without a host."""
    try:
        base = get_url(hass, prefer_external=True)
    except NoURLAvailableError:
        base = ""
    return f"{base}{push_path(token)}"


def update(
    hass: HomeAssistant, entry: ConfigEntry, ingest: Ingest, now: datetime
) -> None:
    """Create or delete all issues of an account.

    Every user can read them, so the secret address is only in Reconfigure.
    """
    account = ingest.account
    _show(hass, entry, _SILENT, _silence(account, now))
    _show(hass, entry, _ZONE, _time_zone(account))
    _show(hass, entry, _CLOCKS, _clocks(account))
    _show(hass, entry, _UNSIGNED, _unsigned(account))
    _show(hass, entry, _OVERFLOW, {} if account.inventory.overflow else None)
    show_journal(hass, entry, ingest)


def show_journal(hass: HomeAssistant, entry: ConfigEntry, ingest: Ingest) -> None:
    """Create or delete the issue of an unusable journal; log each change once."""
    reason = ingest.disk_error
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id(entry, _JOURNAL))
    if reason is not None and issue is None:
        LOGGER.error("The journal of %s is not usable: %s", entry.title, reason)
    elif reason is None and issue is not None:
        LOGGER.info("The journal of %s is usable again", entry.title)
    found = None if reason is None else {"reason": reason}
    _show(hass, entry, _JOURNAL, found, severity=ir.IssueSeverity.ERROR)


def _show(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    placeholders: Mapping[str, str] | None,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> None:
    """Create an issue with these placeholders, or delete it without any."""
    if placeholders is not None:
        placeholders = {"account": entry.title, **placeholders}
    async_show_issue(hass, entry, key, placeholders, severity=severity)


def _silence(account: Account, now: datetime) -> dict[str, str] | None:
    """Return since when no push was received, if that is too long."""
    since, last = account.silent_since(now), account.last_push
    limit = account.options.silence
    if since is None or last is None or not limit or now - last < limit:
        return None
    return {"since": dt_util.as_local(last).strftime("%Y-%m-%d %H:%M")}


def _time_zone(account: Account) -> dict[str, str] | None:
    """Return by how much the time zone seems wrong."""
    if (hours := account.clock_offset.hours_off) is None:
        return None
    return {"zone": account.options.zone.key, "hours": f"{hours:+.2g}"}


def _clocks(account: Account) -> dict[str, str] | None:
    """Return the devices whose clocks seem wrong."""
    if not (late := account.wrong_clocks()):
        return None
    devices = account.inventory.devices
    named = [
        f"{devices[device_id].name or device_id} ({by // _MINUTE} min)"
        for device_id, by in late.items()
        if device_id in devices
    ]
    more = ["…"] if len(named) > _MOST_NAMED else []
    return {"devices": ", ".join(named[:_MOST_NAMED] + more)}


def _unsigned(account: Account) -> dict[str, str] | None:
    """Return how many pushes were rejected, if none was ever accepted."""
    if account.pushes or not account.rejected_signatures:
        return None
    return {"count": str(account.rejected_signatures)}
