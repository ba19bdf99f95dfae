"""Detect two devices that publish under one serial number.

After an update of its firmware a device reports differently from then on; two devices
alternate. So the messages are checked for alternation, a dozen at a time.
"""

from array import array
from enum import StrEnum
from itertools import pairwise
from math import isnan, nan
from statistics import fmean
from typing import Final

WINDOW: Final = 12
_LEAST: Final = 3
"""Messages of each of the two; a single different one is an accident."""
_TURNS: Final = 4
"""Times that they take turns."""
_CLOCKS_APART: Final = 120.0
"""Seconds that two clocks must differ; one clock is set once, not back and forth."""
_EVEN: Final = 1.5
"""One device's longest gap is not that much longer than its shortest."""
_SAME: Final = 0.2
"""The share by which a device's interval may vary."""
_REPEATED: Final = 1.0
"""Seconds within which a message is one that the network has doubled."""


class ConflictSign(StrEnum):
    """What shows that there are two devices."""

    PARAMETERS = "parameters"
    CLOCK = "clock"
    RATE = "rate"


class SerialConflictDetector:
    """Checks the messages of one serial number.

    Of each message it keeps the numbers side by side and the names alone: what is
    spread over the memory costs more to reach than to compare, with many devices.
    """

    __slots__ = ("_clocks", "_interval", "_names", "_times", "conflict")

    def __init__(self) -> None:
        """Initialize without a conflict."""
        self.conflict: ConflictSign | None = None
        self._times = array("d")
        self._clocks = array("d")
        """The device's own times; not a number where it has sent none."""
        self._names: list[tuple[str, ...]] = []
        self._interval: float | None = None

    def received(self, at: float, names: tuple[str, ...], clock: float | None) -> bool:
        """Add a message; return whether a conflict was detected or is over."""
        self._times.append(at)
        self._clocks.append(nan if clock is None else clock)
        self._names.append(names)
        if len(self._times) < WINDOW:
            return False
        before, self.conflict = self.conflict, self._judge()
        del self._times[:], self._clocks[:], self._names[:]
        return before is not self.conflict

    def _judge(self) -> ConflictSign | None:
        """Return the sign of a conflict in a dozen messages."""
        if self._names_alternate():
            return ConflictSign.PARAMETERS
        if self._clocks_alternate():
            return ConflictSign.CLOCK
        return ConflictSign.RATE if self._is_twice_as_fast() else None

    def _names_alternate(self) -> bool:
        """Return whether two sets of parameters alternate, neither in the other."""
        sets = [frozenset(names) for names in self._names if names]
        kinds = sorted(set(sets), key=sets.count)[-2:]
        if len(kinds) < 2 or kinds[0] <= kinds[1] or kinds[1] <= kinds[0]:  # noqa: PLR2004
            return False
        return _take_turns([names == kinds[0] for names in sets if names in kinds])

    def _clocks_alternate(self) -> bool:
        """Return whether two clocks take turns."""
        offsets = [
            clock - at
            for at, clock in zip(self._times, self._clocks, strict=True)
            if not isnan(clock)
        ]
        if not offsets or max(offsets) - min(offsets) < _CLOCKS_APART:
            return False
        middle = (max(offsets) + min(offsets)) / 2
        return _take_turns([offset > middle for offset in offsets])

    def _is_twice_as_fast(self) -> bool:
        """Return whether every second gap now ends where every one did before."""
        gaps = [later - at for at, later in pairwise(self._times)]
        if min(gaps) > 0 and max(gaps) < min(gaps) * _EVEN:
            self._interval = fmean(gaps)
            return False
        usual = self._interval
        if usual is None or min(gaps) < _REPEATED:
            return False
        return all(
            abs(one + other - usual) < usual * _SAME for one, other in pairwise(gaps)
        )


def _take_turns(first: list[bool]) -> bool:
    """Return whether two take turns, rather than one after the other."""
    turns = sum(one is not other for one, other in pairwise(first))
    return turns >= _TURNS and _LEAST <= sum(first) <= len(first) - _LEAST
