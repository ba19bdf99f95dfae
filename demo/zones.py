"""Time zones of the demo house.

The house begins on an afternoon. Pictures are taken where it is that time of the day
now, so that prices, plans and schedules are those of an afternoon in each of them.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HELSINKI: Final = ZoneInfo("Europe/Helsinki")
_HELSINKI: Final = (60.17, 24.94)
_DEGREES_PER_HOUR: Final = 15
_FARTHEST_WEST: Final = -12
_DAY: Final = 24


def zone_where(hour: int, now: datetime) -> ZoneInfo:
    """Return a zone whose local time has this hour now; ``now`` has a zone."""
    ahead = (hour - now.astimezone(UTC).hour - _FARTHEST_WEST) % _DAY + _FARTHEST_WEST
    # The names of these zones count hours to the west.
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


def place_in(zone: ZoneInfo, now: datetime) -> tuple[float, float]:
    """Return latitude and longitude of a place that has about the noon of a zone.

    Except for Helsinki it is on the equator, where each day has the same sun.
    """
    if zone == HELSINKI:
        return _HELSINKI
    offset = now.astimezone(zone).utcoffset() or timedelta()
    return 0.0, _DEGREES_PER_HOUR * offset / timedelta(hours=1)
