"""Hours as the recorder reckons them: a value counts until the next one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.hours import (
    HOUR,
    Hour,
    TimedValue,
    Total,
    converted_series,
    hour_in_series,
    hour_of,
    hour_statistics,
    merge_totals,
    series_of,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_hour_of_a_local_time_is_in_utc() -> None:
    local = datetime.fromisoformat("2026-03-02T14:42:07+05:30")
    assert hour_of(local) == at(0)


def test_value_counts_until_the_next_one() -> None:
    hour = hour_statistics(START, [(at(15), 20.0), (at(45), 40.0)], 10.0)
    assert hour is not None
    assert hour.mean == pytest.approx((15 * 10 + 30 * 20 + 15 * 40) / 60)
    assert (hour.lowest, hour.highest, hour.last) == (10.0, 40.0, 40.0)
    assert hour.covered == 1


def test_time_before_the_first_value_is_not_covered() -> None:
    hour = hour_statistics(START, [(at(45), 40.0)], None)
    assert hour is not None
    assert (hour.mean, hour.covered) == (40.0, 0.25)


def test_hour_without_values_is_none() -> None:
    assert hour_statistics(START, [], None) is None


def test_value_at_the_end_of_the_hour_covers_nothing_but_counts() -> None:
    hour = hour_statistics(START, [(at(60), 7.0)], None)
    assert hour is not None
    assert (hour.mean, hour.covered) == (7.0, 0.0)


def test_other_statistics_count_for_the_uncovered_part() -> None:
    part = Hour(start=START, mean=40, lowest=40, highest=40, last=40, covered=0.25)
    whole = part.merged_with(20, 10, 30)
    assert whole.mean == pytest.approx(25)
    assert (whole.lowest, whole.highest, whole.last) == (10, 40, 40)
    assert whole.merged_with(0, 0, 0) is whole


def test_series_keeps_one_value_for_each_time_and_sorts_them() -> None:
    values = [TimedValue(at(70), 3), TimedValue(at(10), 1), TimedValue(at(10), 2)]
    assert series_of(values) == {
        at(0): (TimedValue(at(10), 2),),
        at(60): (TimedValue(at(70), 3),),
    }


def test_hour_that_cannot_be_converted_is_left_out() -> None:
    series = series_of(
        [TimedValue(at(1), 2, "m"), TimedValue(at(61), 3, "m"), TimedValue(at(62), 4)]
    )
    converted = converted_series(
        series, lambda each: each.value * 1000 if each.unit else None
    )
    assert converted == {at(0): (TimedValue(at(1), 2000),)}


def test_value_before_the_hour_counts_unless_it_is_too_old() -> None:
    series = series_of([TimedValue(at(-90), 10), TimedValue(at(30), 20)])
    whole, part = (
        hour_in_series(series, at(0), longest) for longest in (2 * HOUR, HOUR)
    )
    assert whole is not None
    assert part is not None
    assert (whole.mean, whole.covered) == (15, 1)
    assert (part.mean, part.covered) == (20, 0.5)
    assert hour_in_series(series, at(60), HOUR) is None


# Totals: the table after imports is the one computed from all values at once


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([100, 103], 3),
        ([100, 95, 96], -4),  # A dip of less than a tenth is no reset.
        ([100, 5, 7], 7),
        ([100, -1, 102], 2),
        ([-1], 0),
    ],
)
def test_total_follows_the_rule_of_the_recorder(
    values: list[float], expected: float
) -> None:
    assert Total(None, 0.0).after(values).sum == expected


def test_late_hours_continue_a_row_of_any_age() -> None:
    rows = {at(-50 * 60): Total(4000, 4000.0), at(-49 * 60): Total(4001, 4001.0)}
    series = series_of(
        TimedValue(at(60 * hours), 4010 + number)
        for number, hours in enumerate((-5, -4, -3))
    )
    changes = merge_totals(rows, series, series, closed_before=at(0))
    assert [total.sum for total in changes.rows.values()] == [4010, 4011, 4012]


def table_of(
    values: dict[datetime, float], hours: set[datetime]
) -> dict[datetime, Total]:
    """Return the rows that the recorder writes of all values, plainly computed."""
    rows: dict[datetime, Total] = {}
    total = Total(None, 0.0)
    for start in sorted(hours):
        inside = [values[t] for t in sorted(values) if start <= t < start + HOUR]
        total = total.after(inside)
        if total.state is not None:
            rows[start] = total
    return rows


def apply_import(
    rows: dict[datetime, Total], known: dict[datetime, float], changed: set[datetime]
) -> None:
    """Import hours as `statistics.py` does."""
    series = series_of(TimedValue(t, value) for t, value in known.items())
    changes = merge_totals(rows, series, changed, closed_before=at(10**6))
    for begin, shift in changes.shifts:
        for start, total in rows.items():
            if start >= begin:
                rows[start] = Total(total.state, total.sum + shift)
    rows |= changes.rows


VALUES = st.dictionaries(
    st.integers(0, 6 * 60 - 1),
    st.tuples(st.integers(-1, 40) | st.integers(90, 101), st.integers(0, 5)),
    min_size=1,
    max_size=14,
)


@given(said=VALUES, carried=st.booleans(), again=st.booleans())
@example(said={0: (100, 0), 60: (5, 1), 120: (110, 0)}, carried=False, again=False)
@example(
    said={0: (100, 0), 60: (5, 1), 61: (7, 2), 120: (6, 0)}, carried=True, again=True
)
def test_imports_in_any_order_equal_one_computation_of_all_values(
    said: dict[int, tuple[int, int]],
    carried: bool,  # noqa: FBT001 - a parameter of the test
    again: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Batch 0 came in time; the others are late and come one after the other.

    `carried`: the recorder repeats the last state in hours without values.
    """
    known = {at(m): float(value) for m, (value, batch) in said.items() if not batch}
    on_time = {hour_of(t) for t in known}
    hours = {at(60 * n) for n in range(6)} if carried else on_time
    if known:
        hours = {start for start in hours if start >= min(on_time)}
    rows = table_of(known, hours if known else set())
    for number in range(1, 6):
        late = {at(m): float(v) for m, (v, batch) in said.items() if batch == number}
        known |= late
        for _ in range(1 + again):
            apply_import(rows, known, {hour_of(t) for t in late})
    # Negative values are ignored, so an hour with only those needs no row.
    counted = {hour_of(t) for t, value in known.items() if value >= 0}
    expected = table_of(known, counted | set(rows))
    assert rows.keys() == expected.keys()
    for start, total in expected.items():
        assert rows[start].state == total.state
        assert rows[start].sum == pytest.approx(total.sum)


