"""The responses of the actions, in the shapes of the original's interface."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .energy import HOURS, Hour

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from .energy import Energy


def energy_data(energy: Energy, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return 24 hours up to the present one as series, kWh; 0 where nothing is known.

    ``consumer`` is what the house consumed, ``regular`` that without the heating.
    """
    present = now.replace(minute=0, second=0, microsecond=0)
    known = {hour.start: hour for hour in energy.hours}
    starts = [present - n * timedelta(hours=1) for n in range(HOURS - 1, -1, -1)]
    hours = [known.get(start, Hour(start=start)) for start in starts]
    return {
        "startsAt": [
            hour.start.astimezone(zone).isoformat(timespec="milliseconds")
            for hour in hours
        ],
        "heating": [round(hour.heating, 3) for hour in hours],
        "consumer": [round(hour.consumption, 3) for hour in hours],
        "regular": [
            round(max(hour.consumption - hour.heating, 0.0), 3) for hour in hours
        ],
        "production": [round(hour.production, 3) for hour in hours],
    }
