"""The picture for those who may see nothing."""

from io import BytesIO

from PIL import Image

from custom_components.jannenkoti.kinds.robocam.placeholder import draw
from custom_components.jannenkoti.kinds.robocam.protocol import check_picture


def test_it_is_a_dark_picture_with_a_word() -> None:
    with_word, without = draw("Private"), draw("")
    assert check_picture(with_word) == with_word
    image = Image.open(BytesIO(with_word)).convert("L")
    empty = Image.open(BytesIO(without)).convert("L")
    assert image.size == (800, 600)
    # The word is below the eye, which is the same.
    assert max(image.crop((0, 430, 800, 530)).tobytes()) > 200
    assert max(empty.crop((0, 430, 800, 530)).tobytes()) < 60
    assert image.crop((0, 0, 800, 400)).tobytes() == (
        empty.crop((0, 0, 800, 400)).tobytes()
    )


def test_letters_that_the_font_has_not_do_no_harm() -> None:
    assert check_picture(draw("Yksityinen äö ß ñ 私"))
