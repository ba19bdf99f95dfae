"""Whatever a camera sends is a message, a picture or garbage, and nothing else."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.protocol import (
    Clients,
    Garbage,
    Limits,
    OutOfBounds,
    Position,
    check_picture,
    move_to,
    parse_text,
)

JPEG = b"\xff\xd8 a room \xff\xd9"

angles = st.integers(-360, 360)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
names = st.sampled_from(["x", "y", "min_x", "max_x", "min_y", "max_y", "client_count"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"x":90,"y":45}', Position(90, 45)),
        ('{"x":89.6,"y":45}', Position(90, 45)),
        ('{"client_count":2}', Clients(2)),
        ('{"min_x":0,"max_x":180,"min_y":0,"max_y":90}', Limits()),
        ("Position out of bounds", OutOfBounds.TEXT),
    ],
)
def test_what_the_camera_says_is_understood(text: str, message: object) -> None:
    assert parse_text(text) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"x":90}',
        '{"x":"90","y":45}',
        '{"x":true,"y":45}',
        '{"x":NaN,"y":45}',
        '{"x":1e400,"y":45}',
        '{"x":361,"y":45}',
        '{"client_count":-1}',
        '{"min_x":180,"max_x":0,"min_y":0,"max_y":90}',
        '{"min_x":0,"max_x":180,"min_y":0}',
        "[" * 100_000,
    ],
)
def test_what_makes_no_sense_is_garbage(text: str) -> None:
    with pytest.raises(Garbage):
        parse_text(text)


@given(st.text() | st.dictionaries(names, json_values).map(json.dumps))
@example("9" * 5000)
def test_any_text_is_a_message_or_garbage(text: str) -> None:
    try:
        message = parse_text(text)
    except Garbage:
        return
    assert isinstance(message, Position | Limits | Clients | OutOfBounds)


@given(x=angles, y=angles)
def test_a_move_is_read_as_the_position_that_it_is(x: int, y: int) -> None:
    assert parse_text(move_to(Position(x, y))) == Position(x, y)


@given(st.binary())
def test_any_bytes_are_a_whole_picture_or_garbage(data: bytes) -> None:
    try:
        picture = check_picture(data)
    except Garbage:
        return
    assert picture.startswith(b"\xff\xd8")
    assert picture.endswith(b"\xff\xd9")


@pytest.mark.parametrize("data", [b"", JPEG[:-1], JPEG[1:], b"\xff\xd8", b"\0" * 9])
def test_half_a_picture_is_garbage(data: bytes) -> None:
    with pytest.raises(Garbage):
        check_picture(data)


def test_zeros_behind_a_picture_are_cut_off() -> None:
    assert check_picture(JPEG + bytes(7)) == JPEG


@given(
    limits=st.tuples(angles, angles, angles, angles).map(
        lambda a: Limits(min(a[:2]), max(a[:2]), min(a[2:]), max(a[2:]))
    ),
    x=angles,
    y=angles,
)
def test_limits_hold_what_they_clamp(limits: Limits, x: int, y: int) -> None:
    position = Position(x, y)
    clamped = limits.clamp(position)
    assert limits.hold(clamped)
    assert limits.hold(position) is (clamped == position)
