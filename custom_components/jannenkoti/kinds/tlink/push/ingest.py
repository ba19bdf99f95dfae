"""Take pushes in: parse, verify, write to the journal, then apply.

At least once: a push that is answered with 200 is on the disk; any other is sent again.
Exactly once: repeats are found in the deduplication window, or in the journal.
"""

import asyncio
from copy import replace
from datetime import UTC
from typing import TYPE_CHECKING, Final, Protocol

from ....lib.group_commit import GroupCommit, WriterFull
from ..journal.codec import day_of, encode
from ..journal.queries import measured_between, stored_keys
from ..model import RETRY, Rejected, RejectReason, parse_push, read_json
from .clock_check import ClockCheck
from .times import Times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from ....lib.journal import Journal, Line
    from ..account.account import Account
    from ..account.devices import IngestOutcome
    from ..model import Push, Sample

# Pushes that may wait for one write: some seconds of the worst flood.
_MOST_WAITING: Final = 2000

# A body that takes longer than a few milliseconds to parse is parsed in a thread.
_LARGE: Final = 32 << 10


class Run(Protocol):
    """Runs a function in a thread."""

    def __call__[*Ts, T](
        self, target: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Return the future result of the function."""
        ...


class Ingest:
    """Owns the account and its journal; takes in any number of pushes at once."""

    def __init__(self, account: Account, journal: Journal, run: Run) -> None:
        """Initialize for an account that was replayed from its journal."""
        self.account = account
        self.journal = journal
        self.run = run
        self.times = Times(account.options.zone)
        self.clock = ClockCheck()
        self.disk_error: str | None = None
        """Why the latest write failed, None if it succeeded."""
        if account.newest is not None:
            self.clock.stored(account.newest)
        self._commit: GroupCommit[Line] = GroupCommit(
            journal.append, _MOST_WAITING, "jannenkoti journal"
        )
        self._listeners: list[Callable[[IngestOutcome], None]] = []
        self._storing: set[asyncio.Future[None]] = set()
        self._oldest: date | None = None
        self._written: dict[date, datetime] = {}
        self._closed = False

    def subscribe(self, listener: Callable[[IngestOutcome], None]) -> None:
        """Call a listener with what each push changes."""
        self._listeners.append(listener)

    def publish(self, outcome: IngestOutcome) -> None:
        """Notify the listeners."""
        for listener in self._listeners:
            listener(outcome)

    async def async_push(
        self, body: bytes, signature: str | None, now: datetime
    ) -> int:
        """Take a push in, return its number of readings; raises Rejected."""
        self._check_open()
        large = len(body) > _LARGE
        fields = await self.run(read_json, body) if large else read_json(body)
        self.account.verify(body, signature)
        received = self._received(fields.get("time"), now)
        if large:
            push = await self.run(parse_push, fields, self.times, received)
        else:
            push = parse_push(fields, self.times, received)
        await self.async_store(push)
        self.account.received_push(push.sent, received)
        return len(push.samples)

    async def async_store(self, push: Push) -> None:
        """Write what is new to the journal, then apply it; raises Rejected."""
        self._check_open()
        fresh, doubtful = self.account.reserve(push.samples)
        repeated = len(fresh) < len(push.samples)
        others = set(self._storing) if repeated else None
        if fresh:
            mine = asyncio.get_running_loop().create_future()
            self._storing.add(mine)
            try:
                await self._async_write(push, fresh, doubtful)
            finally:
                self._storing.discard(mine)
                mine.set_result(None)
        if others:
            # The first of two equal readings may still be written, or fail.
            await asyncio.wait(others)
            timed = [each for each in push.samples if each.key is not None]
            if not self.account.are_recent(timed):
                raise Rejected(RejectReason.NOT_STORED, wait=RETRY)

    async def async_unrecorded(
        self, sensor_id: str, samples: Sequence[Sample]
    ) -> list[Sample]:
        """Return the readings of a time that the journal does not have."""
        if not samples:
            return []
        moments = [sample.measured for sample in samples]
        first, last = min(moments), max(moments)
        there = await self.run(measured_between, self.journal, sensor_id, first, last)
        return [sample for sample in samples if sample.measured not in there]

    def keep_from(self, oldest: date) -> None:
        """Set the oldest day that is kept; older readings are filed there."""
        self._oldest = oldest

    def written_since(self, moment: datetime) -> set[date]:
        """Return the days with readings that this run received since then."""
        return {day for day, received in self._written.items() if received >= moment}

    async def async_close(self) -> None:
        """Reject further pushes, and wait for those that are being written."""
        self._closed = True
        if self._storing:
            await asyncio.wait(set(self._storing))
        await self.run(self._commit.close)

    def _check_open(self) -> None:
        """Raise Rejected after the end of this run."""
        if self._closed:
            raise Rejected(RejectReason.NOT_STORED, wait=RETRY)

    def _received(self, time: object, now: datetime) -> datetime:
        """Return when a push was received; raises Rejected without any right time."""
        if not self.clock.is_behind(now):
            received = self.clock.received(now, None)
        else:
            received = self.clock.received(now, self.times.instant(time, now))
        if received is None:
            raise Rejected(RejectReason.NOT_STORED, wait=RETRY)
        return received

    async def _async_write(
        self, push: Push, fresh: list[Sample], doubtful: list[Sample]
    ) -> None:
        """Write readings unless they are in the journal, and apply them."""
        new = fresh
        try:
            if doubtful:
                old = await self.run(stored_keys, self.journal, doubtful)
                self.account.duplicates += len(old)
                new = [sample for sample in fresh if sample.key not in old]
            if not new:
                return
            push = replace(push, samples=tuple(new))
            oldest = self._oldest or push.received.astimezone(UTC).date()
            day = day_of(push, oldest)
            await self._commit.put((day, encode(push, self.account.unit_of)))
        except (OSError, WriterFull) as err:
            self.account.release(fresh)
            if isinstance(err, OSError):
                self.disk_error = err.strerror or str(err)
            raise Rejected(RejectReason.NOT_STORED, wait=RETRY) from err
        except asyncio.CancelledError:
            self.account.release(fresh)
            raise
        self.disk_error = None
        self.clock.stored(push.received)
        self._written[day] = push.received
        self.publish(self.account.take(push))
