"""Read an old store once: what is in it, and the hours of each series."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from .hours import HourSeries
from .local_time import LocalTimes, Skip, clock_time
from .problem import HistoryError, Problem
from .stores import (
    Readings,
    Rows,
    has_name_of_table,
    known_table,
    parameters_of,
    table_of_columns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from .source import Batch, Row, Source, Value
    from .stores import Table

MOST_SERIES: Final = 1000
MOST_HOURS: Final = 5_000_000
"""Hours of all series, 240 MB."""
MOST_ROWS_OF_SETTINGS: Final = 10_000
_LONGEST_KEY: Final = 100
_LARGEST: Final = 1e15
"""A larger number is no measurement, and its mean could not be computed."""

type SeriesKey = tuple[str, str, str]
"""Table, what was measured (a location, an id of the old server), quantity."""

type Point = tuple[SeriesKey, float, float]
"""Series, seconds since 1970, value."""


@dataclass(slots=True)
class TableCount:
    """What was found in one table."""

    table: Table
    rows: int = 0
    first: float = math.inf
    last: float = -math.inf
    skipped: Counter[Skip] = field(default_factory=Counter)


@dataclass(slots=True)
class Scan:
    """What an old store has."""

    tables: dict[str, TableCount] = field(default_factory=dict)
    series: dict[SeriesKey, HourSeries] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    """The rows of small tables, by table."""
    unknown: set[str] = field(default_factory=set)
    """Tables that are not read."""
    newer: set[str] = field(default_factory=set)
    """Tables with a known name and unknown columns."""
    hours: int = 0
    """How many hours all series have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a scan is observed, and stopped."""

    zone: tzinfo
    now: float
    utc_is_known: bool = True
    """Whether tables in UTC are read as UTC, and not in `zone`."""
    progress: Callable[[float], None] = lambda _share: None
    cancelled: Callable[[], bool] = lambda: False


def scan(source: Source, watch: Watch) -> Scan:
    """Return what is in a store whose rows are in the order of time.

    Raises HistoryError, and OutOfOrder if a series steps back by more than an hour.
    """
    found = Scan()
    for point in points(source, watch, found):
        add_point(found, point)
    return closed(found)


def scan_sorted(found: Scan, sorted_points: Iterable[Point]) -> Scan:
    """Add points that were sorted to what was found while they were read."""
    for point in sorted_points:
        add_point(found, point)
    return closed(found)


def add_point(found: Scan, point: Point) -> None:
    """Add a value to its series; raises HistoryError if they are too long."""
    key, at, value = point
    if (series := found.series.get(key)) is None:
        series = found.series[key] = HourSeries()
    if series.add(at, value):
        found.hours += 1
        if found.hours > MOST_HOURS:
            raise HistoryError(Problem.TOO_LARGE)


def closed(found: Scan) -> Scan:
    """Close the last hour of each series, and count the duplicates."""
    for (table, _, _), series in found.series.items():
        series.close()
        skipped = found.tables[table].skipped
        skipped[Skip.DUPLICATE] += series.duplicates
        skipped[Skip.TOO_MANY] += series.surplus
    return found


def points(source: Source, watch: Watch, found: Scan) -> Iterator[Point]:
    """Yield all values of a store and note what else is in it; raises HistoryError."""
    names: set[SeriesKey] = set()
    readers: dict[str, _TableReader] = {}
    small: dict[str, Rows] = {}

    def wanted(name: str, columns: tuple[str, ...]) -> tuple[str, ...] | None:
        table = known_table(name, columns)
        if table is None and source.named_by_user:
            table = table_of_columns(columns)
        if table is None:
            (found.newer if has_name_of_table(name) else found.unknown).add(name)
            return None
        count = found.tables.setdefault(table.table, TableCount(table))
        if isinstance(table, Rows):
            small[name] = table
        elif name not in readers:
            readers[name] = _TableReader(table, count, watch, names)
        use = table.required | table.optional
        return tuple(column for column in columns if column.lower() in use)

    for batch in source.batches(wanted):
        if watch.cancelled():
            raise HistoryError(Problem.CANCELLED)
        watch.progress(batch.done)
        columns = [column.lower() for column in batch.columns]
        if (reader := readers.get(batch.table)) is not None:
            yield from reader.points(columns, batch)
        else:
            _keep_rows(found, small.get(batch.table), columns, batch)
    if not found.tables:
        problem = Problem.NEWER if found.newer else Problem.NOT_A_STORE
        raise HistoryError(problem, ", ".join(sorted(found.newer)))


def _keep_rows(
    found: Scan, table: Rows | None, columns: list[str], batch: Batch
) -> None:
    """Keep the rows of a small table; nothing without one."""
    if table is None:
        return
    count = found.tables[table.table]
    kept = found.rows.setdefault(table.table, [])
    use = table.required | table.optional
    for row in batch.rows:
        count.rows += 1
        if len(kept) < MOST_ROWS_OF_SETTINGS:
            kept.append({x: y for x, y in zip(columns, row, strict=True) if x in use})
        else:
            count.skipped[Skip.TOO_MANY] += 1
    count.skipped[Skip.DAMAGED] += batch.damaged


class _TableReader:
    """Reads the rows of one table of readings."""

    def __init__(
        self,
        table: Readings,
        count: TableCount,
        watch: Watch,
        names: set[SeriesKey],
    ) -> None:
        """Initialize with the names of the series of all tables."""
        self._table = table
        self._count = count
        as_utc = table.utc and watch.utc_is_known
        self._times = LocalTimes(UTC if as_utc else watch.zone, watch.now)
        self._names = names

    def points(self, columns: list[str], batch: Batch) -> Iterator[Point]:
        """Yield the values of some rows."""
        places = {name: index for index, name in enumerate(columns)}
        for row in batch.rows:
            yield from self._of_row(places, row)
        self._count.skipped[Skip.DAMAGED] += batch.damaged

    def _of_row(self, places: Mapping[str, int], row: Row) -> Iterator[Point]:
        """Yield the values of a row."""
        table, count = self._table, self._count
        count.rows += 1
        key = _key(row[places[table.key]]) if table.key else ""
        if key is None:
            count.skipped[Skip.UNKNOWN_SOURCE] += 1
            return
        raw: Any = row[places[table.time]]
        if table.precise_time is not None and table.precise_time in places:
            raw = clock_time(row[places[table.precise_time]], raw)
        at = self._times.read(raw, key)
        if isinstance(at, Skip):
            count.skipped[at] += 1
            return
        count.first, count.last = min(count.first, at), max(count.last, at)
        for quantity, value in self._values(places, row):
            name = (table.table, key, quantity)
            if name not in self._names:
                if len(self._names) >= MOST_SERIES or len(quantity) > _LONGEST_KEY:
                    count.skipped[Skip.TOO_MANY] += 1
                    continue
                self._names.add(name)
            yield name, at, value

    def _values(
        self, places: Mapping[str, int], row: Row
    ) -> Iterator[tuple[str, float]]:
        """Yield the numbers of a row with their quantities."""
        table = self._table
        for column, quantity in table.values.items():
            raw = row[places[column]]
            if (value := number(raw)) is not None:
                yield quantity.name, value
            else:
                self._count.skipped[Skip.NOT_A_NUMBER] += 1
        if table.first_of:
            numbers = (number(row[places[column]]) for column in table.first_of)
            first = next((value for value in numbers if value is not None), None)
            if first is None:
                self._count.skipped[Skip.NOT_A_NUMBER] += 1
            else:
                yield "value", first
        if table.parameters:
            for name, held in parameters_of(row[places[table.parameters]]):
                if not isinstance(held, str) and (value := number(held)) is not None:
                    yield name, value


def number(raw: object) -> float | None:
    """Return a finite number, None for anything else."""
    if type(raw) is float:  # Almost every value of an SQLite file.
        return raw if -_LARGEST < raw < _LARGEST else None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        value = float(raw)
    except ValueError, OverflowError:
        return None
    return value if abs(value) < _LARGEST else None


def _key(raw: Value) -> str | None:
    """Return what a row belongs to, None if it names nothing."""
    if raw is None or isinstance(raw, bytes):
        return None
    text = str(raw).strip()
    return text if 0 < len(text) <= _LONGEST_KEY and text.isprintable() else None
