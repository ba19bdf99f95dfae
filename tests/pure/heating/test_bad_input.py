"""Each bad input of a whole day has an outcome: floor, limit and surplus are kept."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, override
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.control.controller import Controller
from custom_components.jannenkoti.kinds.heating.control.lock import lock_slots
from custom_components.jannenkoti.kinds.heating.control.saved_state import SavedState
from custom_components.jannenkoti.kinds.heating.inputs.prices import (
    Tariff,
    local_day,
    read_prices,
    unit_factor,
)
from custom_components.jannenkoti.kinds.heating.inputs.units import celsius, watts
from custom_components.jannenkoti.kinds.heating.insight.costs import Costs
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy
from custom_components.jannenkoti.kinds.heating.model import Reason
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook, TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PlanQuality,
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.memory import TankMemory
from custom_components.jannenkoti.lib.stored import Stored
from demo.heating_house import (
    GRID,
    MIDNIGHT,
    TOP,
    House,
    controller_of,
    raw_options,
)
from demo.heating_physics import WaterTank

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
HELSINKI = ZoneInfo("Europe/Helsinki")
# Local days of 23, 24 and 25 hours.
DAYS = (date(2026, 3, 29), date(2026, 6, 15), date(2026, 10, 25))


@dataclass
class Faulty(House):
    """A house whose sensors report as they do in real homes."""

    report: Any = None
    """Returns state and unit of the tank's sensor for a temperature and a time (s)."""
    meter: Any = None
    """The same for the power of the meter."""

    @override
    def cycle(self) -> Any:
        house = self.controller.house
        if self.report is not None:
            self.silent |= {TOP}
            state, unit = self.report(self.tank.temperature, self.seconds)
            house.temperatures.receive(TOP, celsius(state, unit), self.now)
        if self.meter is not None:
            self.silent |= {GRID}
            grid = self.load() + self.heat - self.production()
            state, unit = self.meter(grid, self.seconds)
            house.power.receive(GRID, watts(state, unit), self.now)
        return super().cycle()


TEMPERATURES = {
    "°F": lambda value, _at: (value * 1.8 + 32, "°F"),
    "unknown now and then": lambda value, at: (
        "unknown" if at % 600 < 240 else value,
        "°C",
    ),
    "85 °C after each start": lambda value, at: (85 if at % 7200 < 60 else value, "°C"),
    "85 °C for a quarter of an hour": lambda value, at: (
        85 if at % 10800 < 900 else value,
        "°C",
    ),
    "85 °C in °F": lambda value, at: (
        185 if at % 10800 < 900 else value * 1.8 + 32,
        "°F",
    ),
    "127 °C for a quarter of an hour": lambda value, at: (
        127.0 if at % 10800 < 900 else value,
        "°C",
    ),
    "127 °C": lambda value, at: (127.9 if at % 7200 < 30 else value, "°C"),
    "text with a comma": lambda value, at: (
        "47,3" if at % 3600 < 60 else str(value),
        "°C",
    ),
    "steps of a degree": lambda value, _at: (round(value), "°C"),
    "nan": lambda value, at: ("nan" if at % 600 < 120 else value, "°C"),
}


@pytest.mark.parametrize("report", TEMPERATURES.values(), ids=TEMPERATURES)
def test_bad_tank_sensor_breaks_neither_floor_nor_limit(report: Any) -> None:
    house = Faulty(report=report, step=60, clouds=0.5)
    house.run(24)
    assert house.coldest >= 40
    assert house.hottest <= 62
    assert house.surplus_used > 3


@pytest.mark.parametrize("report", TEMPERATURES.values(), ids=TEMPERATURES)
def test_fault_of_a_tank_sensor_is_never_the_reason_too_hot(report: Any) -> None:
    house = Faulty(report=report, step=60, clouds=0.5)
    house.run(24)
    assert Reason.OVER_TEMPERATURE not in house.reasons


def test_tank_that_really_has_85_degrees_is_too_hot() -> None:
    house = Faulty(report=lambda value, _at: (round(value), "°C"), step=60)
    for temperature in (70, 74, 78, 82, 85, 85):
        house.tank = replace(house.tank, temperature=temperature)
        house.cycle()
    assert house.reasons[-1] is Reason.OVER_TEMPERATURE


