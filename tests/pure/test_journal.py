"""The journal survives what happens to files."""

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)
ALWAYS = (date.min, date.max)


def journal_in(folder: Path, *, days: int = 90, most_bytes: int = 1 << 20) -> Journal:
    return Journal(folder / "journal", days=days, most_bytes=most_bytes)


def test_deleted_folder_is_created_again(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append([(DAY, b"1")])
    journal.remove()
    assert not (tmp_path / "journal").exists()
    journal.append([(DAY, b"2")])
    assert list(journal.read(*ALWAYS)) == [b"2"]


def test_new_file_is_synced_with_its_folder(
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


def test_lines_are_read_in_the_order_of_days(tmp_path: Path) -> None:
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


def test_journal_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    journal_in(tmp_path).append([(DAY, b"1"), (NEXT, b"2")])
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "journal").iterdir()]
    assert modes == [0o600, 0o600]


def test_partial_write_is_continued(tmp_path: Path) -> None:
    journal, whole = journal_in(tmp_path), os.pwrite

    def takes_two(file: int, text: memoryview, at: int) -> int:
        return whole(file, text[:2], at)

    with patch("os.pwrite", takes_two):
        journal.append([(DAY, b"first"), (DAY, b"second")])
    assert list(journal.read(*ALWAYS)) == [b"first", b"second"]


def test_days_written_since_a_time_are_found(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append([(DAY, b"1"), (NEXT, b"2")])
    os.utime(tmp_path / "journal" / f"{DAY}.jsonl", (1000, 1000))
    assert journal.written_since(1000) == [DAY, NEXT]
    assert journal.written_since(1001) == [NEXT]


@given(cut=st.integers(0, 300_000), sizes=st.lists(st.integers(0, 90_000), max_size=4))
def test_torn_last_line_is_dropped_and_no_other(
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


def test_failed_append_leaves_nothing_behind(tmp_path: Path) -> None:
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


def test_prune_deletes_old_days_and_the_excess_of_bytes(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, days=3, most_bytes=25)
    for ago in range(6):
        journal.append([(NEXT - timedelta(days=ago), b"123456789")])
    pruned = journal.prune(NEXT)
    assert pruned == [NEXT - timedelta(days=ago) for ago in (5, 4, 3, 2)]
    assert journal.days() == [DAY, NEXT]
    assert not journal.prune(NEXT)
    with pytest.raises(OSError, match="large"):
        journal.append([(NEXT, b"x" * 16)])


def test_prune_deletes_old_days_of_any_size(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, days=3)
    days = [NEXT - timedelta(days=ago) for ago in range(5, -1, -1)]
    journal.append((day, b"x") for day in days)
    assert journal.prune(NEXT) == days[:2]
    assert journal.days() == days[2:]


def test_prune_keeps_today_of_any_size(tmp_path: Path) -> None:
    journal_in(tmp_path).append([(DAY, b"yesterday"), (NEXT, b"today")])
    assert journal_in(tmp_path, most_bytes=1).prune(NEXT) == [DAY]
