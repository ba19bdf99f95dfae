"""The lines of the journal: a push, a poll of the cloud, or a page of its history."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from ..model import Push, Sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    type UnitOf = Callable[[str], str | None]


# A clock that was not set shows 1970; no reading has a time after this.
_YEARS: Final = range(1970, 2243)


def encode(push: Push, unit_of: UnitOf | None = None) -> bytes:
    """Return a line, without its end.

    `unit_of` returns the current unit of a sensor. It is written with each value, so
    that a unit that changes later does not change the meaning of old lines.
    """
    sent = push.sent
    fields: dict[str, Any] = {
        "at": _written(push.received),
        "via": push.via,
        "device": push.device_id,
        "user": push.user_id,
        "parent": push.parent_user_id,
        "flag": push.flag,
        "sent": None if sent is None else _written(sent),
        "raw": push.raw_data,
        "sensors": [_row(sample, unit_of) for sample in push.samples],
    }
    if push.device_name is not None:
        fields["name"] = push.device_name
    if push.device_number is not None:
        fields["number"] = push.device_number
    return orjson.dumps(fields)


def decode(line: bytes) -> Push | None:
    """Parse a line; None if it is not a valid one, for example after disk damage."""
    try:
        fields = json.loads(line)
        push = Push(
            device_id=fields["device"],
            user_id=fields["user"],
            parent_user_id=fields["parent"],
            flag=fields["flag"],
            sent=None if fields["sent"] is None else _read(fields["sent"]),
            raw_data=fields["raw"],
            via=fields["via"],
            device_name=fields.get("name"),
            device_number=fields.get("number"),
            received=_read(fields["at"]),
            samples=tuple(_sample(row) for row in fields["sensors"]),
        )
        _check(push)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        OverflowError,
        OSError,
    ):
        return None
    return push


def day_of(push: Push, oldest: date) -> date:
    """Return the day that a line belongs to: that of its readings, if it is kept.

    No reading is later than the end of this day.
    """
    measured = max((s.measured for s in push.samples), default=push.received)
    return max(measured.astimezone(UTC).date(), oldest)


def may_contain(line: bytes, sensor_id: str) -> bool:
    """Return, without parsing it, whether a line may have readings of a sensor."""
    return json.dumps(sensor_id, ensure_ascii=False).encode() in line


def _written(moment: datetime) -> float:
    """Return a time as a number; without a fraction it is shorter."""
    seconds = moment.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def _read(seconds: float) -> datetime:
    """Return the time of a number; raises ValueError outside of the usual years."""
    found = datetime.fromtimestamp(seconds, UTC)
    if found.year not in _YEARS:
        raise ValueError(seconds)
    return found


_COLUMNS = 13
"""Unit and name follow, where there are any."""


def _row(sample: Sample, unit_of: UnitOf | None) -> list[Any]:
    """Return a reading as a row."""
    recorded, unit, name = sample.recorded, sample.unit, sample.name
    if unit is None and unit_of is not None:
        unit = unit_of(sample.sensor_id)
    row = [
        sample.sensor_id,
        sample.type,
        _written(sample.measured),
        None if recorded is None else _written(recorded),
        sample.sensor_time,
        *sample[5:13],  # from the value to the longitude, in the same order
    ]
    if unit is not None or name is not None:
        row.append(unit)
    if name is not None:
        row.append(name)
    return row


def _sample(row: list[Any]) -> Sample:
    """Return the reading of a row; raises one of the errors of `decode`."""
    more = row[_COLUMNS:]
    sample = Sample(
        sensor_id=row[0],
        type=row[1],
        measured=_read(row[2]),
        recorded=None if row[3] is None else _read(row[3]),
        sensor_time=row[4],
        value=row[5],
        raw=row[6],
        switcher=row[7],
        heartbeat=row[8],
        online=row[9],
        alarm=row[10],
        latitude=row[11],
        longitude=row[12],
        unit=more[0] if more else None,
        name=more[1] if len(more) > 1 else None,
    )
    _check_sample(sample)
    return sample


# What each field of a line can be; a damaged one may have any JSON.
_TEXTS: Final = frozenset({str, type(None)})
_TRUTHS: Final = frozenset({bool, type(None)})
_NUMBERS: Final = frozenset({int, float, type(None)})


def _check(push: Push) -> None:
    """Raise TypeError if a line has fields of other types."""
    texts = {
        *(type(push.user_id), type(push.parent_user_id), type(push.flag)),
        *(type(push.raw_data), type(push.device_name), type(push.device_number)),
    }
    if not (texts <= _TEXTS and type(push.device_id) is type(push.via) is str):
        raise TypeError


def _check_sample(sample: Sample) -> None:
    """Raise TypeError if a row has fields of other types."""
    texts = {type(sample.value), type(sample.raw), type(sample.unit), type(sample.name)}
    truths = {type(sample.switcher), type(sample.online), type(sample.alarm)}
    numbers = {type(sample.type), type(sample.latitude), type(sample.longitude)}
    if not (
        type(sample.sensor_id) is type(sample.sensor_time) is str
        and type(sample.heartbeat) is bool
        and texts <= _TEXTS
        and truths <= _TRUTHS
        and numbers <= _NUMBERS
    ):
        raise TypeError
