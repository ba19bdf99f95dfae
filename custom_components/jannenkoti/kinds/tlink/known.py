"""What is known of an account's devices and sensors, and what a push changes of it."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .devices import Device, Outcome, Sensor, SensorInfo
from .model import AHEAD, SensorType, number

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from .devices import Listed
    from .model import Push, Sample

MOST_DEVICES: Final = 1000
MOST_SENSORS: Final = 5000
"""Made-up names must not fill Home Assistant; what is beyond stays in the journal."""

# An hour is what a statistic is made of: what is older belongs to another one, and
# would be drawn at the wrong place as a state.
LATE_AFTER: Final = timedelta(hours=1)

# A pause that is missed in the mean of an hour.
GAP: Final = timedelta(minutes=30)


class Known:
    """Devices and sensors by their ids."""

    def __init__(self) -> None:
        """Begin without any."""
        self.devices: dict[str, Device] = {}
        self.sensors: dict[str, Sensor] = {}
        self.overflow = 0

    def take(self, push: Push) -> Outcome:
        """Take a push in and tell what it changes."""
        outcome = Outcome()
        before = self.devices.get(push.device_id)
        if before is None and len(self.devices) >= MOST_DEVICES:
            self.overflow += len(push.samples)
            return outcome
        alarms = set(before.alarms) if before else set()
        for sample in push.samples:
            self._take_sample(push, sample, alarms, outcome)
        device = before or Device(device_id=push.device_id)
        # What is read up on later is no sign of life.
        heard = push.via != "history"
        if device.silent and heard:
            told = set(outcome.sensors)
            every = self.of_device(push.device_id)
            outcome.sensors += [each for each in every if each not in told]
        self._keep_device(
            replace(
                device,
                user_id=push.user_id or device.user_id,
                parent_user_id=push.parent_user_id or device.parent_user_id,
                flag=push.flag or device.flag,
                online=_any_online(push, device.online),
                alarms=frozenset(alarms),
                last_seen=max(push.received, device.last_seen or push.received)
                if heard
                else device.last_seen,
                silent=device.silent and not heard,
            ),
            outcome,
        )
        return outcome

    def learn(self, listed: Iterable[Listed]) -> Outcome:
        """Take over what the cloud's list says of all devices but their values."""
        outcome = Outcome()
        there: set[str] = set()
        for each in listed:
            new = each.device
            there.add(new.device_id)
            if (old := self.devices.get(new.device_id)) is not None:
                new = replace(
                    new,
                    parent_user_id=new.parent_user_id or old.parent_user_id,
                    flag=old.flag,
                    alarms=old.alarms,
                    last_seen=old.last_seen,
                    silent=old.silent,
                )
                if (old.latitude, old.longitude) != (new.latitude, new.longitude):
                    outcome.sensors += self.of_device(new.device_id)
            self._keep_device(new, outcome)
            for info in each.sensors:
                self._learn_sensor(info, outcome)
            self._learn_status(each.push, outcome)
        for known in list(self.devices.values()):
            if known.listed and known.device_id not in there:
                self._keep_device(replace(known, listed=False), outcome)
        return outcome

    def silence(self, silent: Container[str]) -> Outcome:
        """Let these devices be silent, and no others."""
        outcome = Outcome()
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
        """Forget a device that the user deletes."""
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

    def _keep_device(self, device: Device, outcome: Outcome) -> None:
        """Remember a device; what only tells that it lives is no change."""
        old = self.devices.get(device.device_id)
        if old is None and len(self.devices) >= MOST_DEVICES:
            return
        self.devices[device.device_id] = device
        if old is None:
            outcome.new_devices.append(device.device_id)
        elif replace(old, last_seen=device.last_seen) != device:
            outcome.devices.append(device.device_id)

    def _learn_sensor(self, info: SensorInfo, outcome: Outcome) -> None:
        """Remember a sensor of the list."""
        old = self.sensors.get(info.sensor_id)
        if old is None:
            self._add_sensor(info, outcome)
        elif old.info != info:
            self.sensors[info.sensor_id] = replace(old, info=info)
            outcome.sensors.append(info.sensor_id)

    def _learn_status(self, push: Push, outcome: Outcome) -> None:
        """Take over who is online and in alarm, if a push has told nothing newer."""
        device = self.devices.get(push.device_id)
        alarms = set(device.alarms) if device else set()
        for sample in push.samples:
            sensor = self.sensors.get(sample.sensor_id)
            last = measured_last(sensor, push.received)
            if sensor is None or (last and sample.measured < last):
                continue
            _set_alarm(alarms, sample)
            status = (sample.online, sample.alarm)
            if status != (sensor.online, sensor.alarm):
                self.sensors[sample.sensor_id] = replace(
                    sensor, online=sample.online, alarm=sample.alarm
                )
                outcome.sensors.append(sample.sensor_id)
        if device is not None:
            self._keep_device(replace(device, alarms=frozenset(alarms)), outcome)

    def _add_sensor(self, info: SensorInfo, outcome: Outcome) -> None:
        """Remember a new sensor, if there is room."""
        if len(self.sensors) >= MOST_SENSORS or info.device_id not in self.devices:
            self.overflow += 1
            return
        self.sensors[info.sensor_id] = Sensor(info=info)
        outcome.new_sensors.append(info.sensor_id)

    def _take_sample(
        self, push: Push, sample: Sample, alarms: set[str], outcome: Outcome
    ) -> None:
        """Let a reading become the state of its sensor, or be late."""
        sensor = self.sensors.get(sample.sensor_id)
        if sensor is None:
            if len(self.sensors) >= MOST_SENSORS:
                self.overflow += 1
                return
            info = SensorInfo(
                sensor_id=sample.sensor_id,
                device_id=push.device_id,
                type=_type_of(sample),
            )
            sensor = Sensor(info=info)
            outcome.new_sensors.append(sample.sensor_id)
        elif is_late(sensor, sample, push.received):
            outcome.late.append(sample)
            return
        elif (last := sensor.sample) and sample.measured - last.measured > GAP:
            outcome.gaps.append((sample.sensor_id, last.measured, sample.measured))
        _set_alarm(alarms, sample)
        self.sensors[sample.sensor_id] = Sensor(
            info=sensor.info,
            sample=sensor.sample if sample.heartbeat else sample,
            received=push.received,
            online=sensor.online if sample.online is None else sample.online,
            alarm=sensor.alarm if sample.alarm is None else sample.alarm,
        )
        outcome.sensors.append(sample.sensor_id)


