"""What a user can change after setup, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from .control.auto_off import AutoOffLimits
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
STATUS_DELAY: Final = "status_delay"
TEMPHUM_DELAY: Final = "temphum_delay"
PLUG: Final = "plug"
NOZZLE_BELOW: Final = "nozzle_below"
OFF_DELAY: Final = "off_delay"
QUOTA: Final = "quota"
FLOOR: Final = "floor"

# A printer on a weak Wi-Fi loses its connection for some seconds now and then.
SHORTEST_LOST_AFTER: Final = 10
LONGEST_LOST_AFTER: Final = 3600
SHORTEST_IMAGE_DELAY: Final = 1
LONGEST_IMAGE_DELAY: Final = 3600
SHORTEST_DELAY: Final = 1
LONGEST_DELAY: Final = 3600
COOLEST_NOZZLE: Final = 30
HOTTEST_NOZZLE: Final = 100
LONGEST_OFF_DELAY: Final = 720
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
    # The original server sent temperatures every 10 s and the status every 15 s. The
    # printer reports every second, and that is shown.
    STATUS_DELAY: 1,
    TEMPHUM_DELAY: 1,
    # The fan of the hotend may stop below 50 °C.
    NOZZLE_BELOW: 50,
    OFF_DELAY: 10,
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
class AutoOffOptions:
    """The options of the plug."""

    plug: str
    limits: AutoOffLimits


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry."""

    lost_after: timedelta
    """How long the connection may be lost before the printer counts as off or lost."""
    status_delay: float
    """The least seconds between two updates of a sensor that changes all the time."""
    temphum_delay: float
    """The same for temperatures."""
    auto_off: AutoOffOptions | None
    """None without a plug."""
    timelapse: TimelapseOptions

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Self:
        """Return the options of an entry; what is missing has its default."""
        merged = {**DEFAULTS, **options}
        return cls(
            lost_after=timedelta(seconds=merged[LOST_AFTER]),
            status_delay=merged[STATUS_DELAY],
            temphum_delay=merged[TEMPHUM_DELAY],
            auto_off=_auto_off(merged),
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


def _auto_off(options: Mapping[str, Any]) -> AutoOffOptions | None:
    """Return the options of the plug; None if there is none."""
    if not (plug := options.get(PLUG)):
        return None
    return AutoOffOptions(
        plug=plug,
        limits=AutoOffLimits(
            nozzle=int(options[NOZZLE_BELOW]),
            delay=timedelta(minutes=options[OFF_DELAY]),
        ),
    )
