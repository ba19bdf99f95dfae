"""The image that viewers see while the camera is private."""

from functools import lru_cache
from io import BytesIO
from typing import Final

_SIZE: Final = (800, 600)
_BACKGROUND: Final = "#1c2331"
_FOREGROUND: Final = "#e8ecf4"
_FONT_SIZE: Final = 48


@lru_cache(maxsize=8)
def draw_placeholder(text: str) -> bytes:
    """Return a JPEG with a crossed-out eye and a word. Not for the event loop.

    The only font that comes with Pillow has Latin letters only.
    """
    # Pillow is slow to import, and a camera that is never private does not need it.
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    image = Image.new("RGB", _SIZE, _BACKGROUND)
    pen = ImageDraw.Draw(image)
    pen.arc((250, 110, 550, 410), 200, 340, _FOREGROUND, 12)
    pen.arc((250, 50, 550, 350), 20, 160, _FOREGROUND, 12)
    pen.ellipse((355, 185, 445, 275), outline=_FOREGROUND, width=12)
    pen.line((280, 350, 520, 110), _FOREGROUND, 14)
    font = ImageFont.load_default(_FONT_SIZE)
    pen.text((_SIZE[0] / 2, 480), text, _FOREGROUND, font, anchor="mm")
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()
