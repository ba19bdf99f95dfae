"""The options of a camera: names, limits and defaults."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .model import Position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Limits

FPS: Final = "fps"
STAY_CONNECTED: Final = "stay_connected"
STEP: Final = "step"
MIRROR: Final = "mirror"
PARK_X: Final = "park_x"
PARK_Y: Final = "park_y"
PRIVACY_ENTITY: Final = "privacy_entity"
FRAME_BUFFERS: Final = "frame_buffers"
VIDEO: Final = "video"

# The original proxy requested ten frames a second, and its buttons moved by 10°.
# Parked, the camera points ahead and down as far as it can. The firmware has two frame
# buffers.
DEFAULTS: Final[Mapping[str, Any]] = {
    FPS: 10,
    STAY_CONNECTED: False,
    STEP: 10,
    MIRROR: True,
    PARK_X: 90,
    PARK_Y: 90,
    FRAME_BUFFERS: 2,
    VIDEO: False,
}
MOST_FPS: Final = 30
LARGEST_STEP: Final = 90
MOST_FRAME_BUFFERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an entry, parsed."""

    frames_per_second: float
    stay_connected: bool
    step: int
    mirror: bool
    """Whether larger values of *Pan* turn the camera right, unlike its servo."""
    park: Position
    privacy_entity: str | None
    """The entity that makes the camera private while it is at home, or on."""
    frame_buffers: int
    """How many frames the board may have captured before they are requested."""
    video: bool
    """Whether pages show the live view as video instead of single images."""

    def pan(self, x: int, limits: Limits) -> int:
        """Return the pan angle that is shown for a servo angle, or the reverse."""
        return limits.mirror_x(x) if self.mirror else x

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Options:
        """Read the options of an entry, which the flow has checked."""
        merged = {**DEFAULTS, **stored}
        return cls(
            frames_per_second=float(merged[FPS]),
            stay_connected=bool(merged[STAY_CONNECTED]),
            step=int(merged[STEP]),
            mirror=bool(merged[MIRROR]),
            park=Position(int(merged[PARK_X]), int(merged[PARK_Y])),
            privacy_entity=merged.get(PRIVACY_ENTITY),
            frame_buffers=int(merged[FRAME_BUFFERS]),
            video=bool(merged[VIDEO]),
        )
