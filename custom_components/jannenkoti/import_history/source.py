"""Open the file of an old store, whatever its format, without changing it."""

import codecs
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from .problem import HistoryError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from io import TextIOWrapper
    from pathlib import Path

type Value = str | float | bytes | None
type Row = Sequence[Value]

HEAD_LENGTH: Final = 64 * 1024
"""Bytes that show the format of a file."""
_SINGLE_BYTES: Final = "jannenkoti_single_bytes"


def _single_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are no UTF-8 as old programs on Windows write them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return raw.decode("cp1252", "replace"), error.end


codecs.register_error(_SINGLE_BYTES, _single_bytes)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
    done: float
    """The share of the file that is read after these rows, 0 to 1."""
    damaged: int = 0
    """Rows between these that cannot be read."""


type Wanted = Callable[[str, tuple[str, ...]], tuple[str, ...] | None]
"""Return which columns of a table to read, None if it is not wanted."""


class Source(Protocol):
    """A file with tables."""

    named_by_user: bool
    """Whether the name of a table is only that of the file."""

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Yield the rows of the wanted tables; raises HistoryError.

        A table may come in several batches. A format without a directory yields the
        columns that it has, which may be more than those wanted. A batch without a
        table only shows that the work goes on.
        """
        ...


def resolve(folder: Path, name: str) -> Path:
    """Return a file inside a folder; raises HistoryError.

    Symbolic links are followed first, so that none leads out of the folder.
    """
    if not name or "\0" in name:
        raise HistoryError(Problem.NOT_FOUND)
    try:
        base = folder.resolve(strict=True)
        path = (base / name).resolve(strict=True)
    except (OSError, RuntimeError) as err:
        raise HistoryError(_missing(folder, name)) from err
    if not path.is_relative_to(base):
        raise HistoryError(Problem.OUTSIDE)
    if not path.is_file():
        raise HistoryError(Problem.NOT_FOUND)
    return path


def _missing(folder: Path, name: str) -> Problem:
    """Return what is wrong with a path that does not exist.

    Whether a file outside the folder exists is not disclosed.
    """
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except OSError, RuntimeError:
        return Problem.NOT_FOUND
    return Problem.NOT_FOUND if inside else Problem.OUTSIDE


def fingerprint(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written to; raises HistoryError."""
    try:
        found = path.stat()
    except OSError as err:
        raise HistoryError(Problem.NOT_FOUND) from err
    return found.st_ino, found.st_size, found.st_mtime_ns


def head_of(path: Path) -> bytes:
    """Return the beginning of a file; raises HistoryError."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_LENGTH)
    except PermissionError as err:
        raise HistoryError(Problem.NO_PERMISSION) from err
    except OSError as err:
        raise HistoryError(Problem.NOT_FOUND) from err


def encoding_of(head: bytes) -> str:
    """Return the encoding of a text by its first bytes.

    A shell of Windows writes what is redirected to a file as UTF-16.
    """
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    return "utf-8"


def text_of(head: bytes) -> str:
    """Return the beginning of a file as text."""
    return head.decode(encoding_of(head), "replace").removeprefix("\ufeff")


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """Open a text file behind its byte order mark; no byte is an error."""
    errors = _SINGLE_BYTES if encoding == "utf-8" else "replace"
    file = path.open(encoding=encoding, errors=errors, newline="")
    if file.read(1) != "\ufeff":
        file.seek(0)
    return file


def position(file: TextIOWrapper) -> int:
    """Return how many bytes of an open text were read, at least about."""
    return os.lseek(file.fileno(), 0, os.SEEK_CUR)
