"""The plan: by HiGHS and by rules, carried out over whole days; the hot runs."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, override
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.control.plan_follower import (
    PlanFollower,
)
from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot, Tariff
from custom_components.jannenkoti.kinds.heating.model import Reason
from custom_components.jannenkoti.kinds.heating.planning.build import (
    Outlook,
    TankNow,
    slots_of,
)
from custom_components.jannenkoti.kinds.heating.planning.carried_out import (
    TankSituation,
)
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PlanQuality,
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.highs import NotSolved, solve
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.planning.problem import (
    Method,
    Problem,
    Slot,
    TankProblem,
    evaluate,
)
from custom_components.jannenkoti.kinds.heating.planning.responses import plan_response
from custom_components.jannenkoti.kinds.heating.planning.rules import plan_by_rules
from custom_components.jannenkoti.kinds.heating.tank.learned import (
    AMBIENT,
    Learned,
    usual_loss,
)
from custom_components.jannenkoti.kinds.heating.tank.legionella import HELD, Ledger
from custom_components.jannenkoti.kinds.heating.tank.memory import TankMemory
from custom_components.jannenkoti.lib.stored import Stored
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.heating.model import HeatingData
    from custom_components.jannenkoti.kinds.heating.planning.problem import Plan

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
HELSINKI = ZoneInfo("Europe/Helsinki")


def price_at(at: datetime) -> float:
    """Return a price with two peaks and a dip below zero at 13:00."""
    hour = at.hour + at.minute / 60
    if 13 <= hour < 14:
        return -0.05
    return 0.2 + 0.12 * math.sin((hour - 4) / 24 * 4 * math.pi)


def curve_of(days: int = 2, start: datetime = MIDNIGHT) -> PriceCurve:
    """Return known prices in quarters of an hour."""
    times = [start + n * QUARTER for n in range(days * 96)]
    return PriceCurve(PriceSlot(at, at + QUARTER, price_at(at)) for at in times)


def outlook_of(curve: PriceCurve | None = None, **changes: Any) -> Outlook:
    """Return prices without sun."""
    values: dict[str, Any] = {
        "curve": curve_of() if curve is None else curve,
        "typical": TypicalWeek(),
        "tariff": Tariff(feed_in=0.08),
        "zone": UTC,
        "pv": {},
        "pv_limit": 10_000.0,
        "load": [None] * 24,
        **changes,
    }
    return Outlook(**values)


def tank_now(house: House) -> TankNow:
    """Return the tank of a house."""
    options = house.controller.options
    return TankNow(
        options=options.tanks[0],
        learned=house.controller.memories[0].learned,
        temperature=house.tank.temperature,
        stages=tuple(stage.watts for stage in options.stages),
    )


@dataclass
class Counting(House):
    """A house that records the power of its heater."""

    heats: list[float] = field(default_factory=list)

    @override
    def cycle(self) -> HeatingData:
        data = super().cycle()
        self.heats.append(self.heat)
        return data


def taught(house: House) -> House:
    """Return a house whose controller has learned when water is drawn."""
    learned = house.controller.memories[0].learned
    usual = {6: 45.0, 12: 15.0, 19: 50.0}
    learned.draws = [usual.get(hour % 24, 0.0) * 1.163 * 40 for hour in range(7 * 24)]
    return house


def run_with_plan(house: House, outlook: Outlook, hours: float, limit: float) -> None:
    """Let some hours pass, with a new plan each quarter of an hour."""
    for _ in range(int(hours * 4)):
        house.controller.curve = outlook.curve
        made = make_plan(outlook, [tank_now(house)], house.now, limit or None)
        house.controller.follower.set_plan(made.plan, (0,))
        house.run(0.25)


@pytest.mark.parametrize("limit", [5.0, 0.0])
def test_plan_buys_in_cheap_hours_uses_the_negative_price_and_keeps_the_floor(
    limit: float,
) -> None:
    house = Counting(peak=0, step=30)
    taught(house)
    run_with_plan(house, outlook_of(), 24, limit)
    assert house.coldest >= 40
    assert Reason.NEGATIVE_PRICE in house.reasons
    # The control may start some minutes before the plan, to be ready for a shower.
    assert house.reasons.count(Reason.FLOOR) * 30 < HOUR.total_seconds()
    bought = [
        (price_at(MIDNIGHT + timedelta(seconds=30 * n)), heat)
        for n, (reason, heat) in enumerate(zip(house.reasons, house.heats, strict=True))
        if reason is Reason.PLAN
    ]
    if limit and bought:
        cost = sum(price * heat for price, heat in bought)
        assert cost / sum(heat for _, heat in bought) < 0.2


def test_forecast_surplus_is_left_to_the_surplus_control() -> None:
    pv = {MIDNIGHT + n * HOUR: 6000.0 if 10 <= n <= 15 else 0.0 for n in range(48)}
    curve = PriceCurve([PriceSlot(MIDNIGHT, MIDNIGHT + 48 * HOUR, 0.3)])
    house = taught(House(step=30))
    run_with_plan(house, outlook_of(curve, pv=pv), 20, 5.0)
    assert Reason.SURPLUS in house.reasons
    assert house.coldest >= 40
    assert house.reasons.count(Reason.FLOOR) * 30 < HOUR.total_seconds()
    assert house.surplus_used > 0.6 * house.controller.energy.heated


_PRICES = st.lists(st.floats(-0.1, 0.6), min_size=48, max_size=48)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Return a problem of some hours with one or two tanks."""
    prices = draw(_PRICES)
    sun = draw(st.floats(0, 6000))
    slots = tuple(
        Slot(
            start=MIDNIGHT + n * QUARTER,
            end=MIDNIGHT + (n + 1) * QUARTER,
            price=price,
            feed_in=0.08,
            surplus=sun * math.sin(n / 48 * math.pi) - 400,
        )
        for n, price in enumerate(prices)
    )
    tanks = tuple(
        TankProblem(
            capacity=300 * 1.163,
            loss=2.2,
            ambient=18,
            temperature=draw(st.floats(41, 65)),
            floor=44,
            target=52,
            ceiling=60,
            watts=draw(st.sampled_from([2000.0, 6000.0])),
            draws=tuple(draw(st.floats(0, 200)) for _ in slots),
        )
        for _ in range(draw(st.integers(1, 2)))
    )
    return Problem(slots=slots, tanks=tanks, worth=0.1)


