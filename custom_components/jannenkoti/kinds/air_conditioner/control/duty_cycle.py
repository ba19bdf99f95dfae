"""How much of the time the compressor has run lately.

When all sensors are lost, a room that has needed it for a third of the time will need
it for a third of the next hours too; that is better than nothing, for a while.
"""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Long enough to see through single cycles, short enough to follow the weather.
_MEMORY = timedelta(hours=2)


class DutyCycle:
    """A mean of on and off that forgets slowly."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._share: float | None = None
        self._last: tuple[datetime, bool] | None = None

    @property
    def share(self) -> float | None:
        """Return the part of the time, 0 to 1; None before anything was seen."""
        return self._share

    def see(self, now: datetime, *, on: bool) -> None:
        """Take note that the compressor runs, or not, from now on."""
        if self._last is not None:
            since, was_on = self._last
            # A clock that was set back has nothing to tell.
            passed = max(now - since, timedelta(0))
            forget = math.exp(-passed / _MEMORY)
            before = float(was_on) if self._share is None else self._share
            self._share = before * forget + float(was_on) * (1 - forget)
        self._last = (now, on)
