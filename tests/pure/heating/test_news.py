"""A plan changes on news only, and not for another one that is no better."""

import random
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot, Tariff
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy, Hour
from custom_components.jannenkoti.kinds.heating.planning.build import (
    Outlook,
    TankNow,
    build,
)
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.highs import buys_above_target
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan, plan_of
from custom_components.jannenkoti.kinds.heating.planning.news import better, is_news
from custom_components.jannenkoti.kinds.heating.tank.learned import Learned
from demo.heating_house import MIDNIGHT, House

if TYPE_CHECKING:
    from datetime import datetime

    from custom_components.jannenkoti.kinds.heating.planning.problem import Plan

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
PRICES = tuple(0.2 + 0.1 * (n % 32 < 16) + 0.001 * n for n in range(192))
SUN = {MIDNIGHT + n * HOUR: 3000.0 if 9 <= n % 24 < 16 else 0.0 for n in range(48)}


def outlook_of(**changes: Any) -> Outlook:
    """Return prices in two levels and some sun, for two days."""
    prices = changes.pop("prices", PRICES)
    slots = [
        PriceSlot(MIDNIGHT + n * QUARTER, MIDNIGHT + (n + 1) * QUARTER, price)
        for n, price in enumerate(prices)
    ]
    values: dict[str, Any] = {
        "curve": PriceCurve(),
        "typical": TypicalWeek(),
        "tariff": Tariff(feed_in=0.08),
        "zone": UTC,
        "pv": SUN,
        "pv_limit": 10_000.0,
        "load": [300.0] * 24,
        **changes,
    }
    values["curve"].slots = slots
    return Outlook(**values)


def tank_of(temperature: float, **changes: Any) -> TankNow:
    """Return the tank of the demo at a temperature."""
    options = House().controller.options
    return TankNow(
        options=replace(options.tanks[0], **changes),
        learned=Learned(volume=300),
        temperature=temperature,
        stages=tuple(stage.watts for stage in options.stages),
    )


def course(plan: Plan, now: datetime) -> float:
    """Return the temperature that a plan has at the end of the slot before a time."""
    ended = [n for n, slot in enumerate(plan.slots) if slot.end <= now]
    return plan.temperatures[0][ended[-1]] if ended else 47.0


FIRST = make_plan(outlook_of(), [tank_of(47.0)], MIDNIGHT, 5.0).plan


