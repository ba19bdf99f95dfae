"""The surplus that heating may use, averaged over time."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

# A meter reports a change of the load some seconds after a relay has switched.
SETTLING: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerNow:
    """Powers in W; None where nothing is known.

    The signs are those of the options: grid import, battery discharging and what the
    house consumes are positive.
    """

    grid: float | None = None
    pv: float | None = None
    load: float | None = None
    battery: float | None = None
    soc: float | None = None
    """%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryPriority:
    """Whether the battery or the heating is served first."""

    first: bool
    full: float
    """State of charge (%) from which the heating may take what the battery takes."""


def available_power(
    power: PowerNow, own: float, priority: BatteryPriority
) -> float | None:
    """Return the power (W) that heating could take without import, or None.

    It is the export plus what the heating consumes already. What a battery delivers is
    no surplus; what it takes is one if the heating comes first or the battery is full.
    """
    if power.grid is None:
        if power.pv is None or power.load is None:
            return None
        net = power.pv - power.load + own
        charging = -(power.battery or 0.0)
        return net - max(charging, 0.0) if _waits(power, priority) else net
    surplus = own - power.grid
    battery = power.battery or 0.0
    if battery > 0:
        return surplus - battery
    return surplus if _waits(power, priority) else surplus - battery


def _waits(power: PowerNow, priority: BatteryPriority) -> bool:
    """Return whether the battery is to be charged before the heating is served."""
    if not priority.first:
        return False
    return power.soc is None or power.soc < priority.full


class Average:
    """The mean of a power over a time, weighted by how long each value held."""

    def __init__(self, window: timedelta) -> None:
        """Initialize with the length of the window."""
        self._window = window
        self._samples: deque[tuple[datetime, float]] = deque()

    def add(self, value: float, now: datetime) -> None:
        """Add a value that holds from now on; a clock that was set back clears."""
        if self._samples and now < self._samples[-1][0]:
            self._samples.clear()
        self._samples.append((now, value))
        start = now - self._window
        # The value that held when the window begins stays.
        while len(self._samples) > 1 and self._samples[1][0] <= start:
            self._samples.popleft()

    def clear(self) -> None:
        """Discard all values."""
        self._samples.clear()

    def mean(self, now: datetime) -> float | None:
        """Return the mean up to now, or None without values."""
        if not self._samples:
            return None
        start = now - self._window
        total = weight = 0.0
        ends = [at for at, _ in self._samples][1:]
        for (at, value), end in zip(self._samples, [*ends, now], strict=True):
            seconds = (end - max(at, start)).total_seconds()
            if seconds > 0:
                total += value * seconds
                weight += seconds
        return total / weight if weight else self._samples[-1][1]
