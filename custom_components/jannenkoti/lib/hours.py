"""Hourly statistics of one quantity, by the rules of Home Assistant's recorder."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

HOUR: Final = timedelta(hours=1)

# A meter that falls below this share of its last value was reset (the recorder's rule).
_RESET_BELOW: Final = 0.9

# Two sums that differ by less are equal, apart from rounding.
_SAME: Final = 1e-9


def hour_of(moment: datetime) -> datetime:
    """Return the start of the hour, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """Mean, minimum and maximum of one hour."""

    start: datetime
    mean: float
    lowest: float
    highest: float
    last: float
    covered: float = 1.0
    """The share of the hour that is known."""

    def merged_with(self, mean: float, lowest: float, highest: float) -> Hour:
        """Return the hour, with other statistics for the part that it does not cover.

        An hour that is covered completely is returned unchanged.
        """
        if self.covered >= 1:
            return self
        return Hour(
            start=self.start,
            mean=self.covered * self.mean + (1 - self.covered) * mean,
            lowest=min(self.lowest, lowest),
            highest=max(self.highest, highest),
            last=self.last,
        )


@dataclass(frozen=True, slots=True)
class TimedValue:
    """A value with the time it was measured and the unit it was measured in."""

    at: datetime
    value: float
    unit: str | None = None


type Series = dict[datetime, tuple[TimedValue, ...]]
"""Values in the order of their times, by the start of their hour."""


def series_of(values: Iterable[TimedValue]) -> Series:
    """Sort values into hours; of two with the same time, the later one is kept."""
    by_time = {each.at: each for each in values}
    hours: dict[datetime, list[TimedValue]] = {}
    for at in sorted(by_time):
        hours.setdefault(hour_of(at), []).append(by_time[at])
    return {start: tuple(found) for start, found in hours.items()}


def converted_series(
    series: Series, convert: Callable[[TimedValue], float | None]
) -> Series:
    """Return a series in one unit, without the hours that cannot be converted."""
    made: Series = {}
    for start, values in series.items():
        numbers = [convert(each) for each in values]
        made[start] = tuple(
            TimedValue(each.at, number)
            for each, number in zip(values, numbers, strict=True)
            if number is not None
        )
        if len(made[start]) < len(values):
            del made[start]
    return made


def hour_in_series(series: Series, start: datetime, longest: timedelta) -> Hour | None:
    """Return the statistics of one hour, None if it has no values.

    The last value before the hour counts until the first value in it, unless it is
    older than `longest`.
    """
    if not (inside := series.get(start)):
        return None
    earlier = [at for at in series if start - longest <= at < start]
    before = series[max(earlier)][-1].value if earlier else None
    return hour_statistics(start, [(each.at, each.value) for each in inside], before)


def hour_statistics(
    start: datetime,
    values: Sequence[tuple[datetime, float]],
    before: float | None,
) -> Hour | None:
    """Return the statistics of an hour in which each value counts until the next one.

    `values` are those of the hour in the order of their times, `before` is the last
    value before the hour, if it is known. Returns None without any value.
    """
    steps = list(values) if before is None else [(start, before), *values]
    if not steps:
        return None
    ends = [*(at for at, _ in steps[1:]), start + HOUR]
    weighted = sum(
        value * (end - at).total_seconds()
        for (at, value), end in zip(steps, ends, strict=True)
    )
    length = (start + HOUR - steps[0][0]).total_seconds()
    numbers = [value for _, value in steps]
    return Hour(
        start=start,
        mean=weighted / length if length else numbers[-1],
        lowest=min(numbers),
        highest=max(numbers),
        last=numbers[-1],
        covered=length / HOUR.total_seconds(),
    )


type Means = dict[datetime, tuple[float, float, float]]
"""Mean, minimum and maximum by the start of the hour."""


# Totals that only increase


