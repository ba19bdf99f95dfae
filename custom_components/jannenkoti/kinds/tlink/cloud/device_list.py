"""The device list of the cloud, as devices and as a push of their values."""

from typing import TYPE_CHECKING, Any, Final

from ..account.devices import UNTYPED, Device, ListedDevice, SensorInfo
from ..model import (
    Push,
    Sample,
    SensorType,
    coordinate,
    flag,
    identifier,
    integer,
    sample,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..push.times import Times

_LONGEST_NAME: Final = 128
_LONGEST_UNIT: Final = 32
_MOST_DECIMALS: Final = 10
_DELETED: Final = 1

# When a value was measured, by the names of the platform. None is promised.
_TIMES: Final = ("updateDate", "heartbeatDate", "recordTime")

type Json = dict[str, Any]


def parse_device(row: object, times: Times, now: datetime) -> ListedDevice | None:
    """Parse a device of the list, None if it is none or was deleted."""
    if not isinstance(row, dict):
        return None
    device_id = identifier(row.get("id")) or identifier(row.get("deviceId"))
    if device_id is None or integer(row.get("isDelete")) == _DELETED:
        return None
    device = Device(
        device_id=device_id,
        name=text(row.get("deviceName"), _LONGEST_NAME),
        number=text(row.get("deviceNo"), _LONGEST_NAME),
        user_id=identifier(row.get("userId")),
        user_name=text(row.get("userName"), _LONGEST_NAME),
        parent_user_id=identifier(row.get("parentUserId")),
        online=flag(row.get("isLine")),
        latitude=coordinate(row.get("lat"), 90),
        longitude=coordinate(row.get("lng"), 180),
        listed=True,
    )
    found = list(_sensors(row, device, times, now))
    return ListedDevice(
        device=device,
        sensors=tuple(info for info, _ in found),
        push=Push(
            device_id=device_id,
            user_id=device.user_id,
            received=now,
            via="sync",
            samples=tuple(sample for _, sample in found if sample is not None),
        ),
    )


def _sensors(
    row: Json, device: Device, times: Times, now: datetime
) -> Iterator[tuple[SensorInfo, Sample | None]]:
    """Yield the sensors of a device with their latest values."""
    entries = row.get("sensorsList") or row.get("sensorList")
    device_time = _time_of(row, times, now)
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        sensor_id = identifier(entry.get("id")) or identifier(entry.get("sensorId"))
        if sensor_id is None or integer(entry.get("isDelete")) == _DELETED:
            continue
        kind = integer(entry.get("sensorTypeId"))
        decimals = integer(entry.get("decimalPlacse"))
        info = SensorInfo(
            sensor_id=sensor_id,
            device_id=device.device_id,
            type=kind if kind and kind in SensorType else UNTYPED,
            name=text(entry.get("sensorName"), _LONGEST_NAME),
            unit=text(entry.get("unit"), _LONGEST_UNIT),
            decimals=min(max(decimals, 0), _MOST_DECIMALS) if decimals else decimals,
        )
        moment = _time_of(entry, times, now) or device_time
        yield info, _sample(sensor_id, entry, device, moment, times, now)


def _time_of(row: Json, times: Times, now: datetime) -> datetime | None:
    """Return when a row was updated, None if it has no time."""
    found = (times.instant(row.get(name), now) for name in _TIMES)
    return next((moment for moment in found if moment is not None), None)


def _sample(
    sensor_id: str,
    entry: Json,
    device: Device,
    moment: datetime | None,
    times: Times,
    now: datetime,
) -> Sample | None:
    """Return the latest reading of a sensor, None if it has no value.

    Without a time it was measured now; the account compares it with the last poll.
    """
    alarm = entry.get("isAlarm")
    as_pushed = {
        **entry,
        "sensorsTypeId": entry.get("sensorTypeId"),
        "isAlarm": entry.get("isAlarms") if alarm is None else alarm,
        "reVal": entry.get("send_value") or entry.get("value"),
        "times": None if moment is None else times.of_day(moment),
        "lat": entry.get("lat") or device.latitude,
        "lng": entry.get("lng") or device.longitude,
        # Rows of sensors that are no switches have an empty switcher.
        "switcher": entry.get("switcher") or None,
        "isHeartbeat": 0,
    }
    if entry.get("switcher") in (0, False):
        as_pushed["switcher"] = 0
    found = sample(sensor_id, as_pushed, moment, moment, now)
    has_value = found.value is not None or found.switcher is not None
    return found if has_value or moment is not None else None