@pytest.mark.parametrize(
    ("rows", "late", "later", "expected"),
    [
        # A late value that does not count changes nothing.
        ({}, [-1.0], [3.0], {}),
        # An hour without a row has late values too, and is calculated on its own.
        ({}, [5.0], [7.0], {0: Total(5, 0)}),
        # An hour that only repeated the state before repeats the new one.
        (
            {0: Total(5, 0), 1: Total(5, 0)},
            [5.0, 7.0],
            [],
            {0: Total(7, 2), 1: Total(7, 2)},
        ),
        # A row whose values are not known counts by its state.
        ({0: Total(5, 0), 1: Total(9, 4)}, [5.0, 7.0], [], {0: Total(7, 2)}),
    ],
)
def test_late_values_change_the_hours_after_them(
    rows: dict[int, Total],
    late: list[float],
    later: list[float],
    expected: dict[int, Total],
) -> None:
    hours = [at(60 * number) for number in range(2)]
    series = {
        hour: tuple(
            TimedValue(hour + timedelta(minutes=n), v) for n, v in enumerate(vs)
        )
        for hour, vs in zip(hours, (late, later), strict=True)
        if vs
    }
    changes = merge_totals(
        {hours[number]: total for number, total in rows.items()},
        series,
        {hours[0]},
        closed_before=at(10**6),
    )
    assert changes.rows == {hours[number]: total for number, total in expected.items()}
    # Rows after a repeated state, if there are any, grow by as much.
    assert changes.shifts == ([(hours[1], 2.0)] if 1 in expected else [])


def test_open_hour_without_a_value_that_counts_moves_nothing() -> None:
    series = series_of([TimedValue(at(1), 5.0), TimedValue(at(61), -1.0)])
    changes = merge_totals({}, series, {at(0)}, closed_before=at(60))
    assert changes.rows == {at(0): Total(5.0, 0.0)}
    assert changes.shifts == []
