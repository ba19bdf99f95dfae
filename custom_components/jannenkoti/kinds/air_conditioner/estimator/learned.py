"""What the unit does to the room, and what is known of the room."""

from dataclasses import dataclass
from enum import StrEnum


class Running(StrEnum):
    """What the unit does to the room."""

    REST = "rest"
    COOL = "cool"
    HEAT = "heat"
    UNKNOWN = "unknown"
    """It is lost; or it dries, which cools by an unknown amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is known of the room."""

    error: float | None = None
    """How far (°C, root mean square) predictions were off in a day."""
    trusted: bool = False
    """Whether to act by it."""
    time_constant: float | None = None
    """How fast the air follows the walls and the outdoors, h; a rough figure."""
    cooling_drive: float | None = None
    """What the unit alone changes while it cools, °C/h: negative."""
    drift: float | None = None
    """How fast the room would change now without the unit, °C/h."""
