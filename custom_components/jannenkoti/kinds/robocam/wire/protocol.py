"""The messages on the camera's WebSocket; docs/robocam-details.md lists them.

The camera sends frames as binary messages and everything else as text.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, Final

from ..model import Limits, Position

DEFAULT_PORT: Final = 80
DEFAULT_PATH: Final = "/ws"

LARGEST_MESSAGE: Final = 1024 * 1024
"""Twice the size of the largest frame of such a camera, 1600 by 1200."""

_LONGEST_TEXT: Final = 1024
"""The longest has about 60 characters; a megabyte of JSON takes 50 ms to parse."""

_START_OF_JPEG: Final = b"\xff\xd8"
_END_OF_JPEG: Final = b"\xff\xd9"
_MARKER: Final = b"\xff"
_FILL: Final = b"\xff\xff"
"""A marker may be preceded by any number of FF bytes."""
_END_OF_HEADER: Final = {b"\xda", b"\xd9"}
"""The start of the compressed data, or the end of an image without any."""

_START_OF_DATA: Final = b"\xff\xda"
_TABLES: Final = {b"\xc0", b"\xc1", b"\xc2", b"\xc4", b"\xdb", b"\xdd"}
"""Segments that describe the compressed data, which they precede."""

_MOST_SEGMENTS: Final = 100
"""A JPEG has about ten; a megabyte of empty ones would keep the event loop busy."""

# Servos turn half a circle, some a whole one.
_LARGEST_ANGLE: Final = 360
_LARGEST_COUNT: Final = 1000


class Command(StrEnum):
    """What the camera accepts besides positions."""

    GET_FRAME = "getframe"
    GET_POSITION = "get_pos"
    GET_LIMITS = "get_limits"
    GET_CLIENT_COUNT = "client_count"
    CENTER = "center"
    LIGHT_ON = "light_on"
    LIGHT_OFF = "light_off"


class InvalidMessage(Exception):
    """A message that cannot be read. Later ones may be valid."""


@dataclass(frozen=True, slots=True)
class ClientCount:
    """How many clients are connected to the camera."""

    count: int


@dataclass(frozen=True, slots=True)
class PositionRejected:
    """The camera cannot reach the position that it was sent to."""


_POSITION_REJECTED: Final = "Position out of bounds"

type Message = Position | Limits | ClientCount | PositionRejected


def parse_text(text: str) -> Message:
    """Parse a text message; raises InvalidMessage only."""
    if len(text) > _LONGEST_TEXT:
        raise InvalidMessage
    if text.strip() == _POSITION_REJECTED:
        return PositionRejected()
    try:
        fields = json.loads(text)
    except ValueError, RecursionError:
        raise InvalidMessage from None
    if not isinstance(fields, dict):
        raise InvalidMessage
    if "client_count" in fields:
        return ClientCount(_whole(fields, "client_count", 0, _LARGEST_COUNT))
    if "x" in fields:
        return Position(_angle(fields, "x"), _angle(fields, "y"))
    limits = Limits(
        *(_angle(fields, name) for name in ("min_x", "max_x", "min_y", "max_y"))
    )
    if limits.min_x > limits.max_x or limits.min_y > limits.max_y:
        raise InvalidMessage
    return limits


def parse_frame(data: bytes) -> bytes:
    """Return the complete JPEG of a message; raises InvalidMessage only.

    Some boards send the rest of their buffer too: zeros, FF bytes, line ends or the end
    of an older frame. What follows the end of the image is removed.
    """
    if not data.startswith(_START_OF_JPEG):
        raise InvalidMessage
    end = _end_of_image(data)
    return data if end == len(data) else data[:end]


def _end_of_image(data: bytes) -> int:
    """Return where the JPEG in the data ends; raises InvalidMessage if it does not.

    The header segments are skipped by their length, because a thumbnail in them has an
    end marker too. After them, the compressed data contains no such marker.
    """
    at, segment = len(_START_OF_JPEG), b""
    for _ in range(_MOST_SEGMENTS):
        while data[at : at + 2] == _FILL:
            at += 1
        if data[at : at + 1] != _MARKER or data[at + 1 : at + 2] in _END_OF_HEADER:
            break
        segment = data[at + 1 : at + 2]
        length = int.from_bytes(data[at + 2 : at + 4])
        at += 2 + max(length, 1)
    else:
        raise InvalidMessage
    # A frame that was cut in its tables continues with anything else.
    if segment in _TABLES and data[at : at + 2] != _START_OF_DATA:
        raise InvalidMessage
    end = data.find(_END_OF_JPEG, at)
    # A frame whose end was lost is followed by the next one.
    if end < 0 or data.find(_START_OF_JPEG, at, end) >= 0:
        raise InvalidMessage
    return end + len(_END_OF_JPEG)


def move_to(position: Position) -> str:
    """Return the message that sends the camera to a position.

    The firmware ignores positions that are not JSON integers.
    """
    return json.dumps({"x": position.x, "y": position.y}, separators=(",", ":"))


def _angle(fields: dict[str, Any], name: str) -> int:
    return _whole(fields, name, -_LARGEST_ANGLE, _LARGEST_ANGLE)


def _whole(fields: dict[str, Any], name: str, least: int, most: int) -> int:
    """Return a number of a message, rounded."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidMessage
    if not (isfinite(value) if isinstance(value, float) else True):
        raise InvalidMessage
    if not least <= value <= most:
        raise InvalidMessage
    return round(value)
