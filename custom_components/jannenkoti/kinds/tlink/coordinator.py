"""Tells the entities of an account what is new, each only what is its own."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from .commands import Commands, Value
from .devices import Device, Outcome, Sensor
from .status_coordinator import StatusCoordinator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from homeassistant.helpers.storage import Store

    from ...lib.journal import Journal
    from .account import Account
    from .cloud.coordinator import CloudCoordinator
    from .ingest import Ingest
    from .known import Known
    from .upkeep import Upkeep

type TlinkEntry = ConfigEntry[Tlink]
type SensorsAdded = Callable[[Sequence[SensorCoordinator]], None]
type DevicesAdded = Callable[[Sequence[DeviceCoordinator]], None]

# The journal has all that matters; this bounds what has to be read of it at a start.
_SAVE_DELAY: Final = 15 * 60

# Late readings come in crowds, and their hours are reckoned once for all of them.
_SOON: Final = timedelta(seconds=5)

# So many states at a time take a few milliseconds of the event loop.
_CROWD: Final = 100

# The platform tells a switch's new state some seconds after it was switched.
_LOOK_AGAIN: Final = timedelta(seconds=3)


class SensorCoordinator(DataUpdateCoordinator[Sensor]):
    """One sensor."""

    def __init__(self, hass: HomeAssistant, tlink: Tlink, sensor: Sensor) -> None:
        """Begin with what is known."""
        super().__init__(
            hass, LOGGER, config_entry=tlink.entry, name=sensor.info.sensor_id
        )
        self.data = sensor
        self.tlink = tlink

    @callback
    def async_tell(self, sensor: Sensor) -> None:
        """Tell what is new; unlike the base class, there is no poll to put off."""
        self.data = sensor
        self.async_update_listeners()


class DeviceCoordinator(DataUpdateCoordinator[Device]):
    """One device."""

    def __init__(self, hass: HomeAssistant, tlink: Tlink, device: Device) -> None:
        """Begin with what is known."""
        super().__init__(hass, LOGGER, config_entry=tlink.entry, name=device.device_id)
        self.data = device
        self.tlink = tlink


class Tlink:
    """An account at work."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: TlinkEntry,
        account: Account,
        store: Store[dict[str, Any]],
        device_changed: Callable[[Device], None],
    ) -> None:
        """Begin with what is known; `device_changed` keeps the registry up to date."""
        self.entry = entry
        self.account = account
        self.commands = Commands()
        self.status = StatusCoordinator(hass, entry, account)
        self.sensors: dict[str, SensorCoordinator] = {}
        self.devices: dict[str, DeviceCoordinator] = {}
        self.cloud: CloudCoordinator | None = None
        self.ingest: Ingest
        self.journal: Journal
        self.upkeep: Upkeep
        self._hass = hass
        self._store = store
        self._device_changed = device_changed
        self._sensors_added: list[SensorsAdded] = []
        self._devices_added: list[DevicesAdded] = []
        self._stop_timers: dict[str, CALLBACK_TYPE] = {}
        self._unsaved = False

    @callback
    def async_listen(
        self, sensors: SensorsAdded | None = None, devices: DevicesAdded | None = None
    ) -> None:
        """Tell about all sensors and devices, now and whenever there are new ones."""
        if sensors is not None:
            self._sensors_added.append(sensors)
            sensors(list(self.sensors.values()))
        if devices is not None:
            self._devices_added.append(devices)
            devices(list(self.devices.values()))

    @callback
    def adopt(self, known: Known) -> None:
        """Keep what is known from an earlier life."""
        self._add(Outcome(new_devices=[*known.devices], new_sensors=[*known.sensors]))

    @callback
    def async_publish(self, outcome: Outcome) -> None:
        """Tell what has changed; a crowd is told bit by bit."""
        self._add(outcome)
        for device_id in outcome.devices:
            self._device_changed(device := self.account.known.devices[device_id])
            coordinator = self.devices[device_id]
            if device.silent != coordinator.data.silent:
                told = "is silent" if device.silent else "is heard again"
                LOGGER.info("The device %s %s", device.name or device_id, told)
            coordinator.async_set_updated_data(device)
        self._tell(outcome.sensors[:_CROWD])
        if rest := outcome.sensors[_CROWD:]:
            self.entry.async_create_task(
                self._hass, self._async_tell_crowd(rest), "tlink crowd"
            )
        if outcome.late:
            self._later("upkeep", _SOON, self.async_maintain)
        self.async_save_later()

    async def async_push(self, body: bytes, signature: str | None) -> int:
        """Take a push in; raises Refused."""
        stored = await self.ingest.async_push(body, signature, dt_util.utcnow())
        self.status.async_changed()
        self.async_save_later()
        return stored

    async def async_command(
        self, expected: Mapping[str, Value], send: Awaitable[None]
    ) -> None:
        """Send a command and wait, without waiting, for its effect on sensors."""
        for sensor_id, value in expected.items():
            self.commands.expect(sensor_id, value, dt_util.utcnow())
        try:
            await send
        except BaseException:
            for sensor_id in expected:
                self.commands.forget(sensor_id)
            raise
        finally:
            self._tell([*expected])
        if self.cloud is not None:
            self._later("look", _LOOK_AGAIN, self.cloud.async_refresh)

    async def async_maintain(self) -> None:
        """Do what an account needs from time to time."""
        for sensor_id in self.commands.waiting():
            self._tell([sensor_id])  # Some wait no more.
        self.status.async_tell()
        now = dt_util.utcnow()
        answers = self.cloud is not None and self.cloud.last_update_success
        self.async_publish(self.account.fall_silent(now, cloud_answers=answers))
        try:
            await self.upkeep.async_do(now)
        except OSError as err:
            LOGGER.warning(
                "The journal of %s cannot be read: %s", self.entry.title, err
            )
        self.async_save_later()

    @callback
    def async_forget(self, device_id: str) -> None:
        """Forget a device that the user deletes."""
        for sensor_id in self.account.known.of_device(device_id):
            self.sensors.pop(sensor_id, None)
        self.devices.pop(device_id, None)
        self.account.forget(device_id)
        self.async_save_later()

    @callback
    def async_save_later(self) -> None:
        """Save before long; a push costs no more than this look."""
        if not self._unsaved:
            self._unsaved = True
            self._store.async_delay_save(self._to_store, _SAVE_DELAY)

    async def async_close(self) -> None:
        """Stop all timers, let nothing be on its way, and save."""
        for stop in self._stop_timers.values():
            stop()
        self._stop_timers.clear()
        self.status.async_stop()
        await self.ingest.async_close()
        await self._store.async_save(self._to_store())

    def _to_store(self) -> dict[str, Any]:
        """Return what to save, now that it is saved."""
        self._unsaved = False
        return self.account.to_store(dt_util.utcnow())

    def _add(self, outcome: Outcome) -> None:
        """Keep new devices and sensors from now on."""
        known = self.account.known
        for device_id in outcome.new_devices:
            device = known.devices[device_id]
            self._device_changed(device)
            self.devices[device_id] = DeviceCoordinator(self._hass, self, device)
        for sensor_id in outcome.new_sensors:
            sensor = known.sensors[sensor_id]
            self.sensors[sensor_id] = SensorCoordinator(self._hass, self, sensor)
        if outcome.new_devices:
            new_devices = [self.devices[each] for each in outcome.new_devices]
            for devices_added in self._devices_added:
                devices_added(new_devices)
        if outcome.new_sensors:
            new_sensors = [self.sensors[each] for each in outcome.new_sensors]
            for sensors_added in self._sensors_added:
                sensors_added(new_sensors)

    def _tell(self, sensor_ids: Sequence[str]) -> None:
        """Tell sensors their latest state."""
        now = dt_util.utcnow()
        for sensor_id in sensor_ids:
            if (coordinator := self.sensors.get(sensor_id)) is not None:
                sensor = self.account.known.sensors[sensor_id]
                self.commands.see(sensor, now)
                coordinator.async_tell(sensor)

    async def _async_tell_crowd(self, sensor_ids: Sequence[str]) -> None:
        """Tell many sensors their state, with room for others in between."""
        for start in range(0, len(sensor_ids), _CROWD):
            await asyncio.sleep(0)
            self._tell(sensor_ids[start : start + _CROWD])

    def _later(
        self, name: str, delay: timedelta, do: Callable[[], Awaitable[None]]
    ) -> None:
        """Do something once, in a moment."""
        if name in self._stop_timers:
            return

        async def async_do(_now: datetime) -> None:
            del self._stop_timers[name]
            await do()

        self._stop_timers[name] = async_call_later(
            self._hass,
            delay,
            HassJob(async_do, f"tlink {name}", cancel_on_shutdown=True),
        )
