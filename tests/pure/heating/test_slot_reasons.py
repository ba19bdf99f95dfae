"""Each slot of a plan has one reason, and its numbers agree with it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds import heating
from custom_components.jannenkoti.kinds.heating.planning.carried_out import (
    CarriedOut,
    Forced,
    TankSituation,
    carried_out,
)
from custom_components.jannenkoti.kinds.heating.planning.highs import solve
from custom_components.jannenkoti.kinds.heating.planning.problem import (
    Method,
    Plan,
    Problem,
    evaluate,
)
from custom_components.jannenkoti.kinds.heating.planning.responses import plan_response
from custom_components.jannenkoti.kinds.heating.planning.rules import plan_by_rules
from custom_components.jannenkoti.kinds.heating.planning.slot_reasons import (
    HEATING,
    RESTING,
    SlotReason,
    Why,
)
from demo.heating_house import MIDNIGHT

from .test_plan import problems
from .test_planned_slots import QUARTER, problem_of, slot_of

R = SlotReason
TEXTS = {
    key.removeprefix("heating_slot_"): text
    for key, text in json.loads(
        (Path(heating.__file__).parent / "texts" / "en.json").read_text("utf-8")
    )["common"].items()
}
FLOOR = 40.0
OF_A_PART = frozenset(SlotReason) - HEATING - RESTING


def forced_by_chance() -> st.SearchStrategy[tuple[Forced, ...]]:
    """Return what may come before a plan."""
    times = st.none() | st.integers(1, 500).map(
        lambda minutes: MIDNIGHT + timedelta(minutes=minutes)
    )
    heats = st.builds(
        Forced,
        reason=st.sampled_from([R.BOOST, R.FAST, R.FLOOR, R.LEGIONELLA]),
        watts=st.sampled_from([2000.0, 6000.0]),
        start=times,
        until=times,
        up_to=st.floats(40, 65),
        degrees=st.just(50.0),
        ends=st.booleans(),
    )
    rests = st.builds(
        Forced,
        reason=st.sampled_from([R.HOLIDAY, R.OVER_TEMPERATURE, R.NO_TEMPERATURE]),
        down_to=st.floats(40, 65),
        degrees=st.just(75.0),
    )
    moments = st.builds(
        Forced,
        reason=st.sampled_from(sorted(OF_A_PART)),
        watts=st.sampled_from([0.0, 2000.0]),
        until=times,
        up_to=st.floats(40, 65),
    )
    return st.lists(heats | rests | moments, max_size=3).map(tuple)


def disagreement(plan: Plan, done: CarriedOut, number: int) -> str:
    """Return what of a reason is not true by the numbers of the response alone."""
    slot, reason = plan.slots[number], done.reasons[number]
    heat = sum(watts[number] for watts in done.watts)
    warmest = max(course[number] for course in done.temperatures)
    later = [
        n
        for n in range(number + 1, len(plan.slots))
        if any(watts[n] for watts in done.watts)
    ]
    time: Any = reason.values.get("time")
    degrees: Any = reason.values.get("temperature")
    blanks = {name for _, name, _, _ in Formatter().parse(TEXTS[reason.key]) if name}
    checks = {
        "heat": (reason.key not in HEATING or heat > 0)
        and (reason.key not in RESTING or not heat),
        "surplus": reason.key not in {R.SURPLUS, R.ABOVE_TARGET}
        or 0 < heat / 2 <= slot.surplus,
        "target": reason.key is not R.ABOVE_TARGET or warmest > degrees,
        "price": reason.values.get("price") in {None, round(slot.price, 3)},
        "negative": reason.key is not R.NEGATIVE_PRICE or slot.price <= 0,
        "later": reason.key not in {R.DEAR, R.EXPORT, R.WAITS_SURPLUS, R.NOT_NEEDED}
        or time in [plan.slots[n].start for n in later],
        "dear": reason.key is not R.DEAR
        or min(plan.slots[n].price for n in later) < slot.price,
        "cheapest": reason.key not in {R.CHEAPEST_FLOOR, R.CHEAPEST_WARM_BY}
        or all(
            plan.slots[n].price >= slot.price - 1e-6
            for n in range(number, len(plan.slots))
            if plan.slots[n].end <= time and n not in {number, *later}
        ),
        "text": blanks <= set(reason.values),
    }
    return ", ".join(name for name, holds in checks.items() if not holds)


@settings(max_examples=60, deadline=None)
@given(
    problem=problems(),
    by_rules=st.booleans(),
    forced=st.lists(forced_by_chance(), min_size=2, max_size=2),
    measured=st.none() | st.floats(20, 95),
    minutes=st.integers(0, 720),
)
def test_each_slot_of_each_plan_has_one_reason_that_agrees_with_its_numbers(
    *,
    problem: Problem,
    by_rules: bool,
    forced: list[tuple[Forced, ...]],
    measured: float | None,
    minutes: int,
) -> None:
    plan = plan_by_rules(problem) if by_rules else solve(problem, 5.0)
    situations = [
        TankSituation(floor=FLOOR, forced=each, temperature=measured)
        for each, _ in zip(forced, plan.tanks, strict=False)
    ]
    done = carried_out(plan, situations, MIDNIGHT + timedelta(minutes=minutes))
    assert len(done.reasons) == len(plan.slots)
    wrong = {
        (number, done.reasons[number].key): found
        for number in range(len(plan.slots))
        if (found := disagreement(plan, done, number))
    }
    assert not wrong


@settings(max_examples=15, deadline=None)
@given(problems())
def test_plan_that_nothing_comes_before_is_carried_out_as_it_is(
    problem: Problem,
) -> None:
    plan = solve(problem, 5.0)
    situations = [TankSituation(floor=5)] * len(plan.tanks)
    done = carried_out(plan, situations, MIDNIGHT)
    assert done.watts == plan.watts
    assert done.temperatures == plan.temperatures
    assert not {why.key for why in done.reasons} & OF_A_PART


def test_every_reason_has_a_text_and_no_text_is_left_over() -> None:
    assert set(TEXTS) == {reason.value for reason in SlotReason}


def reasons(
    problem: Problem,
    powers: list[float],
    *forced: Forced,
    now: datetime = MIDNIGHT,
    floor: float = FLOOR,
) -> list[SlotReason]:
    """Return the reason of each slot of a plan with some powers."""
    return [why.key for why in whys(problem, powers, *forced, now=now, floor=floor)]


def whys(
    problem: Problem,
    powers: list[float],
    *forced: Forced,
    now: datetime = MIDNIGHT,
    floor: float = FLOOR,
) -> tuple[Why, ...]:
    """Return the reasons with their values."""
    plan = evaluate(problem, [powers], Method.OPTIMAL)
    situation = TankSituation(floor=floor, forced=forced)
    return carried_out(plan, [situation], now).reasons


def three(*prices: float, surplus: float = 0.0, **changes: Any) -> Problem:
    """Return a problem of slots with these prices."""
    slots = [slot_of(n, price, surplus) for n, price in enumerate(prices)]
    return problem_of(slots, **changes)


def test_heat_without_which_the_floor_is_broken_is_the_cheapest_before_it() -> None:
    problem = three(0.1, 0.3, 0.3, temperature=42.01, loss=10.0)
    why = whys(problem, [2000, 0, 0])[0]
    assert why.key is R.CHEAPEST_FLOOR
    assert why.values == {
        "price": 0.1,
        "time": MIDNIGHT + QUARTER,
        "temperature": 42.0,
    }


def test_heat_for_a_time_to_be_warm_by_names_that_time() -> None:
    problem = three(0.1, 0.3, 0.3, temperature=47.0)
    tank = replace(problem.tanks[0], floors=(0.0, 48.0, 0.0))
    why = whys(replace(problem, tanks=(tank,)), [6000, 0, 0])[0]
    assert why.key is R.CHEAPEST_WARM_BY
    assert why.values["time"] == MIDNIGHT + 2 * QUARTER
    assert why.values["temperature"] == 48.0


@pytest.mark.parametrize(
    ("prices", "surplus", "powers", "changes", "expected"),
    [
        pytest.param(
            (0.3, 0.1, 0.3),
            0,
            [6000, 0, 0],
            {"temperature": 42.25, "loss": 10.0},
            [R.NEEDED, R.WARM_ENOUGH, R.WARM_ENOUGH],
            id="a cheaper slot is not used",
        ),
        pytest.param(
            (-0.1, 0.1, 0.3),
            0,
            [6000, 0, 0],
            {},
            [R.NEGATIVE_PRICE, R.WARM_ENOUGH, R.WARM_ENOUGH],
            id="negative price",
        ),
        pytest.param(
            (0.1, 0.2, 0.3),
            0,
            [2000, 0, 0],
            {},
            [R.CHEAP, R.WARM_ENOUGH, R.WARM_ENOUGH],
            id="kept for later",
        ),
        pytest.param(
            (0.3, 0.2, 0.1),
            0,
            [2000, 0, 0],
            {},
            [R.PLANNED, R.WARM_ENOUGH, R.WARM_ENOUGH],
            id="not cheap, not needed",
        ),
        pytest.param(
            (0.3, 0.2, 0.1),
            0,
            [0, 0, 2000],
            {},
            [R.DEAR, R.DEAR, R.CHEAP],
            id="cheaper later",
        ),
        pytest.param(
            (0.1, 0.2, 0.1),
            0,
            [0, 0, 2000],
            {},
            [R.NOT_NEEDED, R.DEAR, R.CHEAP],
            id="as cheap later",
        ),
        pytest.param(
            (0.2, 0.2, 0.2),
            2500,
            [0, 0, 2000],
            {},
            [R.WAITS_SURPLUS, R.WAITS_SURPLUS, R.SURPLUS],
            id="surplus later",
        ),
        pytest.param(
            (0.2, 0.2, 0.2),
            2500,
            [2000, 2000, 2000],
            {"temperature": 48.0},
            [R.SURPLUS, R.ABOVE_TARGET, R.ABOVE_TARGET],
            id="above the target",
        ),
        pytest.param(
            (0.2, 0.2, 0.05),
            2500,
            [0, 0, 6000],
            {},
            [R.EXPORT, R.EXPORT, R.CHEAP],
            id="cheaper than the export",
        ),
        pytest.param(
            (0.2, 0.1, 0.1),
            0,
            [0, 2000, 0],
            {"temperature": 55.0},
            [R.WARM_ENOUGH, R.CHEAP, R.WARM_ENOUGH],
            id="above its target",
        ),
    ],
)
def test_reasons_follow_prices_surplus_and_temperatures(
    prices: tuple[float, ...],
    surplus: float,
    powers: list[float],
    changes: dict[str, Any],
    expected: list[SlotReason],
) -> None:
    assert reasons(three(*prices, surplus=surplus, **changes), powers) == expected


def test_holiday_has_no_heat_and_no_other_reason() -> None:
    problem = three(-0.1, 0.1, 0.3, temperature=30.0)
    assert (
        reasons(problem, [6000, 0, 6000], Forced(reason=R.HOLIDAY)) == [R.HOLIDAY] * 3
    )


def test_slots_that_have_ended_keep_the_reason_of_the_plan() -> None:
    problem = three(-0.1, 0.1, 0.3)
    found = reasons(
        problem, [6000, 0, 0], Forced(reason=R.HOLIDAY), now=MIDNIGHT + QUARTER
    )
    assert found == [R.NEGATIVE_PRICE, R.HOLIDAY, R.HOLIDAY]


def test_boost_ends_at_the_target_and_the_plan_goes_on() -> None:
    boost = Forced(
        reason=R.BOOST,
        watts=6000,
        up_to=50,
        degrees=50,
        until=MIDNIGHT + 8 * QUARTER,
        ends=True,
    )
    problem = three(*([0.3] * 7), -0.1, temperature=45.0)
    plan = evaluate(problem, [[0.0] * 7 + [6000.0]], Method.OPTIMAL)
    done = carried_out(plan, [TankSituation(floor=40, forced=(boost,))], MIDNIGHT)
    found = [why.key for why in done.reasons]
    assert found == [R.BOOST] * 2 + [R.WARM_ENOUGH] * 5 + [R.NEGATIVE_PRICE]
    assert done.temperatures[0][1] == pytest.approx(50)
    # At a negative price the tank is heated to its ceiling, not beyond.
    assert 50 < done.temperatures[0][7] <= 60


def test_heat_that_is_bought_after_a_boost_ends_at_the_target() -> None:
    boost = Forced(reason=R.BOOST, watts=6000, up_to=50, ends=True)
    problem = three(0.3, 0.3, 0.2, temperature=46.0, loss=0.0)
    plan = evaluate(problem, [[0.0, 0.0, 6000.0]], Method.OPTIMAL)
    done = carried_out(plan, [TankSituation(floor=40, forced=(boost,))], MIDNIGHT)
    assert done.watts[0][2] == 0
    assert done.temperatures[0][2] == pytest.approx(50)
    assert done.reasons[2].key is R.WARM_ENOUGH


def test_minimum_off_time_takes_its_part_of_the_slot() -> None:
    waits = Forced(reason=R.MINIMUM_OFF, until=MIDNIGHT + timedelta(minutes=5))
    problem = three(-0.1, 0.1)
    plan = evaluate(problem, [[6000.0, 0.0]], Method.OPTIMAL)
    done = carried_out(plan, [TankSituation(floor=40, forced=(waits,))], MIDNIGHT)
    assert done.watts[0][0] == pytest.approx(4000)
    assert done.reasons[0] == Why(R.MINIMUM_OFF, {"time": waits.until})
    assert done.reasons[1].key is R.WARM_ENOUGH


def test_tank_that_is_too_hot_rests_until_it_has_cooled() -> None:
    hot = Forced(reason=R.OVER_TEMPERATURE, down_to=70.0, degrees=75)
    problem = three(*[-0.1] * 6, temperature=70.5, loss=10.0, ceiling=90.0)
    found = whys(problem, [6000.0] * 6, hot)
    keys = [why.key for why in found]
    over = keys.count(R.OVER_TEMPERATURE)
    assert 0 < over < 6
    assert keys == [R.OVER_TEMPERATURE] * over + [R.NEGATIVE_PRICE] * (6 - over)
    assert found[0].values["temperature"] == 75


def test_fast_heats_to_the_target_and_then_only_keeps_it() -> None:
    fast = Forced(reason=R.FAST, watts=6000, up_to=50, degrees=50)
    problem = three(*[0.3] * 4, temperature=48.0, loss=0.0)
    found = reasons(problem, [0.0, 0.0, 0.0, 6000.0], fast)
    assert found == [R.FAST, R.WARM_ENOUGH, R.WARM_ENOUGH, R.WARM_ENOUGH]


def test_tank_at_the_floor_is_heated_whatever_the_plan_says() -> None:
    problem = three(0.3, 0.3, temperature=40.1, loss=50.0)
    plan = evaluate(problem, [[0.0, 100.0]], Method.OPTIMAL)
    done = carried_out(plan, [TankSituation(floor=40)], MIDNIGHT)
    assert done.reasons[0] == Why(R.FLOOR, {"temperature": 40.0})
    assert min(done.temperatures[0]) >= 40 - 1e-9
    assert done.reasons[1].key is not R.FLOOR


def test_run_against_legionella_starts_at_its_time() -> None:
    run = Forced(
        reason=R.LEGIONELLA,
        watts=6000,
        start=MIDNIGHT + QUARTER,
        up_to=61,
        degrees=61,
        ends=True,
    )
    found = reasons(three(*[0.3] * 6, temperature=55.0), [0.0] * 6, run)
    assert found[:3] == [R.WARM_ENOUGH, R.LEGIONELLA, R.LEGIONELLA]
    assert found[3:] == [R.WARM_ENOUGH] * 3


def test_reason_of_the_tank_with_the_most_heat_counts() -> None:
    problem = three(-0.1, 0.3)
    both = replace(problem, tanks=problem.tanks * 2)
    plan = evaluate(both, [[0.0, 0.0], [2000.0, 0.0]], Method.OPTIMAL)
    done = carried_out(plan, [TankSituation(floor=40)] * 2, MIDNIGHT)
    assert [why.key for why in done.reasons] == [R.NEGATIVE_PRICE, R.WARM_ENOUGH]


def test_response_has_the_key_and_local_times() -> None:
    problem = three(0.3, 0.1)
    plan = evaluate(problem, [[0.0, 2000.0]], Method.OPTIMAL)
    tanks = {"Boiler": TankSituation(floor=40)}
    slots = plan_response(plan, "full", tanks, MIDNIGHT, UTC)["slots"]
    assert slots[0]["reason"] == {
        "key": "dear",
        "placeholders": {
            "price": 0.3,
            "later": 0.1,
            "time": (MIDNIGHT + QUARTER).isoformat(),
        },
    }
