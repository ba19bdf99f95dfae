"""Tells the user what only a person can mend, and that it is mended."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .view import push_path

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import TlinkEntry


_MINUTE: Final = timedelta(minutes=1)

# A note is to be read; the others are named when these are mended.
_MOST_NAMED: Final = 10


def push_url(hass: HomeAssistant, token: str) -> str:
    """Return the address to enter at the platform; just the path without a host."""
    try:
        base = get_url(hass, prefer_external=True)
    except NoURLAvailableError:
        base = ""
    return f"{base}{push_path(token)}"


def show_silence(hass: HomeAssistant, entry: TlinkEntry, now: datetime) -> None:
    """Say that pushes have stopped for long, or take it back.

    Every user of the home reads notes, so the secret address is left to Reconfigure.
    """
    account = entry.runtime_data.account
    since, last = account.silent_since(now), account.last_push
    patience = account.options.silence
    if since is None or last is None or not patience or now - last < patience:
        ir.async_delete_issue(hass, DOMAIN, _silence(entry))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _silence(entry),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="tlink_push_silent",
        translation_placeholders={
            "account": entry.title,
            "since": dt_util.as_local(last).strftime("%Y-%m-%d %H:%M"),
        },
    )


def show_time_zone(hass: HomeAssistant, entry: TlinkEntry) -> None:
    """Say that the declared zone seems to be wrong, or take it back."""
    hours = entry.runtime_data.account.lag.hours_off
    if hours is None:
        ir.async_delete_issue(hass, DOMAIN, _zone(entry))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _zone(entry),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="tlink_time_zone",
        translation_placeholders={
            "account": entry.title,
            "zone": entry.runtime_data.account.options.zone.key,
            "hours": f"{hours:+.2g}",
        },
    )


def show_clocks(hass: HomeAssistant, entry: TlinkEntry) -> None:
    """Say that the clocks of devices seem to be wrong, or take it back."""
    account = entry.runtime_data.account
    if not (late := account.wrong_clocks()):
        ir.async_delete_issue(hass, DOMAIN, _clocks(entry))
        return
    named = [
        f"{account.known.devices[device_id].name or device_id} ({by // _MINUTE} min)"
        for device_id, by in late.items()
    ]
    more = ["…"] if len(named) > _MOST_NAMED else []
    ir.async_create_issue(
        hass,
        DOMAIN,
        _clocks(entry),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="tlink_clocks",
        translation_placeholders={
            "account": entry.title,
            "devices": ", ".join(named[:_MOST_NAMED] + more),
        },
    )


def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back all that was said."""
    for issue in (_silence, _zone, _clocks):
        ir.async_delete_issue(hass, DOMAIN, issue(entry))


def _silence(entry: ConfigEntry) -> str:
    return f"{entry.entry_id}_push_silent"


def _zone(entry: ConfigEntry) -> str:
    return f"{entry.entry_id}_time_zone"


def _clocks(entry: ConfigEntry) -> str:
    return f"{entry.entry_id}_clocks"
