"""Truths and numbers as makeshift senders write them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.reading import read_number, read_truth

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)

TRUE = [True, 1, 1.0, "1", "1.0", "1,0", "true", "TRUE", " On ", "yes", "Y", "open"]
TRUE += ["si", "Sí", "SÍ", "abierto", "Encendido", "detected", "active"]
TRUE += ["abierta", "encendida", "Activa", "detectado", "detectada"]
FALSE = [False, 0, 0.0, -0.0, "0", "0.0", "false", "False", "OFF", "no", "N", "closed"]
FALSE += ["cerrado", "Apagado", "clear", "inactive", "cerrada", "apagada", "INACTIVA"]
NEITHER: list[Any] = [None, "", " ", "maybe", 2, -1, 0.5, "2", "01x", b"1", b"", [], {}]
NEITHER += [math.nan, math.inf, "NaN", 10**5000, [True], {"on": 1}, "1" * 65]
NEITHER += ["unknown", "unavailable", "null", "none", "true" + " " * 100]


@pytest.mark.parametrize("value", TRUE)
def test_truth_in_common_spelling_is_true(value: Any) -> None:
    assert read_truth(value) is True


@pytest.mark.parametrize("value", FALSE)
def test_truth_in_common_spelling_is_false(value: Any) -> None:
    assert read_truth(value) is False


@pytest.mark.parametrize("value", NEITHER, ids=lambda x: repr(type(x)))
def test_truth_of_other_values_is_none(value: Any) -> None:
    assert read_truth(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (21, 21.0),
        (21.5, 21.5),
        ("21.5", 21.5),
        (" 21,5 ", 21.5),
        ("\t-0,5\n", -0.5),
        ("+7", 7.0),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1,5E-2", 0.015),
        ("007", 7.0),
        (-(10**300), -1e300),
    ],
)
def test_number_with_point_or_comma_is_read(value: Any, number: float) -> None:
    assert read_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        *(True, False, None, b"", b"1", "", " ", ".", ",", "-", "e5", "1e", "--1"),
        *("\u0661", "\uff11", "\u00b2", "1_000", "0x10", "0b1", "1 000", "1,000.5"),
        *("1.2.3", "1e999", "-1e999", "nan", "NaN", "inf", "Infinity", "-Infinity"),
        *(math.nan, math.inf, -math.inf, 10**400, -(10**400), "9" * 65, "9" * 10**6),
        *([1], {"value": 1}, (1,), 1j, object()),
    ],
    ids=lambda x: repr(x)[:20],
)
def test_number_of_other_values_is_none(value: Any) -> None:
    assert read_number(value) is None


@given(JSON)
def test_any_value_gives_a_finite_number_or_none(value: Any) -> None:
    number = read_number(value)
    assert number is None or math.isfinite(number)
    assert read_truth(value) in (True, False, None)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(",."))
def test_number_survives_its_own_text(number: float, point: str) -> None:
    assert read_number(repr(number).replace(".", point)) == number


@given(st.text(max_size=70))
def test_text_is_a_number_only_where_float_agrees(text: str) -> None:
    number = read_number(text)
    if number is not None:
        assert number == float(text.replace(",", "."))
        assert text.isascii()


@given(st.booleans(), st.sampled_from([str.upper, str.lower, str.title]))
def test_truth_of_json_and_python_text_is_read_in_any_case(
    truth: bool,  # noqa: FBT001 - the value under test
    spell: Any,
) -> None:
    assert read_truth(spell(str(truth))) is truth
