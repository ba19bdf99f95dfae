"""Jannenkoti: devices of many sorts in one integration."""

from typing import TYPE_CHECKING

from homeassistant.const import CONF_TIME_ZONE, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.requirements import RequirementsNotFound

from .actions import async_setup_kinds_once
from .const import CONF_KIND, CONF_KIND_VERSION, DOMAIN
from .frontend_files import async_serve_frontend_files
from .import_history.actions import async_register_actions
from .issues import async_close_issues, async_follow_entries, async_forget_issues
from .registry import KINDS, async_get_kind
from .renames import async_follow_renames

if TYPE_CHECKING:
    from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry
    from homeassistant.helpers.typing import ConfigType

    from .kind import JannenkotiConfigEntry

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Register views and actions of the kinds that this home has, and the cards."""
    async_follow_renames(hass)
    async_follow_entries(hass)
    await async_serve_frontend_files(hass)
    async_register_actions(hass)
    await async_setup_kinds_once(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: JannenkotiConfigEntry) -> bool:
    """Set up an entry: its kind connects, then that kind's platforms follow."""
    await async_setup_kinds_once(hass)
    try:
        kind = await async_get_kind(hass, entry)
    except RequirementsNotFound as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="requirements_missing"
        ) from err
    entry.async_on_unload(_reload_in_another_time_zone(hass, entry))
    entry.runtime_data = await kind.async_setup_entry(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, kind.platforms)
    return True


def _reload_in_another_time_zone(
    hass: HomeAssistant, entry: JannenkotiConfigEntry
) -> CALLBACK_TYPE:
    """Reload the entry when the time zone changes: schedules are in local time."""

    @callback
    def async_moved(event: Event) -> None:
        """Reload if the time zone has changed."""
        if CONF_TIME_ZONE in event.data:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    return hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, async_moved)


async def async_unload_entry(hass: HomeAssistant, entry: JannenkotiConfigEntry) -> bool:
    """Unload an entry; what its kind opened is closed by `async_on_unload`."""
    kind = await async_get_kind(hass, entry)
    unload = hass.config_entries.async_unload_platforms
    if is_unloaded := await unload(entry, kind.platforms):
        async_close_issues(hass, entry)
    return is_unloaded


async def async_remove_entry(hass: HomeAssistant, entry: JannenkotiConfigEntry) -> None:
    """Delete what a removed entry has stored, and its repair issues."""
    kind = await async_get_kind(hass, entry)
    if kind.async_remove_entry is not None:
        await kind.async_remove_entry(hass, entry)
    async_forget_issues(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: JannenkotiConfigEntry, device: DeviceEntry
) -> bool:
    """Return whether the user may delete a device."""
    kind = await async_get_kind(hass, entry)
    return kind.may_remove_device is not None and kind.may_remove_device(entry, device)


async def async_migrate_entry(
    hass: HomeAssistant, entry: JannenkotiConfigEntry
) -> bool:
    """Bring an entry to the version of its kind; refuse one from the future."""
    name: str = entry.data[CONF_KIND]
    version: int = entry.data[CONF_KIND_VERSION]
    if name not in KINDS or version > KINDS[name]:
        return False
    kind = await async_get_kind(hass, entry)
    if version < KINDS[name] and kind.async_migrate is not None:
        await kind.async_migrate(hass, entry, version)
    hass.config_entries.async_update_entry(
        entry,
        data={**entry.data, CONF_KIND_VERSION: KINDS[name]},
        minor_version=sum(KINDS.values()),
    )
    return True
