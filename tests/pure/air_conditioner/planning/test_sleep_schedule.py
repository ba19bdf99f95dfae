"""The sleep schedule."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.planning.sleep_schedule import (
    WEEKDAYS,
    BadRow,
    rows_of,
    schedule_of,
    week,
    window_of,
)


def opened(rows: list[dict[str, Any]], text: str) -> bool:
    """Return whether a window is open at a time in the week of July 6th."""
    now = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return week(time(22), time(7), rows, UTC).active(now) is not None


def test_day_without_row_has_common_times() -> None:
    rows = [{"days": ["fri", "sat"], "start": "23:30:00", "end": "09:00:00"}]
    assert opened(rows, "2026-07-09 22:30")  # Thursday
    assert opened(rows, "2026-07-10 06:30")  # Friday morning, of Thursday's night
    assert not opened(rows, "2026-07-10 22:30")
    assert opened(rows, "2026-07-11 08:30")  # Saturday morning, of Friday's night
    assert opened(rows, "2026-07-12 08:30")
    assert opened(rows, "2026-07-12 22:30")  # Sunday


def test_row_without_times_disables_sleep() -> None:
    rows = [{"days": ["wed"]}]
    assert opened(rows, "2026-07-08 06:00")  # Tuesday's night continues
    assert not opened(rows, "2026-07-08 23:00")
    assert not opened(rows, "2026-07-09 06:00")


def test_two_rows_for_one_day_are_two_windows() -> None:
    rows = [
        {"days": ["sun"], "start": "13:00:00", "end": "14:00:00"},
        {"days": ["sun"], "start": "22:00:00", "end": "06:00:00"},
    ]
    assert opened(rows, "2026-07-12 13:30")
    assert opened(rows, "2026-07-12 23:30")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"days": []},
        {"days": "mon"},
        {"days": ["someday"], "start": "22:00", "end": "07:00"},
        {"days": ["mon"], "start": "22:00"},
        {"days": ["mon"], "end": "07:00"},
        {"days": ["mon"], "start": "22:00", "end": "22:00"},
        {"days": ["mon"], "start": "late", "end": "07:00"},
    ],
)
def test_unusable_row_raises_bad_row(row: dict[str, Any]) -> None:
    with pytest.raises(BadRow):
        window_of(row)


def test_original_schedule_is_converted_to_rows() -> None:
    night = {"start": "22:30", "stop": "07:00"}
    rows = rows_of({"sun": night, "mon": night, "fri": None, "sat": {}})
    assert rows == [
        {"days": ["mon", "sun"], "start": "22:30", "end": "07:00"},
        {"days": ["fri", "sat"]},
    ]
    empty = {"start": None, "stop": None}
    assert schedule_of(rows) == {
        "mon": night,
        "sun": night,
        "fri": empty,
        "sat": empty,
    }
    to_the_second = [{"days": ["mon"], "start": "22:30:00", "end": "07:00:00"}]
    assert schedule_of(to_the_second) == {"mon": night}
    with pytest.raises(BadRow):
        rows_of({"mon": {"start": "22:30"}})
    with pytest.raises(BadRow):
        rows_of({"someday": night})


clock_times = st.times().map(lambda at: at.strftime("%H:%M"))


@given(
    schedule=st.dictionaries(
        st.sampled_from(WEEKDAYS),
        st.none()
        | st.tuples(clock_times, clock_times)
        .filter(lambda both: both[0] != both[1])
        .map(lambda both: {"start": both[0], "stop": both[1]}),
    )
)
def test_schedule_round_trips_through_rows(schedule: dict[str, Any]) -> None:
    converted = schedule_of(rows_of(schedule))
    empty = {"start": None, "stop": None}
    assert converted == {day: window or empty for day, window in schedule.items()}
