"""The image that viewers see while the camera is private."""

from io import BytesIO

from PIL import Image

from custom_components.jannenkoti.kinds.robocam.frames.placeholder import (
    draw_placeholder,
)
from custom_components.jannenkoti.kinds.robocam.wire.protocol import parse_frame


def test_placeholder_is_a_dark_image_with_the_text() -> None:
    with_word, without = draw_placeholder("CameraIsPrivate"), draw_placeholder("")
    assert parse_frame(with_word) == with_word
    image = Image.open(BytesIO(with_word)).convert("L")
    empty = Image.open(BytesIO(without)).convert("L")
    assert image.size == (800, 600)
    # The word is below the eye, which is the same.
    assert max(image.crop((0, 430, 800, 530)).tobytes()) > 200
    assert max(empty.crop((0, 430, 800, 530)).tobytes()) < 60
    assert image.crop((0, 0, 800, 400)).tobytes() == (
        empty.crop((0, 0, 800, 400)).tobytes()
    )


def test_text_without_glyphs_results_in_an_image() -> None:
    assert parse_frame(draw_placeholder("Yksityinen äö ß ñ 私"))
