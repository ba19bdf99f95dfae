"""What the documentation states of faults that come together is what happens."""

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from .house import House
from .table import FAULTS, TIMES, Outcome, Row, all_combinations, directions, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from custom_components.jannenkoti.kinds.air_conditioner.control.data import (
        AirConditionerData,
    )


def befall(house: House, hours: float) -> dict[str, Callable[[], None]]:
    return {
        "sensor": house.lose_sensor,
        "remote": house.press_power,
        "unit": house.lose_unit,
        "restart": house.restart,
        "clock": lambda: house.step_clock(hours),
    }


def outcome(house: House, snapshot: AirConditionerData) -> Outcome:
    return Outcome(reason=snapshot.decision.reason.value, runs=house.unit.state.on)


def test_the_table_has_every_combination_once() -> None:
    stated = [row.faults for row in rows()]
    assert len(stated) == 31
    assert set(stated) == all_combinations()


@pytest.mark.parametrize(("row", "hours"), directions(), ids=str)
def test_what_is_stated_happens(row: Row, hours: float) -> None:
    house = House()
    house.live(20)
    assert house.unit.state.on
    happens = befall(house, hours)
    for fault in FAULTS:
        if fault in row.faults:
            happens[fault]()
            house.live(1)
    seen = []
    for before, until in pairwise((0, *TIMES)):
        seen.append(outcome(house, house.live(until - before)))
        if until == 30:
            house.repair()
    assert tuple(seen) == row.outcomes
    # The hold is over as well: two hours after the press.
    after = outcome(house, house.live(120))
    assert after == Outcome(reason="cooling", runs=True)
    assert house.unit.too_early == []


@pytest.mark.parametrize("hours", [1.0, -1.0])
def test_a_hold_lasts_two_hours_whatever_the_clock_does(hours: float) -> None:
    house = House()
    house.live(20)
    house.press_power()
    house.live(1)
    house.step_clock(hours)
    assert outcome(house, house.live(118)).reason == "held"
    assert outcome(house, house.live(7)).reason == "cooling"
