"""How much of the time the compressor has run lately.

When all sensors are lost, a room that has needed it for a third of the time will need
it for a third of the next hours too; that is better than nothing, for a while.
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
