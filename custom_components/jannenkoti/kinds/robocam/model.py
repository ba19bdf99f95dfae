"""What is known about a camera."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ARRIVAL_TOLERANCE: Final = 4
"""The firmware truncates each step to whole degrees: a rising move ends 4° short."""


class ConnectionState(StrEnum):
    """The state of the connection, with the reason if there is none."""

    CONNECTED = "connected"
    IDLE = "idle"
    """No client needs the camera."""
    CONNECTING = "connecting"
    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    WRONG_PATH = "wrong_path"
    FULL = "full"
    SILENT = "silent"
    NO_FRAME = "no_frame"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Position:
    """Where the camera points, in degrees of its servos.

    Larger values turn the camera left and down.
    """

    x: int
    y: int

    def is_near(self, other: Position) -> bool:
        """Return whether a camera that was sent to `other` arrives here."""
        return (
            abs(self.x - other.x) <= ARRIVAL_TOLERANCE
            and abs(self.y - other.y) <= ARRIVAL_TOLERANCE
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """The positions that the camera can reach, in degrees of its servos."""

    min_x: int = 0
    max_x: int = 180
    min_y: int = 0
    max_y: int = 90

    def contain(self, position: Position) -> bool:
        """Return whether the camera can reach a position."""
        return self.clamp(position) == position

    def as_texts(self) -> dict[str, str]:
        """Return the limits by name, for an error message."""
        return {name: str(value) for name, value in asdict(self).items()}

    def clamp(self, position: Position) -> Position:
        """Return the nearest position that the camera can reach."""
        return Position(
            min(max(position.x, self.min_x), self.max_x),
            min(max(position.y, self.min_y), self.max_y),
        )

    def mirror_x(self, x: int) -> int:
        """Return the pan value with left and right exchanged, within the limits."""
        return self.min_x + self.max_x - x


@dataclass(frozen=True, slots=True, kw_only=True)
class RoboCamData:
    """The state of a camera at one moment."""

    connection: ConnectionState
    connected: bool
    lost: bool
    """Whether the camera cannot be reached although it may be needed."""
    private: bool
    patrolling: bool
    presets: Mapping[str, Position]
    preset: str | None
    """The preset at the target position."""
    preset_name: str
    """The name that the next stored preset gets."""
    lamp: bool
    pan_range: tuple[int, int]
    tilt_range: tuple[int, int]
    pan: int | None
    """The target; like `measured_pan` with left and right exchanged if so configured.
    """
    tilt: int | None
    measured_pan: int | None
    measured_tilt: int | None
    moving: bool
    viewers: int
    clients: int | None
    frame_rate: float
    """Frames per second over the last ten seconds."""
    last_frame: datetime | None
    dropped: int
    reconnects: int