@pytest.mark.parametrize("sign", [1, -1])
def test_load_is_consumption_whatever_its_sign(sign: int) -> None:
    house = controller_of(raw_options(grid_power="", load_power="sensor.load")).house
    house.power.receive("sensor.pv", 3000.0, MIDNIGHT)
    house.power.receive("sensor.load", sign * 1000.0, MIDNIGHT)
    assert house.momentary(0.0, MIDNIGHT) == 2000


METERS = {
    "kW": lambda value, _at: (value / 1000, "kW"),
    "mW": lambda value, _at: (value * 1000, "mW"),
    "text": lambda value, _at: (f" {value} ", "W"),
    "unavailable at times": lambda value, at: (
        "unavailable" if at % 900 < 200 else value,
        "W",
    ),
    "a peak of a megawatt": lambda value, at: (9e9 if at % 900 < 60 else value, "W"),
    "infinite": lambda value, at: ("inf" if at % 900 < 60 else value, "W"),
}


@pytest.mark.parametrize("meter", METERS.values(), ids=METERS)
def test_bad_meter_still_uses_the_surplus(meter: Any) -> None:
    house = Faulty(meter=meter, step=60)
    house.run(24)
    assert house.surplus_used > 4
    assert house.coldest >= 40


@pytest.mark.parametrize("unit", [None, "", "kWh", "VA", 5])
def test_meter_without_a_unit_of_power_gives_no_surplus(unit: Any) -> None:
    house = Faulty(meter=lambda value, _at: (value, unit), step=60)
    house.run(24)
    # What is heated is bought for the floor.
    assert house.coldest >= 40
    assert house.surplus_used < 1.5


def rows_of(day: date, lengths: list[int], chance: random.Random) -> list[Any]:
    """Return price rows of a local day, each some quarters long."""
    start, end = local_day(day, HELSINKI)
    rows = []
    while start < end:
        stop = min(start + chance.choice(lengths) * QUARTER, end)
        local = start.astimezone(HELSINKI if chance.random() < 0.5 else UTC)
        rows.append(
            {
                "start": local.isoformat(),
                "end": stop.isoformat(),
                "price": chance.uniform(-100, 500),
            }
        )
        start = stop
    return rows


def spoiled(rows: list[Any], faults: set[str], chance: random.Random) -> list[Any]:
    """Return rows with gaps, duplicates, disorder and things that are no prices."""
    rows = list(rows)
    if "gaps" in faults:
        rows = [row for row in rows if chance.random() > 0.2]
    if "duplicates" in faults:
        rows += [{**row, "price": 999} for row in rows if chance.random() < 0.2]
    if "garbage" in faults:
        rows += [None, "no", {"start": "x", "price": 1}, {"price": float("nan")}, []]
    if "disorder" in faults:
        chance.shuffle(rows)
    return rows


@settings(max_examples=6, deadline=None)
@given(
    day=st.sampled_from(DAYS),
    lengths=st.sampled_from([[1], [4], [1, 4]]),
    faults=st.sets(st.sampled_from(["gaps", "duplicates", "garbage", "disorder"])),
    tomorrow=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_any_price_list_plans_a_whole_day_that_keeps_the_floor(
    day: date,
    lengths: list[int],
    faults: set[str],
    seed: int,
    *,
    tomorrow: bool,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    days = [day, day + timedelta(days=1)] if tomorrow else [day]
    curve = PriceCurve()
    for each in days:
        rows = spoiled(rows_of(each, lengths, chance), faults, chance)
        factor = unit_factor("EUR/MWh")
        curve.add(
            Tariff(tax=24).total(slot) for slot in read_prices(rows, HELSINKI, factor)
        )
    start, end = local_day(day, HELSINKI)
    house = planned_day(curve, start, end)
    assert house.coldest >= 40
    assert house.hottest <= 62


def planned_day(curve: PriceCurve, start: datetime, end: datetime) -> House:
    """Return a house after a day with a new plan each hour."""
    house = House(now=start, step=60, peak=0)
    house.controller.curve = curve
    outlook = Outlook(
        curve=curve,
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=0.08),
        zone=HELSINKI,
        pv={},
        pv_limit=10_000.0,
        load=[None] * 24,
    )
    while house.now < end:
        if not house.now.minute:
            replan(house, outlook)
        house.cycle()
    return house


def replan(house: House, outlook: Outlook) -> None:
    """Make a plan from the temperature of now and follow it."""
    options = house.controller.options
    now = TankNow(
        options=options.tanks[0],
        learned=house.controller.memories[0].learned,
        temperature=house.tank.temperature,
        stages=tuple(stage.watts for stage in options.stages),
    )
    follower = house.controller.follower
    made = make_plan(outlook, [now], house.now, 5.0, follower.plan)
    if not made.kept:
        follower.set_plan(made.plan, (0,))


def outlook_of(curve: PriceCurve) -> Outlook:
    """Return an outlook without sun."""
    return Outlook(
        curve=curve,
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=0.08),
        zone=HELSINKI,
        pv={},
        pv_limit=10_000.0,
        load=[None] * 24,
    )


