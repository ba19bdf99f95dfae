"""What the entities show of a camera."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from .memory import Memory
    from .protocol import Limits, Position


class Connection(StrEnum):
    """How things are with a camera, and why."""

    CONNECTED = "connected"
    ASLEEP = "asleep"
    """Nobody wants anything of it."""
    CONNECTING = "connecting"
    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    WRONG_PATH = "wrong_path"
    FULL = "full"
    SILENT = "silent"
    NO_PICTURE = "no_picture"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is known of a camera at one moment."""

    connection: Connection
    connected: bool
    lost: bool
    """Whether it cannot be reached though somebody may want it."""
    memory: Memory
    limits: Limits
    target: Position | None
    measured: Position | None
    moving: bool
    viewers: int
    clients: int | None
    fps: float
    last_picture: datetime | None
    dropped: int
    reconnects: int
