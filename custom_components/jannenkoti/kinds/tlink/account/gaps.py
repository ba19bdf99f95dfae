"""Gaps: spans without readings that wait to be filled from the cloud's history."""

from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ....lib.stored import timestamp_of

if TYPE_CHECKING:
    from ....lib.stored import Stored

type Gap = tuple[str, datetime, datetime]
"""A sensor, and from when until when it has no readings."""


class Gaps:
    """The gaps that wait, the oldest first; bounded."""

    MOST: Final = 1000

    def __init__(self, stored: Stored | None = None) -> None:
        """Initialize with the gaps that a previous run stored."""
        self._waiting: OrderedDict[Gap, None] = OrderedDict()
        for gap in stored.list_of("gaps", _gap_of) if stored else ():
            self.add(*gap)

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def add(self, sensor_id: str, start: datetime, end: datetime) -> None:
        """Add a gap."""
        self._waiting[sensor_id, start, end] = None
        if len(self._waiting) > self.MOST:
            self._waiting.popitem(last=False)

    def first(self) -> Gap | None:
        """Return the gap that waits longest."""
        return next(iter(self._waiting), None)

    def done(self, gap: Gap) -> None:
        """Remove a gap."""
        self._waiting.pop(gap, None)

    def postpone(self, gap: Gap, upto: datetime) -> None:
        """Move the rest of a gap, its older part, behind the others."""
        self.done(gap)
        self.add(gap[0], gap[1], upto)

    def to_store(self) -> list[tuple[str, float, float]]:
        """Return what must survive a restart."""
        return [
            (s, start.timestamp(), end.timestamp()) for s, start, end in self._waiting
        ]


def _gap_of(row: object) -> Gap | None:
    """Return a stored gap, or None."""
    match row:
        case [str() as sensor_id, start, end]:
            times = timestamp_of(start), timestamp_of(end)
            if times[0] is not None and times[1] is not None:
                return sensor_id, times[0], times[1]
    return None
