"""What is said on the camera's WebSocket; docs/robocam.md lists it.

The camera sends pictures as binary messages and all else as text.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, Final

DEFAULT_PORT: Final = 80
DEFAULT_PATH: Final = "/ws"

LARGEST_MESSAGE: Final = 1024 * 1024
"""The camera's largest picture, 1600 by 1200, takes about half of this."""

_START_OF_JPEG: Final = b"\xff\xd8"
_END_OF_JPEG: Final = b"\xff\xd9"

# Servos turn half a circle, some a whole one.
_LARGEST_ANGLE: Final = 360
_LARGEST_COUNT: Final = 1000


class Word(StrEnum):
    """What the camera understands beside positions."""

    GET_FRAME = "getframe"
    GET_POSITION = "get_pos"
    GET_LIMITS = "get_limits"
    GET_CLIENTS = "client_count"
    CENTER = "center"
    LIGHT_ON = "light_on"
    LIGHT_OFF = "light_off"


class Garbage(Exception):
    """A message that nobody can read; the camera may send better ones."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the camera looks, in degrees of its servos."""

    x: int
    y: int

    def near(self, other: Position) -> bool:
        """Say whether this is where the camera arrives when it is sent to the other.

        It cuts each step of a move to whole degrees, so a rising one ends 4° short.
        """
        return abs(self.x - other.x) <= TOLERANCE and abs(self.y - other.y) <= TOLERANCE


TOLERANCE: Final = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the camera turns."""

    min_x: int = 0
    max_x: int = 180
    min_y: int = 0
    max_y: int = 90

    def hold(self, position: Position) -> bool:
        """Say whether the camera can look there."""
        return self.clamp(position) == position

    def as_texts(self) -> dict[str, str]:
        """Return the limits by name, to be shown."""
        return {name: str(value) for name, value in asdict(self).items()}

    def clamp(self, position: Position) -> Position:
        """Return where the camera can look that is nearest to there."""
        return Position(
            min(max(position.x, self.min_x), self.max_x),
            min(max(position.y, self.min_y), self.max_y),
        )


@dataclass(frozen=True, slots=True)
class Clients:
    """How many clients the camera has."""

    count: int


class OutOfBounds(StrEnum):
    """The camera's answer to a position that it cannot take."""

    TEXT = "Position out of bounds"


type Message = Position | Limits | Clients | OutOfBounds


def parse_text(text: str) -> Message:
    """Read a text message; raises Garbage, and nothing else."""
    if text.strip() == OutOfBounds.TEXT:
        return OutOfBounds.TEXT
    try:
        said = json.loads(text)
    except ValueError, RecursionError:
        raise Garbage from None
    if not isinstance(said, dict):
        raise Garbage
    if "client_count" in said:
        return Clients(_whole(said, "client_count", 0, _LARGEST_COUNT))
    if "x" in said:
        return Position(_angle(said, "x"), _angle(said, "y"))
    limits = Limits(
        *(_angle(said, name) for name in ("min_x", "max_x", "min_y", "max_y"))
    )
    if limits.min_x > limits.max_x or limits.min_y > limits.max_y:
        raise Garbage
    return limits


def check_picture(data: bytes) -> bytes:
    """Return a picture that is whole; raises Garbage, and nothing else."""
    # Some boards send the rest of their buffer, which is zeros, along.
    if not data.endswith(_END_OF_JPEG):
        data = data.rstrip(b"\0")
    if not (data.startswith(_START_OF_JPEG) and data.endswith(_END_OF_JPEG)):
        raise Garbage
    return data


def move_to(position: Position) -> str:
    """Return the text that sends the camera there."""
    return json.dumps({"x": position.x, "y": position.y}, separators=(",", ":"))


def _angle(said: dict[str, Any], name: str) -> int:
    return _whole(said, name, -_LARGEST_ANGLE, _LARGEST_ANGLE)


def _whole(said: dict[str, Any], name: str, least: int, most: int) -> int:
    """Return a number of the message, rounded."""
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Garbage
    if not (isfinite(value) if isinstance(value, float) else True):
        raise Garbage
    if not least <= value <= most:
        raise Garbage
    return round(value)
