"""The room's temperature."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.room import (
    RoomTemperature,
    celsius,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def room(smoothing: float = 0, stale: float = 100) -> RoomTemperature:
    return RoomTemperature(
        smoothing=timedelta(seconds=smoothing), stale_after=timedelta(seconds=stale)
    )


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("21.5", "°C", 21.5),
        ("70.7", "°F", 21.5),
        ("294.65", "K", 21.5),
        ("21.5", None, 21.5),
        ("21.5", "bar", None),
        ("nan", "°C", None),
        ("inf", "°C", None),
        ("unavailable", "°C", None),
    ],
)
def test_units(text: str, unit: str | None, value: float | None) -> None:
    assert celsius(text, unit) == (value if value is None else pytest.approx(value))


def test_the_mean_of_the_fresh() -> None:
    several = room()
    several.hear("a", 20.0, NOW)
    several.hear("b", 24.0, at(50))
    assert several.value(at(60)) == 22.0
    assert several.value(at(110)) == 24.0
    assert several.value(at(150)) is None
    several.hear("a", 20.0, at(150))
    several.hear("a", None, at(151))
    assert several.value(at(152)) is None
    assert list(several.heard) == ["b"]


def test_smoothing_weighs_by_time_not_by_sample() -> None:
    smooth = room(smoothing=100)
    smooth.hear("a", 20.0, NOW)
    assert smooth.value(NOW) == 20.0
    smooth.hear("a", 30.0, at(80))
    smooth.value(at(80))
    for second in range(81, 101):  # many samples, a fifth of the time
        smooth.hear("a", 30.0, at(second))
        smooth.value(at(second))
    assert smooth.value(at(100)) == pytest.approx(22.0)


def test_a_clock_set_back_starts_the_smoothing_anew() -> None:
    smooth = room(smoothing=100)
    smooth.hear("a", 20.0, NOW)
    smooth.value(NOW)
    smooth.hear("a", 30.0, at(-50))
    assert smooth.value(at(-50)) == 30.0


def test_a_clock_step_keeps_ages() -> None:
    smooth = room(smoothing=100)
    smooth.hear("a", 20.0, NOW)
    smooth.value(NOW)
    smooth.shift(timedelta(hours=1))
    assert smooth.value(at(3600 + 99)) == 20.0
    assert smooth.value(at(3600 + 100)) is None


@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 50),
            st.sampled_from("abc"),
            st.none() | st.floats(min_value=-40, max_value=60),
        ),
        max_size=300,
    ),
    smoothing=st.integers(0, 600),
)
def test_the_result_lies_between_the_readings(
    steps: list[tuple[int, str, float | None]], smoothing: int
) -> None:
    smooth = room(smoothing=smoothing)
    now, heard = NOW, []
    for seconds, sensor, value in steps:
        now += timedelta(seconds=seconds)
        smooth.hear(sensor, value, now)
        heard += [] if value is None else [value]
        result = smooth.value(now)
        if result is not None:
            assert min(heard) - 1e-6 <= result <= max(heard) + 1e-6
        assert (result is None) is (not smooth.fresh(now))
    assert len(smooth._means) <= 110
