"""The recent duty cycle of the compressor.

It is used for some hours when all sensors are lost: a room that needed the compressor
for a third of the time will need about the same in the next hours.
"""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from .parameters import OnSilence

if TYPE_CHECKING:
    from datetime import datetime

    from ....lib.guard import Phase
    from .parameters import Parameters

# One run and one rest together: long, so that the compressor starts seldom.
_DUTY_CYCLE = timedelta(minutes=40)

# Long enough to average single cycles, short enough to follow the weather.
_MEMORY = timedelta(hours=2)


class DutyCycle:
    """Exponentially weighted mean of on and off."""

    def __init__(self) -> None:
        """Initialize with an unknown share."""
        self._share: float | None = None
        self._last: tuple[datetime, bool] | None = None

    @property
    def share(self) -> float | None:
        """Return the part of the time, 0 to 1; None before the first update."""
        return self._share

    def update(self, now: datetime, *, on: bool) -> None:
        """Record whether the compressor runs from now on."""
        if self._last is not None:
            since, was_on = self._last
            # After the clock was set back no time has passed.
            passed = max(now - since, timedelta(0))
            decay = math.exp(-passed / _MEMORY)
            before = float(was_on) if self._share is None else self._share
            self._share = before * decay + float(was_on) * (1 - decay)
        self._last = (now, on)


def runs_on_silence(
    parameters: Parameters,
    duty: float | None,
    phase: Phase,
    now: datetime,
    *,
    silent: timedelta,
) -> bool:
    """Return whether the compressor should run without a room temperature."""
    if parameters.on_silence is OnSilence.KEEP:
        return phase.on
    by_duty = parameters.on_silence is OnSilence.DUTY
    if not by_duty or not duty or silent >= parameters.duty_limit:
        return False
    share = duty if phase.on else 1 - duty
    spent = now - phase.since >= _DUTY_CYCLE * share
    return phase.on is not spent
