"""Read a table from a CSV file with a header."""

import csv
from typing import TYPE_CHECKING, Final

from .problem import HistoryError, Problem
from .source import Batch, encoding_of, head_of, open_text, position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from pathlib import Path

    from .source import Row, Wanted

_DELIMITERS: Final = (",", ";", "\t")
_ROWS: Final = 1000
_NULLS: Final = frozenset({"", "NULL", r"\N"})
_LONGEST_HEADER: Final = 64 * 1024
_LONGEST_LINE: Final = 1 << 20


class CsvSource:
    """A CSV file; the name of the file is that of the table."""

    named_by_user = True

    def __init__(self, path: Path) -> None:
        """Initialize with the path of a text file."""
        self._path = path

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Yield the rows of the file if its table is wanted."""
        try:
            size = max(self._path.stat().st_size, 1)
            encoding = encoding_of(head_of(self._path))
            with open_text(self._path, encoding) as file:
                yield from self._rows(file, size, wanted)
        except (OSError, csv.Error) as err:
            raise HistoryError(Problem.DAMAGED) from err

    def _rows(self, file: TextIOWrapper, size: int, wanted: Wanted) -> Iterator[Batch]:
        """Yield the rows of the open file."""
        header = file.readline(_LONGEST_HEADER)
        delimiter = max(_DELIMITERS, key=header.count)
        names = next(csv.reader([header], delimiter=delimiter), [])
        columns = tuple(name.strip().lower() for name in names)
        table = self._path.stem.lower()
        if not wanted(table, columns):
            return
        rows: list[Row] = []
        damaged = 0
        for row in csv.reader(_lines(file), delimiter=delimiter):
            if len(row) == len(columns):
                rows.append([None if x in _NULLS else x for x in row])
            elif row:
                damaged += 1
            if len(rows) + damaged >= _ROWS:
                yield Batch(table, columns, rows, position(file) / size, damaged)
                rows, damaged = [], 0
        yield Batch(table, columns, rows, 1.0, damaged)


def _lines(file: TextIOWrapper) -> Iterator[str]:
    """Yield the lines of a file; raises csv.Error if one is too long to be a row."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise csv.Error
        yield line
