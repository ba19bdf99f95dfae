"""How fast the fan should blow where the user leaves that to the thermostat.

As gently as will do: at a lower speed a run lasts longer, so the compressor starts less
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
"""What the choice is called, beside the speeds that the device has."""

# The words that say how fast; others ("auto", "turbo") do not and are not used.
_ORDER = {"low": 0, "mid": 1, "medium": 1, "middle": 1, "high": 2}

# A room that has not come nearer in such a time needs more. Shorter, and the lag of its
# sensor after a start would be taken for a need; and each change in between is a beep.
_PATIENCE = timedelta(minutes=30)

# A run that has crossed the whole band in such a time would do with less.
_SHORT = timedelta(minutes=20)

# Whoever comes home to a hot room does not want it gently; °C beyond the band's edge.
_FAR = 1.0


def speeds_of(fans: Iterable[str]) -> tuple[str, ...]:
    """Return the speeds to choose among, the gentlest first; none without a choice."""
    known = sorted((fan for fan in fans if fan in _ORDER), key=_ORDER.__getitem__)
    return tuple(known) if len(known) > 1 else ()


class FanSpeed:
    """The speed that has lately been enough."""

    def __init__(self, fans: Iterable[str]) -> None:
        """Begin gently, with those of a device's speeds that tell how fast they are."""
        self._speeds = speeds_of(fans)
        self._usual = self._now = 0
        self._began: datetime | None = None
        """When the run began that is on."""
        self._looked: datetime | None = None
        """When it was last asked whether the run does any good, and ..."""
        self._excess = 0.0
        """... how far the room was beyond the band's edge then, °C."""

    def shift(self, step: timedelta) -> None:
        """Keep waiting as long as before after the clock was stepped."""
        if self._began is not None and self._looked is not None:
            self._began += step
            self._looked += step

    def advise(
        self, now: datetime, inputs: Inputs, saved: SavedState, parameters: Parameters
    ) -> Inputs:
        """Return the inputs of a decision with the speed that will do, if any."""
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
        elif self._began is None or self._looked is None:
            self._began = self._looked = phase.since
            self._excess = excess
            if device.fan in self._speeds:
                self._now = self._speeds.index(device.fan)
        elif now - self._looked >= _PATIENCE:
            self._look(now, excess)
        if excess > _FAR:
            self._now = len(self._speeds) - 1
        return self._speeds[self._now]

    def _rest(self, now: datetime) -> None:
        """Learn from a run that has ended, and be ready for the next."""
        if self._began is not None and now - self._began < _SHORT:
            self._usual = max(self._usual - 1, 0)
        self._began = self._looked = None
        self._now = self._usual

    def _look(self, now: datetime, excess: float) -> None:
        """Give more if the run so far was of no use."""
        if 0 < excess >= self._excess and self._now < len(self._speeds) - 1:
            self._usual = self._now = self._now + 1
        self._looked, self._excess = now, excess
