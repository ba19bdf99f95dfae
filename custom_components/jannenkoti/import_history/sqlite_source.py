"""Read tables of an SQLite file that nothing may change."""

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from .problem import HistoryError, Problem
from .source import Batch, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .source import Wanted

MAGIC: Final = b"SQLite format 3\0"

_READ_VERSION: Final = 19
"""Where the header says which version is needed to read the file."""
_ROLLBACK, _WAL = 1, 2
_ROWS: Final = 1000
"""Rows of a batch: some milliseconds of work."""
_LOCK_WAIT: Final = 0.2  # s
_LONGEST: Final = 1 << 20
"""Bytes of a text; a longer one is in no column that is read."""


class SqliteSource:
    """An SQLite file."""

    named_by_user = False

    def __init__(self, path: Path) -> None:
        """Initialize with the path of a file that begins with `MAGIC`."""
        self._path = path

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Yield the rows of the wanted tables in the order of their ids."""
        self._check_unused()
        try:
            # An immutable file is neither locked nor recovered, and gets no companions.
            with closing(self._connect("mode=ro&immutable=1")) as connection:
                connection.text_factory = _text
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
                tables = [
                    (table, columns)
                    for table, known in _tables(connection)
                    if (columns := wanted(table, known))
                ]
                for number, (table, columns) in enumerate(tables):
                    yield from _rows(connection, table, columns, number, len(tables))
        except sqlite3.Error as err:
            raise _problem(err) from err

    def _connect(self, parameters: str) -> sqlite3.Connection:
        """Open the file."""
        return sqlite3.connect(
            f"file:{quote(str(self._path))}?{parameters}", uri=True, timeout=_LOCK_WAIT
        )

    def _check_unused(self) -> None:
        """Raise HistoryError if the old server still uses the file, or did not end."""
        head = head_of(self._path)
        version = head[_READ_VERSION] if len(head) > _READ_VERSION else 0
        if version > _WAL:
            raise HistoryError(Problem.NEWER, "SQLite")
        for suffix in ("-wal", "-journal"):
            companion = self._path.with_name(self._path.name + suffix)
            with suppress(OSError):
                if companion.stat().st_size:
                    raise HistoryError(Problem.LOCKED)
        if version == _ROLLBACK:
            try:
                with closing(self._connect("mode=ro")) as connection:
                    connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            except sqlite3.Error as err:
                raise _problem(err) from err


def _text(raw: bytes) -> str:
    """Return a text, whatever its encoding."""
    return raw.decode(errors="replace")


def _quoted(name: str) -> str:
    """Return a name as SQL."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _tables(connection: sqlite3.Connection) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tables with their columns; views and virtual tables run code."""
    connection.execute("PRAGMA trusted_schema = OFF")
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        " ORDER BY name"
    ).fetchall()
    return [(name, _columns(connection, name)) for (name,) in names]


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a table."""
    found = connection.execute(f"PRAGMA table_info({_quoted(table)})")
    return tuple(str(row[1]) for row in found)


def _rows(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    number: int,
    tables: int,
) -> Iterator[Batch]:
    """Yield the rows of a table."""
    cursor = connection.execute(
        f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)}"  # noqa: S608
    )
    last, read = _last_id(connection, table), 0
    while rows := cursor.fetchmany(_ROWS):
        read += len(rows)
        share = min(1.0, read / max(last, read, 1))
        yield Batch(table, columns, rows, (number + share) / tables)


def _last_id(connection: sqlite3.Connection, table: str) -> int:
    """Return the highest id of a table, about the number of its rows; 0 if unknown."""
    try:
        found = connection.execute(f"SELECT max(rowid) FROM {_quoted(table)}")  # noqa: S608
    except sqlite3.OperationalError:
        return 0  # A table without ids.
    (last,) = found.fetchone()
    return last if isinstance(last, int) else 0


def _problem(err: sqlite3.Error) -> HistoryError:
    """Return what an error means for the user."""
    code = getattr(err, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HistoryError(Problem.LOCKED)
    return HistoryError(Problem.DAMAGED)
