"""The cloud's list of devices, as devices and as if their values had been pushed."""

from typing import TYPE_CHECKING, Any, Final

from ..devices import Device, Listed, SensorInfo
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

    from ..times import Times

_LONGEST_NAME: Final = 128
_LONGEST_UNIT: Final = 32
_MOST_DECIMALS: Final = 10
_DELETED: Final = 1


def parse_device(said: object, times: Times, now: datetime) -> Listed | None:
    """Read a device of the list, None if it is none or was deleted."""
    if not isinstance(said, dict) or (device_id := identifier(said.get("id"))) is None:
        return None
    if integer(said.get("isDelete")) == _DELETED:
        return None
    device = Device(
        device_id=device_id,
        name=text(said.get("deviceName"), _LONGEST_NAME),
        number=text(said.get("deviceNo"), _LONGEST_NAME),
        user_id=identifier(said.get("userId")),
        user_name=text(said.get("userName"), _LONGEST_NAME),
        parent_user_id=identifier(said.get("parentUserId")),
        online=flag(said.get("isLine")),
        latitude=coordinate(said.get("lat"), 90),
        longitude=coordinate(said.get("lng"), 180),
        listed=True,
    )
    found = list(_sensors(said, device, times, now))
    return Listed(
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
    said: dict[str, Any], device: Device, times: Times, now: datetime
) -> Iterator[tuple[SensorInfo, Sample | None]]:
    """Yield the sensors of a device with what they last said."""
    entries = said.get("sensorsList") or said.get("sensorList")
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
            type=kind if kind and kind in SensorType else SensorType.NUMBER,
            name=text(entry.get("sensorName"), _LONGEST_NAME),
            unit=text(entry.get("unit"), _LONGEST_UNIT),
            decimals=min(max(decimals, 0), _MOST_DECIMALS) if decimals else decimals,
        )
        yield info, _sample(sensor_id, entry, device, times, now)


def _sample(
    sensor_id: str, entry: dict[str, Any], device: Device, times: Times, now: datetime
) -> Sample | None:
    """Return the latest reading of a sensor, None if it has never said anything."""
    updated = entry.get("updateDate") or entry.get("heartbeatDate")
    moment = times.instant(updated, now)
    if moment is None:
        return None
    as_pushed = {
        **entry,
        "sensorsTypeId": entry.get("sensorTypeId"),
        "isAlarm": entry.get("isAlarms"),
        "reVal": entry.get("send_value") or entry.get("value"),
        "times": times.of_day(moment),
        "lat": entry.get("lat") or device.latitude,
        "lng": entry.get("lng") or device.longitude,
        # An empty switcher stands in every row of what is no switch.
        "switcher": entry.get("switcher") or None,
        "isHeartbeat": 0,
    }
    return sample(sensor_id, as_pushed, moment, moment, now)
