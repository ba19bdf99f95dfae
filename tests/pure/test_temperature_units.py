"""Units of temperatures are understood in the spellings that devices use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.temperature import (
    TemperatureUnit,
    read_temperature_unit,
)


@pytest.mark.parametrize("letter", ["C", "F", "c", "f"])
@pytest.mark.parametrize("ring", ["", "°", "º", "⁰", "˚", "° ", "deg", "deg "])
@pytest.mark.parametrize("around", ["", " "])
def test_spellings_of_a_unit(letter: str, ring: str, around: str) -> None:
    unit = read_temperature_unit(f"{around}{ring}{letter}{around}")
    assert unit is TemperatureUnit(f"°{letter.upper()}")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("℃", TemperatureUnit.CELSIUS),
        ("℉", TemperatureUnit.FAHRENHEIT),
        ("Celsius", TemperatureUnit.CELSIUS),
        ("fahrenheit", TemperatureUnit.FAHRENHEIT),
    ],
)
def test_words_and_other_degree_signs_are_recognized(
    text: str, unit: TemperatureUnit
) -> None:
    assert read_temperature_unit(text) is unit


@given(st.none() | st.integers() | st.text())
def test_any_other_value_is_none(value: object) -> None:
    unit = read_temperature_unit(value)
    assert unit is None or isinstance(value, str)


@pytest.mark.parametrize("text", ["", "°", "K", "%", "CC", "C" * 10**6, "°R"])
def test_unknown_unit_is_none(text: str) -> None:
    assert read_temperature_unit(text) is None
