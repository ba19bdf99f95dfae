"""Read the one JSON file of the old servers: mode and stages of the heating."""

import json
from typing import TYPE_CHECKING, Final

from .problem import HistoryError, Problem
from .source import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .source import Wanted

_MOST_BYTES: Final = 64 * 1024
TABLE: Final = "memory"
COLUMNS: Final = ("mode", "heat_pipes")


class JsonSource:
    """A file like ``memory.json``; a table of one row."""

    named_by_user = False

    def __init__(self, path: Path) -> None:
        """Initialize with the path of the file."""
        self._path = path

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Yield the only row."""
        try:
            with self._path.open("rb") as file:
                raw = file.read(_MOST_BYTES + 1)
            found = json.loads(raw) if len(raw) <= _MOST_BYTES else None
        except OSError, ValueError, RecursionError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("mode"), str):
            raise HistoryError(Problem.NOT_A_STORE)
        if wanted(TABLE, COLUMNS):
            pipes = found.get("heat_pipes")
            row = (found["mode"], json.dumps(pipes))
            yield Batch(TABLE, COLUMNS, [row], 1.0)
