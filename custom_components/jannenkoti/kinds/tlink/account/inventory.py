"""Devices and sensors of an account with their latest readings."""

from copy import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from ..model import AHEAD, SensorType
from .devices import UNTYPED, Device, IngestOutcome, Sensor, SensorInfo

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from ..model import Push, Sample
    from .devices import ListedDevice

MOST_DEVICES: Final = 1000
MOST_SENSORS: Final = 5000
"""Invented ids must not fill Home Assistant; further readings are only stored."""

# Statistics are made of hours: an older reading belongs to another one, and would be
# drawn at the wrong time as a state.
LATE_AFTER: Final = timedelta(hours=1)

# A pause that matters in the mean of an hour.
GAP: Final = timedelta(minutes=30)


class Inventory:
    """Devices and sensors by their ids."""

    def __init__(self) -> None:
        """Initialize without any."""
        self.devices: dict[str, Device] = {}
        self.sensors: dict[str, Sensor] = {}
        self.overflow = 0

    def take(self, push: Push) -> IngestOutcome:
        """Apply a push, return what it changes."""
        outcome = IngestOutcome()
        before = self.devices.get(push.device_id)
        if before is None and len(self.devices) >= MOST_DEVICES:
            self.overflow += len(push.samples)
            return outcome
        alarms = set(before.alarms) if before else set()
        for sample in push.samples:
            self._take_sample(push, sample, alarms, outcome)
        device = before or Device(device_id=push.device_id)
        # History that is fetched later is no sign of life.
        reported = push.via != "history"
        if device.silent and reported:
            listed = set(outcome.sensors)
            every = self.of_device(push.device_id)
            outcome.sensors += [each for each in every if each not in listed]
        self._keep_device(
            replace(
                device,
                name=device.name or push.device_name,
                number=device.number or push.device_number,
                user_id=push.user_id or device.user_id,
                parent_user_id=push.parent_user_id or device.parent_user_id,
                flag=push.flag or device.flag,
                online=self._any_online(push, device.online),
                alarms=frozenset(alarms),
                last_seen=max(push.received, device.last_seen or push.received)
                if reported
                else device.last_seen,
                silent=device.silent and not reported,
            ),
            outcome,
        )
        return outcome

    def learn(self, listed: Iterable[ListedDevice]) -> IngestOutcome:
        """Apply the device list of the cloud, except for its values."""
        outcome = IngestOutcome()
        there: set[str] = set()
        for each in listed:
            new = each.device
            there.add(new.device_id)
            if (old := self.devices.get(new.device_id)) is not None:
                new = replace(
                    # A null in the list is nothing new.
                    new._replace(**_known(old, new)),
                    flag=old.flag,
                    alarms=old.alarms,
                    last_seen=old.last_seen,
                    silent=old.silent,
                )
                if (old.latitude, old.longitude) != (new.latitude, new.longitude):
                    outcome.sensors += self.of_device(new.device_id)
            self._keep_device(new, outcome)
            samples = {sample.sensor_id: sample for sample in each.push.samples}
            for info in each.sensors:
                self._learn_sensor(info, samples.get(info.sensor_id), outcome)
            self._learn_status(each.push, outcome)
        for device in list(self.devices.values()):
            if device.listed and device.device_id not in there:
                self._keep_device(replace(device, listed=False), outcome)
        return outcome

    def silence(self, silent: Container[str]) -> IngestOutcome:
        """Make these devices silent, and no others."""
        outcome = IngestOutcome()
        for device in list(self.devices.values()):
            if (now := device.device_id in silent) != device.silent:
                self._keep_device(replace(device, silent=now), outcome)
        changed = set(outcome.devices)
        outcome.sensors += [
            sensor_id
            for sensor_id, sensor in self.sensors.items()
            if sensor.info.device_id in changed
        ]
        return outcome

    def forget(self, device_id: str) -> None:
        """Remove a device that the user deletes."""
        self.devices.pop(device_id, None)
        for sensor_id in self.of_device(device_id):
            del self.sensors[sensor_id]

    def of_device(self, device_id: str) -> list[str]:
        """Return the sensors of a device."""
        return [
            sensor_id
            for sensor_id, sensor in self.sensors.items()
            if sensor.info.device_id == device_id
        ]

    def _keep_device(self, device: Device, outcome: IngestOutcome) -> None:
        """Store a device; its last report alone is no change."""
        old = self.devices.get(device.device_id)
        if old is None and len(self.devices) >= MOST_DEVICES:
            return
        self.devices[device.device_id] = device
        if old is None:
            outcome.new_devices.append(device.device_id)
        elif device != old and device != replace(old, last_seen=device.last_seen):
            outcome.devices.append(device.device_id)

    def _learn_sensor(
        self, info: SensorInfo, sample: Sample | None, outcome: IngestOutcome
    ) -> None:
        """Store a sensor of the device list, with its value there."""
        old = self.sensors.get(info.sensor_id)
        if info.type == UNTYPED:
            guessed = SensorType.NUMBER if sample is None else _type_of(sample)
            info = info._replace(type=guessed if old is None else old.info.type)
        if old is None:
            self._add_sensor(info, outcome)
        else:
            info = info._replace(**_known(old.info, info))
        if old is not None and old.info != info:
            self.sensors[info.sensor_id] = replace(old, info=info)
            outcome.sensors.append(info.sensor_id)

    def _learn_status(self, push: Push, outcome: IngestOutcome) -> None:
        """Apply online and alarm of the device list, unless a push is newer."""
        device = self.devices.get(push.device_id)
        alarms = set(device.alarms) if device else set()
        for sample in push.samples:
            sensor = self.sensors.get(sample.sensor_id)
            last = measured_last(sensor, push.received)
            if sensor is None or (last and sample.measured < last):
                continue
            _set_alarm(alarms, sample)
            new = _with_status(sensor, sample)
            if new != sensor:
                self.sensors[sample.sensor_id] = new
                outcome.sensors.append(sample.sensor_id)
        if device is not None:
            self._keep_device(replace(device, alarms=frozenset(alarms)), outcome)

    def _add_sensor(self, info: SensorInfo, outcome: IngestOutcome) -> None:
        """Store a new sensor, if there is room."""
        if len(self.sensors) >= MOST_SENSORS or info.device_id not in self.devices:
            self.overflow += 1
            return
        self.sensors[info.sensor_id] = Sensor(info=info)
        outcome.new_sensors.append(info.sensor_id)

    def _take_sample(
        self, push: Push, sample: Sample, alarms: set[str], outcome: IngestOutcome
    ) -> None:
        """Make a reading the state of its sensor, unless it is late."""
        sensor = self.sensors.get(sample.sensor_id)
        if sensor is None:
            if len(self.sensors) >= MOST_SENSORS:
                self.overflow += 1
                return
            info = SensorInfo(
                sensor_id=sample.sensor_id,
                device_id=push.device_id,
                type=_type_of(sample),
                name=sample.name,
                unit=sample.unit,
            )
            sensor = Sensor(info=info)
            outcome.new_sensors.append(sample.sensor_id)
        elif is_late(sensor, sample, push.received):
            self._take_late(sensor, sample, outcome)
            return
        elif (last := sensor.sample) and sample.measured - last.measured > GAP:
            outcome.gaps.append((sample.sensor_id, last.measured, sample.measured))
        if sensor.overtaken:
            # The recorder compares it with the state, but a late reading lies between.
            outcome.late.append(sample)
        _set_alarm(alarms, sample)
        self.sensors[sample.sensor_id] = Sensor(
            info=sensor.info,
            sample=sensor.sample if sample.heartbeat else sample,
            received=push.received,
            online=sensor.online if sample.online is None else sample.online,
            alarm=sensor.alarm if sample.alarm is None else sample.alarm,
        )
        outcome.sensors.append(sample.sensor_id)

    def _take_late(
        self, sensor: Sensor, sample: Sample, outcome: IngestOutcome
    ) -> None:
        """Record a reading that is only for the statistics."""
        outcome.late.append(sample)
        if sensor.sample is not None and sample.measured > sensor.sample.measured:
            self.sensors[sample.sensor_id] = replace(sensor, overtaken=True)

    def _any_online(self, push: Push, before: bool | None) -> bool | None:  # noqa: FBT001
        """Return whether a device is online: at least one of its sensors is."""
        reported = {sample.online for sample in push.samples}
        if True in reported:
            return True
        if False not in reported:
            return before
        # One sensor that is offline does not take the device with it.
        others = (self.sensors[each].online for each in self.of_device(push.device_id))
        return True in set(others)


