"""The kind `tlink`: an account of the TLINK platform, pushed and polled."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...kind import Kind
from ...lib.journal import Journal
from ...store import entry_store
from . import repairs
from .account import Account
from .actions import register_actions
from .cloud.client import Cloud, Login
from .cloud.coordinator import CloudCoordinator
from .cloud.endpoints import endpoints_of
from .const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CLOUD,
    CONF_OLD_SECRET,
    CONF_PASSWORD,
    CONF_SECRET,
    CONF_TOKEN,
    CONF_USERNAME,
)
from .coordinator import Tlink
from .entity import (
    account_key,
    async_forget_moved,
    async_show_account,
    async_show_device,
    device_key,
    import_hours,
)
from .ingest import Ingest
from .options import Options
from .recovery import recover
from .signature import Secrets
from .upkeep import Upkeep
from .view import PushView

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry

    from .coordinator import TlinkEntry

# Pushes of fifty devices every minute for ninety days.
_MOST_BYTES: Final = 1 << 30

# A silence or a missed command is told within this time.
_TICK: Final = timedelta(seconds=30)


def journal_of(hass: HomeAssistant, entry: ConfigEntry, days: int) -> Journal:
    """Return the journal of an account."""
    folder = Path(hass.config.path(".storage", f"{DOMAIN}_journal", entry.entry_id))
    return Journal(folder, days=days, most_bytes=_MOST_BYTES)


def _secrets(entry: ConfigEntry) -> Secrets:
    """Return the secrets that count."""
    both = (entry.data[CONF_SECRET], entry.data.get(CONF_OLD_SECRET))
    return Secrets(tuple(secret for secret in both if secret))


async def _async_setup_entry(hass: HomeAssistant, entry: TlinkEntry) -> Tlink:
    """Know again what was known, then listen and ask."""
    options = await hass.async_add_executor_job(Options.parse, entry.options)
    account = Account(options, _secrets(entry))
    journal = journal_of(hass, entry, options.retention_days)
    store = entry_store(hass, entry.entry_id)
    stored = await store.async_load() or None
    await hass.async_add_executor_job(
        recover, account, journal, stored, dt_util.utcnow()
    )
    has_cloud = entry.data.get(CONF_CLOUD) is not None
    account.fall_silent(dt_util.utcnow(), cloud_answers=has_cloud)
    async_show_account(hass, entry)
    tlink = Tlink(hass, entry, account, store, partial(async_show_device, hass, entry))
    tlink.ingest = Ingest(
        account, journal, hass.async_add_executor_job, tlink.async_publish
    )
    tlink.journal = journal
    tlink.adopt(account.known)
    entry.async_on_unload(tlink.async_close)
    _start_cloud(hass, entry, tlink)
    async_forget_moved(hass, tlink)
    tlink.upkeep = Upkeep(
        account=account,
        journal=journal,
        ingest=tlink.ingest,
        cloud=None if tlink.cloud is None else tlink.cloud.cloud,
        run=hass.async_add_executor_job,
        import_hours=partial(import_hours, hass, tlink),
    )
    _start_clock(hass, entry, tlink)
    return tlink


def _start_cloud(hass: HomeAssistant, entry: TlinkEntry, tlink: Tlink) -> None:
    """Ask the cloud, if there is one; pushes are taken whether it answers or not."""
    if (said := entry.data.get(CONF_CLOUD)) is None:
        return
    cloud = Cloud(
        async_get_clientsession(hass),
        endpoints_of(said),
        Login(
            username=said[CONF_USERNAME],
            password=said[CONF_PASSWORD],
            client_id=said[CONF_CLIENT_ID],
            client_secret=said[CONF_CLIENT_SECRET],
        ),
        tlink.ingest.times,
        dt_util.utcnow,
    )
    tlink.cloud = CloudCoordinator(
        hass, entry, cloud, tlink.account, tlink.ingest, tlink.async_publish
    )
    # It asks as long as somebody listens, and the account always does.
    entry.async_on_unload(tlink.cloud.async_add_listener(lambda: None))
    entry.async_create_background_task(
        hass, tlink.cloud.async_refresh(), f"first list of {entry.title}"
    )


def _start_clock(hass: HomeAssistant, entry: TlinkEntry, tlink: Tlink) -> None:
    """Look after the account now and then."""

    async def async_tick(now: datetime) -> None:
        """Say what is silent, and do what is due."""
        repairs.show_silence(hass, entry, now)
        repairs.show_time_zone(hass, entry)
        repairs.show_clocks(hass, entry)
        if tlink.cloud is not None and tlink.cloud.adapt():
            await tlink.cloud.async_request_refresh()
        await tlink.async_maintain()

    entry.async_on_unload(
        async_track_time_interval(hass, async_tick, _TICK, cancel_on_shutdown=True)
    )
    entry.async_on_unload(callback(partial(repairs.forget, hass, entry)))


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete what was stored, the journal too."""
    await entry_store(hass, entry.entry_id).async_remove()
    await hass.async_add_executor_job(journal_of(hass, entry, 1).remove)


