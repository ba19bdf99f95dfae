"""Whole days in a simulated house: surplus, comfort, safety, minimum times."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.model import Mode, Reason
from demo.heating_house import GRID, MIDNIGHT, PV, TOP, House, raw_options
from demo.heating_physics import HOUR, WaterTank

NOON = MIDNIGHT + timedelta(hours=11)


def at_noon(**changes: Any) -> House:
    """Return a house at noon."""
    return House(now=NOON, **changes)


def test_sunny_day_heats_with_surplus_and_reaches_the_surplus_target() -> None:
    house = House()
    house.run(24)
    assert house.surplus_used > 4
    assert house.hottest == pytest.approx(60, abs=2)
    assert Reason.SURPLUS in house.reasons
    assert house.controller.energy.heated >= house.surplus_used - 0.2


@settings(max_examples=12, deadline=None)
@given(
    clouds=st.floats(0, 1),
    peak=st.floats(0, 15_000),
    draw=st.floats(0, 1),
    start=st.floats(45, 70),
    watts=st.sampled_from([1000, 2000, 3000]),
)
def test_any_day_keeps_floor_limit_and_minimum_times(
    clouds: float, peak: float, draw: float, start: float, watts: float
) -> None:
    house = House(
        raw=raw_options(watts=watts),
        tank=WaterTank(temperature=start),
        peak=peak,
        clouds=clouds,
        draw=draw,
        step=30,
    )
    changed: dict[int, float] = {}
    before = list(house.on)
    for _ in range(int(24 * HOUR / house.step)):
        house.cycle()
        for number, on in enumerate(house.on):
            if on is not before[number]:
                age = house.ticks - changed.get(number, -HOUR)
                assert age >= 180, "a minimum time was not kept"
                changed[number] = house.ticks
        assert sum(a is not b for a, b in zip(before, house.on, strict=True)) <= 1 or (
            house.reasons[-1] not in {Reason.SURPLUS, Reason.NO_SURPLUS}
        )
        before = list(house.on)
    assert house.coldest >= 40
    assert house.hottest <= max(start, 61.5)


@pytest.mark.parametrize("mode", Mode)
def test_too_hot_tank_switches_everything_off_within_a_cycle_in_every_mode(
    mode: Mode,
) -> None:
    house = at_noon()
    house.run(0.2)
    assert any(house.on)
    house.controller.set_mode(mode)
    house.tank = WaterTank(temperature=76)
    for _ in range(3):  # The jump is accepted once three readings agree.
        house.cycle()
    assert not any(house.on)
    expected = Reason.HOLIDAY if mode is Mode.HOLIDAY else Reason.OVER_TEMPERATURE
    assert house.reasons[-1] is expected


def test_holiday_switches_everything_off_within_a_cycle() -> None:
    house = at_noon()
    house.run(0.06)
    house.controller.set_mode(Mode.FAST)
    house.cycle()
    assert all(house.on)
    house.controller.set_mode(Mode.HOLIDAY)
    house.cycle()
    assert not any(house.on)
    house.run(1)
    assert not any(house.on)


def test_fast_heats_to_the_target_without_surplus_then_stops() -> None:
    house = House(peak=0, draw=0, tank=WaterTank(temperature=44))
    house.run(0.06)
    house.controller.set_mode(Mode.FAST)
    house.cycle()
    assert all(house.on)
    house.run(2)
    assert not any(house.on)
    assert 50 <= house.hottest < 51
    assert house.data is not None
    assert house.data.reason is Reason.TARGET_REACHED


def test_manual_mode_keeps_stages_and_obeys_switches() -> None:
    house = House(peak=0, draw=0)
    house.controller.set_manual(1, on=True)
    house.run(0.5)
    assert house.on == [False, True, False]
    house.controller.set_manual(1, on=False)
    house.cycle()
    assert house.on == [False] * 3


def test_relay_switched_elsewhere_in_manual_mode_stays() -> None:
    house = House(peak=0, draw=0)
    house.controller.set_mode(Mode.MANUAL)
    house.run(0.1)
    house.on[2] = True
    house.run(0.5)
    assert house.on == [False, False, True]


def test_relay_switched_elsewhere_in_automatic_mode_is_held_for_a_time() -> None:
    house = House(peak=0, draw=0)
    house.run(0.2)
    house.on[0] = True
    data = house.run(0.5)
    assert house.on == [True, False, False]
    assert data.stages[0].reason is Reason.HOLD
    assert data.holds[0] is not None
    house.run(2)
    assert house.on == [False] * 3


def test_hold_ends_when_the_tank_is_too_hot() -> None:
    house = House(peak=0, draw=0, tank=WaterTank(temperature=72))
    house.run(0.2)
    house.on = [True] * 3
    house.run(1.5)
    assert house.hottest < 77
    assert not any(house.on)


@pytest.mark.parametrize("silent", [{GRID}, {GRID, PV}])
def test_stale_power_switches_surplus_heating_off(silent: set[str]) -> None:
    house = at_noon(draw=0)
    house.run(0.2)
    assert any(house.on)
    house.silent = silent
    data = house.run(0.2)
    assert not any(house.on)
    assert data.reason is Reason.NO_POWER
    house.silent = set()
    house.run(0.2)
    assert any(house.on)


def test_floor_is_kept_without_power_readings() -> None:
    house = House(peak=0)
    house.silent = {GRID, PV}
    house.run(48)
    assert house.coldest >= 40


@pytest.mark.parametrize("mode", [Mode.AUTOMATIC, Mode.FAST, Mode.MANUAL])
def test_lost_tank_temperature_switches_off_in_every_mode(mode: Mode) -> None:
    house = at_noon(tank=WaterTank(temperature=42))
    house.controller.set_mode(mode)
    for number in range(3):
        if mode is Mode.MANUAL:
            house.controller.set_manual(number, on=True)
    house.run(0.1)
    assert any(house.on)
    house.silent = {TOP}
    data = house.run(0.6)
    assert not any(house.on)
    assert data.reason is Reason.NO_TEMPERATURE
    assert data.tanks[0].temperature is None


def test_frozen_tank_temperature_stops_heating() -> None:
    house = House(draw=0)
    house.controller.set_mode(Mode.FAST)
    house.run(0.02)
    tank = WaterTank(temperature=44)
    for _ in range(int(2 * HOUR / 15)):
        house.tank = tank
        house.cycle()
    assert house.controller.watches.is_frozen(0)
    assert not any(house.on)
    house.tank = WaterTank(temperature=45)
    house.cycle()
    assert any(house.on)


def test_boost_heats_to_the_target_and_ends() -> None:
    house = House(peak=0, draw=0, tank=WaterTank(temperature=45))
    house.run(0.06)
    house.controller.boost((0,), timedelta(hours=2), house.now)
    end = house.now + timedelta(hours=2)
    data = house.cycle()
    assert all(house.on)
    assert data.tanks[0].boost_until == end
    data = house.run(1.9)
    assert not any(house.on)
    assert data.tanks[0].boost_until is None


def test_boost_ends_after_its_time_though_the_target_is_not_reached() -> None:
    house = House(
        raw=raw_options(1, watts=500), peak=0, draw=0, tank=WaterTank(temperature=47)
    )
    house.controller.boost((0,), timedelta(minutes=30), house.now)
    house.run(0.4)
    assert house.on == [True]
    house.run(0.2)
    assert house.on == [False]


def test_canceled_boost_ends_after_the_minimum_on_time() -> None:
    house = House(peak=0, draw=0, tank=WaterTank(temperature=47))
    house.controller.boost((0,), timedelta(hours=2), house.now)
    house.run(0.1)
    house.controller.boost((0,), timedelta(), house.now)
    house.run(0.06)
    assert not any(house.on)


def test_wrong_meter_sign_is_detected_and_the_right_one_is_not() -> None:
    right, wrong = House(clouds=0.9, draw=0), House(clouds=0.9, draw=0, grid_sign=-1)
    for house in (right, wrong):
        house.controller.set_mode(Mode.HOLIDAY)
        house.run(16)
    assert right.controller.house.meter.is_wrong is False
    assert wrong.controller.house.meter.is_wrong is True


def test_inverted_meter_works_with_its_option() -> None:
    house = House(raw=raw_options(grid_inverted=True), grid_sign=-1)
    house.run(24)
    assert house.surplus_used > 4


def test_output_that_does_not_respond_is_reported_and_retried_seldom() -> None:
    house = at_noon(draw=0, tank=WaterTank(volume=3000))
    house.deaf = {0}
    sent, data = 0, house.cycle()
    for _ in range(int(HOUR / 15)):
        before = house.controller.saved.outputs[0].echo
        data = house.cycle()
        sent += before is None and house.controller.saved.outputs[0].echo is not None
    assert data.stages[0].reason is Reason.NOT_FOLLOWING
    assert house.controller.saved.outputs[0].not_following
    assert 3 <= sent <= 10
    house.deaf = set()
    data = house.run(0.4)
    assert data.stages[0].reason is Reason.SURPLUS


def test_stages_are_switched_one_at_a_time() -> None:
    house = at_noon(draw=0)
    counts = []
    for _ in range(60):
        house.cycle()
        counts.append(sum(house.on))
    assert counts[-1] == 3
    assert max(b - a for a, b in pairwise(counts)) == 1


def ages(house: House) -> list[timedelta]:
    """Return how long each stage has been on or off."""
    phases = [output.phase for output in house.controller.saved.outputs]
    return [house.now - phase.since for phase in phases if phase is not None]


@pytest.mark.parametrize("step", [timedelta(hours=-3), timedelta(hours=5)])
def test_clock_step_changes_neither_stages_nor_minimum_times(step: timedelta) -> None:
    house = at_noon(draw=0, base_load=200.0)
    house.run(0.2)
    on = list(house.on)
    assert any(on)
    # The sun of the house goes by its own clock here, so that only the wall is set.
    since = ages(house)
    house.now += step
    house.peak = 0.0 if house.seconds < 6 * HOUR else house.peak
    house.cycle()
    after = ages(house)
    for old, new, was_on in zip(since, after, on, strict=True):
        if was_on:
            assert abs(new - old) <= timedelta(seconds=30)
