"""Reckons hours of sensors anew from the journal; for a thread."""

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ...lib.hours import HOUR, Hour, hour_statistics
from .ingest import samples_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from ...lib.journal import Journal

_DAY = timedelta(days=1)


def hours_of(
    journal: Journal, keys: Iterable[tuple[str, datetime]]
) -> dict[str, list[Hour]]:
    """Return the hours of each sensor, as far as the journal knows them."""
    by_day: dict[date, list[tuple[str, datetime]]] = {}
    for sensor_id, start in keys:
        by_day.setdefault(start.astimezone(UTC).date(), []).append((sensor_id, start))
    found: dict[str, list[Hour]] = {}
    for day, of_day in by_day.items():
        values = _values_around(journal, day, {sensor_id for sensor_id, _ in of_day})
        for sensor_id, start in of_day:
            hour = _hour(values.get(sensor_id, {}), start)
            if hour is not None:
                found.setdefault(sensor_id, []).append(hour)
    return found


def _values_around(
    journal: Journal, day: date, sensors: set[str]
) -> dict[str, dict[datetime, float]]:
    """Return what the sensors said on a day and the one before it."""
    values: dict[str, dict[datetime, float]] = {}
    for sample in samples_of(journal, day - _DAY, day + _DAY, sensors):
        if (number := sample.number) is not None:
            values.setdefault(sample.sensor_id, {})[sample.measured] = number
    return values


def _hour(values: dict[datetime, float], start: datetime) -> Hour | None:
    """Return an hour, with the value that it began with."""
    in_order = sorted(values.items())
    before = [number for at, number in in_order if at < start]
    inside = [(at, number) for at, number in in_order if start <= at < start + HOUR]
    if not inside:
        return None
    return hour_statistics(start, inside, before[-1] if before else None)
