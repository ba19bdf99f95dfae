"""What stands in a line of the journal: a push, a page of the cloud, or its history."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from .model import Push, Sample

if TYPE_CHECKING:
    from datetime import date


def encode(push: Push) -> bytes:
    """Return a line, without its end."""
    sent = push.sent
    said: dict[str, Any] = {
        "at": _written(push.received),
        "via": push.via,
        "device": push.device_id,
        "user": push.user_id,
        "parent": push.parent_user_id,
        "flag": push.flag,
        "sent": None if sent is None else _written(sent),
        "raw": push.raw_data,
        "sensors": [_row(sample) for sample in push.samples],
    }
    return orjson.dumps(said)


def decode(line: bytes) -> Push | None:
    """Read a line; None if it is none of ours, for example of a damaged disk."""
    try:
        said = json.loads(line)
        return Push(
            device_id=said["device"],
            user_id=said["user"],
            parent_user_id=said["parent"],
            flag=said["flag"],
            sent=None if said["sent"] is None else _read(said["sent"]),
            raw_data=said["raw"],
            via=said["via"],
            received=_read(said["at"]),
            samples=tuple(_sample(row) for row in said["sensors"]),
        )
    except ValueError, LookupError, TypeError, RecursionError, OverflowError, OSError:
        return None


def day_of(push: Push, oldest: date) -> date:
    """Return the day that a line belongs to: that of its readings, if it is kept."""
    measured = max((s.measured for s in push.samples), default=push.received)
    return max(min(measured, push.received).astimezone(UTC).date(), oldest)


def may_hold(line: bytes, sensor_id: str) -> bool:
    """Say, without reading it, whether a line may be about a sensor."""
    return json.dumps(sensor_id, ensure_ascii=False).encode() in line


def _written(moment: datetime) -> float:
    """Return a time as a number; without a fraction it is shorter."""
    seconds = moment.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def _read(seconds: float) -> datetime:
    """Return the time that a number stands for."""
    return datetime.fromtimestamp(seconds, UTC)


def _row(sample: Sample) -> list[Any]:
    """Return a reading as a row."""
    return [
        sample.sensor_id,
        sample.type,
        _written(sample.measured),
        _written(sample.recorded),
        sample.sensor_time,
        sample.value,
        sample.raw,
        sample.switcher,
        sample.heartbeat,
        sample.online,
        sample.alarm,
        sample.latitude,
        sample.longitude,
    ]


def _sample(row: list[Any]) -> Sample:
    """Return the reading of a row."""
    return Sample(
        sensor_id=row[0],
        type=row[1],
        measured=_read(row[2]),
        recorded=_read(row[3]),
        sensor_time=row[4],
        value=row[5],
        raw=row[6],
        switcher=row[7],
        heartbeat=row[8],
        online=row[9],
        alarm=row[10],
        latitude=row[11],
        longitude=row[12],
    )
