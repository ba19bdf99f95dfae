"""What the user can tune, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from .tank import Tank

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_ZONE: Final = "time_zone"
RATE_LIMIT: Final = "rate_limit"
RETENTION: Final = "retention_days"
POLL_INTERVAL: Final = "poll_interval"
SILENCE: Final = "silence_minutes"
TANKS: Final = "tanks"
CLASSES: Final = "device_classes"
SENSOR_ID: Final = "sensor_id"
DEVICE_CLASS: Final = "device_class"

DEFAULTS: Final[Mapping[str, Any]] = {
    # The platform is Chinese, and so are its times until the account says otherwise.
    TIME_ZONE: "Asia/Shanghai",
    # Fifty devices that push every second.
    RATE_LIMIT: 3000,
    RETENTION: 90,
    POLL_INTERVAL: 60,
    # Well after three ordinary pushes in a row have not come.
    SILENCE: 60,
    TANKS: [],
    CLASSES: [],
}

SHORTEST_POLL: Final = 5
"""Seconds, as in the original."""

NO_CLASS: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an account."""

    zone: ZoneInfo
    rate_limit: int
    retention_days: int
    poll_interval: timedelta
    silence: timedelta
    tanks: Mapping[str, Tank]
    device_classes: Mapping[str, str]

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Read the options of an entry, which the flow has checked.

        Reads files: the rules of the time zone.
        """
        merged = {**DEFAULTS, **options}
        return cls(
            zone=ZoneInfo(merged[TIME_ZONE]),
            rate_limit=int(merged[RATE_LIMIT]),
            retention_days=int(merged[RETENTION]),
            poll_interval=timedelta(seconds=merged[POLL_INTERVAL]),
            silence=timedelta(minutes=merged[SILENCE]),
            tanks={row[SENSOR_ID]: tank_of(row) for row in merged[TANKS]},
            device_classes={
                row[SENSOR_ID]: row[DEVICE_CLASS] for row in merged[CLASSES]
            },
        )


def tank_of(row: Mapping[str, Any]) -> Tank:
    """Read the tank of a sensor; raises ValueError."""
    return Tank.parse({key: row[key] for key in row if key != SENSOR_ID})
