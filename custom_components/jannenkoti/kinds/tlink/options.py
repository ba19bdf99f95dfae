"""The options of an account, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from .account.tank import Tank

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
UNIT: Final = "unit"
JOURNAL_SIZE: Final = "journal_megabytes"

DEFAULTS: Final[Mapping[str, Any]] = {
    # The platform is Chinese, and so are the times of most accounts.
    TIME_ZONE: "Asia/Shanghai",
    # Fifty devices that push every second.
    RATE_LIMIT: 3000,
    RETENTION: 90,
    # Backups contain the journal: fifty sensors every minute for ninety days.
    JOURNAL_SIZE: 100,
    POLL_INTERVAL: 60,
    # Well after three usual pushes in a row are missing.
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
    journal_megabytes: int
    poll_interval: timedelta
    silence: timedelta
    tanks: Mapping[str, Tank]
    device_classes: Mapping[str, str]
    units: Mapping[str, str]

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Parse the options of an entry, which the flow has checked; for a thread.

        The rules of the time zone are read from a file.
        """
        merged = {**DEFAULTS, **options}
        return cls(
            zone=ZoneInfo(merged[TIME_ZONE]),
            rate_limit=int(merged[RATE_LIMIT]),
            retention_days=int(merged[RETENTION]),
            journal_megabytes=int(merged[JOURNAL_SIZE]),
            poll_interval=timedelta(seconds=merged[POLL_INTERVAL]),
            silence=timedelta(minutes=merged[SILENCE]),
            tanks={row[SENSOR_ID]: tank_of(row) for row in merged[TANKS]},
            device_classes={
                row[SENSOR_ID]: row[DEVICE_CLASS]
                for row in merged[CLASSES]
                if row.get(DEVICE_CLASS)
            },
            units={
                row[SENSOR_ID]: row[UNIT] for row in merged[CLASSES] if row.get(UNIT)
            },
        )


def tank_of(row: Mapping[str, Any]) -> Tank:
    """Parse the tank of a sensor; raises ValueError."""
    return Tank.parse({key: row[key] for key in row if key != SENSOR_ID})