@dataclass(frozen=True, slots=True)
class Total:
    """The last state of an hour and the running sum at its end."""

    state: float | None
    sum: float

    def after(self, values: Iterable[float]) -> Total:
        """Return the total after further values.

        This is the recorder's rule for `total_increasing`: the first value adds
        nothing; a value below 90 % of the one before is a reset and adds itself;
        negative values are ignored.
        """
        state, grown = self.state, self.sum
        for value in values:
            if value < 0:
                continue
            if state is not None:
                grown += value if value < _RESET_BELOW * state else value - state
            state = value
        return Total(state, grown)


_NOTHING: Final = Total(None, 0.0)


@dataclass(slots=True)
class TotalChanges:
    """What has to be changed in a table of totals."""

    rows: dict[datetime, Total] = field(default_factory=dict)
    """Rows to write, after the shifts."""
    shifts: list[tuple[datetime, float]] = field(default_factory=list)
    """From when on all sums have to be raised, and by how much."""


def merge_totals(
    rows: Mapping[datetime, Total],
    series: Series,
    changed: Iterable[datetime],
    *,
    closed_before: datetime,
) -> TotalChanges:
    """Return how a table of totals changes when hours get late values.

    `rows` are all rows from the last one before the first changed hour. `series` has
    all known values of the changed hours and of those after them. Hours from
    `closed_before` on are not in the table yet, though the recorder counts them.

    The result is that of computing the whole table again from all values.
    """
    return _Merge(rows, closed_before).run(series, set(changed) & series.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class LateHours:
    """Hours of one sensor that have to be calculated again."""

    starts: tuple[datetime, ...]
    series: Series
    """All values of these hours, and enough of those around them."""
    closed_before: datetime
    """Hours from then on are not closed yet."""
    original: Means = field(default_factory=dict)
    """What the recorder had written of them before anything was imported."""


class _Merge:
    """One pass over the hours, which compares the table as it is and as it must be."""

    def __init__(self, rows: Mapping[datetime, Total], closed_before: datetime) -> None:
        """Initialize the pass over these rows."""
        self._rows = rows
        self._closed_before = closed_before
        self._old = self._new = _NOTHING
        self._differs = False
        self._shift = 0.0
        self._changes = TotalChanges()

    def run(self, series: Series, changed: set[datetime]) -> TotalChanges:
        """Return the changes."""
        if not changed:
            return self._changes
        first = min(changed)
        if earlier := [start for start in self._rows if start < first]:
            self._old = self._new = self._rows[max(earlier)]
        hours = {start for start in (*self._rows, *series) if start >= first}
        for start in sorted(hours):
            values = [each.value for each in series.get(start, ())]
            if start in changed:
                self._replace(start, values)
            elif self._differs:
                self._rejoin(start, values)
            else:
                self._keep(start)
        if self._differs:
            # The recorder goes on from the sum of its latest row.
            self._move(max(changed) + HOUR, self._new.sum - self._old.sum)
        return self._changes

    def _replace(self, start: datetime, values: list[float]) -> None:
        """Compute an hour with late values."""
        new = self._new.after(values)
        self._old = self._rows.get(start, self._old)
        if new.state is None:
            return
        self._new = self._changes.rows[start] = new
        self._differs = True

    def _rejoin(self, start: datetime, values: list[float]) -> None:
        """Find the first value after the late ones that the table already counts."""
        old = self._rows.get(start)
        if old is None and start < self._closed_before:
            return  # All of its values are late, too; it is computed on its own.
        usable = [value for value in values if value >= 0]
        if old is not None and old == self._old and not usable:
            self._changes.rows[start] = self._new  # Only the last state, repeated.
            return
        if not usable and old is not None and old.state is not None:
            usable = [old.state]  # A row whose values are not known.
        if not usable:
            return
        self._differs = False
        joined = self._new.after(usable[:1]).sum
        self._move(start, joined - self._old.after(usable[:1]).sum)
        self._keep(start)

    def _keep(self, start: datetime) -> None:
        """Go on from an hour that only moves."""
        if (old := self._rows.get(start)) is not None:
            self._old, self._new = old, Total(old.state, old.sum + self._shift)

    def _move(self, start: datetime, shift: float) -> None:
        """Raise all sums from an hour on by so much in all."""
        if abs(shift - self._shift) > _SAME:
            self._changes.shifts.append((start, shift - self._shift))
            self._shift = shift
