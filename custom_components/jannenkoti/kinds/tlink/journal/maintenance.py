"""Periodic work of an account: late hours, gaps, pruning."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ....lib.hours import LateHours
from ..cloud.errors import BadCredentials, Unreachable, UserIdMissing
from ..model import Rejected
from .backfill import async_fill
from .hourly_statistics import series_of_hours
from .late_readings import closed_before

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ....lib.hours import Means
    from ..cloud.client import Cloud
    from ..push.ingest import Ingest

    type Import = Callable[[str, LateHours], Awaitable[Means | None]]
    """Import hours of a sensor; returns what they were merged with, or None if the
    recorder is busy."""

_PRUNE_EVERY: Final = timedelta(hours=1)

# Gaps filled at a time; the next ones follow half a minute later.
_GAPS: Final = 4


@dataclass(kw_only=True)
class Maintenance:
    """Does what is due, one task after the other."""

    ingest: Ingest
    cloud: Cloud | None

    _busy: bool = False
    _next_prune: datetime | None = None

    async def async_do(self, now: datetime, import_hours: Import) -> None:
        """Do what is due, unless it is being done; raises OSError."""
        if self._busy or self.ingest.clock.is_behind(now):
            return
        self._busy = True
        try:
            await self._async_prune(now)
            await self._async_fill_gaps(now)
            await self._async_import_late(now, import_hours)
        finally:
            self._busy = False

    async def _async_prune(self, now: datetime) -> None:
        """Delete what is too old."""
        if (
            self._next_prune is not None
            and self._next_prune - _PRUNE_EVERY <= now < self._next_prune
        ):
            return
        today = now.astimezone(UTC).date()
        kept = timedelta(days=self.ingest.account.options.retention_days)
        self.ingest.keep_from(today - kept)
        keep = self.ingest.written_since(now - kept)
        await self.ingest.run(self.ingest.journal.prune, today, keep)
        self._next_prune = now + _PRUNE_EVERY

    async def _async_fill_gaps(self, now: datetime) -> None:
        """Fetch the readings that were not received."""
        if self.cloud is None:
            return
        for _ in range(_GAPS):
            if (gap := self.ingest.account.gaps.first()) is None:
                return
            try:
                await async_fill(self.cloud, self.ingest, gap, now)
            except Unreachable, BadCredentials, UserIdMissing, Rejected:
                return  # The poll reports it; the gap waits.

    async def _async_import_late(self, now: datetime, import_hours: Import) -> None:
        """Calculate the hours of late readings again."""
        late = self.ingest.account.late
        while due := late.due(now):
            found = await self.ingest.run(series_of_hours, self.ingest.journal, due)
            for sensor_id, starts in due.items():
                hours = LateHours(
                    starts=tuple(starts),
                    series=found[sensor_id],
                    closed_before=closed_before(now),
                    original=late.originals(sensor_id, starts),
                )
                if (merged := await import_hours(sensor_id, hours)) is None:
                    return
                late.keep(sensor_id, merged)
                late.done(sensor_id, starts)