@settings(max_examples=15, deadline=None)
@given(problems())
def test_best_plan_never_costs_more_than_rules_or_nothing(problem: Problem) -> None:
    best, rules = solve(problem, 5.0), plan_by_rules(problem)
    nothing = evaluate(
        problem, [[0.0] * len(problem.slots)] * len(problem.tanks), Method.RULES
    )
    assert best.method is Method.OPTIMAL
    slack = 1e-3 + abs(best.cost) * 1e-3
    assert rules.cost <= nothing.cost + 0.05 * abs(nothing.cost) + 0.05
    # Rules may heat above the target a little later; cost is compared where both obey.
    hot = sum(
        max(value - tank.target, 0)
        for tank, course in zip(problem.tanks, rules.temperatures, strict=True)
        for value in course
    )
    if not hot:
        assert best.cost <= rules.cost + slack
    for plan in (best, rules):
        for tank, powers in zip(problem.tanks, plan.watts, strict=True):
            assert all(-1e-6 <= p <= tank.watts + 1e-3 for p in powers)


def test_solver_without_time_raises_and_the_rules_take_over() -> None:
    house = House()
    tanks = [tank_now(house)]
    for reason in (NotSolved(), ImportError()):
        with patch(
            "custom_components.jannenkoti.kinds.heating.planning.make.solve",
            side_effect=reason,
        ):
            made = make_plan(outlook_of(), tanks, MIDNIGHT, 5.0)
        assert made.fell_back
        assert made.plan.method is Method.RULES
    with patch(
        "custom_components.jannenkoti.kinds.heating.planning.make.is_installed",
        return_value=False,
    ):
        assert make_plan(outlook_of(), tanks, MIDNIGHT, 5.0).fell_back
    assert not make_plan(outlook_of(), tanks, MIDNIGHT, None).fell_back


def test_impossible_problem_is_not_solved() -> None:
    slot = Slot(start=MIDNIGHT, end=MIDNIGHT + HOUR, price=0.1, feed_in=0, surplus=0)
    tank = TankProblem(
        capacity=300,
        loss=2,
        ambient=18,
        temperature=50,
        floor=40,
        target=50,
        ceiling=60,
        watts=2000,
        draws=(math.nan,),
    )
    with pytest.raises(NotSolved):
        solve(Problem(slots=(slot,), tanks=(tank,), worth=0.1), 0.5)


@pytest.mark.parametrize("limit", [5.0, None])
def test_plan_is_the_same_for_the_same_inputs(limit: float | None) -> None:
    house = House()
    plans: list[Plan] = [
        make_plan(outlook_of(), [tank_now(house)], MIDNIGHT, limit).plan
        for _ in range(2)
    ]
    assert plans[0] == plans[1]


