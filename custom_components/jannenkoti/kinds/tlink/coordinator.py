"""The Home Assistant side of an account: applies outcomes, notifies entities, saves."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from ...push import PushSource, Throttle
from ...timers import async_call_later, detached
from . import repairs
from .account.account import Status
from .account.pending_commands import PendingCommands, Value
from .cloud_coordinator import CloudCoordinator
from .journal.maintenance import Maintenance
from .statistics import async_import_late

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ...store import KindStore
    from .account.account import Account
    from .account.devices import Device, IngestOutcome, Sensor
    from .account.inventory import Inventory
    from .cloud.client import Cloud
    from .push.ingest import Ingest

type TlinkConfigEntry = ConfigEntry[TlinkCoordinator]
type SensorsAdded = Callable[[Sequence[PushSource[Sensor]]], None]
type DevicesAdded = Callable[[Sequence[PushSource[Device]]], None]

# The journal has all that matters; this bounds what a start has to read of it.
_SAVE_DELAY: Final = 15 * 60

# Late readings arrive in large numbers, and their hours are calculated once for all.
_SOON: Final = timedelta(seconds=5)

# So many states at a time take a few milliseconds of the event loop.
_CHUNK: Final = 100

# The platform has a switch's new state some seconds after the command.
_POLL_AFTER_COMMAND: Final = timedelta(seconds=3)

_STATUS_INTERVAL: Final = 10.0  # s


class TlinkCoordinator:
    """Connects the ingest, the cloud and the entities of an account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: TlinkConfigEntry,
        store: KindStore,
        ingest: Ingest,
        cloud: Cloud | None,
        device_changed: Callable[[Device], None],
    ) -> None:
        """Initialize; `device_changed` keeps the device registry up to date."""
        self.entry = entry
        self.ingest = ingest
        self.commands = PendingCommands()
        self.cloud = (
            None if cloud is None else CloudCoordinator(hass, entry, cloud, ingest)
        )
        self.maintenance = Maintenance(ingest=ingest, cloud=cloud)
        self.sensors = {i: PushSource(s) for i, s in self.inventory.sensors.items()}
        self.devices = {i: PushSource(d) for i, d in self.inventory.devices.items()}
        self.status = PushSource(Status.of(self.account, dt_util.utcnow()))
        # Counters cost no further state for each push.
        self._status_throttle = Throttle(
            hass, _STATUS_INTERVAL, self._publish_status, "status"
        )
        self.hass = hass
        self._store = store
        self._device_changed = device_changed
        self._sensors_added: list[SensorsAdded] = []
        self._devices_added: list[DevicesAdded] = []
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._save_armed = False
        for device in self.inventory.devices.values():
            device_changed(device)
        ingest.subscribe(self.async_publish)

    @property
    def account(self) -> Account:
        """Return the state of the account."""
        return self.ingest.account

    @property
    def inventory(self) -> Inventory:
        """Return the devices and sensors of the account."""
        return self.account.inventory

    # Subscriptions

    @callback
    def async_on_sensors(self, listener: SensorsAdded) -> None:
        """Call a listener with all sensors, and later with each new one."""
        self._sensors_added.append(listener)
        listener([*self.sensors.values()])

    @callback
    def async_on_devices(self, listener: DevicesAdded) -> None:
        """Call a listener with all devices, and later with each new one."""
        self._devices_added.append(listener)
        listener([*self.devices.values()])

    @callback
    def async_publish(self, outcome: IngestOutcome) -> None:
        """Notify the entities of what has changed; many of them in several steps."""
        self._add(outcome)
        for device_id in outcome.devices:
            device, source = self.inventory.devices[device_id], self.devices[device_id]
            self._device_changed(device)
            _log_silence(source.data, device)
            source.async_set_updated_data(device)
        self._notify_sensors(outcome.sensors[:_CHUNK])
        if rest := outcome.sensors[_CHUNK:]:
            detached(
                self.entry.async_create_task,
                self.hass,
                self._async_notify_chunks(rest),
                "tlink states",
            )
        if outcome.late:
            self._later("maintenance", _SOON, self.async_maintain)
        self.async_save_later()

    # Pushes and commands

    async def async_push(self, body: bytes, signature: str | None) -> int:
        """Take a push in, return its number of readings; raises Rejected."""
        stored = await self.ingest.async_push(body, signature, dt_util.utcnow())
        self.async_status_changed()
        self.async_save_later()
        return stored

    async def async_command(
        self, expected: Mapping[str, Value], send: Awaitable[None]
    ) -> None:
        """Send a command; its effect on sensors is confirmed later."""
        for sensor_id, value in expected.items():
            self.commands.expect(sensor_id, value, dt_util.utcnow())
        try:
            await send
        except BaseException:
            for sensor_id in expected:
                self.commands.forget(sensor_id)
            raise
        finally:
            self._notify_sensors([*expected])
        if self.cloud is not None:
            self._later("poll", _POLL_AFTER_COMMAND, self.cloud.async_refresh)

    # From time to time

    async def async_tick(self, now: datetime) -> None:
        """Update repair issues and do what is due, twice a minute."""
        repairs.update(self.hass, self.entry, self.ingest, now)
        if self.cloud is not None and self.cloud.adapt():
            await self.cloud.async_request_refresh()
        await self.async_maintain()

    async def async_maintain(self) -> None:
        """Update silence and unanswered commands, then do the periodic work."""
        for sensor_id in self.commands.waiting():
            self._notify_sensors([sensor_id])
        self._publish_status()
        now = dt_util.utcnow()
        answers = self.cloud is not None and self.cloud.last_update_success
        self.async_publish(self.account.update_silence(now, cloud_answers=answers))
        try:
            await self.maintenance.async_do(
                now, partial(async_import_late, self.hass, self.entry, self.account)
            )
        except OSError as err:
            self.ingest.disk_error = err.strerror or str(err)
            repairs.show_journal(self.hass, self.entry, self.ingest)

    @callback
    def async_status_changed(self) -> None:
        """Publish the status, at once if the last time was long enough ago."""
        self._status_throttle.async_request()

    @callback
    def async_forget(self, device_id: str) -> None:
        """Remove a device that the user deletes."""
        for sensor_id in self.inventory.of_device(device_id):
            self.sensors.pop(sensor_id, None)
        self.devices.pop(device_id, None)
        self.account.forget(device_id)
        self.async_save_later()

    @callback
    def async_save_later(self) -> None:
        """Save before long; with a save under way, a push costs no more than this."""
        if not self._save_armed:
            self._save_armed = True
            self._store.save_soon(self._to_store, _SAVE_DELAY)

    async def async_close(self) -> None:
        """Stop all timers, finish what is being written, and save."""
        for stop in self._timers.values():
            stop()
        self._timers.clear()
        self._status_throttle.async_stop()
        await self.ingest.async_close()
        self._store.save_soon(self._to_store, 0)
        await self._store.async_close()

    def _to_store(self) -> dict[str, Any]:
        """Return what to save, at the time when it is saved."""
        self._save_armed = False
        return self.account.to_store(datetime.now(UTC))

    def _add(self, outcome: IngestOutcome) -> None:
        """Announce new devices and sensors."""
        for device_id in outcome.new_devices:
            device = self.inventory.devices[device_id]
            self._device_changed(device)
            self.devices[device_id] = PushSource(device)
        for sensor_id in outcome.new_sensors:
            self.sensors[sensor_id] = PushSource(self.inventory.sensors[sensor_id])
        if outcome.new_devices:
            new_devices = [self.devices[each] for each in outcome.new_devices]
            for devices_added in self._devices_added:
                devices_added(new_devices)
        if outcome.new_sensors:
            new_sensors = [self.sensors[each] for each in outcome.new_sensors]
            for sensors_added in self._sensors_added:
                sensors_added(new_sensors)

    def _publish_status(self) -> None:
        """Notify the entities of the account."""
        now = dt_util.utcnow()
        self.status.async_set_updated_data(Status.of(self.account, now))

    def _notify_sensors(self, sensor_ids: Sequence[str]) -> None:
        """Notify the entities of sensors."""
        now = dt_util.utcnow()
        sensors = self.inventory.sensors
        for sensor_id in sensor_ids:
            if (source := self.sensors.get(sensor_id)) is not None:
                sensor = sensors[sensor_id]
                self.commands.confirm(sensor, now)
                source.async_set_updated_data(sensor)

    async def _async_notify_chunks(self, sensor_ids: Sequence[str]) -> None:
        """Notify many entities, with room for others in between."""
        for start in range(0, len(sensor_ids), _CHUNK):
            await asyncio.sleep(0)
            self._notify_sensors(sensor_ids[start : start + _CHUNK])

    def _later(
        self, name: str, delay: timedelta, action: Callable[[], Awaitable[None]]
    ) -> None:
        """Do something once, after a delay."""
        if name in self._timers:
            return

        async def async_do(_now: datetime) -> None:
            """Do it."""
            del self._timers[name]
            await action()

        self._timers[name] = async_call_later(
            self.hass,
            delay,
            HassJob(async_do, f"tlink {name}", cancel_on_shutdown=True),
        )


def _log_silence(before: Device, device: Device) -> None:
    """Log once when a device becomes silent, and once when it reports again."""
    if device.silent != before.silent:
        change = "does not report any more" if device.silent else "reports again"
        LOGGER.info("The device %s %s", device.name or device.device_id, change)
