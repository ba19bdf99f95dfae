"""Temperatures are converted as Home Assistant converts them."""

import pytest
from homeassistant.util.unit_conversion import TemperatureConverter
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.temperature import (
    TemperatureUnit,
    convert,
    difference_in_celsius,
)

UNITS = st.sampled_from(TemperatureUnit)


@given(st.floats(-100, 200), UNITS, UNITS)
def test_conversion_is_that_of_home_assistant(
    value: float, source: TemperatureUnit, target: TemperatureUnit
) -> None:
    assert convert(value, source, target) == TemperatureConverter.convert(
        value, source, target
    )


def test_difference_has_no_offset() -> None:
    assert difference_in_celsius(1.8, TemperatureUnit.FAHRENHEIT) == pytest.approx(1)
    assert difference_in_celsius(0.5, TemperatureUnit.CELSIUS) == 0.5
