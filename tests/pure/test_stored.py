"""Stored JSON of any form is read without an error."""

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.stored import LONGEST_TEXT, Stored

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from("abc") | st.text(), inner)
    ),
    max_leaves=20,
)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Fruit(StrEnum):
    APPLE = "apple"


def test_fields_of_the_right_type_are_read() -> None:
    stored = Stored(
        {
            "on": False,
            "level": 2,
            "count": 7.0,
            "huge": 2**62 + 1,
            "name": "x",
            "fruit": "apple",
            "at": NOON.isoformat(),
            "seconds": NOON.timestamp(),
            "one": {"a": 1},
            "many": [{"a": 1}, {"a": 2}],
            "named": {"x": {"a": 3}},
            "texts": ["a", "b"],
            "numbers": [1, 2.5],
            "moments": [NOON.isoformat()],
        }
    )
    assert stored.truth("on", default=True) is False
    assert stored.number("level", 0.0) == 2.0
    assert stored.integer("count", 0) == 7
    assert stored.integer("huge", 0) == 2**62 + 1
    assert stored.text("name", "") == "x"
    assert stored.choice("fruit", Fruit, None) is Fruit.APPLE
    assert stored.moment("at", None) == NOON
    assert stored.timestamp("seconds", None) == NOON
    assert stored.value_of("name", str.upper) == "X"
    assert stored.child("one").number("a", 0) == 1
    assert [x.number("a", 0) for x in stored.children("many")] == [1, 2]
    assert {k: x.number("a", 0) for k, x in stored.named("named").items()} == {"x": 3}
    assert stored.texts("texts") == ["a", "b"]
    assert stored.numbers("numbers") == [1, 2.5]
    assert stored.moments("moments") == [NOON]
    assert stored.list_of("texts", str.upper) == ["A", "B"]
    assert "on" in stored
    assert "none" not in stored
    assert stored
    assert not stored.rejected


def test_unreadable_fields_fall_back_and_keep_their_neighbors() -> None:
    stored = Stored(
        {
            "on": 1,
            "level": math.nan,
            "huge": 10**400,
            "count": 1.5,
            "name": "x" * (LONGEST_TEXT + 1),
            "fruit": "pear",
            "at": "2026-07-01T12:00:00",
            "late": "9999-12-31T23:59:59-23:59",
            "many": [{"a": "?"}, 5, {"a": 2}],
            "named": {"x": {"a": 3}, "y": 1},
            "texts": "ab",
            "good": 1,
        }
    )
    assert stored.truth("on", default=True) is True
    assert stored.number("level", None) is None
    assert stored.number("huge", 1.0) == 1.0
    assert Stored({"huge": 2**80}).integer("huge", 1) == 1
    assert stored.number("good", 5.0, lowest=2) == 5.0
    assert stored.integer("count", 3) == 3
    assert stored.text("name", "") == ""
    assert stored.choice("fruit", Fruit, None) is None
    assert stored.moment("at", None) is None
    assert [x.number("a", 0) for x in stored.children("many")] == [0, 2]
    assert list(stored.named("named")) == ["x"]
    assert stored.texts("texts") == []
    assert stored.number("good", 5.0) == 1.0
    assert stored.rejected[:3] == ["on", "level", "huge"]
    assert "many[1]" in Stored({"many": [1, 2]}, "", stored.rejected).rejected or (
        len(stored.rejected) == 10
    )


def test_missing_fields_and_null_are_not_reported() -> None:
    stored = Stored({"a": None})
    assert stored.number("a", 1.0) == 1.0
    assert stored.text("b", "x") == "x"
    assert not stored.children("c")
    assert not Stored(None).rejected
    assert not stored.rejected


def test_number_of_reported_places_is_bounded() -> None:
    stored = Stored({"a": ["?"] * 100_000, "x" * 10**6: 1})
    assert stored.numbers("a") == []
    assert len(stored.rejected) == 10
    assert Stored([]).rejected == ["the whole"]
    other = Stored({"x" * 10**6: "?"})
    other.number("x" * 10**6, 0)
    assert len(other.rejected[0]) < 100


@given(JSON)
def test_any_json_is_read_without_an_error(values: Any) -> None:
    stored = Stored(values)
    for key in (*stored.keys(), "a"):
        for part in (stored, stored.child(key), *stored.children(key)):
            assert isinstance(part.truth(key, default=False), bool)
            assert math.isfinite(part.number(key, 0.0))
            assert isinstance(part.integer(key, 0), int)
            assert isinstance(part.text(key, ""), str)
            assert part.choice(key, Fruit, None) in (None, Fruit.APPLE)
            moment = part.moment(key, None)
            assert moment is None or moment.utcoffset() is not None
            at = part.timestamp(key, None)
            assert at is None or at.utcoffset() is not None
            assert part.value_of(key, lambda _: None) is None
            assert all(isinstance(x, str) for x in part.texts(key))
            assert all(map(math.isfinite, part.numbers(key)))
            assert not [x for x in part.moments(key) if x.tzinfo is None]
            assert all(isinstance(x, Stored) for x in part.named(key).values())
