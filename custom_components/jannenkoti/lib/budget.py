"""Token buckets and daily calls: rate limits for each source."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .stored import Stored

_NO_WAIT: Final = timedelta(0)


@dataclass(slots=True)
class _Bucket:
    """What a source has left, and when that was computed."""

    tokens: float
    filled: datetime


class Budget:
    """A bucket for each source, for a bounded number of sources.

    A full bucket holds a minute's worth, so a source may spend its minute at once.
    """

    __slots__ = ("_buckets", "_most_sources", "_per_minute")

    def __init__(self, per_minute: int, most_sources: int = 256) -> None:
        """Initialize with the tokens per minute of each source."""
        self._per_minute = per_minute
        self._most_sources = most_sources
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Return how many sources have a bucket."""
        return len(self._buckets)

    def take(self, source: str, now: datetime) -> timedelta:
        """Take one token of the source; return how long it has to wait for it."""
        bucket = self._bucket(source, now)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return _NO_WAIT
        return timedelta(minutes=(1 - bucket.tokens) / self._per_minute)

    def _bucket(self, source: str, now: datetime) -> _Bucket:
        """Return the bucket of the source, refilled up to now."""
        if (bucket := self._buckets.get(source)) is None:
            bucket = self._buckets[source] = _Bucket(self._per_minute, now)
            if len(self._buckets) > self._most_sources:
                # The least recently used bucket is dropped.
                self._buckets.popitem(last=False)
            return bucket
        # The order matters only when buckets are dropped soon; to keep it costs more
        # than the rest with thousands of sources.
        if len(self._buckets) * 2 > self._most_sources:
            self._buckets.move_to_end(source)
        # A clock that was set back neither fills nor empties the bucket.
        minutes = (now - bucket.filled).total_seconds() / 60
        if minutes > 0:
            filled = bucket.tokens + minutes * self._per_minute
            bucket.tokens = min(filled, self._per_minute)
        bucket.filled = now
        return bucket


class DailyCalls:
    """Calls per UTC day of each source, for a bounded number of sources."""

    __slots__ = ("_day", "_most_sources", "_per_day", "_used")

    def __init__(self, per_day: int, most_sources: int = 10_000) -> None:
        """Initialize with the calls per day of each source."""
        self._per_day = per_day
        self._most_sources = most_sources
        self._day = date.min
        self._used: dict[str, int] = {}

    def take(self, source: str, now: datetime) -> bool:
        """Take one call of the source, if it has one left today."""
        self._turn(now.astimezone(UTC).date())
        used = self._used.get(source, 0)
        if used >= self._per_day or (
            source not in self._used and len(self._used) >= self._most_sources
        ):
            return False
        self._used[source] = used + 1
        return True

    def to_store(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        return {"day": self._day.isoformat(), "used": dict(self._used)}

    def restore(self, stored: Stored) -> None:
        """Restore what the previous run has used; nothing if its day is unreadable."""
        if (day := stored.value_of("day", _day_of)) is None:
            return
        used = stored.child("used")
        self._day = day
        self._used = {
            source: used.integer(source, 0, 0)
            for source in used.keys()  # noqa: SIM118 - not a dict
        }

    def _turn(self, today: date) -> None:
        """Start a new day; a clock that was set back starts none."""
        if today > self._day:
            self._day = today
            self._used.clear()


def _day_of(value: object) -> date | None:
    """Return a stored day, or None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
