"""Contents of lying cylinders."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.tank import Tank, TankLevel


def test_contents_of_the_original_tank() -> None:
    tank = Tank(radius=77.5, wall=0.6, length=246)
    full = tank.contents(2 * 769)
    assert full.liters == pytest.approx(math.pi * 76.9**2 * 244.8 / 1000)
    assert full.percent == 100
    half = tank.contents(769)
    assert half.liters == pytest.approx(full.liters / 2)
    assert half.mass == pytest.approx(half.liters * 0.84)
    assert half.level is TankLevel.NORMAL
    assert tank.contents(0).liters == 0
    assert tank.contents(-5).level is TankLevel.LOW_LOW
    assert tank.contents(99999).level is TankLevel.HIGH
    assert tank.contents(400).level is TankLevel.LOW


@given(
    radius=st.floats(0.1, 10_000),
    share=st.floats(-0.1, 1.1),
    step=st.floats(0, 1) | st.floats(0, 1e-3),
)
def test_contents_grow_with_the_level(radius: float, share: float, step: float) -> None:
    tank = Tank(radius=radius, length=246)
    level = share * 20 * radius
    low, high = tank.contents(level), tank.contents(level + step)
    assert 0 <= low.liters <= high.liters <= tank.contents(math.inf).liters
    assert 0 <= low.percent <= high.percent <= 100


@given(share=st.floats(0, 1))
def test_levels_have_the_original_limits(share: float) -> None:
    contents = Tank(radius=50, length=246).contents(1000 * share)
    percent = contents.percent
    expected = (
        TankLevel.LOW_LOW
        if percent <= 10
        else TankLevel.LOW
        if percent <= 30
        else TankLevel.HIGH
        if percent >= 95
        else TankLevel.NORMAL
    )
    assert contents.level is expected


def test_almost_empty_tank_is_calculated_precisely() -> None:
    # A segment that is this flat is two thirds of the rectangle around it.
    tank = Tank(radius=50, length=100)
    chord = 2 * math.sqrt(2 * 50 * 1e-4)
    expected = 2 / 3 * chord * 1e-4 * 100 / 1000
    assert tank.contents(1e-3).liters == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "reported",
    [
        {},
        {"radius": 0, "length": 1},
        {"radius": 10_001, "length": 9},
        {"radius": 1, "length": 0},
        {"radius": 1, "length": 10_001},
        {"radius": 1, "length": 9, "wall": -0.1},
        {"radius": 1, "length": 9, "wall": 1},
        {"radius": 9, "length": 2, "wall": 1},
        {"radius": 1, "length": 9, "density": 26},
        {"radius": "nan", "length": 9},
        {"radius": 1, "length": 9, "density": 0},
        {"radius": "x", "length": 9},
    ],
)
def test_impossible_tank_raises_value_error(reported: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong
        Tank.parse(reported)


@pytest.mark.parametrize(
    ("reported", "tank"),
    [
        ({"radius": "77.5", "length": 246}, Tank(radius=77.5, length=246)),
        (
            {"radius": 10_000, "length": 10_000, "wall": 4999, "density": 25},
            Tank(radius=10_000, length=10_000, wall=4999, density=25),
        ),
        (
            {"radius": 1, "length": 9, "wall": 0, "density": 0.1},
            Tank(radius=1, length=9, density=0.1),
        ),
    ],
)
def test_tank_is_parsed_from_numbers_and_texts(
    reported: dict[str, Any], tank: Tank
) -> None:
    assert Tank.parse(reported) == tank
