"""Detect the format of a file and open it."""

import re
from typing import TYPE_CHECKING, Final

from .csv_source import CsvSource
from .json_source import JsonSource
from .problem import HistoryError, Problem
from .source import head_of
from .sql_dump import SqlDump
from .sqlite_source import MAGIC, SqliteSource

if TYPE_CHECKING:
    from pathlib import Path

    from .source import Source

_STATEMENT: Final = re.compile(
    rb"^\s*(?:INSERT\s+INTO|REPLACE\s+INTO|CREATE\s+TABLE|COPY\s|-- MySQL dump"
    rb"|-- MariaDB dump|-- PostgreSQL database dump|PRAGMA foreign_keys)",
    re.MULTILINE | re.IGNORECASE,
)


def open_source(path: Path) -> Source:
    """Return the source for a file by its content; raises HistoryError."""
    head = head_of(path)
    if head.startswith(MAGIC):
        return SqliteSource(path)
    if _STATEMENT.search(head):
        return SqlDump(path)
    if b"\0" in head or not head.strip():
        raise HistoryError(Problem.NOT_A_STORE)
    if head.lstrip().startswith(b"{"):
        return JsonSource(path)
    return CsvSource(path)
