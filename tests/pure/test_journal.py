"""The journal survives what happens to files; many writers share one trip."""

import asyncio
import os
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.journal import GroupCommit, Journal, JournalFull

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)
ALWAYS = (date.min, date.max)


def journal_in(folder: Path, *, days: int = 90, most_bytes: int = 1 << 20) -> Journal:
    return Journal(folder / "journal", days=days, most_bytes=most_bytes)


def test_a_folder_that_is_deleted_meanwhile_is_made_anew(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append([(DAY, b"1")])
    journal.remove()
    assert not (tmp_path / "journal").exists()
    journal.append([(DAY, b"2")])
    assert list(journal.read(*ALWAYS)) == [b"2"]


def test_the_name_of_a_file_is_on_the_disk_before_its_first_line_counts(
    tmp_path: Path,
) -> None:
    synced = "custom_components.jannenkoti.lib.journal._sync_folder"
    for _life in range(2):
        # A crash of the first life may have left a file whose name is not safe yet.
        journal = journal_in(tmp_path)
        with patch(synced) as sync:
            journal.append([(DAY, b"1")])
            journal.append([(DAY, b"2")])
        assert sync.call_count == 1


def test_lines_come_back_in_the_order_of_days(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    assert not journal.days()
    journal.append([(NEXT, b"3"), (DAY, b"1"), (DAY, b"2")])
    journal.append([(DAY, b"x")])
    assert list(journal.read(*ALWAYS)) == [b"1", b"2", b"x", b"3"]
    assert list(journal.read(NEXT, NEXT)) == [b"3"]
    assert journal.days() == [DAY, NEXT]
    assert journal.written_since(0) == [DAY, NEXT]
    (tmp_path / "journal" / "stranger.txt").write_text("x")
    assert journal.days() == [DAY, NEXT]
    journal.remove()
    assert not journal.days()
    assert (tmp_path / "journal" / "stranger.txt").exists()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    journal_in(tmp_path).append([(DAY, b"1"), (NEXT, b"2")])
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "journal").iterdir()]
    assert modes == [0o600, 0o600]


def test_a_kernel_that_takes_a_part_only_is_given_the_rest(tmp_path: Path) -> None:
    journal, whole = journal_in(tmp_path), os.pwrite

    def takes_two(file: int, text: memoryview, at: int) -> int:
        return whole(file, text[:2], at)

    with patch("os.pwrite", takes_two):
        journal.append([(DAY, b"first"), (DAY, b"second")])
    assert list(journal.read(*ALWAYS)) == [b"first", b"second"]


