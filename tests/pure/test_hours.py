"""Hours as the recorder reckons them: a value counts until the next one."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.lib.hours import Hour, hour_of, hour_statistics

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_the_hour_of_a_local_time_is_told_in_utc() -> None:
    local = datetime.fromisoformat("2026-03-02T14:42:07+05:30")
    assert hour_of(local) == at(0)


def test_each_value_counts_until_the_next() -> None:
    hour = hour_statistics(START, [(at(15), 20.0), (at(45), 40.0)], 10.0)
    assert hour is not None
    assert hour.mean == pytest.approx((15 * 10 + 30 * 20 + 15 * 40) / 60)
    assert (hour.lowest, hour.highest, hour.last) == (10.0, 40.0, 40.0)
    assert hour.covered == 1


def test_what_came_before_is_not_made_up() -> None:
    hour = hour_statistics(START, [(at(45), 40.0)], None)
    assert hour is not None
    assert (hour.mean, hour.covered) == (40.0, 0.25)


def test_an_hour_of_which_nothing_is_known_is_none() -> None:
    assert hour_statistics(START, [], None) is None


def test_a_value_in_the_last_instant_covers_nothing_but_counts() -> None:
    hour = hour_statistics(START, [(at(60), 7.0)], None)
    assert hour is not None
    assert (hour.mean, hour.covered) == (7.0, 0.0)


def test_what_else_is_known_counts_for_the_rest() -> None:
    part = Hour(start=START, mean=40, lowest=40, highest=40, last=40, covered=0.25)
    whole = part.merged_with(20, 10, 30)
    assert whole.mean == pytest.approx(25)
    assert (whole.lowest, whole.highest, whole.last) == (10, 40, 40)
    assert whole.merged_with(0, 0, 0) is whole


def test_another_unit() -> None:
    hour = Hour(start=START, mean=2, lowest=1, highest=3, last=3, covered=0.5)
    in_thousandths = hour.converted(lambda value: value * 1000)
    assert in_thousandths == Hour(
        start=START, mean=2000, lowest=1000, highest=3000, last=3000, covered=0.5
    )
