"""Response models of the original server, so that its clients can still be used."""

import csv
import io
import json
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from ..account.account import Failure
    from ..account.devices import Device, Sensor
    from ..account.inventory import Inventory
    from ..model import Push, Sample

type Json = dict[str, Any]

PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 100
HISTORY_LIMIT: Final = 50
LARGEST_HISTORY: Final = 10_000
LARGEST_HISTORIES: Final = 100_000
"""Readings of all sensors of one answer."""

# Every reader of JSON can hold a number of so many digits; Home Assistant cannot write
# one of more than 19.
_LONGEST_NUMBER: Final = 15

_COLUMNS: Final = (
    "sensorId",
    "recordedAt",
    "sensorTimestamp",
    "isAlarm",
    "isLine",
    "rawValue",
    "value",
    "unit",
    "rawData",
)

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which devices are asked for; None passes all."""

    device_id: str | None = None
    user_id: str | None = None
    online: bool | None = None
    alarm: bool | None = None

    def match(self, device: Device) -> bool:
        """Return whether a device passes."""
        return (
            self.device_id in {None, device.device_id}
            and (self.user_id is None or self.user_id in _users(device))
            and self.online in {None, device.connected}
            and self.alarm in {None, bool(device.alarms)}
        )


def user(user_id: str, name: str) -> Json:
    """Return an account in the place of a user of the original server."""
    return {
        "userId": user_id,
        "username": name,
        "parentUserId": None,
        "displayName": name,
        "email": None,
        "role": None,
        "isActive": True,
    }


def devices_of_page(
    inventory: Inventory, filters: Filters, page: int, page_size: int
) -> tuple[list[Device], Json]:
    """Return the devices of a page in the order of their ids, and the pagination."""
    found = [device for device in inventory.devices.values() if filters.match(device)]
    found.sort(key=lambda device: _order(device.device_id))
    start = (page - 1) * page_size
    return found[start : start + page_size], {
        "page": page,
        "pageSize": page_size,
        "total": len(found),
        "pages": ceil(len(found) / page_size),
    }


def with_history(
    inventory: Inventory, device: Device, histories: Mapping[str, Sequence[Sample]]
) -> Json:
    """Return a device with its sensors, each with these readings."""
    return {
        **described(device),
        "sensors": sensors_with_history(inventory, device, histories),
    }


def sensors_with_history(
    inventory: Inventory, device: Device, histories: Mapping[str, Sequence[Sample]]
) -> list[Json]:
    """Return the sensors of a device in the order of their ids, with these readings."""
    return [
        history(inventory.sensors[each], map(reading, histories.get(each, ())))
        for each in sorted(inventory.of_device(device.device_id), key=_order)
    ]


def latest(inventory: Inventory, device_id: str | None) -> Json:
    """Return the latest reading of each sensor of one device, or of all."""
    answer: Json = {
        "sensors": [
            {**_sensor(sensor), "latest": sensor.sample and reading(sensor.sample)}
            for sensor_id in sorted(inventory.sensors, key=_order)
            if (sensor := inventory.sensors[sensor_id])
            and device_id in {None, sensor.info.device_id}
        ]
    }
    if device_id is not None:
        answer["device"] = described(inventory.devices[device_id])
    return answer


def history(sensor: Sensor, samples: Iterable[Json]) -> Json:
    """Return a sensor with its readings."""
    return {**_sensor(sensor), "history": list(samples)}


def reading(sample: Sample) -> Json:
    """Return a reading."""
    return {
        "recordedAt": sample.measured.isoformat(),
        "sensorTimestamp": sample.sensor_time or None,
        "isAlarm": sample.alarm,
        "isLine": sample.online,
        "rawValue": sample.raw,
        "value": sample.value,
    }


def mean_reading(start: datetime, mean: float) -> Json:
    """Return an hour of the statistics as a reading."""
    return {
        "recordedAt": start.isoformat(),
        "sensorTimestamp": None,
        "isAlarm": None,
        "isLine": None,
        "rawValue": None,
        "value": str(round(mean, 6)),
    }


def log(push: Push, sensor_id: str | None) -> Json:
    """Return a line of the journal as the log of a success."""
    rows = [
        {
            "sensorId": identity(sample.sensor_id),
            "reading": sample.value,
            "units": sample.unit,
            "isOnline": sample.online,
            **reading(sample),
        }
        for sample in push.samples
        if sensor_id in {None, sample.sensor_id}
    ]
    return {
        "timestamp": push.received.isoformat(),
        "status": "success",
        "httpStatus": 200,
        "message": push.via,
        "rawData": push.raw_data,
        "sensors": rows,
    }


def failure_log(failure: Failure) -> Json:
    """Return what was refused as the log of a failure."""
    at, status, message = failure
    return {
        "timestamp": at.isoformat(),
        "status": "error",
        "httpStatus": status,
        "message": message,
        "rawData": None,
        "sensors": [],
    }


def logs(found: Sequence[Json], page: int, page_size: int) -> Json:
    """Return a page of logs; one more than fits shows that there are more pages."""
    shown = found[:page_size]
    return {
        "logs": list(shown),
        "pagination": {
            "page": page,
            "pageSize": page_size,
            "returned": len(shown),
            "hasMore": len(found) > page_size,
        },
    }


def heading() -> str:
    """Return the first line of a table of readings."""
    return _csv_line(_COLUMNS)


def line(sample: Sample, raw_data: str | None, *, as_csv: bool) -> str:
    """Return a line of a file of readings."""
    row = {
        "sensorId": identity(sample.sensor_id),
        **reading(sample),
        "unit": sample.unit,
        "rawData": raw_data,
    }
    if as_csv:
        return _csv_line([row[column] for column in _COLUMNS])
    return json.dumps(row, ensure_ascii=False) + "\n"


def identity(text: str) -> int | str:
    """Return an id as a number, which it is on the platform; others as they are."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else text


