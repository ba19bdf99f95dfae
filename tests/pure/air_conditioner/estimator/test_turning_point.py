"""Where the air turns, and when to switch because of it."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.estimator.turning_point import (
    COIL,
    Air,
    Band,
)
from custom_components.jannenkoti.lib.guard import MinimumTimes

airs = st.builds(
    Air,
    level=st.floats(-3, 3),
    drift=st.floats(-5, 15),
    pull=st.floats(1 / 48, 6),
    power=st.floats(0.5, 40),
    effect=st.floats(0, 1),
)


def band(price: float = 0.0, minutes: float = 0.0) -> Band:
    time = timedelta(minutes=minutes)
    return Band(low=0.0, high=1.0, price=price, minimum=MinimumTimes(on=time, off=time))


def integrated(air: Air, hours: float, *, on: bool) -> tuple[Air, list[float]]:
    """Return the air after a time by small steps, and its levels on the way."""
    level, effect, step = air.level, air.effect, 1 / 3600
    levels = [level]
    for _ in range(round(hours / step)):
        level += air.slope(level, effect) * step
        effect += (on - effect) * step / COIL
        levels.append(level)
    end = Air(
        level=level, drift=air.drift, pull=air.pull, power=air.power, effect=effect
    )
    return end, levels


@given(air=airs, on=st.booleans())
def test_air_after_a_time_is_that_of_small_steps(air: Air, *, on: bool) -> None:
    end, _ = integrated(air, 0.2, on=on)
    assert air.after(0.2, on=on).level == pytest.approx(end.level, abs=0.1)
    assert air.after(0.2, on=on).effect == pytest.approx(end.effect, abs=0.02)


@given(air=airs, on=st.booleans())
def test_turn_is_the_extreme_level_after_a_switch(air: Air, *, on: bool) -> None:
    _, levels = integrated(air, 0.3, on=on)
    extreme = max(levels) if on else min(levels)
    turned = abs(levels[-1] - extreme) > 0.01
    assume(turned)  # in so short a time
    assert air.turn(on=on) == pytest.approx(extreme, abs=0.1)


AIR = Air(level=0.5, drift=4.0, pull=1.0, power=20.0, effect=0.0)


def test_stop_is_early_by_what_the_cold_coil_still_takes() -> None:
    cold = Air(level=0.3, drift=4.0, pull=1.0, power=20.0, effect=1.0)
    assert cold.turn(on=False) == pytest.approx(0.056, abs=0.01)
    assert cold.runs(band(), on=True)
    assert not cold.after(0.03, on=True).runs(band(), on=True)
    assert cold.after(0.015, on=True).level > 0  # well inside the band


def test_start_is_early_by_what_the_air_still_rises() -> None:
    assert not AIR.runs(band(), on=False)
    near = Air(level=0.995, drift=4.0, pull=1.0, power=20.0, effect=0.0)
    assert near.turn(on=True) > 1.0
    assert near.runs(band(), on=False)


def test_higher_start_cost_widens_swing() -> None:
    margins = [AIR._margin(band(price)) for price in (0.0, 0.02, 0.1, 0.3)]
    assert margins == sorted(margins)
    assert margins[0] == 0.0
    assert margins[-1] > 0.2


def test_both_sides_take_the_same_where_the_minimum_times_are_too_long() -> None:
    limits = band(minutes=10)
    margin = AIR._margin(limits)
    assert margin > 0.5
    start = Air(level=1.0, drift=4.0, pull=1.0, power=20.0, effect=0.0)
    while not start.runs(limits, on=False):
        start = start.after(1 / 3600, on=False)
    peak = start.turn(on=True)
    trough = start.after(10 / 60, on=True).turn(on=False)
    assert peak - 1.0 == pytest.approx(0.0 - trough, abs=0.15)


def test_unit_too_weak_for_the_room_runs_on() -> None:
    weak = Air(level=2.0, drift=30.0, pull=1.0, power=20.0, effect=1.0)
    assert weak.runs(band(0.1), on=True)
    assert weak.runs(band(0.1), on=False)


def test_room_that_cools_by_itself_gets_no_run() -> None:
    cool = Air(level=0.5, drift=-2.0, pull=1.0, power=20.0, effect=0.0)
    assert not cool.runs(band(0.1), on=False)
    assert not cool.runs(band(0.1), on=True)


@given(air=airs, on=st.booleans(), price=st.floats(0, 0.3))
def test_predicted_switch_matches_decision(*, air: Air, on: bool, price: float) -> None:
    limits = band(price, 4)
    within = air.switches_within(limits, timedelta(minutes=6), on=on)
    if within is None:
        return
    assert air.runs(limits, on=on) is on
    hours = within / timedelta(hours=1)
    assert air.after(hours, on=on).runs(limits, on=on) is not on
