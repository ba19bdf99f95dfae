"""The options of the demo house's thermostat, for a clock that may run fast."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.client import Json
    from demo.kind import DemoKind

TARGET = 24.5
BAND = 0.5  # above and below; the integration's own default
AWAY = 4.0  # setback of the target; the integration's own default
_MINIMUM = 240.0  # s, the integration's own default, on as well as off
_SMOOTHING = 60.0
_POLL = 15.0
_WINDOW_DELAY = 60.0  # s, the integration's own default
_AWAY_GRACE = 15 * 60.0  # s, the integration's own default

# Long enough to read the reason on a tile.
_LEAST_GRACE = 10.0

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def tunables(kind: DemoKind) -> dict[str, Json]:
    """Return options that suit the speed of the house."""
    today = datetime.now(kind.house.zone).weekday()
    near = [_DAYS[(today + day) % 7] for day in (-1, 0)]
    return {
        # Nights for the calendar, the first one tomorrow: none during a visit.
        "sleep": True,
        "sleep_days": [{"days": near}],
        "hysteresis_above": BAND,
        "hysteresis_below": BAND,
        "minimum_on": round(kind.scaled(_MINIMUM, 2)),
        "minimum_off": round(kind.scaled(_MINIMUM, 2)),
        "smoothing": round(kind.scaled(_SMOOTHING, 1)),
        "poll_interval": round(kind.scaled(_POLL, 1)),
        "away": AWAY,
        "away_grace": round(kind.scaled(_AWAY_GRACE, _LEAST_GRACE) / 60, 2),  # min
        "window_delay": round(kind.scaled(_WINDOW_DELAY, 1)),
    }
