"""Collect from the journal what hourly statistics are calculated of; for a thread."""

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ....lib.hours import TimedValue, hour_of, series_of
from .queries import samples_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ....lib.hours import Series
    from ....lib.journal import Journal

_DAY = timedelta(days=1)


def series_of_hours(
    journal: Journal, wanted: Mapping[str, Sequence[datetime]]
) -> dict[str, Series]:
    """Return the values of hours by sensor, and a few of the hours around them.

    Of the hours from a day before to a day after only the first and the last value are
    kept: the value before an hour, and the one that a total goes on with.
    """
    collected = {
        sensor_id: _Collector(set(starts)) for sensor_id, starts in wanted.items()
    }
    starts = [start for each in wanted.values() for start in each]
    if not starts:
        return {}
    first, last = (at.astimezone(UTC).date() for at in (min(starts), max(starts)))
    samples = samples_of(journal, first - _DAY, last + 2 * _DAY, collected.keys())
    for sample in samples:
        if not sample.heartbeat and (number := sample.number) is not None:
            value = TimedValue(sample.measured, number, sample.unit)
            collected[sample.sensor_id].add(value)
    return {sensor_id: each.series() for sensor_id, each in collected.items()}


class _Collector:
    """The values of one sensor."""

    def __init__(self, wanted: set[datetime]) -> None:
        """Initialize for these hours."""
        self._wanted = wanted
        self._inside: list[TimedValue] = []
        self._first: dict[datetime, TimedValue] = {}
        self._last: dict[datetime, TimedValue] = {}

    def add(self, value: TimedValue) -> None:
        """Add a value, in any order."""
        start = hour_of(value.at)
        if start in self._wanted:
            self._inside.append(value)
            return
        first, last = self._first.get(start), self._last.get(start)
        # A total ignores negative values.
        if value.value >= 0 and (first is None or value.at < first.at):
            self._first[start] = value
        if last is None or value.at >= last.at:
            self._last[start] = value

    def series(self) -> Series:
        """Return the values by hour."""
        return series_of([*self._first.values(), *self._last.values(), *self._inside])
