"""Tests of measured values as devices send them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    QUANTITIES,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.measured import (
    read_measured,
)

UNITS = sorted({it.unit for it in QUANTITIES.values() if it.unit is not None})


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("written", ["21.5 {}", "21,5{}", " 21.5  {} "])
def test_number_with_the_unit_of_its_quantity_is_read(unit: str, written: str) -> None:
    for spelled in (unit, unit.lower(), unit.upper()):
        assert read_measured(written.format(spelled), unit) == 21.5


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        (21, "°C", 21),
        ("21.5", "°C", 21.5),
        ("-3 C", "°C", -3),
        ("72 °F", "°C", 22.222222),
        ("1.2 kW", "W", 1200),
        ("55 dB(A)", "dB", 55),
        ("300 lux", "lx", 300),
        ("1e3 ppm", "ppm", 1000),
        ("21", None, 21),
        ("21 °C", None, None),
        ("21 %", "°C", None),
        ("3 V", "W", None),
        ("high", "°C", None),
        ("° C", "°C", None),
        ("1.2.3 °C", "°C", None),
        ("1" * 63 + " C", "°C", None),
        (True, "°C", None),
        (None, "°C", None),
    ],
)
def test_value_is_read_in_the_unit_of_its_quantity(
    value: Any, unit: str | None, number: float | None
) -> None:
    assert read_measured(value, unit) == number


@given(st.text() | st.floats() | st.integers(), st.sampled_from(UNITS))
def test_any_value_is_a_number_or_none(value: Any, unit: str) -> None:
    number = read_measured(value, unit)
    assert number is None or abs(number) < float("inf")