@pytest.mark.parametrize(
    ("day", "hours"),
    [((2026, 3, 28), 47), ((2026, 10, 24), 49), ((2026, 6, 15), 48)],
)
def test_slots_reach_to_the_end_of_tomorrow_also_when_the_clock_changes(
    day: tuple[int, int, int], hours: int
) -> None:
    midnight = datetime(*day, tzinfo=HELSINKI).astimezone(UTC)
    slots = slots_of(outlook_of(PriceCurve(), zone=HELSINKI), midnight)
    assert sum(slot.hours for slot in slots) == pytest.approx(hours)
    first, *rest = slots_of(
        outlook_of(PriceCurve(), zone=HELSINKI), midnight + timedelta(minutes=7)
    )
    assert first.hours == pytest.approx(8 / 60)
    assert all(slot.end - slot.start == QUARTER for slot in rest)
    # Less than a minute of a quarter is not worth a slot.
    later = midnight + timedelta(minutes=14, seconds=30)
    assert slots_of(outlook_of(PriceCurve(), zone=HELSINKI), later)[0].start == (
        midnight + QUARTER
    )


def test_without_any_price_the_demand_is_still_planned() -> None:
    house = House(peak=0, draw=1, step=30)
    outlook = outlook_of(PriceCurve())
    assert outlook.quality(MIDNIGHT) is PlanQuality.NONE
    run_with_plan(house, outlook, 24, 5.0)
    assert house.coldest >= 40


def test_usual_prices_are_used_where_none_are_known() -> None:
    typical = TypicalWeek()
    typical.learn(curve_of(), MIDNIGHT, UTC)
    outlook = outlook_of(PriceCurve(), typical=typical)
    assert outlook.quality(MIDNIGHT) is PlanQuality.TYPICAL
    assert outlook.price(MIDNIGHT + 13 * HOUR, MIDNIGHT + 14 * HOUR) == (
        pytest.approx(-0.05)
    )


def test_forecast_is_cut_at_the_inverter_and_the_battery_charges_first() -> None:
    pv = {MIDNIGHT: 25_000.0, MIDNIGHT + HOUR: 5000.0}
    slots = slots_of(outlook_of(pv=pv, pv_limit=8000, battery=1000.0), MIDNIGHT)
    assert slots[0].surplus == pytest.approx(8000 - 300 - 4000)
    assert slots[1].surplus == pytest.approx(7700)
    assert slots[4].surplus == pytest.approx(4700)
    assert slots[8].surplus == -300


def test_part_of_a_slot_is_heated_for_a_part_of_its_time() -> None:
    follower = PlanFollower()
    slots = (
        Slot(
            start=MIDNIGHT, end=MIDNIGHT + QUARTER, price=0.1, feed_in=0.08, surplus=0
        ),
        Slot(
            start=MIDNIGHT + QUARTER,
            end=MIDNIGHT + 2 * QUARTER,
            price=0.1,
            feed_in=0.08,
            surplus=5000,
        ),
    )
    tank = TankProblem(
        capacity=300,
        loss=2,
        ambient=18,
        temperature=50,
        floor=40,
        target=60,
        ceiling=60,
        watts=6000,
        draws=(0.0, 0.0),
    )
    problem = Problem(slots=slots, tanks=(tank,), worth=0.1)
    plan = evaluate(problem, [[2500.0, 3000.0]], Method.RULES)
    stages = House().controller.options.stages
    assert follower.stages(stages, MIDNIGHT) == {}
    follower.set_plan(plan, (0,))
    follower.heated(0, 0.0, MIDNIGHT)
    assert list(follower.stages(stages, MIDNIGHT)) == [0, 1]
    follower.heated(0, 400.0, MIDNIGHT + 6 * timedelta(minutes=1))
    assert list(follower.stages(stages, MIDNIGHT + timedelta(minutes=6))) == [0]
    follower.heated(0, 225.0, MIDNIGHT + timedelta(minutes=12))
    # All is delivered, but the next slot goes on with that stage: no short pause.
    assert list(follower.stages(stages, MIDNIGHT + timedelta(minutes=12))) == [0]
    # The second slot is covered by surplus, and after it the plan has ended.
    assert follower.stages(stages, MIDNIGHT + timedelta(minutes=20)) == {}
    assert follower.stages(stages, MIDNIGHT + HOUR) == {}
    response = plan_response(
        plan, "full", {"Boiler": TankSituation(floor=40)}, MIDNIGHT, UTC
    )
    assert response["slots"][0]["tanks"]["Boiler"]["power"] == 2500
    assert plan_response(None, "none", {}, MIDNIGHT, UTC)["slots"] == []


# Legionella


def is_due(ledger: Ledger, *arguments: Any) -> bool:
    """Return whether a run starts now, which is the third argument."""
    return ledger.next_start(*arguments) in arguments[2:3]


