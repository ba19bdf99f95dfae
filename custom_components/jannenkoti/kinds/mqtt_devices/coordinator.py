"""One entry while it is loaded: messages, configurations, claims, storage."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ...lib.budget import Budget
from .broker_coordinator import BrokerConnection
from .claims.claim import from_data
from .const import CONF_SERIAL
from .device_coordinator import (
    DeviceCoordinator,
    async_add_subentry,
    async_register_device,
    async_rename_subentry,
    async_report_claimed,
    async_restore_claim,
)
from .devices.simulator import Simulation
from .discovery import async_offer, async_withdraw, serial_let_in_again
from .entry_coordinator import DevicesStore, EntryCounts, HeldBack
from .repairs import (
    async_delete_device_issues,
    async_show_entity_limit,
    async_show_issues,
    has_room,
)
from .wire.stream import Stream, update_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from homeassistant.config_entries import ConfigSubentry

    from .claims.claim import Claim
    from .claims.registry import Received
    from .claims.unclaimed import UnclaimedDevice
    from .devices.modes import Update
    from .options import Options
    from .wire.payload import Payload

type MqttDevicesConfigEntry = ConfigEntry[MqttDevices]
type DeviceAdded = Callable[[DeviceCoordinator], None]

_AGE_OUT_INTERVAL: Final = timedelta(hours=1)
# Devices that are set up before other tasks get their turn; each takes about 1 ms.
_AT_ONCE: Final = 20


class MqttDevices:
    """The devices of a loaded entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: MqttDevicesConfigEntry,
        store: DevicesStore,
        options: Options,
    ) -> None:
        """Initialize without devices."""
        self.registry = registry = store.registry
        self.options = options
        self.stream = Stream()
        self.requests = Budget(options.request_limit)
        self.counts = EntryCounts(hass, registry)
        self.devices: dict[str, DeviceCoordinator] = {}
        self.is_closed = False
        self._hass = hass
        self.entry = self._entry = entry
        self.store = store
        self._broker = BrokerConnection(
            hass,
            entry,
            receive=self._async_receive,
            devices=lambda: [device.data for device in self.devices.values()],
            topic_of=options.topic_of,
        )
        self._device_added: list[DeviceAdded] = []
        self._parameters_added: list[DeviceAdded] = []
        # Title and data by subentry, which is changed in place.
        self._applied: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.areas: dict[str, str | None] = {}
        """The areas of devices that are about to be claimed."""
        self._simulation = Simulation(registry, self._async_received, dt_util.utcnow)
        self._held_back = HeldBack(
            hass, 60 / options.message_limit, self._async_apply_held_back
        )

    async def async_start(self) -> None:
        """Add the claimed devices, then subscribe to the topic."""
        for claim in self.registry.restored_claims():
            async_restore_claim(self._hass, self._entry, claim)
        for number, subentry in enumerate(list(self._entry.subentries.values())):
            self._async_apply(subentry)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        self._async_compare()
        self.store.async_report_rejected()
        self.registry.prune()
        on_unload = self._entry.async_on_unload
        # An update listener would prevent the options flow from reloading the entry.
        on_unload(
            async_dispatcher_connect(
                self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_changed
            )
        )
        on_unload(
            async_track_time_interval(
                self._hass,
                self._async_age_out,
                _AGE_OUT_INTERVAL,
                cancel_on_shutdown=True,
            )
        )
        await self._broker.async_start()

    async def async_close(self) -> None:
        """Stop all timers, disconnect all clients, and save."""
        self.is_closed = True
        self.stream.close()
        self._simulation.stop_all()
        self._held_back.async_stop()
        self.counts.async_stop()
        for device in self.devices.values():
            device.async_stop()
        await self.store.async_close()

    @callback
    def _async_age_out(self, now: datetime) -> None:
        """Remove unclaimed devices that are gone."""
        for serial in self.registry.age_out(now):
            async_withdraw(self._hass, self._entry, serial)
        self.counts.async_counted()

    @callback
    def async_subscribe(
        self, device_added: DeviceAdded, parameters_added: DeviceAdded | None = None
    ) -> None:
        """Call functions when a device is claimed, and when it has new parameters."""
        self._device_added.append(device_added)
        if parameters_added is not None:
            self._parameters_added.append(parameters_added)

    @callback
    def _async_receive(self, payload: Payload) -> None:
        """Apply a message of the broker."""
        self._async_received(self.registry.receive(payload, dt_util.utcnow()))

    @callback
    def _async_apply_held_back(self, serial: str) -> None:
        """Apply the last message of a burst."""
        self._async_received(self.registry.apply_held_back(serial, dt_util.utcnow()))

    @callback
    def _async_received(self, received: Received | None) -> None:
        """Show what a message changed."""
        if received is None or received.is_held_back:
            if received is not None:
                self._held_back.async_add(received.serial)
            self.counts.async_counted()
            return
        serial, outcome = received.serial, received.outcome
        device = self.devices.get(serial)
        if device is None or outcome is None:
            self._async_unclaimed_received(received)
            return
        device.async_received(outcome)
        if outcome.new_parameters:
            for added in self._parameters_added:
                added(device)
        if outcome.more:
            async_show_issues(self._hass, self._entry, device.data)
            self._async_send_configuration(serial)
        self.store.async_save_history_later()
        self.async_announce(serial)

    @callback
    def _async_unclaimed_received(self, received: Received) -> None:
        """Offer an unclaimed device when it reports for the first time."""
        for gone in received.gone:
            async_withdraw(self._hass, self._entry, gone)
        if received.is_new and self.options.discovery:
            async_offer(self._hass, self._entry, received.serial)
        self.counts.async_counted()
        self.async_announce(received.serial)

    @callback
    def async_announce(self, serial: str) -> None:
        """Send the state of a device to the clients of the stream."""
        if len(self.stream):
            self.stream.publish(
                serial,
                claimed=serial in self.devices,
                event=lambda: update_of(self.registry.one_as_json(serial)),
            )

    @callback
    def async_update(self, serial: str, update: Update) -> None:
        """Carry out an update of a device; raises TooLarge."""
        device = self.devices[serial]
        device.rules.update(update, dt_util.utcnow())
        if device.rules.device.identity != device.data.identity:
            self.store.async_keep_claim(serial)
            async_rename_subentry(self._hass, self._entry, device)
            async_register_device(self._hass, self._entry, device)
        self._async_after(device)

    @callback
    def async_end_hold(self, serial: str) -> None:
        """Return a device to its schedule."""
        device = self.devices[serial]
        device.rules.end_hold(dt_util.utcnow())
        self._async_after(device)

    @callback
    def _async_after(self, device: DeviceCoordinator) -> None:
        """Show, save and send what a command has changed."""
        before = device.data.parameters
        device.async_publish()
        async_show_issues(self._hass, self._entry, device.data)
        if device.data.parameters.keys() - before.keys():
            for added in self._parameters_added:
                added(device)
        self._async_send_configuration(device.serial)
        self.async_announce(device.serial)

    @callback
    def _async_send_configuration(self, serial: str) -> None:
        """Save the configuration of a device, and publish it if that is set up."""
        self.store.async_save_settings_soon()
        rules = self.devices[serial].rules
        self._broker.send(rules.device)
        self._simulation.obey(rules)

    @callback
    def has_room(self) -> bool:
        """Return whether the entities of another device fit into the entry."""
        return has_room(self._hass, self._entry)

    @callback
    def async_claim(self, claim: Claim) -> None:
        """Store a claim; the change of the entry then adds the device."""
        async_add_subentry(self._hass, self._entry, self.registry.completed(claim))
        self.store.async_keep_claim(claim.serial)

    @callback
    def async_add_unclaimed(self, claim: Claim) -> UnclaimedDevice:
        """Add a device that has not reported yet."""
        received = self.registry.add_unclaimed(claim, dt_util.utcnow())
        self._async_unclaimed_received(received)
        return self.registry.unclaimed.of(claim.serial)

    @callback
    def async_unclaim(self, serial: str) -> None:
        """Remove a device and what is stored of it."""
        self._hass.config_entries.async_remove_subentry(
            self._entry, self.devices[serial].subentry_id
        )

    @callback
    def _async_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Apply a change of the subentries, or of the ignored devices."""
        if entry is self._entry and change is ConfigEntryChange.UPDATED:
            before = set(self.devices)
            self._async_compare()
            async_report_claimed(self._hass, entry, {*self.devices} - before)
        elif change is ConfigEntryChange.REMOVED and self.options.discovery:
            serial = serial_let_in_again(self._entry, entry)
            if serial in self.registry.unclaimed:
                async_offer(self._hass, self._entry, serial)

    @callback
    def _async_compare(self) -> None:
        """Apply the subentries that were added, changed or removed."""
        subentries = self._entry.subentries
        for subentry_id in self._applied.keys() - subentries.keys():
            self._async_remove(self._applied.pop(subentry_id)[1][CONF_SERIAL])
        for subentry_id, subentry in subentries.items():
            if self._applied.get(subentry_id) != (subentry.title, subentry.data):
                self._async_apply(subentry)
        self.registry.share_log()
        async_show_entity_limit(self._hass, self._entry)

    @callback
    def _async_apply(self, subentry: ConfigSubentry) -> None:
        """Add or rename the device of a subentry."""
        self._applied[subentry.subentry_id] = (subentry.title, subentry.data)
        device = self.devices.get(subentry.data[CONF_SERIAL])
        if device is None:
            self._async_add(subentry)
        else:
            self._async_renamed(device, subentry)

    @callback
    def _async_add(self, subentry: ConfigSubentry) -> None:
        """Add a claimed device."""
        rules = self.registry.claim(from_data(subentry.title, subentry.data))
        device = DeviceCoordinator(self._hass, self._entry, subentry, rules)
        device.async_subscribe_edges(self._async_send_configuration)
        self.devices[device.serial] = device
        area_id = self.areas.pop(device.serial, None)
        async_register_device(self._hass, self._entry, device, area_id)
        async_withdraw(self._hass, self._entry, device.serial)
        if not rules.device.silent:
            device.async_watch()
        for added in self._device_added:
            added(device)
        if device.is_simulated:
            self._simulation.start(rules)
        self.counts.async_counted()
        async_show_issues(self._hass, self._entry, device.data)
        self._async_send_configuration(device.serial)
        self.async_announce(device.serial)

    @callback
    def _async_remove(self, serial: str) -> None:
        """Remove a device that is not claimed any more."""
        self._simulation.stop(serial)
        device = self.devices.pop(serial)
        device.async_stop()
        self._broker.forget(device.data)
        async_delete_device_issues(self._hass, self._entry, serial)
        self.registry.unclaim(serial)
        self.store.async_save_settings_soon()
        gone = update_of({**device.data.as_json(), "reclamado": False})
        self.stream.publish(serial, claimed=None, event=lambda: gone)

    @callback
    def _async_renamed(
        self, device: DeviceCoordinator, subentry: ConfigSubentry
    ) -> None:
        """Take over the name and so on that the user has entered."""
        identity = from_data(subentry.title, subentry.data).identity
        if device.rules.device.identity != identity:
            device.rules.rename(identity)
            device.async_publish()
            async_register_device(self._hass, self._entry, device)
