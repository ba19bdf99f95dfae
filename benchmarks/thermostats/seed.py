"""The thermostat that ours was born from, restated, its quirks included.

Each poll, in order: accept the device state, stay off in the sleep window, read
at the latest readings, switch. What it calls Q in our documentation is kept.
"""

from collections import deque
from statistics import fmean
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.air_conditioner.model import Change

from .world import BAND, MINIMUM, TARGET

if TYPE_CHECKING:
    from .world import Unit

_POLL = 15
_WINDOW = 5
_STALE = 120
_DRIVE = 16.0


class Seed:
    """The original's loop; what it stored is kept through a restart."""

    def __init__(self, unit: Unit) -> None:
        """Start with nothing stored."""
        self._unit = unit
        self._target = TARGET
        self._asleep = False
        self._latest: dict[int, tuple[int, float]] = {}
        self._ring: deque[float] = deque(maxlen=_WINDOW)
        self._on = unit.report().on
        self._since = -MINIMUM

    def trusts(self, _now: int) -> bool:
        """Return that it learns nothing."""
        return False

    async def receive(self, now: int, sensor: int, value: float | None) -> None:
        """Store a reading."""
        if value is not None:
            self._latest[sensor] = now, value

    async def edit(self, target: float) -> None:
        """Take another target."""
        self._target = target

    async def sleep(self, *, asleep: bool) -> None:
        """Enter or leave the sleep window."""
        self._asleep = asleep

    async def stop(self) -> None:
        """Forget what is not stored."""
        self._ring.clear()

    async def start(self) -> None:
        """Start again; a phase that does not match the device starts now."""
        self._believe(self._unit.now)

    async def pass_step(self) -> None:
        """Read the clocks of the simulation."""

    async def tick(self, now: int) -> None:
        """Poll when it is time."""
        if now % _POLL == 0:
            self._poll(now)

    def _believe(self, now: int) -> None:
        if self._unit.report().on is not self._on:
            self._on, self._since = not self._on, now

    def _poll(self, now: int) -> None:
        self._believe(now)
        rested = now - self._since >= MINIMUM
        if self._asleep:
            if self._on and rested:
                self._switch(now, on=False)
            return
        fresh = [value for at, value in self._latest.values() if now - at <= _STALE]
        if not fresh:
            return
        self._ring.append(fmean(fresh))
        mean = fmean(self._ring)
        if not self._on and mean >= self._target + BAND and rested:
            self._switch(now, on=True)
            self._unit.receive(Change(target=_DRIVE))
        elif self._on and mean <= self._target - BAND and rested:
            self._switch(now, on=False)

    def _switch(self, now: int, *, on: bool) -> None:
        self._unit.receive(Change(on=on))
        self._on, self._since = on, now
