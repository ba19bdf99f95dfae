"""What the platform says, parsed once: every field may be missing, int or str.

docs/tlink.md describes the push; it has no reference that its vendor publishes.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from http import HTTPStatus
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .times import Times

type Json = dict[str, Any]

# The longest state that Home Assistant takes has 255 letters; an address of an image
# may be longer.
_LONGEST_VALUE: Final = 2048
_LONGEST_NAME: Final = 64
_LONGEST_RAW: Final = 4096
_LONGEST_ID: Final = 64

# What comes from further ahead is a wrong clock; it counts as measured when it came.
AHEAD: Final = timedelta(minutes=5)

# How the platform spells truth; it equals the number and the boolean as well.
_USUAL_FLAGS: Final = {"0": False, "1": True, 0: False, 1: True}
_LARGEST_INTEGER: Final = 1 << 53

# As tuples, for `isinstance` takes four times as long with a union.
_SCALARS: Final = (str, int, float)
_FLAGS: Final = (str, int)

_TRUE: Final = frozenset({"1", "true", "t", "yes"})
_FALSE: Final = frozenset({"0", "false", "f", "no"})


class SensorType(IntEnum):
    """The platform's types of sensors."""

    NUMBER = 1
    SWITCH = 2
    LOCATION = 3
    IMAGE = 4
    INDICATOR = 5
    LEVEL = 6
    VIDEO = 7
    TEXT = 8


class Error(StrEnum):
    """Why a push was refused."""

    INVALID_JSON = "Invalid or empty JSON body"
    BAD_SIGNATURE = "Invalid webhook signature"
    MISSING_FIELD = "Missing required field"
    TOO_LARGE = "Body too large"
    RATE_LIMITED = "Too many requests"
    NOT_STORED = "Readings could not be stored"
    UNKNOWN = "Unknown webhook"


_STATUS: Final = {
    Error.INVALID_JSON: HTTPStatus.BAD_REQUEST,
    Error.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
    Error.MISSING_FIELD: HTTPStatus.BAD_REQUEST,
    Error.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Error.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Error.NOT_STORED: HTTPStatus.SERVICE_UNAVAILABLE,
    Error.UNKNOWN: HTTPStatus.NOT_FOUND,
}


