"""Local times of the platform."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.push.times import Times

from ..helpers import NOW, TIMES


@pytest.mark.parametrize(
    "reported", [None, 7, "", "soon", "1970-01-01 00:00:00", "9999-12-31 23:59:59"]
)
def test_text_that_is_no_time_is_none(reported: object) -> None:
    assert TIMES.instant(reported, NOW) is None
    assert TIMES.moment(reported, NOW) is None


def test_text_as_long_as_a_time_is_none() -> None:
    assert TIMES.instant("yesterday evening", NOW) is None
    assert TIMES.moment("2026-03-02 20:30:00", NOW) == NOW


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-02 20:30:00", 12.5),
        ("2026/03/02 20:30:00", 12.5),
        ("2026-03-02T20:30:00", 12.5),
        ("2026-03-02T20:30:00+02:00", 18.5),
    ],
)
def test_formats_of_times(text: str, hour: float) -> None:
    expected = NOW.replace(hour=0, minute=0) + timedelta(hours=hour)
    assert TIMES.instant(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("23:59:50", "2026-03-02T16:00:05+00:00", "2026-03-02T15:59:50+00:00"),
        ("00:00:05", "2026-03-02T15:59:50+00:00", "2026-03-02T16:00:05+00:00"),
        ("20:30:00", "2026-03-02T12:30:00+00:00", "2026-03-02T12:30:00+00:00"),
    ],
)
def test_time_of_day_belongs_to_the_nearest_day(
    text: str, near: str, expected: str
) -> None:
    found = TIMES.moment(text, datetime.fromisoformat(near))
    assert found == datetime.fromisoformat(expected)


def test_time_in_a_repeated_hour_is_the_nearer_one() -> None:
    helsinki = Times(ZoneInfo("Europe/Helsinki"))
    summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    winter = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert helsinki.instant("2026-10-25 03:30:00", summer) == summer
    assert helsinki.instant("2026-10-25 03:30:00", winter) == winter
    # One that the clock leaves out in spring is some instant all the same.
    left_out = helsinki.instant("2026-03-29 03:30:00", summer)
    assert left_out is not None


@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_written_times_are_parsed_as_they_were(moment: datetime) -> None:
    for zone in ("Europe/Helsinki", "Asia/Shanghai", "Australia/Lord_Howe"):
        times = Times(ZoneInfo(zone))
        instant = moment.replace(microsecond=0, tzinfo=UTC)
        assert times.instant(times.written(instant), instant) == instant
        assert times.moment(times.of_day(instant), instant) == instant
