"""JSON of small devices is parsed, with the numbers that C prints."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.lenient_json import parse_lenient_json

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_valid_json_is_parsed_as_usual(value: object) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        assert parse_lenient_json(text.encode(errors="surrogatepass")) == value


@pytest.mark.parametrize(
    "word",
    ["nan", "NaN", "-nan", "+nan", "nan(0x1)", "inf", "-inf", "INF", "Infinity"],
)
def test_number_that_json_does_not_have_is_null(word: str) -> None:
    text = f'{{"{word}": [{word}, "{word} {word}", "a\\"{word}", 1, {word}]}}'
    assert parse_lenient_json(text.encode()) == {
        word: [None, f"{word} {word}", f'a"{word}', 1, None]
    }


@pytest.mark.parametrize("end", [b"\0", b"\0\0", b"\r\n\0", b"\n", b" "])
def test_end_of_a_c_string_is_ignored(end: bytes) -> None:
    assert parse_lenient_json(b'{"a": nan}' + end) == {"a": None}


@given(st.binary())
def test_any_bytes_are_a_value_or_raise_value_error(data: bytes) -> None:
    try:
        value = parse_lenient_json(data)
    except ValueError:
        return
    json.dumps(value, allow_nan=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nano",
        b"{nan}",
        b'{"a": nane}',
        b"[" * 100_000,
        b"[nan," + b"[" * 100_000,
        b'{"a":' * 50_000,
        b'"a',
    ],
)
def test_other_text_raises_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        parse_lenient_json(data)


@pytest.mark.parametrize(
    "piece", [b'"', b"\\", b'"\\', b"nan", b"-", b"nan(", b"inf(", b"(", b'"a" ']
)
def test_time_is_proportional_to_the_length(piece: bytes) -> None:
    data = b"[" + piece * (400_000 // len(piece))
    began = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        parse_lenient_json(data)
    assert time.process_time() - began < 2  # quadratic would take minutes
