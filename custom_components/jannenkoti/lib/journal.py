"""An append-only log in a folder, one file for each day, that a crash cannot spoil.

What was appended is on the disk when `Journal.append` returns. A line that a crash cut
short is dropped: nobody was told that it was kept.
"""

import asyncio
import contextlib
import errno
import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_ENDING: Final = ".jsonl"

# A torn line is found by looking back this far at a time.
_BLOCK: Final = 1 << 16

type Line = tuple[date, bytes]
"""A day and what to write on it, without the end of the line."""


class Journal:
    """The files. Blocking: for a thread, and for one writer at a time."""

    def __init__(self, folder: Path, *, days: int, most_bytes: int) -> None:
        """Keep so many days and bytes; the oldest days go first."""
        self._folder = folder
        self._days = days
        self._most_bytes = most_bytes
        # Only the end of what an earlier life wrote can be torn.
        self._mended: set[date] = set()

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines, all or none, and see them onto the disk; raises OSError."""
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
        try:
            names = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return []
        found: list[date] = []
        for name in names:
            with contextlib.suppress(ValueError):
                found.append(date.fromisoformat(name.removesuffix(_ENDING)))
        return sorted(found)

    def written_since(self, moment: float) -> list[date]:
        """Return the days whose file was written to since then (Unix time)."""
        return [d for d in self.days() if self._path(d).stat().st_mtime >= moment]

    def prune(self, today: date) -> list[date]:
        """Delete the days that are too old or too much, return them."""
        sizes = {day: self._path(day).stat().st_size for day in self.days()}
        total = sum(sizes.values())
        oldest_kept = today - timedelta(days=self._days)
        pruned: list[date] = []
        for day, size in sizes.items():
            if day >= today or (day >= oldest_kept and total <= self._most_bytes):
                break
            self._path(day).unlink()
            total -= size
            pruned.append(day)
        return pruned

    def remove(self) -> None:
        """Delete all of it."""
        for day in self.days():
            self._path(day).unlink()
        with contextlib.suppress(OSError):  # not there, or not only ours
            self._folder.rmdir()

    def _path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}{_ENDING}"

    def _lines(self, day: date) -> Iterator[bytes]:
        """Yield the whole lines of a day."""
        with contextlib.suppress(FileNotFoundError), self._path(day).open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]

    def _append_to(self, day: date, text: bytes, undo: contextlib.ExitStack) -> None:
        """Write to one day; whatever fails later takes it back."""
        path = self._path(day)
        file = self._open(path)
        try:
            size = os.fstat(file).st_size
            # A crash may have come between a file and its name, so once is not enough.
            is_named = size > 0 and day in self._mended
            if day not in self._mended:
                size = _whole(file, size)
                self._mended.add(day)
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
    """Write all of it, for the kernel may take a part only."""
    left = memoryview(text)
    while left:
        written = os.pwrite(file, left, at)
        at += written
        left = left[written:]


def _cut(path: Path, size: int) -> None:
    """Take back what was written beyond a size, as well as can be."""
    with contextlib.suppress(OSError):
        os.truncate(path, size)


def _sync_folder(folder: Path) -> None:
    """Let the names of new files survive as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class JournalFull(Exception):
    """More waits for the disk than is worth waiting for."""


class GroupCommit[ItemT]:
    """Lets all who wait for the disk share one trip: many writers, one fsync.

    Whoever comes while a trip is under way joins the next. There is no task: each trip
    is started by the first who waits, or by the end of the trip before.
    """

    def __init__(
        self, write: Callable[[Sequence[ItemT]], asyncio.Future[None]], most: int
    ) -> None:
        """Write by this function, which fails by OSError; let so many items wait."""
        self._write = write
        self._most = most
        self._waiting: list[ItemT] = []
        self._next: list[asyncio.Future[None]] = []
        self._under_way: list[asyncio.Future[None]] | None = None

    async def put(self, *items: ItemT) -> None:
        """Return when the items are on the disk; raises OSError or JournalFull."""
        if len(self._waiting) + len(items) > self._most and self._waiting:
            raise JournalFull
        self._waiting += items
        # Each has a future of its own: who goes away takes nothing from the others.
        mine = asyncio.get_running_loop().create_future()
        self._next.append(mine)
        if self._under_way is None:
            self._start()
        await mine

    def _start(self) -> None:
        """Take all who wait on a trip."""
        items, self._waiting = self._waiting, []
        self._under_way, self._next = self._next, []
        self._write(items).add_done_callback(self._arrived)

    def _arrived(self, trip: asyncio.Future[None]) -> None:
        """Tell all who waited, and take those who came meanwhile."""
        told, self._under_way = self._under_way or [], None
        error = (
            OSError(errno.ECANCELED, "cancelled")
            if trip.cancelled()
            else trip.exception()
        )
        for each in told:
            if each.done():  # gone away
                continue
            if error is None:
                each.set_result(None)
            else:
                each.set_exception(error)
        if self._waiting:
            self._start()