@settings(max_examples=25, deadline=None)
@given(
    quarter=st.integers(0, 94),
    warmer=st.floats(-0.5, 0.5),
    noise=st.floats(0, 0.004),
    sun=st.floats(-8.0, 8.0),
    seed=st.integers(0, 99),
)
def test_noise_below_the_thresholds_keeps_the_plan(
    quarter: int, warmer: float, noise: float, sun: float, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    now = MIDNIGHT + quarter * QUARTER
    outlook = outlook_of(
        prices=[price + chance.uniform(-noise, noise) for price in PRICES],
        pv={at: wh + sun if wh else 0.0 for at, wh in SUN.items()},
    )
    tank = tank_of(course(FIRST, now) + warmer)
    made = make_plan(outlook, [tank], now, 5.0, FIRST)
    assert made.kept
    assert made.plan is FIRST


def test_whole_day_without_news_has_one_plan() -> None:
    plan, plans = FIRST, 0
    for number in range(4 * 24):
        now = MIDNIGHT + number * QUARTER
        made = make_plan(outlook_of(), [tank_of(course(plan, now))], now, 5.0, plan)
        plans += not made.kept
        plan = made.plan
    assert plans == 0


LATER = MIDNIGHT + 3 * QUARTER
NEWS: dict[str, tuple[dict[str, Any], dict[str, Any], float]] = {
    "price": ({"prices": [0.5 if n == 9 else p for n, p in enumerate(PRICES)]}, {}, 0),
    "forecast": ({"pv": {at: wh * 0.8 for at, wh in SUN.items()}}, {}, 0),
    "load": ({"load": [600.0] * 24}, {}, 0),
    "battery": ({"battery": 5000.0}, {}, 0),
    "warmer tank": ({}, {}, 1.0),
    "colder tank": ({}, {}, -1.0),
    "target": ({}, {"target": 55.0}, 0),
    "floor": ({}, {"floor": 42.0}, 0),
    "surplus target": ({}, {"surplus_target": 65.0}, 0),
}


@pytest.mark.parametrize(("outlook", "tank", "warmer"), NEWS.values(), ids=NEWS)
def test_each_kind_of_news_is_found(
    outlook: dict[str, Any], tank: dict[str, Any], warmer: float
) -> None:
    now = tank_of(course(FIRST, LATER) + warmer, **tank)
    assert is_news(FIRST, build(outlook_of(**outlook), [now], LATER))
    same = tank_of(course(FIRST, LATER))
    assert not is_news(FIRST, build(outlook_of(), [same], LATER))


def test_a_new_day_or_another_number_of_tanks_is_news() -> None:
    tomorrow = MIDNIGHT + 24 * HOUR
    tank = tank_of(course(FIRST, tomorrow))
    problem = build(outlook_of(), [tank], tomorrow)
    assert is_news(FIRST, problem)
    made = plan_of(problem, 5.0, FIRST)
    assert not made.kept
    assert made.plan.slots[0].start == tomorrow
    assert is_news(FIRST, build(outlook_of(), [tank, tank], MIDNIGHT))
    assert is_news(FIRST, build(outlook_of(), [], MIDNIGHT))
    # The clock was set back: the plan does not contain this time.
    assert is_news(FIRST, build(outlook_of(), [tank], MIDNIGHT - 3 * HOUR))
    late = build(outlook_of(), [tank], MIDNIGHT + 70 * HOUR)
    assert is_news(FIRST, late)
    other = replace(FIRST, cost=9e9)
    assert better(other, FIRST, late) is other


def test_news_that_change_nothing_keep_the_plan() -> None:
    # The last hour of tomorrow is a little dearer; nothing is heated in it.
    prices = [p + 0.02 * (n > 188) for n, p in enumerate(PRICES)]
    tank = tank_of(course(FIRST, LATER))
    problem = build(outlook_of(prices=prices), [tank], LATER)
    assert is_news(FIRST, problem)
    assert not any(FIRST.watts[0][189:])
    made = plan_of(problem, 5.0, FIRST)
    assert not made.kept
    assert made.plan.watts[0] == FIRST.watts[0][3:]
    assert made.plan.slots == problem.slots


@settings(max_examples=20, deadline=None)
@given(warmer=st.floats(1, 8), start=st.floats(42, 48))
def test_tank_warmer_than_planned_is_not_heated_above_its_target(
    warmer: float, start: float
) -> None:
    # Heat above the target has a worth, and may so be no dearer than a new plan.
    outlook = outlook_of(pv={}, prices=(0.01,) * 4 + (0.4,) * 188)
    first = make_plan(outlook, [tank_of(start)], MIDNIGHT, 5.0).plan
    now = MIDNIGHT + QUARTER
    problem = build(outlook, [tank_of(first.temperatures[0][0] + warmer)], now)
    plan = plan_of(problem, 5.0, first).plan
    assert not buys_above_target(problem, plan)


def test_another_method_plans_again() -> None:
    made = make_plan(outlook_of(), [tank_of(47.0)], MIDNIGHT, None, FIRST)
    assert not made.kept
    assert not made.fell_back


@pytest.mark.parametrize(
    ("measured", "hours", "error"),
    [(1.0, 8, 0.0), (0.9, 8, 0.1), (1.2, 8, 0.2), (1.0, 3, None), (1.0, 0, None)],
)
def test_forecast_is_exact_if_it_was_right_in_the_hours_before(
    measured: float, hours: int, error: float | None
) -> None:
    energy = Energy()
    forecast = {MIDNIGHT + n * HOUR: 2000.0 for n in range(hours)}
    for number in range(hours + 1):
        start = MIDNIGHT + number * HOUR
        energy.hours.append(Hour(start=start, production=2.0 * measured))
    found = energy.forecast_error(forecast)
    assert found == (None if error is None else pytest.approx(error))
    outlook = outlook_of(error=found)
    assert outlook.exact is (error == 0.0)
