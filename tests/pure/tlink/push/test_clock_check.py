"""A clock that was not set yet is recognized, and one that is right again."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.kinds.tlink.push.clock_check import (
    RELEASED,
    ClockCheck,
)

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
UNSET = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("now", [UNSET, RELEASED - timedelta(days=1)])
def test_clock_before_the_release_takes_the_time_of_the_message(now: datetime) -> None:
    clock = ClockCheck()
    assert clock.is_behind(now)
    assert clock.received(now, NOW) == NOW
    assert clock.received(now, None) is None


def test_right_clock_ignores_the_time_of_the_message() -> None:
    clock = ClockCheck()
    clock.stored(NOW)
    assert not clock.is_behind(NOW)
    assert clock.received(NOW, NOW - 9 * MINUTE) == NOW
    assert clock.received(NOW - 5 * MINUTE, None) == NOW - 5 * MINUTE


def test_clock_before_the_newest_stored_moment_takes_the_time_of_the_message() -> None:
    clock = ClockCheck()
    clock.stored(NOW)
    behind = NOW - timedelta(days=3)
    assert clock.received(behind, NOW + MINUTE) == NOW + MINUTE
    assert clock.received(behind, None) is None
    assert clock.received(NOW + 2 * MINUTE, None) == NOW + 2 * MINUTE


def test_clock_that_agrees_with_a_message_is_right() -> None:
    clock = ClockCheck()
    clock.stored(NOW + timedelta(days=3650))  # by a clock that was ahead
    assert clock.received(NOW, NOW - MINUTE) == NOW
    assert clock.received(NOW, None) == NOW


def test_clock_that_stays_behind_for_an_hour_is_right_unless_it_is_unset() -> None:
    for begin, right in ((NOW, True), (UNSET, False)):
        clock = ClockCheck()
        clock.stored(NOW + timedelta(days=3650))
        assert clock.received(begin, None) is None
        later = begin + 61 * MINUTE
        assert clock.received(later, None) == (later if right else None)
