"""The frames of a time-lapse on disk. All functions block.

Each frame is a file of its own, complete and synced before it gets its name. After a
crash everything is there except the frame that was being written.
"""

import os
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .jpeg import is_complete
from .session import is_session_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PART: Final = ".part"
_DONE: Final = ".done"
_MEGABYTE: Final = 1024 * 1024


class NoSpace(Exception):
    """A frame is not stored: the quota is used up, or the disk is too full."""


class BadFrame(Exception):
    """The camera sent no complete JPEG image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the disk may be used."""

    quota: int
    """Megabytes of frames of this printer."""
    floor: int
    """Megabytes that stay free."""


class FrameStore:
    """The folder of a session."""

    def __init__(
        self,
        folder: Path,
        limits: Limits,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        """Open the folder; it is created with the first frame."""
        self.folder = folder
        self._limits = limits
        self._free = free
        self._last = 0
        self._size = 0
        self._removed = False
        self._lock = threading.Lock()
        if folder.is_dir():
            for part in folder.glob(f"*{_PART}"):
                # It was being written when Home Assistant ended. A disk that is
                # read-only by now must not stop the start.
                with suppress(OSError):
                    part.unlink()
            for frame in self.frames():
                self._last = max(self._last, int(frame.stem))
                self._size += frame.stat().st_size

    @property
    def count(self) -> int:
        """Return the number of frames."""
        return self._last

    def frames(self) -> list[Path]:
        """Return the frames in their order."""
        return sorted(
            path for path in self.folder.glob("*.jpg") if path.stem.isdecimal()
        )

    def write(self, jpeg: bytes) -> int:
        """Store a frame and return how many there are.

        Raises BadFrame, NoSpace or OSError; what was stored before is not touched.
        """
        if not is_complete(jpeg):
            raise BadFrame
        with self._lock:
            return self._last if self._removed else self._write(jpeg)

    def _write(self, jpeg: bytes) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        after = self._size + len(jpeg)
        left = self._free(self.folder) - len(jpeg)
        if after > self._limits.quota * _MEGABYTE:
            raise NoSpace
        if left < self._limits.floor * _MEGABYTE:
            raise NoSpace
        path = self.folder / f"{self._last + 1:06d}.jpg"
        write_synced(path, jpeg)
        self._last += 1
        self._size = after
        return self._last

    def remove(self, *, final: bool = False) -> None:
        """Delete the frames; `final`: what is written from now on is dropped.

        The folder loses its name first: after a crash in the middle no video is made of
        the rest. Where that fails, the next start tries again.
        """
        with self._lock:
            self._removed = final
            self._last = self._size = 0
            done = self.folder.with_name(f"{self.folder.name}{_DONE}")
            with suppress(OSError):
                self.folder.replace(done)
                sync_folder(done.parent)
            shutil.rmtree(done, ignore_errors=True)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file so that it is there completely, or not at all."""
    part = path.with_name(f"{path.name}{_PART}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sessions_in(folder: Path) -> list[str]:
    """Return the ids of sessions that have frames, the oldest first.

    What was being deleted when Home Assistant ended is deleted. A folder that cannot be
    read has none.
    """
    if not folder.is_dir():
        return []
    for done in folder.glob(f"*{_DONE}"):
        shutil.rmtree(done, ignore_errors=True)
    with suppress(OSError):
        return sorted(
            path.name
            for path in folder.iterdir()
            if is_session_id(path.name) and any(path.glob("*.jpg"))
        )
    return []


def publish(output: Path, target: Path, name: str, frames: list[Path]) -> None:
    """Move a video to the media folder, with a thumbnail. Blocks; raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    picture, video = target / f"{name}.jpg", target / f"{name}.mp4"
    part = target / f"{name}.mp4{_PART}"
    try:
        write_synced(picture, frames[len(frames) // 2].read_bytes())
        with output.open("rb") as source, part.open("wb") as copy:
            while chunk := source.read(_MEGABYTE):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(video)
    except OSError:
        # A full disk is not filled further with what nothing shows.
        for rest in (part,) if video.exists() else (part, picture):
            with suppress(OSError):
                rest.unlink()
        raise
    sync_folder(target)