def test_any_heat_that_is_held_counts_as_a_hot_run() -> None:
    ledger = Ledger().observe(50, MIDNIGHT)
    later = MIDNIGHT + 3 * HOUR
    ledger = ledger.observe(61, later).observe(61, later + HELD / 2)
    assert ledger.done == MIDNIGHT
    assert ledger.observe(None, later + HELD).hot_since is None
    ledger = ledger.observe(60, later + HELD)
    assert ledger.done == later + HELD
    assert Ledger.restore(Stored(ledger.as_dict())).done == ledger.done
    assert ledger.shifted(HOUR).done == later + HELD + HOUR
    assert Ledger(done=later).observe(20, MIDNIGHT).done == MIDNIGHT


def test_hot_run_takes_the_cheapest_time_before_the_deadline() -> None:
    ledger, every = Ledger(done=MIDNIGHT), timedelta(days=2)
    curve, needed = curve_of(), 2 * HOUR
    due = [
        number
        for number in range(96 * 2)
        if is_due(ledger, every, needed, MIDNIGHT + number * QUARTER, curve.mean)
    ]
    first = MIDNIGHT + due[0] * QUARTER
    assert first.hour in {12, 13, 36 - 24}
    cheapest = min(
        curve.mean(MIDNIGHT + n * QUARTER, MIDNIGHT + n * QUARTER + needed) or 9
        for n in range(48, 184)
    )
    assert curve.mean(first, first + needed) == pytest.approx(cheapest)


def test_hot_run_without_prices_begins_at_the_last_moment() -> None:
    ledger, every = Ledger(done=MIDNIGHT), timedelta(days=2)
    last = MIDNIGHT + every - 2 * HOUR
    mean = PriceCurve().mean
    assert not is_due(ledger, every, 2 * HOUR, last - QUARTER, mean)
    assert is_due(ledger, every, 2 * HOUR, last, mean)
    assert not is_due(ledger, timedelta(), 2 * HOUR, last, mean)
    assert not is_due(Ledger(), every, 2 * HOUR, last, mean)
    # A run that has begun is finished.
    hot = Ledger(done=MIDNIGHT, hot_since=last - QUARTER)
    assert is_due(hot, every, 2 * HOUR, last - QUARTER, mean)


def test_tank_is_hot_once_in_the_given_days() -> None:
    tank = {
        "name": "Boiler",
        "volume": 300,
        "control_sensor": "sensor.top",
        "legionella_days": 1,
    }
    house = House(raw=raw_options(tanks=[tank]), peak=0, draw=0.5, step=30)
    house.run(48)
    assert Reason.LEGIONELLA in house.reasons
    assert 60 <= house.hottest < 63
    done = house.controller.memories[0].ledger.done
    assert done is not None
    assert done > MIDNIGHT + timedelta(hours=23)


# Learning


def test_loss_and_draws_are_learned_from_the_temperatures_alone() -> None:
    learned, tank = Learned(volume=300), WaterTank(loss=4.0, temperature=60.0)
    assert learned.loss == usual_loss(300)
    now = MIDNIGHT
    for hour in range(24 * 4):
        for _ in range(60):
            drawn = 1.0 if hour % 24 == 7 else 0.0
            heat = 3000.0 if hour % 24 in {8, 9} else 0.0
            tank = tank.step(60, heat, drawn)
            learned.observe(tank.temperature, heat / 60, now, UTC)
            now += timedelta(minutes=1)
    assert learned.loss == pytest.approx(4.0, rel=0.15)
    at_seven = learned.draw(MIDNIGHT + 7 * HOUR + timedelta(days=7), UTC)
    assert at_seven == pytest.approx(60 * 1.163 * 45, rel=0.35)
    assert learned.draw(MIDNIGHT + 3 * HOUR, UTC) < 150
    again = Learned.restore(Stored(learned.as_dict()), 300)
    assert again.as_dict() == learned.as_dict()
    assert AMBIENT == 18


def test_gaps_and_steps_of_the_clock_teach_nothing() -> None:
    learned = Learned(volume=300)
    learned.observe(60, 0, MIDNIGHT, UTC)
    learned.observe(50, 0, MIDNIGHT + 5 * HOUR, UTC)
    learned.observe(40, 0, MIDNIGHT, UTC)
    learned.observe(None, 0, MIDNIGHT + HOUR, UTC)
    assert not learned.losses
    assert learned.draw(MIDNIGHT, UTC) == 0


def test_hot_run_is_not_due_without_a_temperature_or_a_heater() -> None:
    memory = TankMemory.restore(Stored({}), 300)
    memory.observe(45, 0, MIDNIGHT, UTC)
    late, mean = MIDNIGHT + timedelta(days=9), PriceCurve().mean
    assert memory.legionella_start(7, 45, 6000, late, mean) == late
    assert not memory.legionella_start(7, None, 6000, late, mean)
    assert not memory.legionella_start(7, 45, 0, late, mean)
    assert not memory.legionella_start(7, 61.5, 6000, late, mean)
    assert "ledger" in memory.as_dict()
