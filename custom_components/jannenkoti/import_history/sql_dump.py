"""Read tables from a dump of MySQL, MariaDB, PostgreSQL or SQLite, as a stream."""

from io import StringIO
from typing import TYPE_CHECKING, Final

from .problem import HistoryError, Problem
from .source import (
    Batch,
    encoding_of,
    head_of,
    open_text,
    position,
    text_of,
)
from .sql_tokens import (
    COPY,
    CREATE,
    INSERT,
    Incomplete,
    NoValue,
    columns_of_create,
    copied_values,
    names_of,
    next_values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper
    from pathlib import Path

    from .source import Row, Wanted

_CHUNK: Final = 1 << 20
"""Characters that are read at once; a line may be longer."""
_LONGEST_ROW: Final = 32 << 20
_ROWS: Final = 1000

_BEAT: Final = 64
"""Chunks of nothing wanted after which an empty batch shows that work goes on."""

_COMPLETE: Final = {
    "-- MySQL dump": "-- Dump completed",
    "-- MariaDB dump": "-- Dump completed",
    "-- PostgreSQL database dump": "-- PostgreSQL database dump complete",
}
"""How a whole dump begins and ends."""
_TAIL: Final = 4096
_MARKS: Final = ("-- MySQL", "-- MariaDB", "/*!40", "ENGINE=", "INSERT INTO `")
"""What only dumps of MySQL have: their texts use backslashes."""


class SqlDump:
    """A text file of SQL statements."""

    named_by_user = False

    def __init__(self, path: Path) -> None:
        """Initialize with the path of the file."""
        self._path = path

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Yield the rows of the wanted tables in the order of the file."""
        try:
            head = head_of(self._path)
            self._check_whole(head)
            text = text_of(head)
            with open_text(self._path, encoding_of(head)) as file:
                size = self._path.stat().st_size or 1
                reader = _Reader(
                    file,
                    wanted,
                    backslashes=any(mark in text for mark in _MARKS),
                    share=lambda: min(1.0, position(file) / size),
                )
                yield from reader.batches()
        except OSError as err:
            raise HistoryError(Problem.DAMAGED) from err

    def _check_whole(self, head: bytes) -> None:
        """Raise HistoryError if the end of the dump is missing."""
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - _TAIL))
            tail = file.read().decode(encoding_of(head), "replace")
        text = text_of(head)
        for begin, end in _COMPLETE.items():
            if begin in text and end not in tail:
                raise HistoryError(Problem.DAMAGED)


class _Reader:
    """One pass over the statements of a dump."""

    def __init__(
        self,
        file: TextIOWrapper,
        wanted: Wanted,
        *,
        backslashes: bool,
        share: Callable[[], float],
    ) -> None:
        """Initialize the pass at the beginning of the file."""
        self._file = file
        self._wanted = wanted
        self._backslashes = backslashes
        self._share = share
        self._columns: dict[str, tuple[str, ...]] = {}
        self._ahead = list[StringIO]()
        """Lines that were read with the ends of statements, the next one last."""

    def _readline(self) -> str:
        """Return the next line, or a part of a longer one."""
        while self._ahead:
            if line := self._ahead[-1].readline(_CHUNK):
                return line
            self._ahead.pop()
        return self._file.readline(_CHUNK)

    def _read(self, least: int) -> str:
        """Return lines with at least as many characters, fewer at the end."""
        lines, length = list[str](), 0
        while length < least and (line := self._readline()):
            lines.append(line)
            length += len(line)
        return "".join(lines)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows; what is no row of a wanted table is skipped."""
        begins_line, read = True, 0
        while line := self._readline():
            read += len(line)
            if read > _BEAT * _CHUNK:
                yield Batch("", (), (), self._share())
                read = 0
            if begins_line:
                if found := INSERT.match(line):
                    rows = self._inserted(line[found.end() :])
                    yield from self._of_table(found["name"], found["columns"], rows)
                    continue
                if found := COPY.match(line):
                    rows = self._copied()
                    yield from self._of_table(found["name"], found["columns"], rows)
                    continue
                if found := CREATE.match(line):
                    self._columns[found["name"].lower()] = self._created(line)
                    continue
            begins_line = line.endswith("\n")

    def _created(self, sql: str) -> tuple[str, ...]:
        """Return the columns of a table; the statement may have several lines."""
        lines, length, line = [sql], len(sql), sql
        while not line.rstrip().endswith(";") and length < _CHUNK:
            if not (line := self._readline()):
                break
            lines.append(line)
            length += len(line)
        return columns_of_create("".join(lines))

    def _of_table(
        self, name: str, columns: str | None, rows: Iterator[Row]
    ) -> Iterator[Batch]:
        """Yield rows of a table in batches; consume those that are not wanted."""
        table = name.lower()
        named = (
            names_of(columns.split(",")) if columns else self._columns.get(table, ())
        )
        wanted = bool(self._wanted(table, named))
        batch: list[Row] = []
        damaged = passed = 0
        for row in rows:
            if not wanted:
                passed += 1
                if passed % (_BEAT * _ROWS) == 0:
                    yield Batch("", (), (), self._share())
                continue
            if len(row) == len(named):
                batch.append(row)
            else:
                damaged += 1
            if len(batch) + damaged >= _ROWS:
                yield Batch(table, named, batch, self._share(), damaged)
                batch, damaged = [], 0
        if batch or damaged:
            yield Batch(table, named, batch, self._share(), damaged)

    def _inserted(self, text: str) -> Iterator[Row]:
        """Yield the rows of an INSERT statement, whose text begins after VALUES."""
        at = 0
        while True:
            try:
                found = next_values(text, at, backslashes=self._backslashes)
            except Incomplete:
                # As much again, because the row is matched from its beginning.
                more = self._read(max(1, len(text) - at))
                if not more or len(text) - at > _LONGEST_ROW:
                    raise HistoryError(Problem.DAMAGED) from None
                text, at = text[at:] + more, 0
                continue
            except (NoValue, RecursionError) as err:
                raise HistoryError(Problem.DAMAGED) from err
            if found is None:
                _, _, following = text[at:].partition("\n")
                if following:
                    self._ahead.append(StringIO(following, newline=""))
                return
            row, at = found
            yield row

    def _copied(self) -> Iterator[Row]:
        """Yield the rows of a COPY statement."""
        line = ""
        while more := self._readline():
            line += more
            if len(line) > _LONGEST_ROW:
                break
            if not line.endswith("\n"):
                continue
            if line.rstrip("\r\n") == r"\.":
                return
            yield copied_values(line)
            line = ""
        raise HistoryError(Problem.DAMAGED)
