"""Looks are compared as a user would, and mixed on the way from one to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.light_routine.lights.look import (
    Look,
    is_between,
    mixed,
    xy_of_kelvin,
)

LEVELS = st.integers(1, 255)
KELVINS = st.integers(1500, 7000)


@pytest.mark.parametrize(
    ("wanted", "seen", "reached"),
    [
        (Look(brightness=254), Look(brightness=255), True),
        (Look(brightness=1), Look(brightness=3), True),
        (Look(brightness=1), Look(brightness=10), False),
        (Look(brightness=100), Look(), False),
        (Look(kelvin=2237), Look(kelvin=2240), True),
        (Look(kelvin=2237), Look(kelvin=2500), False),
        (Look(kelvin=2237), Look(xy=(0.5, 0.4)), False),
        (Look(xy=(0.561, 0.4042)), Look(xy=(0.5612, 0.404)), True),
        (Look(xy=(0.561, 0.4042)), Look(kelvin=2000), False),
        (Look(), Look(brightness=3), True),
    ],
)
def test_look_is_reached_within_rounding(
    wanted: Look, seen: Look, *, reached: bool
) -> None:
    assert wanted.reached_by(seen) is reached


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (Look(brightness=100), Look(brightness=104), False),
        (Look(brightness=100), Look(brightness=120), True),
        (Look(brightness=100, kelvin=3000), Look(brightness=100, kelvin=4000), True),
        (Look(kelvin=2890), Look(xy=(0.15, 0.06)), True),
        (Look(kelvin=2890), Look(xy=(0.45, 0.41)), False),
        (Look(xy=(0.3, 0.3)), Look(xy=(0.4, 0.3)), True),
        (Look(brightness=100), Look(), False),
    ],
)
def test_visible_changes_differ(one: Look, other: Look, *, differs: bool) -> None:
    assert one.differs(other) is differs
    assert other.differs(one) is differs


@given(LEVELS, LEVELS, KELVINS, KELVINS, st.floats(0, 1))
def test_moments_of_a_fade_lie_between_its_ends(
    low: int, high: int, warm: int, cold: int, part: float
) -> None:
    start = Look(brightness=low, kelvin=warm)
    target = Look(brightness=high, kelvin=cold)
    assert is_between(mixed(start, target, part), start, target)
    assert mixed(start, target, 0) == start
    assert mixed(start, target, 1) == target


def test_other_colors_and_levels_do_not_lie_between() -> None:
    start, target = (
        Look(brightness=200, xy=(0.3, 0.3)),
        Look(brightness=20, xy=(0.5, 0.4)),
    )
    assert is_between(mixed(start, target, 0.5), start, target)
    assert not is_between(Look(brightness=100, xy=(0.2, 0.7)), start, target)
    assert not is_between(Look(brightness=250, xy=(0.4, 0.35)), start, target)
    assert is_between(Look(), start, target)
    same = Look(xy=(0.3, 0.3))
    assert is_between(same, same, same)


def test_unknown_parts_are_filled_and_unknown_starts_jump_to_the_end() -> None:
    seen = Look(brightness=5, kelvin=3000)
    assert Look(xy=(0.3, 0.3)).filled_by(seen) == Look(brightness=5, xy=(0.3, 0.3))
    assert Look(brightness=9).filled_by(seen) == Look(brightness=9, kelvin=3000)
    assert mixed(Look(), Look(brightness=9, kelvin=3000), 0.1).brightness == 9
    assert mixed(Look(), Look(xy=(0.3, 0.3)), 0.1).xy == (0.3, 0.3)


@pytest.mark.parametrize(
    ("kelvin", "x", "y"),
    [(2000, 0.5269, 0.4133), (2856, 0.4476, 0.4074), (6500, 0.3135, 0.3237)],
)
def test_point_of_a_color_temperature_is_that_of_published_tables(
    kelvin: int, x: float, y: float
) -> None:
    assert xy_of_kelvin(kelvin) == pytest.approx((x, y), abs=0.002)
