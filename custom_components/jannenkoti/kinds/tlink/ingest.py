"""A push on its way: parsed, signed, in the journal, and only then believed.

At least once: who got an answer may forget what it sent, who got none sends it again.
Exactly once: what comes again is found among the latest keys, or in the journal.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from ...lib.journal import GroupCommit, JournalFull
from .model import Error, Refused, parse_push, read_json
from .records import day_of, decode, encode, may_hold
from .times import Times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from ...lib.journal import Journal, Line
    from .account import Account
    from .devices import Outcome
    from .model import Push, Sample

# Pushes that may wait for one trip to the disk: some seconds of the worst flood.
_MOST_WAITING: Final = 2000

# What takes longer than a few milliseconds to parse must not hold up the event loop.
_LARGE: Final = 32 << 10

# Looking for single sensors in a line pays while they are few.
_FEW: Final = 8

_DAY: Final = timedelta(days=1)
_TRY_AGAIN: Final = timedelta(seconds=10)


class Run(Protocol):
    """Runs a function in a thread."""

    def __call__[*Ts, T](
        self, target: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Return what the function will have returned."""
        ...


class Ingest:
    """Takes pushes in, as many at once as come."""

    def __init__(
        self,
        account: Account,
        journal: Journal,
        run: Run,
        publish: Callable[[Outcome], None],
    ) -> None:
        """Tell what has changed by `publish`."""
        self.times = Times(account.options.zone)
        self._account = account
        self._journal = journal
        self._run = run
        self._publish = publish
        self._commit: GroupCommit[Line] = GroupCommit(
            lambda lines: run(journal.append, lines), _MOST_WAITING
        )
        self._storing: set[asyncio.Future[None]] = set()
        self._oldest: date | None = None
        self._closed = False

    async def async_push(
        self, body: bytes, signature: str | None, now: datetime
    ) -> int:
        """Take a push in, return how many readings it had; raises Refused."""
        large = len(body) > _LARGE
        said = await self._run(read_json, body) if large else read_json(body)
        self._account.verify(body, signature)
        if large:
            push = await self._run(parse_push, said, self.times, now)
        else:
            push = parse_push(said, self.times, now)
        await self.async_store(push)
        self._account.heard(push.sent, now)
        return len(push.samples)

    async def async_store(self, push: Push) -> None:
        """Put what is new into the journal, then believe it; raises Refused."""
        if self._closed:
            raise Refused(Error.NOT_STORED, wait=_TRY_AGAIN)
        fresh, doubtful = self._account.reserve(push.samples)
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
            # A repeat of what is still on its way is as safe as that, and no safer.
            await asyncio.wait(others)
            if not self._account.remembers(push.samples):
                raise Refused(Error.NOT_STORED, wait=_TRY_AGAIN)

    async def async_unrecorded(
        self, sensor_id: str, samples: Sequence[Sample]
    ) -> list[Sample]:
        """Return the readings of a time of which the journal has none."""
        if not samples:
            return []
        moments = [sample.measured for sample in samples]
        first, last = min(moments), max(moments)
        there = await self._run(measured_between, self._journal, sensor_id, first, last)
        return [sample for sample in samples if sample.measured not in there]

    def keep_from(self, oldest: date) -> None:
        """Tell the oldest day that is kept; what is older is filed there."""
        self._oldest = oldest

    async def async_close(self) -> None:
        """Take no more, and wait for what is on its way."""
        self._closed = True
        if self._storing:
            await asyncio.wait(set(self._storing))

    async def _async_write(
        self, push: Push, fresh: list[Sample], doubtful: list[Sample]
    ) -> None:
        """Write readings unless they are in the journal, and take them in."""
        new = fresh
        try:
            if doubtful:
                old = await self._run(known_keys, self._journal, doubtful)
                self._account.duplicates += len(old)
                new = [sample for sample in fresh if sample.key not in old]
            if not new:
                return
            push = replace(push, samples=tuple(new))
            oldest = self._oldest or push.received.astimezone(UTC).date()
            await self._commit.put((day_of(push, oldest), encode(push)))
        except (OSError, JournalFull) as err:
            self._account.release(fresh)
            raise Refused(Error.NOT_STORED, wait=_TRY_AGAIN) from err
        except asyncio.CancelledError:
            self._account.release(fresh)
            raise
        self._publish(self._account.take(push))


# What the journal knows; each of these is for a thread


def known_keys(journal: Journal, doubtful: Iterable[Sample]) -> set[str]:
    """Return which of the readings are in the journal."""
    wanted = {sample.key: sample for sample in doubtful}
    days = {sample.measured.astimezone(UTC).date() for sample in wanted.values()}
    sensors = {sample.sensor_id for sample in wanted.values()}
    found: set[str] = set()
    # A line stands on the day of its latest reading, which may be the next one.
    for day in sorted(days | {day + _DAY for day in days}):
        for sample in samples_of(journal, day, day, sensors):
            if sample.key in wanted:
                found.add(sample.key)
    return found


def measured_between(
    journal: Journal, sensor_id: str, first: datetime, last: datetime
) -> set[datetime]:
    """Return the times of which the journal has a reading of a sensor."""
    begin, end = (at.astimezone(UTC).date() for at in (first, last))
    return {
        sample.measured
        for sample in samples_of(journal, begin, end + _DAY, {sensor_id})
        if first <= sample.measured <= last
    }


def samples_of(
    journal: Journal, first: date, last: date, sensors: set[str]
) -> Iterable[Sample]:
    """Yield the readings of some sensors in the lines of some days."""
    for line in journal.read(first, last):
        if len(sensors) <= _FEW and not any(may_hold(line, s) for s in sensors):
            continue
        if (push := decode(line)) is not None:
            yield from (s for s in push.samples if s.sensor_id in sensors)
