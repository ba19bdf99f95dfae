"""Set temperatures fit the grid of the device, in its own unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.model import (
    NOTHING,
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.lib.temperature import (
    TemperatureUnit,
    from_celsius,
    to_celsius,
)

F, C = TemperatureUnit.FAHRENHEIT, TemperatureUnit.CELSIUS


@pytest.mark.parametrize(
    ("unit", "limits", "step", "target", "fitted"),
    [
        (C, (16, 31), 1, 10, 16),
        (C, (16, 31), 1, 24.5, 25),
        (C, (16, 31), 0.5, 21.3, 21.5),
        (C, (16.5, 30), 1, 10, 17),
        (C, (16, 30.5), 1, 40, 30),
        (F, (60, 86), 1, 16, 61),
        (F, (61, 88), 1, 16, 61),
        (F, (63, 88), 1, 16, 63),
        (F, (61, 88), 2, 16, 62),
        (F, (61, 87), 2, 31, 86),
        (C, (20.2, 20.4), 1, 16, 20.2),
    ],
)
def test_target_is_bounded_and_rounded_in_the_unit_of_the_device(
    unit: TemperatureUnit,
    limits: tuple[float, float],
    step: float,
    target: float,
    fitted: float,
) -> None:
    abilities = Abilities(minimum=limits[0], maximum=limits[1], step=step, unit=unit)
    assert abilities.fit_own(target) == fitted
    assert abilities.fit(target) == to_celsius(fitted, unit)


@given(
    target=st.floats(-10, 60),
    unit=st.sampled_from(TemperatureUnit),
    step=st.sampled_from([0.1, 0.5, 1.0, 2.0]),
    minimum=st.integers(150, 200),
    span=st.integers(30, 200),
)
def test_fitted_target_is_on_the_grid_within_the_limits_and_near(
    target: float, unit: TemperatureUnit, step: float, minimum: int, span: int
) -> None:
    lowest = round(from_celsius(minimum / 10, unit), 1)
    highest = lowest + span / 10
    abilities = Abilities(minimum=lowest, maximum=highest, step=step, unit=unit)
    own = abilities.fit_own(target)
    assert lowest - 1e-6 <= own <= highest + 1e-6
    assert own / step == pytest.approx(round(own / step), abs=1e-6)
    bounded = min(max(from_celsius(target, unit), lowest), highest)
    assert abs(own - bounded) <= step + 1e-6
    assert abilities.fit(abilities.fit(target)) == abilities.fit(target)


def test_field_that_deviates_is_sent_though_its_value_is_unknown() -> None:
    wanted = Change(on=True, mode=HvacMode.COOL, target=20.0, fan="low")
    unknown = DeviceState(on=True)
    assert not wanted.differing(unknown)
    deviating = DeviceState(on=True, deviating=frozenset({"mode", "target"}))
    assert wanted.differing(deviating) == Change(mode=HvacMode.COOL, target=20.0)


@pytest.mark.parametrize(
    "change",
    [Change(on=False), Change(mode=HvacMode.COOL), Change(fan="low"), Change(target=0)],
)
def test_command_of_one_field_is_something_to_send(change: Change) -> None:
    assert change
    assert not NOTHING
