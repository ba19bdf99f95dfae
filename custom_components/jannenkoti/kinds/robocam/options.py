"""The tunables of a camera: their names, limits and defaults."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .protocol import Position

if TYPE_CHECKING:
    from collections.abc import Mapping

FPS: Final = "fps"
STAY_CONNECTED: Final = "stay_connected"
STEP: Final = "step"
PARK_X: Final = "park_x"
PARK_Y: Final = "park_y"
FOLLOWED: Final = "privacy_entity"

# The firmware's own proxy asked ten times a second, and its buttons turned by 10°.
# Parked it looks straight ahead and down as far as it can.
DEFAULTS: Final[Mapping[str, Any]] = {
    FPS: 10,
    STAY_CONNECTED: False,
    STEP: 10,
    PARK_X: 90,
    PARK_Y: 90,
}
MOST_FPS: Final = 30
LARGEST_STEP: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an entry, parsed."""

    fps: float
    stay_connected: bool
    step: int
    park: Position
    followed: str | None
    """The entity that makes the camera private while it is at home, or on."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Options:
        """Read the options of an entry, which the flow has checked."""
        merged = {**DEFAULTS, **raw}
        return cls(
            fps=float(merged[FPS]),
            stay_connected=bool(merged[STAY_CONNECTED]),
            step=int(merged[STEP]),
            park=Position(int(merged[PARK_X]), int(merged[PARK_Y])),
            followed=merged.get(FOLLOWED),
        )