def is_late(sensor: Sensor, sample: Sample, received: datetime) -> bool:
    """Say whether a reading is for the statistics only, never for the state."""
    last = measured_last(sensor, received)
    if last is None:
        return False  # Old as it may be, nothing newer is known.
    return sample.measured < last or received - sample.measured > LATE_AFTER


def measured_last(sensor: Sensor | None, now: datetime) -> datetime | None:
    """Return when the latest reading was measured, if that was before now.

    One from the future came before the clock was set back: what comes now is newer.
    """
    if sensor is None or sensor.sample is None:
        return None
    last = sensor.sample.measured
    return None if last > now + AHEAD else last


def _set_alarm(alarms: set[str], sample: Sample) -> None:
    """Take note whether a sensor is in alarm, if it says so."""
    if sample.alarm is not None:
        (alarms.add if sample.alarm else alarms.discard)(sample.sensor_id)


def _type_of(sample: Sample) -> int:
    """Return the type of a sensor that may not say it."""
    if sample.type is not None and sample.type in SensorType:
        return sample.type
    if sample.switcher is not None:
        return SensorType.INDICATOR
    if number(sample.value) is not None:
        return SensorType.NUMBER
    return SensorType.TEXT


def _any_online(push: Push, before: bool | None) -> bool | None:  # noqa: FBT001
    """Say whether a device is online: one of its sensors says so."""
    told = [sample.online for sample in push.samples if sample.online is not None]
    return any(told) if told else before
