"""Gaps: spans that sensors have missed, and how they are filled from the cloud."""

from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from .cloud.client import Refused
from .model import Push

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .account import Account
    from .cloud.client import Cloud
    from .devices import SensorInfo
    from .ingest import Ingest
    from .model import Sample

type Gap = tuple[str, datetime, datetime]


class Gaps:
    """The spans that wait to be filled, the oldest first; bounded."""

    MOST: Final = 1000

    def __init__(self, stored: Iterable[tuple[str, float, float]] = ()) -> None:
        """Begin with what waited in an earlier life."""
        self._waiting: OrderedDict[Gap, None] = OrderedDict()
        for sensor_id, start, end in stored:
            self.add(sensor_id, *(datetime.fromtimestamp(x, UTC) for x in (start, end)))

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def add(self, sensor_id: str, start: datetime, end: datetime) -> None:
        """Let a span wait."""
        self._waiting[sensor_id, start, end] = None
        if len(self._waiting) > self.MOST:
            self._waiting.popitem(last=False)

    def first(self) -> Gap | None:
        """Return the one that waits longest."""
        return next(iter(self._waiting), None)

    def done(self, gap: Gap) -> None:
        """Let it wait no more."""
        self._waiting.pop(gap, None)

    def postpone(self, gap: Gap, upto: datetime) -> None:
        """Let what is left of it, its older part, wait behind the others."""
        self.done(gap)
        self.add(gap[0], gap[1], upto)

    def to_store(self) -> list[tuple[str, float, float]]:
        """Return what has to survive a restart."""
        return [
            (s, start.timestamp(), end.timestamp()) for s, start, end in self._waiting
        ]


async def async_fill(
    account: Account, cloud: Cloud, ingest: Ingest, gap: Gap, now: datetime
) -> None:
    """Fetch what a sensor said in a gap, as far as today's calls reach.

    What was fetched is in the journal, so a gap that could not be filled to its end
    goes on where it stopped. Raises Unreachable and BadCredentials.
    """
    sensor_id, start, end = gap
    sensor = account.known.sensors.get(sensor_id)
    cursor, oldest = "", end
    while sensor is not None:
        if not account.history_calls.take(sensor_id, now):
            account.gaps.postpone(gap, oldest)
            return
        try:
            page = await cloud.async_history(sensor_id, start, end, cursor)
        except Refused:
            break  # It has no history of this sensor, and will not have it later.
        await _async_store(ingest, sensor.info, page.samples, now)
        oldest = min((sample.measured for sample in page.samples), default=oldest)
        if page.next in {"", cursor} or not page.samples:
            break
        cursor = page.next
    account.gaps.done(gap)


async def _async_store(
    ingest: Ingest, info: SensorInfo, samples: Sequence[Sample], now: datetime
) -> None:
    """Store what nobody has told yet, a line for each day."""
    fresh = await ingest.async_unrecorded(info.sensor_id, samples)
    for _, of_day in groupby(fresh, key=lambda s: s.measured.astimezone(UTC).date()):
        typed = tuple(replace(sample, type=info.type) for sample in of_day)
        push = Push(
            device_id=info.device_id, received=now, via="history", samples=typed
        )
        await ingest.async_store(push)
