"""Duration and memory of a query of the journal."""

import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from custom_components.jannenkoti.kinds.tlink.journal.codec import encode
from custom_components.jannenkoti.kinds.tlink.journal.queries import history
from custom_components.jannenkoti.kinds.tlink.model import Push, Sample
from custom_components.jannenkoti.lib.journal import Journal

from .figure import Figure, note, spread

_DAYS, _DEVICES, _SENSORS = 90, 5, 8
_A_DAY = 24 * 60
_LIMIT = 50
_ROUNDS = 5
_BEGUN = datetime(2026, 7, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def _write(journal: Journal) -> None:
    """Let five devices push each minute for ninety days."""
    for day in range(_DAYS):
        begun = _BEGUN + day * _DAY
        moments = (begun + timedelta(minutes=minute) for minute in range(_A_DAY))
        journal.append(
            (begun.date(), encode(_push(device, at)))
            for at in moments
            for device in range(_DEVICES)
        )


def _push(device: int, at: datetime) -> Push:
    samples = (
        Sample(
            sensor_id=f"{device}{number:04}",
            measured=at,
            recorded=at,
            sensor_time=f"{at:%H:%M:%S}",
            type=1,
            value="15.0",
            raw="15.0",
            online=True,
            alarm=False,
        )
        for number in range(_SENSORS)
    )
    return Push(device_id=str(device), samples=tuple(samples), received=at)


def _most_memory(journal: Journal, days: int) -> float:
    """Return the peak memory in MiB of a query of so many days."""
    tracemalloc.start()
    end = _BEGUN + days * _DAY - timedelta(seconds=1)
    found = history(journal, "20003", _BEGUN, end, _LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if len(found) != _LIMIT:
        text = f"found {len(found)} readings"
        raise RuntimeError(text)
    return peak / 2**20


async def measure() -> list[Figure]:
    """Write a journal, then query it."""
    with tempfile.TemporaryDirectory(prefix="jannenkoti-bench-") as folder:
        journal = Journal(Path(folder), days=_DAYS, most_bytes=1 << 31)
        _write(journal)
        seen: list[float] = []
        begun = _BEGUN + 40 * _DAY
        for _ in range(_ROUNDS):
            start = time.monotonic()
            history(journal, "20003", begun, begun + _DAY, _LIMIT)
            seen.append(time.monotonic() - start)
        note(f"a day: {spread(seen, 's')}")
        ours, reference = _most_memory(journal, 12), _most_memory(journal, 1)
    day = Figure(
        name="tlink_history_day",
        ours=median(seen),
        reference=None,
        unit="s",
        ratio=None,
        goal=1.0,
    )
    memory = Figure(
        name="tlink_history_memory",
        ours=ours,
        reference=reference,
        unit="MiB",
        ratio=ours / reference,
        goal=1.2,
        goal_is_ratio=True,
    )
    return [day, memory]
