"""The device family `tlink`: an account of the TLINK platform, pushed and polled."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...kind import Kind
from ...lib.journal import Journal
from ...lib.stored import Stored
from ...store import entry_store
from . import repairs
from .account.account import Account
from .account.keys import device_key
from .actions import register_actions
from .cloud.client import Cloud
from .cloud.endpoints import endpoints_of, login_of
from .const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CLOUD,
    CONF_OLD_SECRET,
    CONF_PASSWORD,
    CONF_SECRET,
    CONF_TOKEN,
    CONF_USERNAME,
    KIND_NAME,
)
from .coordinator import TlinkCoordinator
from .entity import (
    account_key,
    async_register_account,
    async_register_device,
    async_remove_moved,
)
from .journal.replay import replay
from .options import Options
from .push.ingest import Ingest
from .push.signature import Secrets
from .view import PushView

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry

    from .coordinator import TlinkConfigEntry

_MEGABYTE: Final = 1_000_000

# A silence or an unanswered command is shown within this time.
_TICK: Final = timedelta(seconds=30)


def journal_of(hass: HomeAssistant, entry: ConfigEntry, options: Options) -> Journal:
    """Return the journal of an account."""
    folder = Path(hass.config.path(DOMAIN, f"{KIND_NAME}_journal", entry.entry_id))
    return Journal(
        folder,
        days=options.retention_days,
        most_bytes=options.journal_megabytes * _MEGABYTE,
    )


def _secrets(entry: ConfigEntry) -> Secrets:
    """Return the valid secrets."""
    both = (entry.data[CONF_SECRET], entry.data.get(CONF_OLD_SECRET))
    return Secrets(tuple(secret for secret in both if secret))


async def _async_setup_entry(
    hass: HomeAssistant, entry: TlinkConfigEntry
) -> TlinkCoordinator:
    """Restore the account, then receive pushes and poll the cloud."""
    options = await hass.async_add_executor_job(Options.parse, entry.options)
    account = Account(options, _secrets(entry))
    journal = journal_of(hass, entry, options)
    store = entry_store(hass, entry.entry_id)
    stored = Stored(await store.async_load())
    disk_error = await _async_replay(hass, account, journal, stored)
    store.report_rejected(stored)
    ingest = Ingest(account, journal, hass.async_add_executor_job)
    ingest.disk_error = disk_error
    cloud = _cloud(hass, entry, ingest)
    account.update_silence(dt_util.utcnow(), cloud_answers=cloud is not None)
    async_register_account(hass, entry)
    coordinator = TlinkCoordinator(
        hass, entry, store, ingest, cloud, partial(async_register_device, hass, entry)
    )
    entry.async_on_unload(coordinator.async_close)
    async_remove_moved(hass, coordinator)
    repairs.show_journal(hass, entry, ingest)
    _start(hass, entry, coordinator)
    return coordinator


async def _async_replay(
    hass: HomeAssistant, account: Account, journal: Journal, stored: Stored
) -> str | None:
    """Restore the account; return why the journal cannot be read, if so."""
    try:
        await hass.async_add_executor_job(
            replay, account, journal, stored, dt_util.utcnow()
        )
    except OSError as err:
        return err.strerror or str(err)
    return None


def _cloud(hass: HomeAssistant, entry: ConfigEntry, ingest: Ingest) -> Cloud | None:
    """Return the client of the cloud, if the account uses it."""
    if (login := entry.data.get(CONF_CLOUD)) is None:
        return None
    return Cloud(
        async_get_clientsession(hass),
        endpoints_of(login),
        login_of(login),
        ingest.times,
        dt_util.utcnow,
    )


def _start(
    hass: HomeAssistant, entry: TlinkConfigEntry, coordinator: TlinkCoordinator
) -> None:
    """Start to poll, and to do the periodic work; pushes need neither."""
    if coordinator.cloud is not None:
        # It polls as long as it has a listener; the account always is one.
        entry.async_on_unload(coordinator.cloud.async_add_listener(lambda: None))
        entry.async_create_background_task(
            hass, coordinator.cloud.async_refresh(), f"first poll of {entry.title}"
        )
    entry.async_on_unload(
        async_track_time_interval(
            hass, coordinator.async_tick, _TICK, cancel_on_shutdown=True
        )
    )


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the saved state and the journal."""
    await entry_store(hass, entry.entry_id).async_remove()
    options = await hass.async_add_executor_job(Options.parse, {})
    await hass.async_add_executor_job(journal_of(hass, entry, options).remove)


def _may_remove_device(entry: TlinkConfigEntry, device: DeviceEntry) -> bool:
    """Remove a device that the cloud does not list and that does not push any more."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = entry.runtime_data
    key = account_key(entry)
    ids = [
        device_id
        for device_id in coordinator.inventory.devices
        if (DOMAIN, device_key(key, device_id)) in device.identifiers
    ]
    if (DOMAIN, key) in device.identifiers:
        return False
    now = dt_util.utcnow()
    if any(coordinator.account.is_alive(each, now) for each in ids):
        return False
    for device_id in ids:
        coordinator.async_forget(device_id)
    return True


def _diagnostics(entry: TlinkConfigEntry) -> dict[str, Any]:
    """Return counters and what devices there are, without places and secrets."""
    coordinator = entry.runtime_data
    account = coordinator.account
    return {
        "pushes": account.pushes,
        "duplicates": account.duplicates,
        "rejected_signatures": account.rejected_signatures,
        "rejected": account.rejected,
        "last_push": account.last_push and account.last_push.isoformat(),
        "report_interval": account.interval.interval
        and account.interval.interval.total_seconds(),
        "hours_off": account.clock_offset.hours_off,
        "late_hours": len(account.late),
        "gaps": len(account.gaps),
        "unanswered_commands": coordinator.commands.unanswered,
        "overflow": account.inventory.overflow,
        "journal_error": coordinator.ingest.disk_error,
        "cloud": None
        if coordinator.cloud is None
        else coordinator.cloud.last_update_success,
        "devices": _described(account),
    }


def _described(account: Account) -> dict[str, Any]:
    """Return the devices with their sensors."""
    inventory = account.inventory
    return {
        device_id: {
            "online": device.online,
            "listed": device.listed,
            "silent": device.silent,
            "silent_after": account.silent_after(device_id).total_seconds(),
            "sensors": {
                sensor_id: {
                    "type": inventory.sensors[sensor_id].info.type,
                    "unit": inventory.sensors[sensor_id].info.unit,
                    "value": inventory.sensors[sensor_id].value,
                }
                for sensor_id in inventory.of_device(device_id)
            },
        }
        for device_id, device in inventory.devices.items()
    }


def _setup_once(hass: HomeAssistant) -> None:
    """Register the address for pushes and the actions."""
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
