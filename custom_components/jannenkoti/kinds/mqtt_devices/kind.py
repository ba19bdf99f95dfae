"""The kind `mqtt_devices`: devices of one base topic, claimed by consent."""

import asyncio
from typing import TYPE_CHECKING, Any

from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...kind import Kind
from .actions import async_register_actions
from .broker_coordinator import async_keep
from .const import CONF_TOKEN
from .coordinator import MqttDevices
from .device_coordinator import device_key
from .discovery import async_withdraw_all
from .entry_coordinator import DevicesStore
from .options import Options
from .repairs import async_delete_device_issues
from .view import DispositivosView

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event, HomeAssistant

    from .coordinator import MqttDevicesConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: MqttDevicesConfigEntry
) -> MqttDevices:
    """Set up the devices of an entry and subscribe to the topic."""
    if not await mqtt.async_wait_for_mqtt_client(hass):
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="mqtt_devices_no_mqtt"
        )
    options = Options.parse(entry.options)
    stored = DevicesStore(hass, entry.entry_id)
    await stored.async_load(dt_util.get_default_time_zone(), options.message_limit)
    devices = entry.runtime_data = MqttDevices(hass, entry, stored, options)
    entry.async_on_unload(devices.async_close)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, str(entry.unique_id))},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
    )

    async def async_stop(_event: Event) -> None:
        """Disconnect the clients of the stream; Home Assistant would wait for them."""
        devices.stream.close()

    entry.async_on_unload(
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, async_stop)
    )
    entry.async_on_unload(lambda: async_withdraw_all(hass, entry))
    await devices.async_start()
    return devices


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete what was stored, also by the broker."""
    await DevicesStore(hass, entry.entry_id).async_remove()
    options = Options.parse(entry.options)
    serials = [str(subentry.unique_id) for subentry in entry.subentries.values()]
    for serial in serials:
        async_delete_device_issues(hass, entry, serial)
    topics = filter(None, map(options.topic_of, serials))
    await asyncio.gather(*(async_keep(hass, topic, "") for topic in topics))


def _may_remove_device(entry: MqttDevicesConfigEntry, device: dr.DeviceEntry) -> bool:
    """Unclaim a device that the user deletes; the device of the entry stays."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    devices = entry.runtime_data
    for serial in devices.devices:
        if (DOMAIN, device_key(entry, serial)) in device.identifiers:
            devices.async_unclaim(serial)
            return True
    return False


def _diagnostics(entry: MqttDevicesConfigEntry) -> dict[str, Any]:
    """Return the state of each device, without the secret path."""
    devices = entry.runtime_data
    registry = devices.registry
    return {
        "rejected": {
            reason.value: count for reason, count in registry.rejected.items()
        },
        "floods": dict(registry.floods),
        "listeners": len(devices.stream),
        "dropped_listeners": devices.stream.dropped,
        "unclaimed": [
            {
                "serial": unclaimed.serial,
                "count": unclaimed.count,
                "first_seen": unclaimed.first_seen.isoformat(),
                "last_seen": unclaimed.last_seen.isoformat(),
            }
            for unclaimed in registry.unclaimed
        ],
        "devices": {
            serial: rules.device.as_json()
            | {
                "version": rules.device.version,
                "acknowledged": rules.device.acknowledged,
                "silent": rules.device.silent,
                "conflict": rules.device.conflict,
                "silent_after": rules.rhythm.silent_after.total_seconds(),
                "rows": len(rules.log),
            }
            for serial, rules in registry.claimed.items()
        },
    }


def _setup_once(hass: HomeAssistant) -> None:
    """Register the view and the actions."""
    hass.http.register_view(DispositivosView())
    async_register_actions(hass)


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CALENDAR,
        Platform.COVER,
        Platform.EVENT,
        Platform.FAN,
        Platform.LIGHT,
        Platform.LOCK,
        Platform.SELECT,
        Platform.SENSOR,
        Platform.SWITCH,
        Platform.TEXT,
        Platform.VALVE,
    ),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset({CONF_TOKEN}),
    setup_once=_setup_once,
    async_remove_entry=_async_remove_entry,
    may_remove_device=_may_remove_device,
)
