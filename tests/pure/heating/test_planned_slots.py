"""What power costs in a slot, targets in a plan, and room for cheaper power."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.control.plan_follower import (
    PlanFollower,
)
from custom_components.jannenkoti.kinds.heating.model import Reason
from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.planning import highs
from custom_components.jannenkoti.kinds.heating.planning.highs import solve
from custom_components.jannenkoti.kinds.heating.planning.problem import (
    Method,
    Problem,
    Slot,
    TankProblem,
    evaluate,
)
from demo.heating_house import MIDNIGHT, House, raw_options

QUARTER = timedelta(minutes=15)
TANK = TankProblem(
    capacity=350.0,
    loss=2.0,
    ambient=18.0,
    temperature=45.0,
    floor=42.0,
    target=50.0,
    ceiling=60.0,
    watts=6000.0,
    draws=(),
)


def slot_of(number: int = 0, price: float = 0.3, surplus: float = 0.0) -> Slot:
    """Return a quarter of an hour."""
    start = MIDNIGHT + number * QUARTER
    return Slot(
        start=start, end=start + QUARTER, price=price, feed_in=0.1, surplus=surplus
    )


def problem_of(slots: list[Slot], worth: float = 0.0, **changes: Any) -> Problem:
    """Return a problem of one tank with three stages, without draw-offs."""
    tank = replace(TANK, draws=(0.0,) * len(slots), **changes)
    return Problem(slots=tuple(slots), tanks=(tank,), worth=worth, stages=(2000.0,) * 3)


def test_stage_above_the_surplus_costs_the_mean_of_export_and_import() -> None:
    pieces = slot_of(surplus=1000).pieces((2000, 4000))
    assert [piece.price for piece in pieces] == pytest.approx([0.2, 0.3])
    assert [piece.power for piece in pieces] == [2000, 2000]


def test_import_cheaper_than_export_is_cheapest_with_all_stages() -> None:
    pieces = slot_of(price=-0.05, surplus=2000).pieces((2000, 4000))
    assert len(pieces) == 1
    assert pieces[0].power == 4000
    assert pieces[0].price == pytest.approx((0.1 - 0.05) / 2)


@settings(deadline=None)
@given(
    price=st.floats(-0.5, 1),
    surplus=st.floats(-3000, 9000),
    stages=st.lists(st.floats(100, 5000), min_size=1, max_size=6),
    share=st.floats(0, 1),
)
def test_cost_of_any_power_is_convex_and_never_above_a_level(
    price: float, surplus: float, stages: list[float], share: float
) -> None:
    slot = slot_of(price=price, surplus=surplus)
    problem = Problem(slots=(slot,), tanks=(), worth=0.0, stages=tuple(stages))
    prices = [piece.price for piece in problem.pieces(slot)]
    assert all(a <= b + 1e-9 for a, b in pairwise(prices))
    total = sum(stages)
    assert problem.cost(slot, total) == pytest.approx(
        slot.rate(total) * slot.hours, abs=1e-6
    )
    mixed = share * slot.rate(total) * slot.hours
    assert problem.cost(slot, share * total) <= mixed + 1e-6


def test_power_is_not_bought_above_the_target_after_surplus_has_heated() -> None:
    sun = [slot_of(n, surplus=2500) for n in range(8)]
    night = [slot_of(n, price=0.15) for n in range(8, 16)]
    problem = problem_of([*sun, *night], worth=0.2, temperature=49.0)
    plan = solve(problem, 5.0)
    assert max(plan.temperatures[0]) > 52
    for number in range(8, 16):
        if plan.watts[0][number]:
            assert plan.temperatures[0][number] <= 50.1


def test_target_is_kept_if_the_solver_is_stopped_before_all_slots_are_closed() -> None:
    slots = [slot_of(n, price=0.15, surplus=2500 if n % 2 else 0.0) for n in range(40)]
    plan = solve(problem_of(slots, worth=0.4, temperature=49.9), 5.0)
    for number, slot in enumerate(slots):
        if plan.watts[0][number] and not slot.surplus:
            assert plan.temperatures[0][number] <= 50.1


def test_without_a_further_round_what_is_above_the_target_is_not_bought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(highs, "_ROUNDS", 0)
    sun = [slot_of(n, surplus=2500) for n in range(8)]
    night = [slot_of(n, price=0.15) for n in range(8, 16)]
    plan = solve(problem_of([*sun, *night], worth=0.2, temperature=49.0), 5.0)
    assert max(plan.temperatures[0]) > 52
    assert not any(plan.watts[0][8:])


def test_power_without_steps_costs_export_up_to_the_surplus() -> None:
    slot = slot_of(surplus=1000)
    problem = replace(problem_of([slot]), stages=())
    assert problem.cost(slot, 3000) == pytest.approx((0.1 + 2 * 0.3) / 4)


def follower_of(powers: list[float], prices: list[float]) -> PlanFollower:
    """Return a follower of a plan with sun in all slots."""
    slots = [slot_of(n, price, 2500) for n, price in enumerate(prices)]
    problem = problem_of(slots, temperature=44.0)
    follower = PlanFollower()
    follower.set_plan(evaluate(problem, [powers], Method.OPTIMAL), (0,))
    return follower


@pytest.mark.parametrize(
    ("powers", "prices", "saves"),
    [
        pytest.param([0, 6000, 6000], [0.3, -0.05, -0.05], True, id="room is needed"),
        pytest.param([0, 0, 6000], [0.3, 0.3, -0.05], False, id="there is room"),
        pytest.param([0, 6000, 6000], [0.3, 0.2, 0.2], False, id="dearer than export"),
        pytest.param([2000, 6000, 6000], [0.3, -0.05, -0.05], False, id="heats now"),
    ],
)
def test_surplus_waits_only_for_power_cheaper_than_its_export_that_needs_the_room(
    powers: list[float], prices: list[float], *, saves: bool
) -> None:
    follower = follower_of(powers, prices)
    assert follower.saves_room(0, 50, MIDNIGHT) is saves
    assert not follower.saves_room(1, 50, MIDNIGHT)
    assert not PlanFollower().saves_room(0, 50, MIDNIGHT)


def test_power_that_is_cheap_tomorrow_does_not_keep_surplus_out() -> None:
    prices = [0.3] * 60 + [-0.05] * 2
    follower = follower_of([0.0] * 60 + [6000.0] * 2, prices)
    assert not follower.saves_room(0, 46, MIDNIGHT)


def test_waiting_surplus_has_its_reason() -> None:
    noon = MIDNIGHT + timedelta(hours=11)
    house = House(now=noon)
    slots = [
        replace(slot_of(), start=noon + n * QUARTER, end=noon + (n + 1) * QUARTER)
        for n in range(8)
    ]
    slots = [
        replace(slot, price=-0.05 if n > 5 else 0.3, surplus=5000)
        for n, slot in enumerate(slots)
    ]
    powers = [0.0] * 6 + [6000.0] * 2
    problem = problem_of(slots, temperature=46.0)
    house.controller.follower.set_plan(
        evaluate(problem, [powers], Method.OPTIMAL), (0,)
    )
    house.run(1)
    assert not any(house.on)
    assert house.reasons[-1] is Reason.WAITING


def test_plan_turns_a_stage_on_where_the_surplus_alone_would_not() -> None:
    stages = Options.parse(raw_options()).stages
    slots = [slot_of(surplus=1500)]
    follower = PlanFollower()
    plan = evaluate(problem_of(slots), [[1200.0]], Method.OPTIMAL)
    follower.set_plan(plan, (0,))
    assert follower.stages(stages, MIDNIGHT) == {0: Reason.PLAN}
    enough = evaluate(problem_of([slot_of(surplus=2500)]), [[2000.0]], Method.OPTIMAL)
    follower.set_plan(enough, (0,))
    assert follower.stages(stages, MIDNIGHT) == {}


STAGES = Options.parse(raw_options()).stages


def exact_follower(powers: list[float], slots: list[Slot]) -> PlanFollower:
    """Return a follower of a plan with an exact forecast."""
    follower = PlanFollower()
    plan = evaluate(problem_of(slots, temperature=44.0), [powers], Method.OPTIMAL)
    follower.set_plan(plan, (0,), exact=True)
    return follower


def followed(follower: PlanFollower, minutes: int) -> list[int]:
    """Return how many stages are on in each minute, with relays that obey at once."""
    counts: list[int] = []
    for minute in range(minutes):
        now = MIDNIGHT + timedelta(minutes=minute)
        heat = counts[-1] * 2000 / 60 if counts else 0.0
        follower.heated(0, heat, now)
        counts.append(len(follower.stages(STAGES, now, exact=True)))
    return counts


@pytest.mark.parametrize("mean", [400.0, 1000, 2000, 2500, 3900, 4000, 5200, 6000])
def test_slot_has_the_level_below_throughout_and_the_next_one_for_the_rest(
    mean: float,
) -> None:
    counts = followed(exact_follower([mean], [slot_of(surplus=2500)]), 15)
    low = int(mean // 2000)
    assert set(counts) <= {low, low + 1}
    heat = sum(counts) * 2000 / 60
    # What is heated in the last minute is known after it.
    assert heat == pytest.approx(mean / 4, abs=2000 / 60)
    assert sum(a != b for a, b in pairwise(counts)) <= 1


def test_heat_too_little_for_a_run_is_carried_to_a_later_slot() -> None:
    slots = [slot_of(n, surplus=2500) for n in range(4)]
    counts = followed(exact_follower([80.0] * 4, slots), 60)
    # 20 Wh of each slot: the run of 3 minutes gives 100 Wh.
    assert not any(counts[:30])
    runs = [n for n, (a, b) in enumerate(pairwise(counts)) if b and not a]
    assert len(runs) == 1
    assert sum(counts) * 2000 / 60 == pytest.approx(80, abs=67)


def test_surplus_waits_for_its_planned_slot_if_the_forecast_is_exact() -> None:
    noon = MIDNIGHT + timedelta(hours=11)
    house = House(now=noon, base_load=300.0)
    slots = [
        replace(
            slot_of(surplus=house.production() - 300),
            start=noon + n * QUARTER,
            end=noon + (n + 1) * QUARTER,
        )
        for n in range(8)
    ]
    plan = evaluate(
        problem_of(slots, temperature=46.0), [[0, 0, 2000.0, *[0] * 5]], Method.OPTIMAL
    )
    house.controller.follower.set_plan(plan, (0,), exact=True)
    house.run(0.5)
    assert not any(house.on)
    assert house.reasons[-1] is Reason.WAITING
    house.run(0.25)
    assert Reason.SURPLUS in house.reasons
    assert house.controller.energy.heated == pytest.approx(0.5, abs=0.02)
    # The sun is not as forecast: it is used while it is there.
    house.base_load = 2500.0
    house.run(0.25)
    assert any(house.on)


def test_exact_plan_says_nothing_without_power_or_after_its_end() -> None:
    follower = exact_follower([2000.0], [slot_of(surplus=2500)])
    assert follower.is_exact(2400, MIDNIGHT)
    assert follower.is_exact(2900, MIDNIGHT)
    assert not follower.is_exact(1900, MIDNIGHT)
    assert not follower.is_exact(None, MIDNIGHT)
    assert not follower.is_exact(2500, MIDNIGHT + QUARTER)
    assert not PlanFollower().is_exact(2500, MIDNIGHT)
    assert follower.stages(STAGES, MIDNIGHT, exact=True) == {0: Reason.SURPLUS}
    other = exact_follower([2000.0], [slot_of(surplus=2500)])
    other.tanks = (1,)
    assert other.stages(STAGES, MIDNIGHT, exact=True) == {}
