"""Devices of a TLINK cloud: what they measure, how it is pushed and listed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

type Json = dict[str, Any]


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Return a time as the platform writes it."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class FakeSensor:
    """One sensor; `measure` returns what it shows now."""

    sensor_id: int
    name: str
    type: int
    unit: str = ""
    decimals: int = 1
    measure: Callable[[], float | str] | None = None
    value: str = ""
    switcher: str = ""
    alarm: bool = False
    online: bool = True
    updated: datetime | None = None
    history: list[tuple[datetime, str]] = field(default_factory=list)
    calls: int = 0

    def pushed(self, moment: datetime, *, late: bool) -> Json:
        """Measure and return what is pushed of it; a late value is not its latest."""
        value = self._measured()
        if not late:
            self.value, self.updated = value, moment
        self.history.append((moment, value))
        row: Json = {
            "sensorsId": self.sensor_id,
            "sensorsTypeId": self.type,
            "times": moment.strftime("%H:%M:%S"),
            "isAlarm": str(int(self.alarm)),
            "isLine": int(self.online),
            "reVal": value,
            "value": value,
        }
        if self.switcher:
            row |= {"switcher": self.switcher, "value": self.switcher}
        return row

    def listed(self, device_id: int, zone: ZoneInfo, *, vendor: bool = False) -> Json:
        """Return its row of the list, by the vendor's document or as others saw it."""
        if vendor:
            return {
                "sensorId": self.sensor_id,
                "sensorName": self.name,
                "sensorTypeId": self.type,
                "value": self.value,
                "switcher": self.switcher,
                "unit": self.unit,
                "decimalPlacse": str(self.decimals),
                "isLine": int(self.online),
                "isAlarm": str(int(self.alarm)),
            }
        row: Json = {
            "id": self.sensor_id,
            "deviceId": device_id,
            "sensorName": self.name,
            "sensorTypeId": self.type,
            "value": self.value,
            "switcher": self.switcher,
            "unit": self.unit,
            "decimalPlacse": str(self.decimals),
            "isLine": int(self.online),
            "isAlarms": str(int(self.alarm)),
            "isMapping": 0,
            "isDelete": 0,
            "ordernum": 0,
        }
        if self.updated is not None:
            row["updateDate"] = local(self.updated, zone)
        return row

    def _measured(self) -> str:
        if self.measure is None:
            return self.value
        measured = self.measure()
        return (
            measured if isinstance(measured, str) else f"{measured:.{self.decimals}f}"
        )


@dataclass
class FakeDevice:
    """One device with its sensors."""

    device_id: int
    name: str
    number: str
    sensors: list[FakeSensor]
    lat: str = "60.17"
    lng: str = "24.94"
    is_listed: bool = True
    """Whether the cloud shows it, too."""
    is_lost: bool = False
    """Whether it stopped reporting."""

    def pushed(self, moment: datetime, *, late: bool) -> Json:
        """Measure and return what is pushed of it, but for whose it is."""
        return {
            "flag": "00",
            "deviceId": self.device_id,
            "parentUserId": "310",
            "time": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "sensorsDates": [
                sensor.pushed(moment, late=late) for sensor in self.sensors
            ],
        }

    def listed(self, zone: ZoneInfo, *, vendor: bool = False) -> Json:
        """Return its row of the list, but for whose it is."""
        if vendor:
            return {
                "deviceId": self.device_id,
                "deviceName": self.name,
                "deviceNo": self.number,
                "isLine": 1,
                "lat": self.lat,
                "lng": self.lng,
                "sensorList": [
                    sensor.listed(self.device_id, zone, vendor=True)
                    for sensor in self.sensors
                ],
            }
        return {
            "id": self.device_id,
            "deviceName": self.name,
            "deviceNo": self.number,
            "createDate": "2024-11-01 10:00:00",
            "defaultTimescale": 60,
            "isLine": 1,
            "isAlarms": str(int(any(sensor.alarm for sensor in self.sensors))),
            "isDelete": 0,
            "lat": self.lat,
            "lng": self.lng,
            "linktype": "mqtt",
            "sensorsList": [s.listed(self.device_id, zone) for s in self.sensors]
            # A device without sensors has one placeholder.
            or [{"id": 0, "deviceId": self.device_id, "sensorName": ""}],
        }
