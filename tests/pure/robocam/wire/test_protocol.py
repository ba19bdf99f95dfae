"""Anything that a camera sends is a message, a frame or invalid."""

import json
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.wire.protocol import (
    ClientCount,
    InvalidMessage,
    PositionRejected,
    move_to,
    parse_frame,
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
        ('{"client_count":2}', ClientCount(2)),
        ('{"min_x":0,"max_x":180,"min_y":0,"max_y":90}', Limits()),
        ("Position out of bounds", PositionRejected()),
    ],
)
def test_valid_text_is_parsed(text: str, message: object) -> None:
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
        '{"x":90,"y":45,"more":"' + "x" * 1024 + '"}',
        "{" + ",".join(f'"{n}":0' for n in range(70_000)) + "}",
    ],
)
def test_invalid_text_raises_invalid_message(text: str) -> None:
    with pytest.raises(InvalidMessage):
        parse_text(text)


@given(st.text() | st.dictionaries(names, json_values).map(json.dumps))
@example("9" * 5000)
def test_any_text_is_a_message_or_invalid(text: str) -> None:
    try:
        message = parse_text(text)
    except InvalidMessage:
        return
    assert isinstance(message, Position | Limits | ClientCount | PositionRejected)


@given(x=angles, y=angles)
def test_move_message_contains_the_position(x: int, y: int) -> None:
    assert parse_text(move_to(Position(x, y))) == Position(x, y)


@given(st.binary())
def test_any_bytes_are_a_complete_frame_or_invalid(data: bytes) -> None:
    try:
        frame = parse_frame(data)
    except InvalidMessage:
        return
    assert frame.startswith(b"\xff\xd8")
    assert frame.endswith(b"\xff\xd9")


@pytest.mark.parametrize("data", [b"", JPEG[:-1], JPEG[1:], b"\xff\xd8", b"\0" * 9])
def test_incomplete_frame_raises_invalid_message(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse_frame(data)


def real_jpeg(*, thumbnail: bytes = b"", **more: object) -> bytes:
    """Return a JPEG of a random image, with a thumbnail in its header."""
    image = Image.effect_noise((32, 24), 50)
    file = BytesIO()
    exif = b"Exif\0\0" + thumbnail if thumbnail else b""
    image.save(file, "JPEG", exif=exif, **more)
    return file.getvalue()


def with_fill_bytes(jpeg: bytes) -> bytes:
    """Return a JPEG with FF bytes before its second marker, which is its header."""
    return jpeg[:2] + b"\xff" * 3 + jpeg[2:]


PADDINGS = [
    bytes(7),
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\r\n",
    b"\n",
    b"junk",
    b"\xff\xff\r\n\0junk\xff",
    b"\xff\xd8 the start of another frame",
    b"\xff\xd8 another frame \xff\xd9",
]


@pytest.mark.parametrize("padding", [*PADDINGS, b"end of a longer frame\xff\xd9"])
@pytest.mark.parametrize(
    "jpeg",
    [
        JPEG,
        real_jpeg(),
        real_jpeg(thumbnail=real_jpeg()),
        real_jpeg(progressive=True),
        real_jpeg(thumbnail=real_jpeg(progressive=True), progressive=True),
        with_fill_bytes(real_jpeg(thumbnail=real_jpeg())),
    ],
    ids=len,
)
def test_padding_after_a_frame_is_removed(jpeg: bytes, padding: bytes) -> None:
    assert parse_frame(jpeg + padding) == jpeg


@pytest.mark.parametrize("padding", [b"", *PADDINGS])
@pytest.mark.parametrize("missing", [1, 2, 50, 400])
def test_truncated_frame_with_thumbnail_is_invalid(
    missing: int, padding: bytes
) -> None:
    """The end marker of the thumbnail is not the end of the frame."""
    jpeg = real_jpeg(thumbnail=real_jpeg())
    with pytest.raises(InvalidMessage):
        parse_frame(jpeg[:-missing] + padding)


@pytest.mark.parametrize("cut", [4, 5, 8, 20])
def test_frame_that_is_cut_in_its_tables_is_invalid(cut: int) -> None:
    jpeg = real_jpeg(thumbnail=real_jpeg())
    tables = jpeg.rfind(b"\xff\xc4")  # the last one, before the data
    for gap in range(250):
        with pytest.raises(InvalidMessage):
            parse_frame(jpeg[: tables + cut] + b"\0" * gap + JPEG)


@pytest.mark.parametrize("lost", [2, 50, 200])
def test_frame_that_continues_with_the_next_one_is_invalid(lost: int) -> None:
    """It would show half of each."""
    jpeg = real_jpeg()
    with pytest.raises(InvalidMessage):
        parse_frame(jpeg[:-lost] + real_jpeg())


@pytest.mark.parametrize(("segments", "valid"), [(90, True), (200_000, False)])
def test_frame_with_endless_header_segments_is_invalid(
    segments: int, *, valid: bool
) -> None:
    jpeg = JPEG[:2] + b"\xff\xe0\x00\x02" * segments + JPEG[2:]
    if valid:
        assert parse_frame(jpeg + b"\0") == jpeg
    else:
        with pytest.raises(InvalidMessage):
            parse_frame(jpeg + b"\0")


@given(
    limits=st.tuples(angles, angles, angles, angles).map(
        lambda a: Limits(min(a[:2]), max(a[:2]), min(a[2:]), max(a[2:]))
    ),
    x=angles,
    y=angles,
)
def test_limits_contain_clamped_positions(limits: Limits, x: int, y: int) -> None:
    position = Position(x, y)
    clamped = limits.clamp(position)
    assert limits.contain(clamped)
    assert limits.contain(position) is (clamped == position)
