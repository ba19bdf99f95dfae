"""The responses of the actions, in the shapes of the original's interface."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import tzinfo

    from .energy import Energy


def energy_data(energy: Energy, zone: tzinfo) -> dict[str, Any]:
    """Return the last 24 hours as series, kWh, the oldest hour first.

    ``regular`` is what the house consumed besides the heating.
    """
    hours = energy.hours
    return {
        "startsAt": [hour.start.astimezone(zone).isoformat() for hour in hours],
        "heating": [round(hour.heating, 3) for hour in hours],
        "consumer": [round(hour.consumption, 3) for hour in hours],
        "regular": [
            round(max(hour.consumption - hour.heating, 0.0), 3) for hour in hours
        ],
        "production": [round(hour.production, 3) for hour in hours],
    }