def _may_remove_device(entry: TlinkEntry, device: DeviceEntry) -> bool:
    """Let go of a device that the cloud does not list and that pushes no more."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    tlink = entry.runtime_data
    ids = [
        device_id
        for device_id in tlink.account.known.devices
        if (DOMAIN, device_key(entry, device_id)) in device.identifiers
    ]
    if (DOMAIN, account_key(entry)) in device.identifiers:
        return False
    if any(tlink.account.is_alive(each, dt_util.utcnow()) for each in ids):
        return False
    for device_id in ids:
        tlink.async_forget(device_id)
    return True


def _diagnostics(entry: TlinkEntry) -> dict[str, Any]:
    """Tell what is known, but not what was measured where."""
    tlink = entry.runtime_data
    account = tlink.account
    return {
        "pushes": account.pushes,
        "duplicates": account.duplicates,
        "rejected_signatures": account.rejected_signatures,
        "refused": account.refused,
        "last_push": account.last_push and account.last_push.isoformat(),
        "usual_interval": account.rhythm.interval
        and account.rhythm.interval.total_seconds(),
        "hours_off": account.lag.hours_off,
        "late_hours": len(account.late),
        "gaps": len(account.gaps),
        "unanswered_commands": tlink.commands.unanswered,
        "overflow": account.known.overflow,
        "cloud": None if tlink.cloud is None else tlink.cloud.last_update_success,
        "devices": _described(account),
    }


def _described(account: Account) -> dict[str, Any]:
    """Tell what sensors the devices have."""
    known = account.known
    return {
        device_id: {
            "online": device.online,
            "listed": device.listed,
            "silent": device.silent,
            "silent_after": account.silent_after(device_id).total_seconds(),
            "sensors": {
                sensor_id: {
                    "type": known.sensors[sensor_id].info.type,
                    "unit": known.sensors[sensor_id].info.unit,
                    "value": known.sensors[sensor_id].value,
                }
                for sensor_id in known.of_device(device_id)
            },
        }
        for device_id, device in known.devices.items()
    }


def _setup_once(hass: HomeAssistant) -> None:
    """Open the door for pushes and register the actions."""
    hass.http.register_view(PushView())
    register_actions(hass)


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.DEVICE_TRACKER,
        Platform.EVENT,
        Platform.IMAGE,
        Platform.NUMBER,
        Platform.SENSOR,
        Platform.SWITCH,
    ),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset(
        {
            CONF_TOKEN,
            CONF_SECRET,
            CONF_OLD_SECRET,
            CONF_USERNAME,
            CONF_PASSWORD,
            CONF_CLIENT_ID,
            CONF_CLIENT_SECRET,
        }
    ),
    setup_once=_setup_once,
    async_remove_entry=_async_remove_entry,
    may_remove_device=_may_remove_device,
)
