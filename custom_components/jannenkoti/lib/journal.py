"""An append-only log in a folder, one file for each day, that survives a crash.

Appended lines are on the disk when `Journal.append` returns. A line that a crash cut
short is dropped: its sender got no answer.
"""

import contextlib
import errno
import os
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

_ENDING: Final = ".jsonl"
_NAME: Final = re.compile(r"\d{4}-\d\d-\d\d\.jsonl")

# The start of a torn line is searched in blocks of this size.
_BLOCK: Final = 1 << 16

type Line = tuple[date, bytes]
"""A day and what to write on it, without the end of the line."""


class Journal:
    """The files. Blocking: for a thread, and for one writer at a time.

    Anything else in the folder is ignored.
    """

    def __init__(self, folder: Path, *, days: int, most_bytes: int) -> None:
        """Initialize to keep so many days and bytes; the oldest days go first."""
        self._folder = folder
        self._days = days
        self._most_bytes = most_bytes
        # Days that this run has written to: only the end of another run's can be torn.
        self._written: set[date] = set()

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines to the disk, all or none; raises OSError."""
        texts: dict[date, list[bytes]] = {}
        for day, text in lines:
            texts.setdefault(day, []).append(text + b"\n")
        with contextlib.ExitStack() as undo:
            for day, of_day in texts.items():
                self._append_to(day, b"".join(of_day), undo)
            undo.pop_all()

    def read(self, first: date, last: date) -> Iterator[bytes]:
        """Yield the lines of some days in order, one at a time; raises OSError."""
        for day in self.days():
            if first <= day <= last:
                yield from self._lines(day)

    def days(self) -> list[date]:
        """Return the days that have a file, in order."""
        return sorted(self._files())

    def written_since(self, moment: float, *, released: float = 0) -> list[date]:
        """Return the days whose file was written to since then (Unix time).

        A file that seems older than `released` was written with a clock that was not
        set, so it counts as well.
        """
        return sorted(
            day
            for day, status in self._files().items()
            if status.st_mtime >= moment or status.st_mtime < released
        )

    def prune(self, today: date, keep: Container[date] = ()) -> list[date]:
        """Delete the days that are too old or too much, return them.

        Of the days to keep only those are deleted for which there is no room.
        """
        files = sorted(self._files().items())
        total = sum(status.st_size for _, status in files)
        oldest_kept = today - timedelta(days=self._days)
        pruned: list[date] = []
        for day, status in files:
            too_old = day < oldest_kept and day not in keep
            too_much = day < today and total > self._most_bytes
            if too_old or too_much:
                self._path(day).unlink(missing_ok=True)
                total -= status.st_size
                pruned.append(day)
        return pruned

    def remove(self) -> None:
        """Delete all of it."""
        for day in self.days():
            self._path(day).unlink()
        with contextlib.suppress(OSError):  # It does not exist or is not empty.
            self._folder.rmdir()

    def _files(self) -> dict[date, os.stat_result]:
        """Return the files by day; raises OSError."""
        found: dict[date, os.stat_result] = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if not _NAME.fullmatch(entry.name):
                        continue
                    # The file may be deleted meanwhile, and no month has 99 days.
                    with contextlib.suppress(FileNotFoundError, ValueError):
                        day = date.fromisoformat(entry.name.removesuffix(_ENDING))
                        if entry.is_file(follow_symlinks=False):
                            found[day] = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return {}
        return found

    def _path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}{_ENDING}"

    def _lines(self, day: date) -> Iterator[bytes]:
        """Yield the whole lines of a day."""
        with contextlib.suppress(FileNotFoundError), self._path(day).open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]

    def _append_to(self, day: date, text: bytes, undo: contextlib.ExitStack) -> None:
        """Append to one day; a later failure undoes it."""
        path = self._path(day)
        file = self._open(path)
        try:
            size = os.fstat(file).st_size
            # A crash may separate a file from its name, so the folder is synced again.
            is_named = size > 0 and day in self._written
            if day not in self._written:
                size = _whole(file, size)
                self._written.add(day)
            if size + len(text) > self._most_bytes:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
            undo.callback(_cut, path, size)
            _write(file, text, size)
            os.fsync(file)
        finally:
            os.close(file)
        if not is_named:
            _sync_folder(self._folder)

    def _open(self, path: Path) -> int:
        """Open a file to write to, in a folder that may not be there yet."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o600)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o600)


def _whole(file: int, size: int) -> int:
    """Cut off a torn last line, return the size that is left."""
    end = size
    while end > 0:
        start = max(end - _BLOCK, 0)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    if end != size:
        os.ftruncate(file, end)
    return end


def _write(file: int, text: bytes, at: int) -> None:
    """Write all of it, because the kernel may write only a part."""
    left = memoryview(text)
    while left:
        written = os.pwrite(file, left, at)
        at += written
        left = left[written:]


def _cut(path: Path, size: int) -> None:
    """Undo what was written beyond a size, as far as possible."""
    with contextlib.suppress(OSError):
        os.truncate(path, size)


def _sync_folder(folder: Path) -> None:
    """Write the names of new files to the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
