"""Store the inventory of an account, and read it again from any JSON."""

from copy import replace
from typing import TYPE_CHECKING, Any, Final

from ..journal.codec import decode, encode
from ..model import Push, coordinate, identifier, integer
from .devices import Device, Sensor, SensorInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....lib.stored import Stored
    from .inventory import Inventory

# These change with each reading, and are read from the latest readings again.
_LIVE: Final = ("alarms", "last_seen", "online", "silent")

_LONGEST_TEXT: Final = 256
_MOST_DECIMALS: Final = 10


def inventory_to_store(inventory: Inventory) -> dict[str, Any]:
    """Return the devices, the sensors and their latest readings."""
    return {
        "devices": [_device_row(device) for device in inventory.devices.values()],
        "sensors": [sensor.info._asdict() for sensor in inventory.sensors.values()],
        "latest": [encode(push).decode() for push in _latest(inventory)],
        "overtaken": [i for i, each in inventory.sensors.items() if each.overtaken],
    }


def restore_inventory(
    stored: Stored, inventory: Inventory, replay: Callable[[Push], None]
) -> None:
    """Restore the devices, the sensors and their latest readings."""
    for row in stored.children("devices"):
        if (device := _device_of(row)) is not None:
            inventory.devices[device.device_id] = device
    for row in stored.children("sensors"):
        info = _sensor_of(row)
        if info is not None and info.device_id in inventory.devices:
            inventory.sensors[info.sensor_id] = Sensor(info=info)
    for push in stored.list_of("latest", _push_of):
        replay(push)
    for sensor_id in stored.texts("overtaken"):
        if (sensor := inventory.sensors.get(sensor_id)) is not None:
            inventory.sensors[sensor_id] = replace(sensor, overtaken=True)


def _device_row(device: Device) -> dict[str, Any]:
    """Return a device without what its sensors report again."""
    row = device._asdict()
    for key in _LIVE:
        del row[key]
    return row


def _device_of(row: Stored) -> Device | None:
    """Return a stored device, None without its id."""
    if (device_id := row.value_of("device_id", _id)) is None:
        return None
    return Device(
        device_id=device_id,
        listed=row.truth("listed", default=False),
        latitude=row.value_of("latitude", lambda x: coordinate(x, 90)),
        longitude=row.value_of("longitude", lambda x: coordinate(x, 180)),
        **_texts(row, Device, "device_id", "listed", "latitude", "longitude", *_LIVE),
    )


def _sensor_of(row: Stored) -> SensorInfo | None:
    """Return a stored sensor, None without its ids and its type."""
    sensor_id, device_id = (row.value_of(x, _id) for x in ("sensor_id", "device_id"))
    kind = row.value_of("type", integer)
    if sensor_id is None or device_id is None or kind is None:
        return None
    return SensorInfo(
        sensor_id=sensor_id,
        device_id=device_id,
        type=kind,
        decimals=row.integer("decimals", None, 0, _MOST_DECIMALS),
        **_texts(row, SensorInfo, "sensor_id", "device_id", "type", "decimals"),
    )


def _texts(
    row: Stored, model: type[Device | SensorInfo], *others: str
) -> dict[str, Any]:
    """Return the other fields of a model, which are texts."""
    names = [name for name in model._fields if name not in others]
    return {name: row.text(name, None, _LONGEST_TEXT) for name in names}


def _id(value: object) -> str | None:
    """Return an id as the model has it, or None."""
    return value if isinstance(value, str) and identifier(value) == value else None


def _push_of(line: object) -> Push | None:
    """Return a stored push, or None."""
    if not isinstance(line, str):
        return None
    return decode(line.encode(errors="replace"))


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
