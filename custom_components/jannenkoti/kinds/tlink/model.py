"""Pushes of the platform, parsed once: every field may be missing, int or str.

docs/tlink-details.md describes the push; the vendor publishes no reference of it.
"""

import json
import re
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from http import HTTPStatus
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ...lib.reading import read_number, read_truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .push.times import Times

type Json = dict[str, Any]

# The longest state of Home Assistant has 255 characters; the address of an image may
# be longer.
_LONGEST_VALUE: Final = 2048
_LONGEST_NAME: Final = 128
_LONGEST_UNIT: Final = 32
_LONGEST_TIME: Final = 64
_LONGEST_RAW: Final = 4096
_LONGEST_ID: Final = 64
_LONGEST_INTEGER: Final = 64

# A time further ahead is a wrong clock; such a reading counts as measured when it was
# received.
AHEAD: Final = timedelta(minutes=5)

RETRY: Final = timedelta(seconds=10)
"""How long a sender has to wait when a push could not be stored."""

# The usual spellings of a truth value; they equal the number and the boolean as well.
_USUAL_FLAGS: Final = {"0": False, "1": True, 0: False, 1: True}
_LARGEST_INTEGER: Final = 1 << 53

# As tuples, because `isinstance` takes four times as long with a union.
_SCALARS: Final = (str, int, float)
_FLAGS: Final = (str, int)

# Some senders write a missing number as a bare nan or inf, which is not JSON. Strings
# are matched first, so that they stay as they are.
_NOT_A_NUMBER: Final = re.compile(
    rb'("(?:[^"\\]|\\.)*+")|-?\b(?:nan|inf(?:inity)?)\b', re.IGNORECASE | re.DOTALL
)


class SensorType(IntEnum):
    """The sensor types of the platform."""

    NUMBER = 1
    SWITCH = 2
    LOCATION = 3
    IMAGE = 4
    INDICATOR = 5
    LEVEL = 6
    VIDEO = 7
    TEXT = 8


class RejectReason(StrEnum):
    """Why a push was rejected."""

    INVALID_JSON = "Invalid or empty JSON body"
    BAD_SIGNATURE = "Invalid webhook signature"
    MISSING_FIELD = "Missing required field"
    TOO_LARGE = "Body too large"
    RATE_LIMITED = "Too many requests"
    NOT_STORED = "Readings could not be stored"
    UNKNOWN = "Unknown webhook"


_STATUS: Final = {
    RejectReason.INVALID_JSON: HTTPStatus.BAD_REQUEST,
    RejectReason.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
    RejectReason.MISSING_FIELD: HTTPStatus.BAD_REQUEST,
    RejectReason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RejectReason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    RejectReason.NOT_STORED: HTTPStatus.SERVICE_UNAVAILABLE,
    RejectReason.UNKNOWN: HTTPStatus.NOT_FOUND,
}


class Rejected(Exception):  # It is the answer, not a failure of ours.
    """A push that is answered with an error and changes nothing but a counter."""

    def __init__(
        self, reason: RejectReason, detail: str = "", *, wait: timedelta | None = None
    ) -> None:
        """Initialize with the reason, a detail, and how long to wait."""
        super().__init__(reason)
        self.reason = reason
        self.text = f"{reason.value}: {detail}" if detail else reason.value
        self.status = _STATUS[reason]
        self.wait = wait


# Tuples, because there is a reading for each sensor of each push: a frozen dataclass
# takes twice as long to make, and four times as long to change.


class Sample(NamedTuple):
    """One reading of one sensor."""

    sensor_id: str
    measured: datetime
    recorded: datetime | None
    """The send time, or else the sensor's own time; None if the push had neither."""
    sensor_time: str
    type: int | None = None
    value: str | None = None
    raw: str | None = None
    switcher: bool | None = None
    heartbeat: bool = False
    online: bool | None = None
    alarm: bool | None = None
    latitude: float | None = None
    longitude: float | None = None
    unit: str | None = None
    name: str | None = None

    @property
    def key(self) -> str | None:
        """Return what repeats of a reading have in common, None without any time.

        Without a time of the sensor itself, readings of one second differ by value.
        """
        if self.recorded is None:
            return None
        at = round(self.recorded.timestamp())
        if self.sensor_time:
            return f"{self.sensor_id}|{at}|{self.sensor_time}"
        return f"{self.sensor_id}|{at}||{self.value}|{self.switcher}"

    @property
    def number(self) -> float | None:
        """Return the value as a number."""
        return read_number(self.value)


class Push(NamedTuple):
    """Readings of one device that were received together."""

    device_id: str
    samples: tuple[Sample, ...]
    received: datetime
    user_id: str | None = None
    parent_user_id: str | None = None
    flag: str | None = None
    sent: datetime | None = None
    raw_data: str | None = None
    device_name: str | None = None
    device_number: str | None = None
    via: str = "push"


def read_json(body: bytes) -> Json:
    """Return the JSON object in a body; raises Rejected, and nothing else."""
    try:
        parsed = _loads(body)
    except ValueError, RecursionError:
        raise Rejected(RejectReason.INVALID_JSON) from None
    if not isinstance(parsed, dict) or not parsed:
        raise Rejected(RejectReason.INVALID_JSON)
    return parsed


def _loads(body: bytes) -> object:
    """Parse JSON; a number that cannot be read is None and spoils no other field."""
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        repaired = _NOT_A_NUMBER.sub(lambda found: found[1] or b"null", body)
        if repaired == body:
            raise
    except UnicodeDecodeError:
        raise
    except ValueError:  # An integer of thousands of digits.
        repaired = body
    return json.loads(repaired, parse_int=_integer_or_none)


