"""Write readings to a file that others can read; for a thread."""

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from . import responses
from .codec import decode, may_contain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from ....lib.journal import Journal

FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}\.(csv|jsonl)")
"""A plain name, without a folder; the ending is the format."""


class ExportCanceled(Exception):
    """The caller no longer waits for the file."""


def export(
    journal: Journal,
    path: Path,
    sensors: AbstractSet[str],
    start: datetime,
    end: datetime,
    *,
    overwrite: bool,
    canceled: Callable[[], bool],
) -> int:
    """Write the readings of sensors to a file, return their number.

    The file appears when it is complete. Raises FileExistsError, another OSError, or
    ExportCanceled.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            if _is_csv(path):
                file.write(responses.heading())
            written = 0
            for line in journal.read(start.date(), date.max):
                if canceled():
                    raise ExportCanceled
                rows = [*_rows(line, sensors, start, end, as_csv=_is_csv(path))]
                file.writelines(rows)
                written += len(rows)
        if overwrite:
            part.replace(path)
        else:
            path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
    return written


def _is_csv(path: Path) -> bool:
    """Return whether a file is a table."""
    return path.suffix == ".csv"


def _rows(
    line: bytes,
    sensors: AbstractSet[str],
    start: datetime,
    end: datetime,
    *,
    as_csv: bool,
) -> Iterator[str]:
    """Yield the rows of one line of the journal."""
    if not any(may_contain(line, each) for each in sensors):
        return
    if (push := decode(line)) is None:
        return
    for sample in push.samples:
        if sample.sensor_id in sensors and start <= sample.measured <= end:
            yield responses.line(sample, push.raw_data, as_csv=as_csv)
