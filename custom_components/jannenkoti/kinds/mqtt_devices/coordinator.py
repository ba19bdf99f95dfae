"""One entry at work: messages in, commands out, claims as they come and go."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

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
from .device_coordinator import DeviceCoordinator, DevicesStore, EntryCounts
from .devices.simulator import Simulation
from .discovery import async_offer, async_withdraw, serial_let_in_again
from .entity import (
    async_add_subentry,
    async_register_device,
    async_rename_subentry,
)
from .repairs import async_delete_issues, async_show_issues
from .wire.stream import Stream, update_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigSubentry

    from .claims.claim import Claim
    from .claims.registry import Received
    from .claims.unclaimed import UnclaimedDevice
    from .devices.modes import Update
    from .options import Options
    from .wire.payload import Payload

type MqttDevicesEntry = ConfigEntry[MqttDevices]
type DeviceAdded = Callable[[DeviceCoordinator], None]

_AGE_OUT_INTERVAL: Final = timedelta(hours=1)


class MqttDevices:
    """Everything of an entry that lives while it is loaded."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: MqttDevicesEntry,
        stored: DevicesStore,
        options: Options,
    ) -> None:
        """Begin without devices."""
        self.registry = registry = stored.registry
        self.options = options
        self.stream = Stream()
        self.requests = Budget(options.request_limit)
        self.counts = EntryCounts(hass, entry, registry)
        self.devices: dict[str, DeviceCoordinator] = {}
        self._hass = hass
        self._entry = entry
        self._stored = stored
        self._broker = BrokerConnection(
            hass,
            entry,
            receive=self._async_receive,
            devices=lambda: [device.data for device in self.devices.values()],
            topic_of=options.topic_of,
        )
        self._device_added: list[DeviceAdded] = []
        self._parameters_added: list[DeviceAdded] = []
        self._simulation = Simulation(registry, self._async_received, dt_util.utcnow)

    async def async_start(self) -> None:
        """Claim what is claimed, then listen."""
        self._async_compare()
        self.registry.prune()
        on_unload = self._entry.async_on_unload
        # An update listener would forbid the options to reload the entry.
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
        """Stop all timers, let go of all listeners, and save."""
        self.stream.close()
        self._simulation.stop_all()
        self.counts.async_stop()
        for device in self.devices.values():
            device.async_stop()
            async_delete_issues(self._hass, self._entry, device.serial)
        await self._stored.async_save()

    @callback
    def _async_age_out(self, now: datetime) -> None:
        """Forget unclaimed that have gone."""
        for serial in self.registry.age_out(now):
            async_withdraw(self._hass, self._entry, serial)
        self.counts.async_counted()

    @callback
    def async_listen(
        self, device_added: DeviceAdded, parameters_added: DeviceAdded | None = None
    ) -> None:
        """Tell about all devices, now and when one is claimed or says something new."""
        self._device_added.append(device_added)
        if parameters_added is not None:
            self._parameters_added.append(parameters_added)
        for device in self.devices.values():
            device_added(device)

    @callback
    def _async_receive(self, payload: Payload) -> None:
        """Take a message in."""
        self._async_received(self.registry.receive(payload, dt_util.utcnow()))

    @callback
    def _async_received(self, received: Received | None) -> None:
        """Hand a message to the entities of its device."""
        if received is None:
            self.counts.async_counted()
            return
        serial = received.serial
        device = self.devices.get(serial)
        if device is None or received.news is None:
            self._async_unclaimed_received(received)
            return
        device.async_received(received.news)
        if received.news.new_parameters:
            for added in self._parameters_added:
                added(device)
        if received.news.more:
            async_show_issues(self._hass, self._entry, device.data)
            self.async_send_configuration(serial)
        self._stored.async_save_history_later()
        self.async_announce(serial)

    @callback
    def _async_unclaimed_received(self, received: Received) -> None:
        """Offer a unclaimed when it is received for the first time."""
        for gone in received.gone:
            async_withdraw(self._hass, self._entry, gone)
        if received.is_new and self.options.discovery:
            async_offer(self._hass, self._entry, received.serial)
        self.counts.async_counted()
        self.async_announce(received.serial)

    @callback
    def async_announce(self, serial: str) -> None:
        """Tell all who listen to the stream."""
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
            async_rename_subentry(self._hass, self._entry, device)
            async_register_device(self._hass, self._entry, device)
        self._async_after(device)

    @callback
    def async_end_hold(self, serial: str) -> None:
        """Let the schedule decide again."""
        device = self.devices[serial]
        device.rules.end_hold()
        self._async_after(device)

    @callback
    def _async_after(self, device: DeviceCoordinator) -> None:
        """Tell everybody what a command has changed."""
        before = device.data.parameters
        device.async_publish()
        if device.data.parameters.keys() - before.keys():
            for added in self._parameters_added:
                added(device)
        self.async_send_configuration(device.serial)
        self.async_announce(device.serial)

    @callback
    def async_send_configuration(self, serial: str) -> None:
        """Save what a device is sent, and send it if it has a topic for that."""
        self._stored.async_save_settings_soon()
        rules = self.devices[serial].rules
        self._broker.send(rules.device)
        self._simulation.obey(rules)

    @callback
    def async_claim(self, claim: Claim) -> None:
        """Make a device one of ours; the subentry brings about the rest."""
        async_add_subentry(self._hass, self._entry, self.registry.completed(claim))

    @callback
    def async_add_unclaimed(self, claim: Claim) -> UnclaimedDevice:
        """Know a device that has not spoken yet."""
        self._async_unclaimed_received(
            self.registry.add_unclaimed(claim, dt_util.utcnow())
        )
        return self.registry.unclaimed.of(claim.serial)

    @callback
    def async_unclaim(self, serial: str) -> None:
        """Let a device go, with all that is rules of it."""
        self._hass.config_entries.async_remove_subentry(
            self._entry, self.devices[serial].subentry_id
        )

    @callback
    def _async_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """See what has become of our subentries, and of who was ignored."""
        if entry is self._entry and change is ConfigEntryChange.UPDATED:
            self._async_compare()
        elif change is ConfigEntryChange.REMOVED and self.options.discovery:
            serial = serial_let_in_again(self._entry, entry)
            if serial in self.registry.unclaimed:
                async_offer(self._hass, self._entry, serial)

    @callback
    def _async_compare(self) -> None:
        """Bring the devices in line with the subentries, without a reload."""
        wanted = {s.data[CONF_SERIAL]: s for s in self._entry.subentries.values()}
        for serial in self.devices.keys() - wanted.keys():
            self._async_remove(serial)
        for serial, subentry in wanted.items():
            device = self.devices.get(serial)
            if device is None:
                self._async_add(subentry)
            else:
                self._async_renamed(device, subentry)
        self.registry.share_log()

    @callback
    def _async_add(self, subentry: ConfigSubentry) -> None:
        """Begin with a device that was claimed."""
        rules = self.registry.claim(from_data(subentry.title, subentry.data))
        device = DeviceCoordinator(self._hass, self._entry, subentry, rules)
        self.devices[device.serial] = device
        async_register_device(self._hass, self._entry, device)
        async_withdraw(self._hass, self._entry, device.serial)
        if not rules.device.silent:
            device.async_watch()
        for added in self._device_added:
            added(device)
        if device.is_simulated:
            self._simulation.start(rules)
        self.counts.async_counted()
        self.async_send_configuration(device.serial)
        self.async_announce(device.serial)

    @callback
    def _async_remove(self, serial: str) -> None:
        """Forget a device that is claimed no more."""
        self._simulation.stop(serial)
        device = self.devices.pop(serial)
        device.async_stop()
        self._broker.forget(device.data)
        async_delete_issues(self._hass, self._entry, serial)
        self.registry.unclaim(serial)
        self._stored.async_save_settings_soon()
        # Whoever shows the claimed has to hear that this one is none any more.
        gone = update_of({**device.data.as_json(), "reclamado": False})
        self.stream.publish(serial, claimed=None, event=lambda: gone)

    @callback
    def _async_renamed(
        self, device: DeviceCoordinator, subentry: ConfigSubentry
    ) -> None:
        """Take over what the user has written of a device."""
        identity = from_data(subentry.title, subentry.data).identity
        if device.rules.device.identity != identity:
            device.rules.rename(identity)
            device.async_publish()
            async_register_device(self._hass, self._entry, device)
