"""What a user can change after setup, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from .timelapse.frames import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

LOST_AFTER: Final = "lost_after"
CAMERA: Final = "camera"
AUTOMATIC: Final = "automatic"
TRIGGER: Final = "trigger"
IMAGE_DELAY: Final = "image_delay"
TRIGGER_ENTITY: Final = "trigger_entity"
TRIGGER_EVENT: Final = "trigger_event"
QUOTA: Final = "quota"
FLOOR: Final = "floor"

# A printer on a weak Wi-Fi loses its connection for some seconds now and then.
SHORTEST_LOST_AFTER: Final = 10
LONGEST_LOST_AFTER: Final = 3600
SHORTEST_IMAGE_DELAY: Final = 1
LONGEST_IMAGE_DELAY: Final = 3600
LEAST_MEGABYTES: Final = 10
MOST_MEGABYTES: Final = 1_000_000


class Trigger(StrEnum):
    """When a frame is taken."""

    LAYER = "layer"
    INTERVAL = "interval"
    ENTITY = "entity"
    """When a binary sensor turns on, such as the button that the print head presses."""
    EVENT = "event"


# The original server took a preview every five seconds. A print of 5,000 layers has
# frames of about 1 GB.
DEFAULTS: Final[dict[str, Any]] = {
    LOST_AFTER: 60,
    AUTOMATIC: True,
    TRIGGER: Trigger.LAYER.value,
    IMAGE_DELAY: 5,
    QUOTA: 2000,
    FLOOR: 1000,
}


@dataclass(frozen=True, kw_only=True)
class TimelapseOptions:
    """The options of the time-lapse."""

    camera: str | None
    automatic: bool
    """Whether it starts with each print."""
    trigger: Trigger
    image_delay: int
    """Seconds between two frames, if they are taken at an interval."""
    trigger_entity: str | None
    trigger_event: str | None
    limits: Limits


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry."""

    lost_after: timedelta
    """How long the connection may be lost before the printer counts as off or lost."""
    timelapse: TimelapseOptions

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Self:
        """Return the options of an entry; what is missing has its default."""
        merged = {**DEFAULTS, **options}
        return cls(
            lost_after=timedelta(seconds=merged[LOST_AFTER]),
            timelapse=TimelapseOptions(
                camera=merged.get(CAMERA),
                automatic=bool(merged[AUTOMATIC]),
                trigger=Trigger(merged[TRIGGER]),
                image_delay=int(merged[IMAGE_DELAY]),
                trigger_entity=merged.get(TRIGGER_ENTITY),
                trigger_event=merged.get(TRIGGER_EVENT),
                limits=Limits(quota=int(merged[QUOTA]), floor=int(merged[FLOOR])),
            ),
        )