def day_prices(day: date, cheap: int) -> list[dict[str, Any]]:
    """Return rows of a local day, of which an hour is cheap."""
    start = local_day(day, HELSINKI)[0]
    return [
        {
            "start": (start + n * HOUR).astimezone(HELSINKI).isoformat(),
            "end": (start + (n + 1) * HOUR).astimezone(HELSINKI).isoformat(),
            "price": 0.02 if n == cheap else 0.4,
        }
        for n in range(24)
    ]


def test_prices_of_tomorrow_that_arrive_at_night_are_planned_with_at_once() -> None:
    day, tomorrow = DAYS[1], DAYS[1] + timedelta(days=1)
    curve = PriceCurve(read_prices(day_prices(day, 20), HELSINKI))
    start, end = local_day(day, HELSINKI)
    arrival = end - HOUR
    house, outlook = House(now=start, step=120, peak=0), outlook_of(curve)
    while house.now < end:
        if (house.now - start) % (6 * HOUR) == timedelta():
            replan(house, outlook)
            # Between noon and arrival, tomorrow is unknown.
            assert curve.quality(house.now, HELSINKI) is PlanQuality.TODAY
        if house.now == arrival:
            assert curve.add(read_prices(day_prices(tomorrow, 3), HELSINKI))
            assert curve.quality(house.now, HELSINKI) is PlanQuality.FULL
            replan(house, outlook)
        house.cycle()
    assert house.coldest >= 40
    assert house.hottest < 55
    plan = house.controller.follower.plan
    assert plan is not None
    bought = {
        slot.start.astimezone(HELSINKI).hour
        for number, slot in enumerate(plan.slots)
        if slot.start >= end and plan.heat(number) > 100
    }
    assert 3 in bought


def test_price_list_in_another_zone_with_offsets_gives_the_same_curve() -> None:
    rows = day_prices(DAYS[1], 20)
    for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
        other = [
            {
                **row,
                **{
                    key: datetime.fromisoformat(row[key])
                    .astimezone(ZoneInfo(zone))
                    .isoformat()
                    for key in ("start", "end")
                },
            }
            for row in rows
        ]
        found = PriceCurve(read_prices(other, HELSINKI)).slots
        assert found == PriceCurve(read_prices(rows, HELSINKI)).slots


@pytest.mark.parametrize("wrong", ["+00:00", "-10:00"])
def test_price_list_with_a_wrong_offset_keeps_the_floor_and_never_locks(
    wrong: str,
) -> None:
    rows = day_prices(DAYS[1], 20)
    shifted = [
        {key: row[key].replace("+03:00", wrong) for key in ("start", "end")}
        | {"price": row["price"]}
        for row in rows
    ]
    curve = PriceCurve(read_prices(shifted, HELSINKI))
    start, end = local_day(DAYS[1], HELSINKI)
    # The first hours of the day have no price, so the day is not complete.
    assert curve.at(start) is None
    assert curve.at(end) == pytest.approx(0.4)
    assert lock_slots(curve, start + 18 * HOUR, HELSINKI) == []
    house, outlook = House(now=start, step=120, peak=0), outlook_of(curve)
    house.controller.curve = curve
    while house.now < end:
        if (house.now - start) % (6 * HOUR) == timedelta():
            replan(house, outlook)
        house.cycle()
    assert house.controller.energy.heated > 1
    assert house.coldest >= 40
    assert house.hottest < 55


