"""Looks things up in the journal, with memory for the answer only; for a thread."""

from collections import deque
from datetime import UTC, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING, Any, Final

from . import shapes
from .ingest import samples_of
from .records import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ...lib.journal import Journal
    from .model import Sample

_DAY: Final = timedelta(days=1)


def history(
    journal: Journal, sensor_id: str, start: datetime, end: datetime, limit: int
) -> list[Sample]:
    """Return the latest readings of a time, the newest first."""
    return nlargest(
        limit,
        _between(journal, sensor_id, start, end),
        key=lambda sample: sample.measured,
    )


def logs(
    journal: Journal, device_id: str, sensor_id: str | None, most: int
) -> list[dict[str, Any]]:
    """Return the latest lines about a device, the newest first."""
    found: list[dict[str, Any]] = []
    for day in reversed(journal.days()):
        latest: deque[dict[str, Any]] = deque(maxlen=most - len(found))
        for line in journal.read(day, day):
            push = decode(line)
            if push is None or push.device_id != device_id:
                continue
            if sensor_id is None or any(s.sensor_id == sensor_id for s in push.samples):
                latest.append(shapes.log(push, sensor_id))
        found += reversed(latest)
        if len(found) >= most:
            break
    return found


def export(
    journal: Journal,
    path: Path,
    sensor_ids: Iterable[str],
    start: datetime,
    end: datetime,
    *,
    as_csv: bool,
) -> int:
    """Write the readings of sensors to a file, return how many; raises OSError."""
    written = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, sensor_id in enumerate(sensor_ids):
            readings = map(shapes.reading, _between(journal, sensor_id, start, end))
            rows = shapes.lines(sensor_id, readings, as_csv=as_csv)
            if as_csv and number:
                next(rows)  # One heading is enough.
            for row in rows:
                file.write(row)
                written += 1
    return written - (as_csv and written > 0)


def _between(
    journal: Journal, sensor_id: str, start: datetime, end: datetime
) -> Iterator[Sample]:
    """Yield the readings of a sensor in a time, in the order of the journal."""
    first, last = (at.astimezone(UTC).date() for at in (start, end))
    for sample in samples_of(journal, first, last + _DAY, {sensor_id}):
        if start <= sample.measured <= end:
            yield sample
