"""Properties: hours equal a naive reference; any file gives rows or the one error."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.import_history.hours import HourSeries, OutOfOrder
from custom_components.jannenkoti.import_history.local_time import (
    LocalTimes,
    Skip,
    clock_time,
)
from custom_components.jannenkoti.import_history.plan import found_series
from custom_components.jannenkoti.import_history.problem import HistoryError
from custom_components.jannenkoti.import_history.read import read_store
from custom_components.jannenkoti.import_history.scan import Watch
from custom_components.jannenkoti.import_history.sql_tokens import (
    Incomplete,
    NoValue,
    columns_of_create,
    copied_values,
    next_values,
)
from custom_components.jannenkoti.import_history.sums import (
    Present,
    first_sum,
    missing,
    rounded,
)
from custom_components.jannenkoti.lib.hours import (
    HOUR,
    TimedValue,
    Total,
    hour_in_series,
    series_of,
)

from .stores import DISPOSITIVOS, JANNENKOTI, TLINK, VIKI, make_sqlite, reading

if TYPE_CHECKING:
    from pathlib import Path

HELSINKI = ZoneInfo("Europe/Helsinki")
BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
VALUES = st.floats(-1e6, 1e6) | st.integers(-5, 100)
POINTS = st.lists(st.tuples(st.integers(0, 5 * 3600), VALUES), min_size=1, max_size=40)


def hours_of(points: list[tuple[int, float]]) -> HourSeries:
    """Return the hours of points in the order of time."""
    series = HourSeries()
    for seconds, value in sorted(points, key=lambda point: point[0]):
        series.add(BEGIN.timestamp() + seconds, float(value))
    series.close()
    return series


@given(POINTS)
def test_hours_equal_the_rules_of_the_frame(points: list[tuple[int, float]]) -> None:
    ordered = sorted(points, key=lambda point: point[0])
    values = [TimedValue(BEGIN + timedelta(seconds=s), float(v)) for s, v in ordered]
    naive, total = series_of(values), Total(None, 0.0)
    found = hours_of(points)
    assert [*found.starts] == [int(start.timestamp()) for start in naive]
    for index, start in enumerate(naive):
        hour, row = hour_in_series(naive, start, HOUR), found[index]
        total = total.after(each.value for each in naive[start])
        assert hour is not None
        assert row.mean == pytest.approx(hour.mean, abs=1e-6)
        assert (row.lowest, row.highest, row.state) == (
            hour.lowest,
            hour.highest,
            hour.last,
        )
        assert row.lowest <= row.mean <= row.highest
        assert row.growth == pytest.approx(total.sum, abs=1e-6)
    assert found.duplicates == len(points) - len({s for s, _ in points})


def test_value_of_a_closed_hour_is_out_of_order() -> None:
    series = HourSeries()
    series.add(7200, 1)
    series.close()
    series.close()
    assert len(series) == 1
    with pytest.raises(OutOfOrder):
        series.add(100, 1)


@given(POINTS, st.sets(st.integers(0, 5)), st.integers(0, 6))
def test_second_run_of_a_meter_writes_the_same_sums(
    points: list[tuple[int, float]], lost: set[int], first: int
) -> None:
    """Whatever part of its rows was written, and whatever the recorder has later."""
    hours = hours_of([(s, abs(v)) for s, v in points])
    later = Present(int((BEGIN + first * HOUR).timestamp()) + 6 * 3600, 5.0, 2.0)
    offset = first_sum(hours, later, float)
    whole = {
        row.start: rounded(row.growth + offset)
        for row in missing(hours, set(), 1 << 40)
    }
    there = {start: x for n, (start, x) in enumerate(whole.items()) if n not in lost}
    if not there:
        return
    # Rows are written in the order of time, so a run that ended early has the first.
    start = min(whole)
    again = Present(start, hours[0].state, whole[start])
    offset = first_sum(hours, again, float)
    for row in missing(hours, there.keys(), 1 << 40):
        assert rounded(row.growth + offset) == pytest.approx(whole[row.start], abs=1e-5)


def test_sums_join_those_that_the_recorder_has() -> None:
    hours = hours_of([(0, 10), (3600, 14)])
    start = int(BEGIN.timestamp())
    assert first_sum(hours, None, float) == 0
    assert first_sum(HourSeries(), Present(0, 1, 1), float) == 0
    # Earlier than all: the sums go on from there.
    assert first_sum(hours, Present(start - 3600, 9, 5), float) == 5
    # Later: 14 → 20 is what was counted between.
    assert first_sum(hours, Present(start + 9 * 3600, 20, 3), float) == 3 - 6 - 4
    assert [row.start for row in missing(hours, {start}, start + 7200)] == [
        start + 3600
    ]
    assert not [*missing(hours, set(), start)]


# Times


@given(st.datetimes(datetime(2001, 1, 2), datetime(2025, 12, 1)))  # noqa: DTZ001
def test_local_time_is_that_of_the_zone(moment: datetime) -> None:
    found = LocalTimes(HELSINKI, NOW).read(str(moment), "x")
    there = moment.replace(tzinfo=HELSINKI)
    back = there.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=None, fold=0)
    if back != moment.replace(fold=0):
        assert found is Skip.WRONG_ZONE
    else:
        assert found == pytest.approx(there.timestamp())


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=60))
def test_autumn_night_is_read_in_order(gaps: list[int]) -> None:
    """Rows of a clock that is set back, at least every 50 minutes."""
    times = LocalTimes(HELSINKI, NOW)
    at = datetime(2025, 10, 25, 22, tzinfo=UTC)
    true: list[float] = []
    read: list[float | Skip] = []
    for gap in gaps:
        at += timedelta(seconds=gap)
        local = at.astimezone(HELSINKI).replace(tzinfo=None, fold=0)
        true.append(at.timestamp())
        read.append(times.read(str(local), "x"))
    steps = [later - earlier for earlier, later in pairwise(true)]
    assert all(step < 3600 for step in steps)
    # Where the second hour begins later than the first one's last row, none can decide.
    if all(isinstance(x, float) for x in read) and read[0] == true[0]:
        wrong = [n for n, (a, b) in enumerate(zip(read, true, strict=True)) if a != b]
        for n in wrong:
            assert n > 0
            assert true[n] - true[n - 1] > 60


@given(
    st.one_of(
        st.text(max_size=60),
        st.floats(),
        st.integers(),
        st.none(),
        st.binary(max_size=4),
        st.booleans(),
    )
)
def test_any_time_is_read_or_skipped(raw: Any) -> None:
    found = LocalTimes(HELSINKI, NOW).read(raw, "x")
    assert isinstance(found, Skip) or 0 < found <= NOW


def test_numbers_are_seconds_or_milliseconds() -> None:
    times = LocalTimes(UTC, NOW)
    for raw in (
        1757332800,
        1757332800.0,
        1757332800000,
        "2025-09-08T12:00:00Z",
        "2025-09-08 12:00:00+00",
        "2025/09/08 12:00:00",
    ):
        assert times.read(raw, "x") == 1757332800
    assert times.read(1e15, "x") is Skip.BAD_TIME
    assert times.read(float("nan"), "x") is Skip.BAD_TIME


def test_precise_time_is_preferred_if_it_is_whole() -> None:
    day = "2025-09-08 12:00:00"
    assert clock_time("2025-09-08 12:30:00", day) == "2025-09-08 12:30:00"
    assert clock_time("12:30:00", day) == day
    assert clock_time("no time at all, really", day) == day
    assert clock_time(None, day) == day
    assert clock_time("12:30:00", None) is None
    assert clock_time(None, None) is None


# Any file

STORES = [TLINK % "(1,7,'2025-09-08 20:00:00',NULL,0,1,'1.5','15.0',NULL)", VIKI]


def read(path: Path) -> None:
    """Read a file; only the one error may be raised."""
    with suppress(HistoryError):
        found_series(read_store(path, Watch(zone=HELSINKI, now=NOW), path.parent))


@given(st.data())
@example(None)
def test_any_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.csv"
    if data is None:
        path.write_text("INSERT INTO temphum VALUES (f(g('x'), 1), now(), 1, 2);")
        read(path)
        return
    text = data.draw(
        st.sampled_from(STORES)
        | st.text(alphabet="'\\(),;\n \tINSERTOvaluesCOPYfromstdin.temphum1N`\"")
    )
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    middle = data.draw(st.text(alphabet="'\\(),;\n\t\0NULL0é", max_size=8))
    head = data.draw(st.sampled_from(["", "INSERT INTO temphum VALUES ", "{", "COPY "]))
    path.write_text(head + text[:start] + middle + text[start + length :])
    read(path)


@given(st.data())
def test_any_damage_of_an_sqlite_file_is_survived(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.db"
    if data.draw(st.booleans()):
        rows = [reading("2025-09-08T12:00:00Z", number) for number in range(50)]
        make_sqlite(path, JANNENKOTI, esp32_temphum=rows)
    else:
        make_sqlite(path, DISPOSITIVOS)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(16, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(100, len(raw)))])
    read(path)


# SQL

TEXTS = st.none() | st.text(alphabet="abc'\\\"(),;\n\t é0", max_size=12)


@given(
    st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4),
    st.booleans(),
)
def test_values_of_insert_are_those_that_were_written(
    rows: list[list[str | None]],
    backslashes: bool,  # noqa: FBT001
) -> None:
    def quoted(text: str | None) -> str:
        if text is None:
            return "NULL"
        if backslashes:
            text = text.replace("\\", "\\\\").replace("\n", "\\n")
        return "'" + text.replace("'", "''") + "'"

    sql = ",\n".join("(" + ",".join(map(quoted, row)) + ")" for row in rows) + ";\n"
    at, found = 0, list[list[str | None]]()
    while (values := next_values(sql, at, backslashes=backslashes)) is not None:
        found.append(values[0])
        at = values[1]
    assert found == rows
    # Whatever is cut off: more text is asked for, or these are the first values.
    for end in range(len(sql) - 2):
        try:
            values = next_values(sql[:end], 0, backslashes=backslashes)
        except Incomplete, NoValue:
            continue
        assert values is not None
        assert values[0] == rows[0]


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_values_of_copy_are_those_that_were_written(row: list[str | None]) -> None:
    def written(text: str | None) -> str:
        if text is None:
            return r"\N"
        escaped = text.replace("\\", "\\\\")
        return escaped.replace("\n", "\\n").replace("\t", "\\t")

    assert copied_values("\t".join(map(written, row)) + "\n") == row


def test_function_call_stands_for_an_unknown_value() -> None:
    sql = "(1, replace('a(,)', 'b', char(10)), _binary 'x', X'00', now( ) , 2);"
    assert next_values(sql, 0, backslashes=False) == (
        ["1", None, "x", "00", None, "2"],
        len(sql) - 1,
    )
    with pytest.raises(NoValue):
        next_values("(1 2, 3)", 0, backslashes=False)
    for cut in ("(f(1", "(f(1)", "(f("):
        with pytest.raises((Incomplete, NoValue)):
            next_values(cut, 0, backslashes=False)


def test_columns_of_a_table_are_found() -> None:
    sql = (
        "CREATE TABLE IF NOT EXISTS `a`.`t` (`id` int(11) DEFAULT '(,',\n"
        ' [name] varchar(5) CHECK (x IN (1,2)), "At" text, PRIMARY KEY (`id`),'
        " CONSTRAINT c CHECK (id > 0)) ENGINE=InnoDB;"
    )
    assert columns_of_create(sql) == ("id", "name", "at")
    assert columns_of_create("CREATE INDEX x") == ()
