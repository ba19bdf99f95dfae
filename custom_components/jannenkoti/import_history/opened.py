"""Detect the format of a file and open it."""

import re
from typing import TYPE_CHECKING, Final

from .csv_source import CsvSource
from .json_source import JsonSource
from .problem import HistoryError, Problem
from .source import head_of, text_of
from .sql_dump import SqlDump
from .sqlite_source import MAGIC, SqliteSource

if TYPE_CHECKING:
    from pathlib import Path

    from .source import Source

_STATEMENT: Final = re.compile(
    r"^[ \t]*+(?:INSERT\s+INTO|REPLACE\s+INTO|CREATE\s+TABLE|COPY\s|-- MySQL dump"
    r"|-- MariaDB dump|-- PostgreSQL database dump|PRAGMA foreign_keys)",
    re.MULTILINE | re.IGNORECASE,
)
_ARCHIVES: Final = {
    b"PGDMP": 0,  # pg_dump --format=custom
    b"ustar": 257,  # tar, also pg_dump --format=tar
    b"\x1f\x8b": 0,  # gzip
    b"PK\x03\x04": 0,  # zip
    b"BZh": 0,
    b"\xfd7zXZ": 0,
    b"\x28\xb5\x2f\xfd": 0,  # Zstandard
}
"""How compressed and binary dumps are recognized: bytes, and where they are."""


def open_source(path: Path) -> Source:
    """Return the source for a file by its content; raises HistoryError."""
    head = head_of(path)
    if head.startswith(MAGIC):
        return SqliteSource(path)
    if any(head.startswith(mark, at) for mark, at in _ARCHIVES.items()):
        raise HistoryError(Problem.ARCHIVE)
    text = text_of(head)
    if _STATEMENT.search(text):
        return SqlDump(path)
    if "\0" in text or not text.strip():
        raise HistoryError(Problem.NOT_A_STORE)
    if text.lstrip().startswith("{"):
        return JsonSource(path)
    return CsvSource(path)
