"""Times by which a tank is warm: read, placed on days of any length, and kept."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot, Tariff
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook, TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.deadline import (
    moments,
    must_heat,
    read_times,
)
from custom_components.jannenkoti.kinds.heating.tank.learned import Learned
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank

HELSINKI = ZoneInfo("Europe/Helsinki")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" , ", ()),
        ("06:30", (time(6, 30),)),
        ("6:30", (time(6, 30),)),
        ("18:00, 06:30;18:00", (time(6, 30), time(18))),
        ("06:30:15", (time(6, 30, 15),)),
        ("25:00", None),
        ("half past six", None),
        ("06:30+02:00", None),
        ("1:00,2:00,3:00,4:00,5:00", None),
    ],
)
def test_list_of_times_is_read_or_refused_as_a_whole(
    text: str, expected: tuple[time, ...] | None
) -> None:
    assert read_times(text) == expected


@settings(max_examples=60, deadline=None)
@given(
    day=st.sampled_from([(2026, 3, 28), (2026, 6, 15), (2026, 10, 24)]),
    at=st.times().map(lambda at: at.replace(fold=0)),
    hours=st.integers(0, 23),
)
def test_each_time_occurs_once_on_days_of_any_length(
    day: tuple[int, int, int], at: time, hours: int
) -> None:
    start = datetime(*day, tzinfo=HELSINKI).astimezone(UTC) + hours * HOUR
    found = moments([at], start, start + 48 * HOUR, HELSINKI)
    assert 1 <= len(found) <= 3
    assert found == sorted(set(found))
    dates = [moment.astimezone(HELSINKI).date() for moment in found]
    assert len(set(dates)) == len(dates)
    for moment in found:
        assert start < moment <= start + 48 * HOUR
        local = moment.astimezone(HELSINKI).time()
        # Only a time that the clock skips is an hour later.
        skipped = moment.date().month == 3 and at.hour == 3
        assert local == at or (skipped and local.hour == 4)


def test_heating_begins_when_the_time_left_is_just_enough() -> None:
    at = MIDNIGHT + 6 * HOUR
    # 2 kWh with 2 kW: an hour, a fifth more, and a quarter of an hour.
    due = [
        minute
        for minute in range(361)
        if must_heat((time(6),), 2000, 2000, MIDNIGHT + timedelta(minutes=minute), UTC)
    ]
    assert MIDNIGHT + timedelta(minutes=due[0]) == at - timedelta(minutes=87)
    assert due == list(range(due[0], 360))
    assert not must_heat((), 2000, 2000, at - HOUR, UTC)
    assert not must_heat((time(6),), 0, 2000, at - HOUR, UTC)
    assert not must_heat((time(6),), 2000, 0, at - HOUR, UTC)


def outlook() -> Outlook:
    """Return a price that is dear from 4:00 on, without sun."""
    slots = [
        PriceSlot(
            MIDNIGHT + n * HOUR, MIDNIGHT + (n + 1) * HOUR, 0.1 if n % 24 < 4 else 0.4
        )
        for n in range(48)
    ]
    return Outlook(
        curve=PriceCurve(slots),
        typical=TypicalWeek(),
        tariff=Tariff(feed_in=0.08),
        zone=UTC,
        pv={},
        pv_limit=10_000.0,
        load=[300.0] * 24,
    )


def with_deadline(times: str) -> dict[str, Any]:
    """Return the options of a tank that is warm by some times."""
    raw = raw_options()
    raw["tanks"][0]["warm_by"] = times
    return raw


@pytest.mark.parametrize("limit", [5.0, None])
def test_plan_is_warm_at_each_time_by_solver_and_by_rules(limit: float | None) -> None:
    options = House(raw=with_deadline("06:40, 19:00")).controller.options
    tank = TankNow(
        options=options.tanks[0],
        learned=Learned(volume=300),
        temperature=44.0,
        stages=tuple(stage.watts for stage in options.stages),
    )
    plan = make_plan(outlook(), [tank], MIDNIGHT, limit).plan
    for at in (6.5, 19.0, 30.5, 43.0):
        moment = MIDNIGHT + at * HOUR
        number = next(n for n, slot in enumerate(plan.slots) if slot.end == moment)
        assert plan.temperatures[0][number] >= 48.9
    # The first one is prepared while power is cheap.
    assert sum(plan.watts[0][:16]) > 10 * sum(plan.watts[0][16:27])
    free = replace(tank, options=replace(options.tanks[0], warm_by=()))
    without = make_plan(outlook(), [free], MIDNIGHT, limit).plan
    assert without.temperatures[0][75] < 48.5


@settings(max_examples=5, deadline=None)
@given(start=st.floats(41, 55), draw=st.floats(0, 1), hour=st.integers(1, 23))
def test_tank_is_warm_in_time_without_any_plan(
    start: float, draw: float, hour: int
) -> None:
    house = House(
        raw=with_deadline(f"{hour}:00"),
        tank=WaterTank(temperature=start),
        peak=0,
        draw=draw,
        step=60,
    )
    drawn = 0.0
    while house.now < MIDNIGHT + hour * HOUR:
        house.cycle()
        # What is drawn in the last minutes may be missing.
        drawn = drawn * 0.95 + house.water()
    assert house.tank.temperature >= 48.9 - drawn / 4


def test_unreadable_times_of_stored_options_are_none() -> None:
    options = House(raw=with_deadline("soon")).controller.options
    assert options.tanks[0].warm_by == ()