class Refused(Exception):  # It is the answer, not a failure of ours.
    """A push that is answered with an error and changes nothing but a count."""

    def __init__(
        self, error: Error, detail: str = "", *, wait: timedelta | None = None
    ) -> None:
        """Name the error, what exactly is wrong, and how long to wait."""
        super().__init__(error)
        self.error = error
        self.text = f"{error.value}: {detail}" if detail else error.value
        self.status = _STATUS[error]
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one sensor said at one time."""

    sensor_id: str
    measured: datetime
    recorded: datetime
    """When it was sent; with the sensor's own time it tells repeats."""
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

    @property
    def key(self) -> str:
        """What two repeats of one reading have in common."""
        return f"{self.sensor_id}|{self.recorded.timestamp():.0f}|{self.sensor_time}"

    @property
    def number(self) -> float | None:
        """The value as a number."""
        return number(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a device said."""

    device_id: str
    samples: tuple[Sample, ...]
    received: datetime
    user_id: str | None = None
    parent_user_id: str | None = None
    flag: str | None = None
    sent: datetime | None = None
    raw_data: str | None = None
    via: str = "push"


def read_json(body: bytes) -> Json:
    """Return the object that a body holds; raises Refused, and nothing else."""
    try:
        said = json.loads(body)
    except ValueError, RecursionError:
        raise Refused(Error.INVALID_JSON) from None
    if not isinstance(said, dict) or not said:
        raise Refused(Error.INVALID_JSON)
    return said


def parse_push(said: Json, times: Times, received: datetime) -> Push:
    """Read a push; raises Refused, and nothing else."""
    device_id, user_id = (_required_id(said, f) for f in ("deviceId", "deviceUserid"))
    entries = said.get("sensorsDates")
    if not isinstance(entries, list) or not entries:
        raise Refused(Error.MISSING_FIELD, "sensorsDates")
    sent = times.instant(said.get("time"), received)
    return Push(
        device_id=device_id,
        user_id=user_id,
        parent_user_id=identifier(said.get("parentUserId")),
        flag=text(said.get("flag"), _LONGEST_NAME),
        sent=sent,
        raw_data=text(said.get("rawData"), _LONGEST_RAW),
        received=received,
        samples=tuple(_samples(entries, times, sent, received)),
    )


def _required_id(said: Json, field: str) -> str:
    """Return an id; raises Refused."""
    if (found := identifier(said.get(field))) is None:
        raise Refused(Error.MISSING_FIELD, field)
    return found


def _samples(
    entries: list[Any], times: Times, sent: datetime | None, received: datetime
) -> Iterator[Sample]:
    """Yield what the sensors say; who has no name is passed over."""
    # The sensors of a device mostly tell the same time, which is costly to read.
    own: dict[str, datetime | None] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        if (sensor_id := identifier(entry.get("sensorsId"))) is not None:
            said_time = entry.get("times")
            if not isinstance(said_time, str):
                yield sample(sensor_id, entry, None, sent, received)
                continue
            if said_time not in own:
                own[said_time] = times.moment(said_time, sent or received)
            yield sample(sensor_id, entry, own[said_time], sent, received)


def sample(
    sensor_id: str,
    entry: Mapping[str, Any],
    own: datetime | None,
    sent: datetime | None,
    received: datetime,
) -> Sample:
    """Read what one sensor says, at its own time if it has told one."""
    measured = own or sent or received
    if measured > received + AHEAD:
        measured = received
    switcher = flag(entry.get("switcher"))
    value = text(entry.get("value"), _LONGEST_VALUE)
    raw = text(entry.get("reVal"), _LONGEST_VALUE)
    return Sample(
        sensor_id=sensor_id,
        type=integer(entry.get("sensorsTypeId")),
        measured=measured,
        recorded=sent or own or received,
        sensor_time=text(entry.get("times"), _LONGEST_NAME) or "",
        value=raw if value is None else value,
        raw=raw,
        switcher=switcher,
        # A switch that only shows that it lives sends this field, and nothing in it.
        heartbeat="switcher" in entry
        and switcher is None
        and flag(entry.get("isHeartbeat")) is not False,
        online=flag(entry.get("isLine")),
        alarm=flag(entry.get("isAlarm")),
        latitude=coordinate(entry.get("lat"), 90),
        longitude=coordinate(entry.get("lng"), 180),
    )


# The fields, of whatever type they come


def text(value: object, longest: int) -> str | None:
    """Return a text that can be kept and written, None if there is none."""
    if value is None:
        return None
    if isinstance(value, str) and value.isascii():
        return value[:longest].strip() or None
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return None
    try:
        told = str(value)[:longest].strip()
    except ValueError:  # a number of thousands of digits
        return None
    # Half a character pair can be read from JSON, but not be written to it.
    return told.encode(errors="replace").decode() if told else None


def identifier(value: object) -> str | None:
    """Return an id; 0 is none, it stands where a device has no sensors."""
    if type(value) is int and 0 < value < _LARGEST_INTEGER:
        return str(value)
    told = text(value, _LONGEST_ID + 1)
    if told is None or len(told) > _LONGEST_ID or not told.isprintable():
        return None
    if isinstance(value, float) and value.is_integer():
        told = told.removesuffix(".0")
    if told.isascii() and told.isdecimal():
        told = told.lstrip("0")
    return told or None


def number(value: object) -> float | None:
    """Return a finite number, from a number or a text."""
    if value is None or isinstance(value, bool):
        return None
    if not isinstance(value, _SCALARS):
        return None
    try:
        found = float(value)
    except ValueError, OverflowError:
        return None
    return found if isfinite(found) else None


def integer(value: object) -> int | None:
    """Return a whole number that every reader of JSON can hold."""
    found = value if type(value) is int else number(value)
    if found is None or abs(found) > _LARGEST_INTEGER or not found.is_integer():
        return None
    return int(found)


def flag(value: object) -> bool | None:
    """Return a truth value in any of its spellings."""
    if value is None:
        return None
    if isinstance(value, _FLAGS) and value in _USUAL_FLAGS:
        return _USUAL_FLAGS[value]
    told = text(value, _LONGEST_NAME)
    if told is None:
        return None
    told = told.lower().removesuffix(".0")
    return True if told in _TRUE else False if told in _FALSE else None


def coordinate(value: object, largest: float) -> float | None:
    """Return a latitude or longitude."""
    found = number(value)
    return found if found is not None and abs(found) <= largest else None
