"""The automatic fan speed, where the user leaves it to the thermostat.

It is the lowest sufficient speed: runs are then longer, so the compressor starts less
often, the room leaves the band by less, and it is quieter.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ..model import HvacMode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ....lib.guard import Phase
    from ..model import DeviceState
    from .decide import Inputs
    from .parameters import Parameters
    from .saved_state import SavedState

BY_NEED = "by_need"
"""Name of this choice among the speeds of the device."""

# Speeds with a known order; others ("auto", "turbo") are not used.
_ORDER = {"low": 0, "mid": 1, "medium": 1, "middle": 1, "high": 2}

# A room that has not come nearer to the band in this time needs a higher speed. It is
# longer than the lag of the sensor after a start, and each change is a beep.
_STEP_UP_AFTER = timedelta(minutes=30)

# After a run that is shorter than this, a lower speed is sufficient.
_SHORT = timedelta(minutes=20)

# A room this far beyond the edge of the band gets the highest speed, °C.
_FAR = 1.0


def speeds_of(fans: Iterable[str]) -> tuple[str, ...]:
    """Return the usable speeds, lowest first; empty if there are fewer than two."""
    known = sorted((fan for fan in fans if fan in _ORDER), key=_ORDER.__getitem__)
    return tuple(known) if len(known) > 1 else ()


class FanSpeed:
    """The lowest speed that was sufficient in the last runs."""

    def __init__(self, fans: Iterable[str]) -> None:
        """Initialize with the lowest speed of a device."""
        self._speeds = speeds_of(fans)
        self._usual = self._now = 0
        self._began: datetime | None = None
        """When the current run started."""
        self._checked: datetime | None = None
        """When the effect of the run was last checked, and ..."""
        self._excess = 0.0
        """... how far the room was beyond the band's edge then, °C."""

    def shift(self, step: timedelta) -> None:
        """Keep waiting as long as before after the clock was stepped."""
        if self._began is not None and self._checked is not None:
            self._began += step
            self._checked += step

    def advise(
        self, now: datetime, inputs: Inputs, saved: SavedState, parameters: Parameters
    ) -> Inputs:
        """Return the inputs of a decision with the sufficient fan speed, if any."""
        device, room, request = inputs.device, inputs.room, saved.request
        if device is None or room is None or not self._speeds:
            return inputs
        beyond = room - inputs.plan.target(request)
        excess = beyond - parameters.above
        if request.mode is HvacMode.HEAT:
            excess = -beyond - parameters.below
        return replace(inputs, fan=self._speed(now, device, saved.phase, excess))

    def _speed(
        self, now: datetime, device: DeviceState, phase: Phase | None, excess: float
    ) -> str:
        """Return the speed to run at, or to start at.

        ``excess`` is how far the room is beyond the edge of the band now, °C.
        """
        if phase is None or not phase.on:
            self._rest(now)
        elif self._began is None or self._checked is None:
            self._began = self._checked = phase.since
            self._excess = excess
            if device.fan in self._speeds:
                self._now = self._speeds.index(device.fan)
        elif now - self._checked >= _STEP_UP_AFTER:
            self._check(now, excess)
        if excess > _FAR:
            self._now = len(self._speeds) - 1
        return self._speeds[self._now]

    def _rest(self, now: datetime) -> None:
        """Reset after a run; use a lower speed after a short one."""
        if self._began is not None and now - self._began < _SHORT:
            self._usual = max(self._usual - 1, 0)
        self._began = self._checked = None
        self._now = self._usual

    def _check(self, now: datetime, excess: float) -> None:
        """Use the next speed if the room did not come nearer to the band."""
        if 0 < excess >= self._excess and self._now < len(self._speeds) - 1:
            self._usual = self._now = self._now + 1
        self._checked, self._excess = now, excess
