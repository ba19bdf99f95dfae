"""Store the inventory of an account, and read it again from any JSON."""

from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from ....lib.stored import LARGEST_INTEGER
from ..journal.codec import decode, encode
from ..model import Push, coordinate, identifier
from .devices import Device, Sensor, SensorInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .inventory import Inventory

# What any JSON at a wrong place can raise while it is read.
_UNREADABLE: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
)

# These change with each reading, and are read from the latest readings again.
_LIVE: Final = ("alarms", "last_seen", "online", "silent")

_LONGEST_TEXT: Final = 256


class Reader:
    """Reads the parts of a stored state; remembers those that are unreadable."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        """Initialize with what was stored, if it is a mapping at all."""
        self._stored = stored if isinstance(stored, dict) else {}
        self.unreadable: list[str] = []

    def value(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a part; raises KeyError."""
        return self._stored[key]

    def mapping(self, key: str) -> list[tuple[str, Any]]:
        """Return the items of a part."""
        found: list[tuple[str, Any]] = []
        with self.part(key):
            found += self._stored[key].items()
        return found

    def rows(self, key: str) -> list[Any]:
        """Return the rows of a part."""
        found: list[Any] = []
        with self.part(key):
            found += self._stored[key]
        return found

    @contextmanager
    def part(self, key: str) -> Iterator[None]:
        """Record that a part is unreadable, instead of an error."""
        try:
            yield
        except _UNREADABLE:
            if key not in self.unreadable:
                self.unreadable.append(key)


def inventory_to_store(inventory: Inventory) -> dict[str, Any]:
    """Return the devices, the sensors and their latest readings."""
    return {
        "devices": [_device_row(device) for device in inventory.devices.values()],
        "sensors": [asdict(sensor.info) for sensor in inventory.sensors.values()],
        "latest": [encode(push).decode() for push in _latest(inventory)],
        "overtaken": [i for i, each in inventory.sensors.items() if each.overtaken],
    }


def restore_inventory(
    reader: Reader, inventory: Inventory, replay: Callable[[Push], None]
) -> None:
    """Restore the devices, the sensors and their latest readings."""
    for row in reader.rows("devices"):
        with reader.part("devices"):
            device = _device_of(row)
            inventory.devices[device.device_id] = device
    for row in reader.rows("sensors"):
        with reader.part("sensors"):
            info = _sensor_of(row)
            if info.device_id in inventory.devices:
                inventory.sensors[info.sensor_id] = Sensor(info=info)
    for line in reader.rows("latest"):
        with reader.part("latest"):
            if (push := decode(line.encode())) is None:
                raise ValueError(line)
            replay(push)
    for sensor_id in reader.rows("overtaken"):
        with reader.part("overtaken"):
            sensor = inventory.sensors[sensor_id]
            inventory.sensors[sensor_id] = replace(sensor, overtaken=True)


def gaps_of(value: object) -> list[float]:
    """Return learned gaps in seconds; raises TypeError or ValueError."""
    if not isinstance(value, list):
        raise TypeError(value)
    found = [float(each) for each in value]
    if not all(map(isfinite, found)):
        raise ValueError(value)
    return found


def _whole(value: Any) -> int:  # noqa: ANN401 - any JSON
    """Return a whole number that can be saved again; raises TypeError or ValueError."""
    number = int(value)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError(value)
    return number


def quota_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the used calls of a day; raises TypeError, ValueError or LookupError."""
    return {
        "day": str(value["day"]),
        "used": {str(key): _whole(used) for key, used in value["used"].items()},
    }


def counts_of(value: Any) -> tuple[int, int, int]:  # noqa: ANN401 - any JSON
    """Return the counters; raises TypeError or ValueError."""
    pushes, duplicates, signatures = map(_whole, value)
    return pushes, duplicates, signatures


def _device_row(device: Device) -> dict[str, Any]:
    """Return a device without what its sensors report again."""
    row = asdict(device)
    for key in _LIVE:
        del row[key]
    return row


def _device_of(row: Mapping[str, Any]) -> Device:
    """Return a stored device; raises one of the errors of unreadable JSON."""
    texts = _texts(row, Device, "device_id", "listed", "latitude", "longitude", *_LIVE)
    return Device(
        device_id=_id(row["device_id"]),
        listed=row.get("listed") is True,
        latitude=coordinate(row.get("latitude"), 90),
        longitude=coordinate(row.get("longitude"), 180),
        **texts,
    )


def _sensor_of(row: Mapping[str, Any]) -> SensorInfo:
    """Return a stored sensor; raises one of the errors of unreadable JSON."""
    decimals = row.get("decimals")
    return SensorInfo(
        sensor_id=_id(row["sensor_id"]),
        device_id=_id(row["device_id"]),
        type=_whole(row["type"]),
        decimals=min(max(decimals, 0), 10) if type(decimals) is int else None,
        **_texts(row, SensorInfo, "sensor_id", "device_id", "type", "decimals"),
    )


def _texts(row: Mapping[str, Any], model: type, *others: str) -> dict[str, Any]:
    """Return the fields that are texts; other values are left out."""
    names = [each.name for each in fields(model) if each.name not in others]
    return {
        name: value[:_LONGEST_TEXT]
        for name in names
        if isinstance(value := row.get(name), str)
    }


def _id(value: object) -> str:
    """Return an id; raises ValueError."""
    if not isinstance(value, str) or identifier(value) != value:
        raise ValueError(value)
    return value


def _latest(inventory: Inventory) -> list[Push]:
    """Return the latest readings of each device as one push."""
    by_device: dict[str, list[Sensor]] = {}
    for sensor in inventory.sensors.values():
        if sensor.sample is not None:
            by_device.setdefault(sensor.info.device_id, []).append(sensor)
    return [
        Push(
            device_id=device_id,
            received=max(s.received for s in sensors if s.received),
            via="stored",
            samples=tuple(
                replace(s.sample, online=s.online, alarm=s.alarm)
                for s in sensors
                if s.sample
            ),
        )
        for device_id, sensors in by_device.items()
    ]