def _csv_line(fields: Iterable[object]) -> str:
    """Return a line of a table; no field is taken for a formula by a spreadsheet."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_harmless, fields))
    return line.getvalue()


def _harmless(field: object) -> object:
    """Return a field that a spreadsheet does not take for a formula."""
    if not isinstance(field, str) or not field.startswith(_FORMULA):
        return field
    is_number = field == field.strip() and read_number(field) is not None
    return field if is_number else f"'{field}"


def _users(device: Device) -> set[str | None]:
    return {device.user_id, device.parent_user_id}


def _order(identifier: str) -> tuple[bool, int | str]:
    """Return what sorts ids: numbers by their value, then texts."""
    found = identity(identifier)
    return isinstance(found, str), found


def described(device: Device) -> Json:
    """Return a device without its sensors."""
    return {
        "deviceId": identity(device.device_id),
        "deviceName": device.name,
        "deviceNo": device.number,
        "userId": device.user_id and identity(device.user_id),
        "userName": device.user_name,
        "parentUserId": device.parent_user_id,
        "lat": device.latitude,
        "lng": device.longitude,
        "isLine": device.connected,
        "isAlarm": bool(device.alarms),
        "lastFlag": device.flag,
        "lastPushTime": device.last_seen and device.last_seen.isoformat(),
    }


def _sensor(sensor: Sensor) -> Json:
    """Return a sensor."""
    sample = sensor.sample
    return {
        "sensorId": identity(sensor.info.sensor_id),
        "deviceId": identity(sensor.info.device_id),
        "sensorName": sensor.info.name,
        "sensorTypeId": int(sensor.info.type),
        "isAlarm": sensor.alarm,
        "isLine": sensor.online,
        "latestValue": sensor.value,
        "latestRecordedAt": sample and sample.measured.isoformat(),
        "unit": sensor.info.unit,
    }
