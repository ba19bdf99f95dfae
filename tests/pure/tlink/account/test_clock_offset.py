"""Wrong time zones and clocks."""

from datetime import timedelta

from custom_components.jannenkoti.kinds.tlink.account.clock_offset import ClockOffset

from ..helpers import NOW


def test_wrong_time_zone_differs_from_a_slow_network() -> None:
    for seconds, expected in (
        (6 * 3600 + 2, 6.0),
        (-5.5 * 3600, -5.5),
        (3.0, None),
        (1500.0, None),
    ):
        lag = ClockOffset()
        lag.observe(None, NOW)
        for minute in range(10):
            now = NOW + timedelta(minutes=minute)
            lag.observe(now - timedelta(seconds=seconds), now)
        assert lag.hours_off == expected
    backlog = ClockOffset()  # is not always off by the same
    for number in range(10):
        now = NOW + timedelta(minutes=number)
        backlog.observe(now - timedelta(hours=number), now)
    assert backlog.hours_off is None


def test_backlog_is_no_slow_clock() -> None:
    lag = ClockOffset()
    for seconds in range(50):
        now = NOW + timedelta(seconds=seconds)
        lag.observe(now - timedelta(hours=3), now)
    assert lag.constant is None
    for minutes in range(1, 10):  # but this is
        now = NOW + timedelta(minutes=minutes)
        lag.observe(now - timedelta(hours=3), now)
    assert lag.constant == 3 * 3600


def test_clock_set_back_is_still_observed() -> None:
    lag = ClockOffset()
    lag.observe(NOW, NOW)
    for minutes in range(10):
        now = NOW + timedelta(minutes=minutes - 600)
        lag.observe(now, now)
    assert lag.constant == 0.0
