"""Token buckets: how much each source may ask for."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_NO_WAIT: Final = timedelta(0)


@dataclass(slots=True)
class _Bucket:
    """What a source has left, and since when."""

    tokens: float
    filled: datetime


class Budget:
    """A bucket for each source, for a bounded number of sources.

    A full bucket holds a minute's worth, so a source may spend its minute at once.
    """

    __slots__ = ("_buckets", "_most_sources", "_per_minute")

    def __init__(self, per_minute: int, most_sources: int = 256) -> None:
        """Grant each source so many per minute."""
        self._per_minute = per_minute
        self._most_sources = most_sources
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Return how many sources are remembered."""
        return len(self._buckets)

    def take(self, source: str, now: datetime) -> timedelta:
        """Take one token of the source; return how long it has to wait for it."""
        bucket = self._bucket(source, now)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return _NO_WAIT
        return timedelta(minutes=(1 - bucket.tokens) / self._per_minute)

    def _bucket(self, source: str, now: datetime) -> _Bucket:
        """Return the bucket of the source, filled up to now."""
        if (bucket := self._buckets.get(source)) is None:
            bucket = self._buckets[source] = _Bucket(self._per_minute, now)
            if len(self._buckets) > self._most_sources:
                self._buckets.popitem(last=False)  # the one heard longest ago
            return bucket
        self._buckets.move_to_end(source)
        # A clock that was set back fills nothing, and takes nothing either.
        minutes = max((now - bucket.filled).total_seconds() / 60, 0.0)
        bucket.tokens = min(
            bucket.tokens + minutes * self._per_minute, self._per_minute
        )
        bucket.filled = now
        return bucket
