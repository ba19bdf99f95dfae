"""Detect a grid meter whose sign is set the wrong way around."""

from dataclasses import dataclass
from typing import Final

_STEP: Final = 300.0
"""Watts; smaller changes of PV power are lost in those of the load."""

_MATCH: Final = 0.5
"""The share of a change of PV power that must be found in the grid power."""

_ENOUGH: Final = 12
"""Changes that are evaluated before anything is reported."""

_MOST: Final = 0.8
"""The share of them that must point the same way."""


@dataclass(slots=True)
class MeterSign:
    """Compare changes of PV and grid power: more sun means less import.

    With the wrong sign, PV and "import" rise together. Changes of the load hit both
    directions alike, so a clear majority is conclusive.
    """

    pv: float | None = None
    grid: float | None = None
    right: int = 0
    wrong: int = 0

    def receive(self, pv: float | None, grid: float | None) -> None:
        """Compare both powers with those of the last call, W; not while switching."""
        if pv is None or grid is None:
            return
        if self.pv is None or self.grid is None:
            self.pv, self.grid = pv, grid
            return
        change, effect = pv - self.pv, grid - self.grid
        if abs(change) < _STEP:
            return
        self.pv, self.grid = pv, grid
        if abs(effect) < _MATCH * abs(change):
            return
        if (change > 0) == (effect > 0):
            self.wrong += 1
        else:
            self.right += 1
        if self.right + self.wrong > 2 * _ENOUGH:
            self.right, self.wrong = self.right // 2, self.wrong // 2

    def skip(self) -> None:
        """Start again from the next values, because the heating was switched."""
        self.pv = self.grid = None

    @property
    def is_wrong(self) -> bool | None:
        """Return whether the sign is wrong, or None while that is not known."""
        count = self.right + self.wrong
        if count < _ENOUGH:
            return None
        if self.wrong >= _MOST * count:
            return True
        return False if self.right >= _MOST * count else None
