"""What an account needs from time to time: late hours, gaps, pruning."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from .cloud.client import BadCredentials, Unreachable
from .gaps import async_fill
from .model import Refused
from .reckon import hours_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date

    from ...lib.hours import Hour
    from ...lib.journal import Journal
    from .account import Account
    from .cloud.client import Cloud
    from .ingest import Ingest, Run

# So many hours at a time: a second of a small computer's work.
_HOURS: Final = 200

# Gaps filled at a time; the next follow in a minute.
_GAPS: Final = 4


@dataclass(kw_only=True)
class Upkeep:
    """Does it, one thing after the other."""

    account: Account
    journal: Journal
    ingest: Ingest
    cloud: Cloud | None
    run: Run
    import_hours: Callable[[str, Sequence[Hour]], Awaitable[None]]
    """Write hours of a sensor into the statistics."""

    _busy: bool = False
    _pruned: date | None = None

    async def async_do(self, now: datetime) -> None:
        """Do what is due, unless it is being done."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._async_prune(now)
            await self._async_fill_gaps(now)
            await self._async_import_late(now)
        finally:
            self._busy = False

    async def _async_prune(self, now: datetime) -> None:
        """Let go of what is too old, once a day."""
        today = now.astimezone(UTC).date()
        if today != self._pruned:
            days = self.account.options.retention_days
            self.ingest.keep_from(today - timedelta(days=days))
            await self.run(self.journal.prune, today)
            self._pruned = today

    async def _async_fill_gaps(self, now: datetime) -> None:
        """Fetch what sensors have said while nobody listened."""
        if self.cloud is None:
            return
        for _ in range(_GAPS):
            if (gap := self.account.gaps.first()) is None:
                return
            try:
                await async_fill(self.account, self.cloud, self.ingest, gap, now)
            except Unreachable, BadCredentials, Refused:
                return  # The poll says so; the gap waits.

    async def _async_import_late(self, now: datetime) -> None:
        """Reckon the hours anew that late readings belong to."""
        while keys := self.account.late.due(now, _HOURS):
            by_sensor = await self.run(hours_of, self.journal, keys)
            for sensor_id, hours in by_sensor.items():
                await self.import_hours(sensor_id, hours)
            self.account.late.done(keys)
