"""Local times by which a tank must be warm, on days of any length."""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

MOST: Final = 4
"""Times a day; more is a thermostat."""

_SLACK: Final = 1.2
"""A tank takes longer to heat than its heat alone: it loses, and is drawn from."""
_SPARE: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(hours=24)


def read_times(text: str) -> tuple[time, ...] | None:
    """Return times such as "06:30, 18:00" in order; None if one cannot be read."""
    words = [word.strip() for word in text.replace(";", ",").split(",")]
    try:
        times = {time.fromisoformat(word.zfill(5)) for word in words if word}
    except ValueError:
        return None
    if len(times) > MOST or any(at.tzinfo is not None for at in times):
        return None
    return tuple(sorted(times))


def moments(
    times: Iterable[time], start: datetime, end: datetime, zone: tzinfo
) -> list[datetime]:
    """Return when local times occur after the start, up to the end (UTC), in order.

    A time that the clock skips counts an hour later by the new clock; of one that
    occurs twice, the first counts.
    """
    found, day = [], start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    wanted = [at.replace(fold=0) for at in times]
    while day <= last:
        for at in wanted:
            moment = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
            if start < moment <= end:
                found.append(moment)
        day += timedelta(days=1)
    return sorted(found)


def must_heat(
    times: Sequence[time], missing: float, watts: float, now: datetime, zone: tzinfo
) -> bool:
    """Return whether only heating from now on still warms a tank in time.

    ``missing`` (Wh) is what the tank needs to its target, ``watts`` its heater's power.
    """
    if not times or missing <= 0 or watts <= 0:
        return False
    needed = timedelta(hours=missing / watts * _SLACK) + _SPARE
    return bool(moments(times, now, now + min(needed, _LONGEST), zone))