def _known[T: (Device, SensorInfo)](old: T, new: T) -> dict[str, Any]:
    """Return the fields that only the old one of two has."""
    return {
        name: before
        for name, before, now in zip(old._fields, old, new, strict=True)
        if now is None and before is not None
    }


def is_late(sensor: Sensor, sample: Sample, received: datetime) -> bool:
    """Return whether a reading is only for the statistics, never for the state."""
    last = measured_last(sensor, received)
    if last is None:
        return False  # However old it is, there is no newer one.
    return sample.measured < last or received - sample.measured > LATE_AFTER


def measured_last(sensor: Sensor | None, now: datetime) -> datetime | None:
    """Return when the latest reading was measured, if that was before now.

    A reading from the future was received before the clock was set back.
    """
    if sensor is None or sensor.sample is None:
        return None
    last = sensor.sample.measured
    return None if last > now + AHEAD else last


def _with_status(sensor: Sensor, sample: Sample) -> Sensor:
    """Return a sensor with online and alarm of a reading, where it has them."""
    return replace(
        sensor,
        online=sensor.online if sample.online is None else sample.online,
        alarm=sensor.alarm if sample.alarm is None else sample.alarm,
    )


def _set_alarm(alarms: set[str], sample: Sample) -> None:
    """Add or remove a sensor that is in alarm or not, if the reading reports it."""
    if sample.alarm is not None:
        (alarms.add if sample.alarm else alarms.discard)(sample.sensor_id)


def _type_of(sample: Sample) -> int:
    """Return the type of a sensor, guessed if the reading has none."""
    if sample.type is not None and sample.type in SensorType:
        return sample.type
    if sample.switcher is not None:
        return SensorType.INDICATOR
    if sample.number is not None:
        return SensorType.NUMBER
    return SensorType.TEXT