def test_what_was_written_lately_is_found(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append([(DAY, b"1"), (NEXT, b"2")])
    os.utime(tmp_path / "journal" / f"{DAY}.jsonl", (1000, 1000))
    assert journal.written_since(1000) == [DAY, NEXT]
    assert journal.written_since(1001) == [NEXT]


@given(cut=st.integers(0, 300_000), sizes=st.lists(st.integers(0, 90_000), max_size=4))
def test_a_line_that_a_crash_cut_short_is_dropped_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, cut: int, sizes: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("crash")
    lines = [b"%d" % number * size for number, size in enumerate(sizes)]
    journal_in(folder).append((DAY, line) for line in lines)
    path = folder / "journal" / f"{DAY}.jsonl"
    if path.exists():
        os.truncate(path, min(cut, path.stat().st_size))
        whole = path.read_bytes().count(b"\n")
    else:
        whole = 0
    assert list(journal_in(folder).read(*ALWAYS)) == lines[:whole]
    after = journal_in(folder)
    after.append([(DAY, b"after")])
    assert list(after.read(*ALWAYS)) == [*lines[:whole], b"after"]


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append([(DAY, b"1")])
    synced: list[int] = []

    def fail_later(file: int) -> None:
        synced.append(file)
        if len(synced) > 1:
            raise OSError(28, "full")

    with patch("os.fsync", fail_later), pytest.raises(OSError, match="full"):
        journal.append([(DAY, b"2"), (NEXT, b"3")])
    assert list(journal.read(*ALWAYS)) == [b"1"]
    journal.append([(DAY, b"2"), (NEXT, b"3")])
    assert list(journal.read(*ALWAYS)) == [b"1", b"2", b"3"]


def test_old_days_and_too_many_bytes_go_first(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, days=3, most_bytes=25)
    for ago in range(6):
        journal.append([(NEXT - timedelta(days=ago), b"123456789")])
    pruned = journal.prune(NEXT)
    assert pruned == [NEXT - timedelta(days=ago) for ago in (5, 4, 3, 2)]
    assert journal.days() == [DAY, NEXT]
    assert not journal.prune(NEXT)
    with pytest.raises(OSError, match="large"):
        journal.append([(NEXT, b"x" * 16)])


def test_old_days_go_however_small_they_are(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, days=3)
    days = [NEXT - timedelta(days=ago) for ago in range(5, -1, -1)]
    journal.append((day, b"x") for day in days)
    assert journal.prune(NEXT) == days[:2]
    assert journal.days() == days[2:]


def test_today_is_kept_however_large_it_is(tmp_path: Path) -> None:
    journal_in(tmp_path).append([(DAY, b"yesterday"), (NEXT, b"today")])
    assert journal_in(tmp_path, most_bytes=1).prune(NEXT) == [DAY]


class Disk:
    """Writes when it is told to."""

    def __init__(self) -> None:
        self.trips: list[tuple[list[int], asyncio.Future[None]]] = []

    def write(self, items: Sequence[int]) -> asyncio.Future[None]:
        trip: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.trips.append((list(items), trip))
        return trip


async def test_who_comes_during_a_trip_joins_the_next() -> None:
    disk = Disk()
    commit = GroupCommit(disk.write, most=10)
    waiting = [asyncio.create_task(commit.put(number)) for number in range(4)]
    await asyncio.sleep(0)
    assert [items for items, _ in disk.trips] == [[0]]
    disk.trips[0][1].set_result(None)
    await waiting[0]
    assert [items for items, _ in disk.trips] == [[0], [1, 2, 3]]
    assert not any(task.done() for task in waiting[1:])
    disk.trips[1][1].set_exception(OSError("full"))
    for task in waiting[1:]:
        with pytest.raises(OSError, match="full"):
            await task
    # The next trip begins anew.
    again = asyncio.create_task(commit.put(5))
    await asyncio.sleep(0)
    disk.trips[2][1].set_result(None)
    await again


async def test_one_who_goes_away_takes_nobody_along() -> None:
    disk = Disk()
    commit = GroupCommit(disk.write, most=10)
    first, second = (asyncio.create_task(commit.put(n)) for n in range(2))
    await asyncio.sleep(0)
    disk.trips[0][1].set_result(None)
    await first
    third = asyncio.create_task(commit.put(2))
    await asyncio.sleep(0)
    second.cancel()
    disk.trips[1][1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await asyncio.sleep(0)
    disk.trips[2][1].set_result(None)
    await third


async def test_a_queue_that_is_too_long_takes_no_more() -> None:
    disk = Disk()
    commit = GroupCommit(disk.write, most=2)
    tasks = [asyncio.create_task(commit.put(number)) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(JournalFull):
        await commit.put(9)
    disk.trips[0][1].set_result(None)
    await asyncio.sleep(0)
    disk.trips[1][1].set_result(None)
    await asyncio.gather(*tasks)


async def test_what_is_more_than_may_wait_is_taken_while_nobody_waits() -> None:
    disk = Disk()
    commit = GroupCommit(disk.write, most=2)
    first = asyncio.create_task(commit.put(1, 2, 3))
    second = asyncio.create_task(commit.put(4, 5, 6))
    await asyncio.sleep(0)
    with pytest.raises(JournalFull):
        await commit.put(7)
    disk.trips[0][1].set_result(None)
    await first
    disk.trips[1][1].set_result(None)
    await second
    assert [items for items, _ in disk.trips] == [[1, 2, 3], [4, 5, 6]]
