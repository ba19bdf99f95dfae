"""How much of its power the unit has: the coil comes and goes slowly."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from .learned import Running
from .turning_point import COIL

if TYPE_CHECKING:
    from collections.abc import Iterator

# Short beside the coil and the lag of a sensor, h.
_FINEST = 30 / 3600
_HOUR = timedelta(hours=1)


class UnitEffect:
    """What the unit does, and with how much of its power, 0 to 1."""

    def __init__(self) -> None:
        """Start with a unit of which nothing is known."""
        self.running = Running.UNKNOWN
        self._effects = {Running.COOL: 0.0, Running.HEAT: 0.0}

    def of(self, running: Running) -> float:
        """Return the current effect of cooling or of heating."""
        return self._effects[running]

    def settle(self) -> None:
        """Take the coil as warm or cold as it becomes in the end."""
        for running in self._effects:
            self._effects[running] = float(self.running is running)

    def parts(self, time: timedelta) -> Iterator[tuple[float, float, float]]:
        """Let a time pass; yield short parts of it, h, with the mean effects.

        They are those of cooling and of heating.
        """
        hours = time / _HOUR
        count = max(1, math.ceil(hours / _FINEST))
        part = hours / count
        fade = math.exp(-part / COIL)
        share = (1 - fade) * COIL / part
        for _ in range(count):
            means = []
            for running, before in self._effects.items():
                aim = float(self.running is running)
                means.append(aim + (before - aim) * share)
                self._effects[running] = aim + (before - aim) * fade
            yield part, means[0], means[1]