def restarted(house: House) -> None:
    """Replace the controller as a restart does, with what was stored."""
    before = house.controller
    options = before.options
    house.controller = Controller(
        options,
        SavedState.restore(Stored(before.saved.as_dict(options)), options, house.now),
        Energy.restore(Stored(before.energy.as_dict()), house.now),
        [
            TankMemory.restore(Stored(memory.as_dict()), tank.volume)
            for memory, tank in zip(before.memories, options.tanks, strict=True)
        ],
    )
    house.controller.curve = PriceCurve.restore(
        Stored({"slots": before.curve.as_list()}).children("slots"), house.now
    )
    house.controller.costs = Costs.restore(Stored(before.costs.as_dict()), 1)
    house.on = [False] * len(house.on)


@settings(max_examples=5, deadline=None)
@given(minute=st.integers(6, 12), hour=st.integers(0, 22))
def test_restart_within_a_slot_heats_what_is_left_of_it(minute: int, hour: int) -> None:
    cheap = MIDNIGHT + hour * HOUR
    slots = read_prices(
        [
            {
                "start": (MIDNIGHT + n * QUARTER).isoformat(),
                "price": 0.01
                if cheap <= MIDNIGHT + n * QUARTER < cheap + HOUR
                else 0.4,
            }
            for n in range(2 * 96)
        ],
        UTC,
    )
    curve = PriceCurve(slots)
    house = House(now=cheap, step=15, peak=0, draw=0, tank=WaterTank(temperature=42.5))
    house.controller.curve = curve
    outlook = Outlook(
        curve=curve,
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=0.0),
        zone=UTC,
        pv={},
        pv_limit=10_000.0,
        load=[None] * 24,
    )
    replan(house, outlook)
    house.run(minute / 60)
    heated = house.controller.energy.heated
    cost = house.controller.costs.cost
    assert heated > 0
    restarted(house)
    replan(house, outlook)
    assert house.controller.follower.plan is not None
    assert house.controller.follower.plan.slots[0].start == house.now
    while house.now < cheap + HOUR:
        if not house.now.minute % 15 and not house.now.second:
            replan(house, outlook)
        house.cycle()
    assert house.controller.energy.heated > heated
    assert house.controller.costs.cost >= cost
    # The cheap hour fills the tank, but not beyond its target.
    assert 47 < house.hottest < 51


@settings(max_examples=5, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 23), st.integers(-7200, 7200)), max_size=4)
)
def test_steps_of_the_clock_on_any_day_break_neither_floor_nor_limit(
    steps: list[tuple[int, int]],
) -> None:
    house = House(step=60)
    at = dict(steps)
    for number in range(24 * 60):
        if number % 60 == 0 and (step := at.get(number // 60)):
            house.now += timedelta(seconds=step)
        house.cycle()
    assert house.coldest >= 40
    assert house.hottest <= 62


def test_forecast_above_the_inverter_is_cut_and_the_floor_is_kept() -> None:
    house = House(step=60, peak=500)
    pv = {MIDNIGHT + n * HOUR: 1e6 for n in range(48)}
    outlook = Outlook(
        curve=PriceCurve(),
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=0.08),
        zone=UTC,
        pv=pv,
        pv_limit=5000.0,
        load=[300.0] * 24,
    )
    assert outlook.surplus(MIDNIGHT) == 4700
    while house.now < MIDNIGHT + timedelta(days=1):
        if not house.now.minute:
            sun = house.controller.energy.sun_now(pv, house.now)
            replan(house, replace(outlook, sun=sun))
        house.cycle()
    assert house.coldest >= 40


def test_relay_that_does_not_follow_leaves_the_other_stages_to_keep_the_floor() -> None:
    house = House(step=60, peak=0, deaf={0}, raw=raw_options(watts=3000))
    house.run(24)
    assert house.coldest >= 40
    assert Reason.NOT_FOLLOWING in house.reasons
