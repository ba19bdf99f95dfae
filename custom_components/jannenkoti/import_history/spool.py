"""Sort values that are not in the order of time, in a file instead of in memory."""

import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .problem import HistoryError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .scan import Point, SeriesKey

_BATCH: Final = 5000
_LEAST_FREE: Final = 256 << 20
"""Bytes that must stay free on the disk of Home Assistant."""


@contextmanager
def sorted_points(
    points: Iterable[Point], folder: Path, size: int
) -> Iterator[Iterator[Point]]:
    """Yield points ordered by series and time; of equal times, the latest comes last.

    The file is as large as the store at most; raises HistoryError without room for it.
    """
    if shutil.disk_usage(folder).free < size + _LEAST_FREE:
        raise HistoryError(Problem.NO_SPACE)
    with tempfile.TemporaryDirectory(prefix=".jannenkoti_", dir=folder) as place:
        connection = sqlite3.connect(Path(place) / "sorted.db", isolation_level=None)
        try:
            yield _sorted(connection, points)
        except sqlite3.Error as err:
            raise HistoryError(Problem.NO_SPACE) from err
        finally:
            connection.close()


def _sorted(connection: sqlite3.Connection, points: Iterable[Point]) -> Iterator[Point]:
    """Store the points, then yield them."""
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
        "CREATE TABLE point (series INTEGER, at REAL, number INTEGER, value REAL,"
        " PRIMARY KEY (series, at, number)) WITHOUT ROWID"
    )
    names: dict[SeriesKey, int] = {}
    for rows in batched(enumerate(points), _BATCH, strict=False):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO point VALUES (?, ?, ?, ?)",
            (
                (names.setdefault(key, len(names)), at, number, value)
                for number, (key, at, value) in rows
            ),
        )
        connection.execute("COMMIT")
    keys = [*names]
    for series, at, value in connection.execute(
        "SELECT series, at, value FROM point ORDER BY series, at, number"
    ):
        yield keys[series], at, value
