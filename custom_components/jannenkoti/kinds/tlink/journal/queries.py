"""Read readings and logs from the journal, with bounded memory; for a thread."""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, timedelta
from heapq import nlargest
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from . import responses
from .codec import decode, may_contain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from ....lib.journal import Journal
    from ..model import Push, Sample

_DAY: Final = timedelta(days=1)

# To search a line for single sensors is faster than to parse it while they are few.
_FEW: Final = 8


def samples_of(
    journal: Journal, first: date, last: date, sensors: AbstractSet[str]
) -> Iterator[Sample]:
    """Yield the readings of some sensors in the lines of some days."""
    for line in journal.read(first, last):
        if len(sensors) <= _FEW and not any(may_contain(line, s) for s in sensors):
            continue
        if (push := decode(line)) is not None:
            yield from (s for s in push.samples if s.sensor_id in sensors)


def samples_between(
    journal: Journal, sensors: AbstractSet[str], start: datetime, end: datetime
) -> Iterator[Sample]:
    """Yield the readings of some sensors in a time, in the order of the journal."""
    first, last = (at.astimezone(UTC).date() for at in (start, end))
    # A line is filed on the day of its latest reading, which may be the next one.
    for sample in samples_of(journal, first, _after(last), sensors):
        if start <= sample.measured <= end:
            yield sample


def stored_keys(journal: Journal, doubtful: Iterable[Sample]) -> set[str]:
    """Return the keys of those readings that are in the journal."""
    wanted = {key: sample for sample in doubtful if (key := sample.key) is not None}
    days = {sample.measured.astimezone(UTC).date() for sample in wanted.values()}
    sensors = {sample.sensor_id for sample in wanted.values()}
    return {
        key
        for day in sorted(days | {_after(day) for day in days})
        for sample in samples_of(journal, day, day, sensors)
        if (key := sample.key) is not None and key in wanted
    }


def measured_between(
    journal: Journal, sensor_id: str, first: datetime, last: datetime
) -> set[datetime]:
    """Return the times of which the journal has a reading of a sensor."""
    return {s.measured for s in samples_between(journal, {sensor_id}, first, last)}


def history(
    journal: Journal, sensor_id: str, start: datetime, end: datetime, limit: int
) -> list[Sample]:
    """Return the latest readings of a time, the newest first."""
    return histories(journal, {sensor_id}, start, end, limit)[sensor_id]


def histories(
    journal: Journal,
    sensors: AbstractSet[str],
    start: datetime,
    end: datetime,
    limit: int,
) -> dict[str, list[Sample]]:
    """Return the latest readings of each sensor in a time, the newest first."""
    first, last = (at.astimezone(UTC).date() for at in (start, end))
    newest: dict[str, list[Sample]] = {sensor_id: [] for sensor_id in sensors}
    wanted = set(sensors)
    for day in reversed(journal.days()):
        if not wanted:
            break
        if not first <= day <= _after(last):
            continue
        of_day: dict[str, list[Sample]] = {sensor_id: [] for sensor_id in wanted}
        for sample in samples_of(journal, day, day, wanted):
            if start <= sample.measured <= end:
                of_day[sample.sensor_id].append(sample)
        for sensor_id, found in of_day.items():
            newest[sensor_id] = nlargest(
                limit, [*newest[sensor_id], *found], key=attrgetter("measured")
            )
        # No line stands on a day before its readings: older files cannot have newer.
        wanted = {each for each in wanted if not _is_full(newest[each], limit, day)}
    return newest


def _is_full(newest: Sequence[Sample], limit: int, day: date) -> bool:
    """Return whether the files before a day cannot add to the newest readings."""
    return len(newest) >= limit and newest[-1].measured.date() >= day


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which logs are asked for."""

    device_id: str
    sensor_id: str | None
    start: datetime
    end: datetime

    def match(self, push: Push) -> bool:
        """Return whether a push passes."""
        return (
            push.device_id == self.device_id
            and self.start <= push.received <= self.end
            and (
                self.sensor_id is None
                or any(s.sensor_id == self.sensor_id for s in push.samples)
            )
        )


def logs(
    journal: Journal, wanted_logs: LogFilter, skip: int, most: int
) -> list[dict[str, Any]]:
    """Return logs about a device, the newest first, after those to skip."""
    found: list[dict[str, Any]] = []
    for day in reversed(journal.days()):
        lines: Iterable[bytes] = _lines(journal, day, wanted_logs)
        wanted = most - len(found)
        if skip:
            # Only the lines of the page are kept, so the day is read twice.
            there = sum(1 for _ in _lines(journal, day, wanted_logs))
            end = max(there - skip, 0)
            lines = islice(lines, max(end - wanted, 0), end)
            skip = max(skip - there, 0)
        pushes = [decode(line) for line in deque(lines, maxlen=wanted)]
        found += [
            responses.log(push, wanted_logs.sensor_id)
            for push in reversed(pushes)
            if push is not None
        ]
        if len(found) >= most:
            break
    return found


def _lines(journal: Journal, day: date, wanted: LogFilter) -> Iterator[bytes]:
    """Yield the lines of a day that pass a filter."""
    for line in journal.read(day, day):
        if not may_contain(line, wanted.sensor_id or wanted.device_id):
            continue
        if (push := decode(line)) is not None and wanted.match(push):
            yield line


def _after(day: date) -> date:
    """Return the next day, if there is one."""
    return day if day == day.max else day + _DAY
