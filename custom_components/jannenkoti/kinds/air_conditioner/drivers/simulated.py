"""A simulated air conditioner in a simulated living room, to try the thermostat."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ..model import Abilities, Change, DeviceState, HvacMode
from .driver import ConnectionType

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM_SENSOR: Final = "simulated_room"
"""The name of the room's sensor; it is no entity."""

# A living room of about 60 m³ on a warm day, with a small split unit.
_OUTDOOR = 29.0  # °C
_FIRST_ROOM = 26.5  # °C
_TIME_CONSTANT = 4.0  # h
_GAINS = 1.0  # °C/h of people and devices
_DRIVE = {HvacMode.COOL: -12.0, HvacMode.DRY: -5.0, HvacMode.HEAT: 10.0}  # °C/h
_FANS = {"low": 0.6, "medium": 0.8, "high": 1.0}
_LONGEST_STEP = 60.0  # s


class SimulatedDriver:
    """The air conditioner and its room; both change as time passes."""

    connection = ConnectionType.SIMULATED
    echo_time = timedelta(seconds=5)
    abilities = Abilities(modes=tuple(HvacMode), fans=tuple(_FANS))

    def __init__(self, ticks: Callable[[], float]) -> None:
        """Initialize with a monotonic clock (s)."""
        self._ticks = ticks
        self._at = ticks()
        self._room = _FIRST_ROOM
        self._state = DeviceState(
            on=False, mode=HvacMode.COOL, fan="low", target=24.0, current=_FIRST_ROOM
        )

    def read_room(self) -> float:
        """Return what the sensor of the room shows now, °C."""
        now = self._ticks()
        while (step := min(now - self._at, _LONGEST_STEP)) > 0:
            self._at += step
            self._room += self._slope() * step / 3600
        return round(self._room, 2)

    async def async_read(self) -> DeviceState:
        """Return the state of the air conditioner."""
        state = self._state
        return DeviceState(
            on=state.on,
            mode=state.mode,
            fan=state.fan,
            target=state.target,
            current=math.floor(self.read_room()),
        )

    async def async_send(self, change: Change) -> None:
        """Carry out a command."""
        self.read_room()
        self._state = self._state.after(change)

    async def async_close(self) -> None:
        """Disconnect; there is no connection."""

    def _slope(self) -> float:
        """Return how fast the room changes, °C/h."""
        state = self._state
        slope = (_OUTDOOR - self._room) / _TIME_CONSTANT + _GAINS
        if not state.on or state.mode is None or state.mode not in _DRIVE:
            return slope
        target = self._room if state.target is None else state.target
        heats = state.mode is HvacMode.HEAT
        if self._room > target + 1 if heats else self._room < target - 1:
            return slope  # Its own thermostat rests.
        return slope + _DRIVE[state.mode] * _FANS.get(state.fan or "", 1.0)