def _integer_or_none(digits: str) -> int | None:
    """Return an integer that is not absurdly long."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else None


def parse_push(body: Json, times: Times, received: datetime) -> Push:
    """Parse a push; raises Rejected, and nothing else."""
    device_id, user_id = (_required_id(body, f) for f in ("deviceId", "deviceUserid"))
    entries = body.get("sensorsDates")
    if not isinstance(entries, list) or not entries:
        raise Rejected(RejectReason.MISSING_FIELD, "sensorsDates")
    sent = times.instant(body.get("time"), received)
    return Push(
        device_id=device_id,
        user_id=user_id,
        parent_user_id=identifier(body.get("parentUserId")),
        flag=text(body.get("flag"), _LONGEST_NAME),
        sent=sent,
        raw_data=text(body.get("rawData"), _LONGEST_RAW),
        device_name=text(body.get("deviceName"), _LONGEST_NAME),
        device_number=text(body.get("deviceNo"), _LONGEST_NAME),
        received=received,
        samples=tuple(_samples(entries, times, sent, received)),
    )


def _required_id(body: Json, field: str) -> str:
    """Return an id; raises Rejected."""
    if (found := identifier(body.get(field))) is None:
        raise Rejected(RejectReason.MISSING_FIELD, field)
    return found


def _samples(
    entries: list[Any], times: Times, sent: datetime | None, received: datetime
) -> Iterator[Sample]:
    """Yield the readings of the sensors; an entry without an id is skipped."""
    # The sensors of a device mostly have the same time, which is costly to parse.
    own: dict[str | float, datetime | None] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        if (sensor_id := identifier(entry.get("sensorsId"))) is not None:
            own_time = entry.get("times")
            if not isinstance(own_time, _SCALARS):
                yield sample(sensor_id, entry, None, sent, received)
                continue
            if own_time not in own:
                own[own_time] = times.moment(own_time, sent or received)
            yield sample(sensor_id, entry, own[own_time], sent, received)


def sample(
    sensor_id: str,
    entry: Mapping[str, Any],
    own: datetime | None,
    sent: datetime | None,
    received: datetime,
) -> Sample:
    """Parse one reading, at the sensor's own time if there is one."""
    field = entry.get
    switcher = flag(field("switcher"))
    value = text(field("value"), _LONGEST_VALUE)
    raw = text(field("reVal"), _LONGEST_VALUE)
    # Few sensors send these four, and this runs for each reading.
    latitude, longitude = field("lat"), field("lng")
    unit, name = field("unit"), field("sensorName")
    return Sample(
        sensor_id=sensor_id,
        type=integer(field("sensorsTypeId")),
        measured=_measured(own or sent or received, received),
        recorded=sent or own,
        sensor_time=text(field("times"), _LONGEST_TIME) or "",
        value=raw if value is None else value,
        raw=raw,
        switcher=switcher,
        # A switch that only reports that it is alive sends an empty field.
        heartbeat=switcher is None
        and "switcher" in entry
        and flag(field("isHeartbeat")) is not False,
        online=flag(field("isLine")),
        alarm=alarm(field("isAlarm")),
        latitude=None if latitude is None else coordinate(latitude, 90),
        longitude=None if longitude is None else coordinate(longitude, 180),
        unit=None if unit is None else text(unit, _LONGEST_UNIT),
        name=None if name is None else text(name, _LONGEST_NAME),
    )


def _measured(claimed: datetime, received: datetime) -> datetime:
    """Return when a value was measured; no later than it was received."""
    return received if claimed > received + AHEAD else claimed


# Fields of any type


def text(value: object, longest: int) -> str | None:
    """Return a text that can be stored, None if there is none."""
    if value is None:
        return None
    if isinstance(value, str) and value.isascii():
        return value[:longest].strip() or None
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    try:
        found = str(value)[:longest].strip()
    except ValueError:  # A number of thousands of digits.
        return None
    # JSON can contain half a surrogate pair, which cannot be written again.
    return found.encode(errors="replace").decode() if found else None


def identifier(value: object) -> str | None:
    """Return an id; 0 is none, it stands where a device has no sensors."""
    if type(value) is int and 0 < value < _LARGEST_INTEGER:
        return str(value)
    found = text(value, _LONGEST_ID + 1)
    if found is None or len(found) > _LONGEST_ID or not found.isprintable():
        return None
    if isinstance(value, float) and value.is_integer():
        found = found.removesuffix(".0")
    if found.isascii() and found.isdecimal():
        found = found.lstrip("0")
    return found or None


def integer(value: object) -> int | None:
    """Return a whole number that every JSON reader can hold."""
    if type(value) is int:
        return value if -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER else None
    found = read_number(value)
    if found is None or abs(found) > _LARGEST_INTEGER or not found.is_integer():
        return None
    return int(found)


def flag(value: object) -> bool | None:
    """Return a truth value in any of its spellings."""
    if value is None:
        return None
    if isinstance(value, _FLAGS) and value in _USUAL_FLAGS:
        return _USUAL_FLAGS[value]
    return read_truth(value)


def alarm(value: object) -> bool | None:
    """Return whether a value means an alarm; a number may be its level."""
    found = flag(value)
    if found is None and (level := read_number(value)) is not None:
        return level != 0
    return found


def coordinate(value: object, largest: float) -> float | None:
    """Return a latitude or longitude."""
    found = read_number(value)
    return found if found is not None and abs(found) <= largest else None
