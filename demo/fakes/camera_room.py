"""The room that the fake camera shows, drawn from where its servos point."""

import io
import math

from PIL import Image, ImageDraw

from .camera_servos import START, X_LIMITS, Y_LIMITS

# 800 by 600 of a room that is larger than the image.
_SIZE = (800, 600)
_PIXELS_PER_DEGREE = 8
_QUALITY = 60


def draw_room(x: int, y: int, hand: int, *, lamp: bool) -> bytes:
    """Return a JPEG of the room as the camera sees it from a position."""
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, "#e9e2d0" if lamp else "#8c887d")
    pen = ImageDraw.Draw(image)
    # The position of the room's origin in the image: larger x is further left.
    left = width // 2 + (x - START[0]) * _PIXELS_PER_DEGREE
    top = height // 2 - (y - START[1]) * _PIXELS_PER_DEGREE
    floor = top + 160
    pen.rectangle((0, floor, width, height), "#9a7b56")
    for door in range(-3, 4):
        at = left + door * 400
        pen.rectangle((at - 60, floor - 260, at + 60, floor), "#b9835a", "#5c4630", 4)
        pen.text((at - 20, floor - 240), f"{-door * 50:+d}°", "#5c4630")
    pen.rectangle(
        (left - 130, top - 250, left + 130, top - 120), "#bcd8f0", "#ffffff", 8
    )
    _draw_clock(pen, left + 200, top - 180, hand)
    _draw_pointer(pen, x, y)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _draw_clock(pen: ImageDraw.ImageDraw, x: int, y: int, hand: int) -> None:
    """Draw a clock on the wall whose hand turns with every frame."""
    pen.ellipse((x - 45, y - 45, x + 45, y + 45), "#ffffff", "#333333", 4)
    angle = math.tau * hand / 12
    tip = (x + 36 * math.sin(angle), y - 36 * math.cos(angle))
    pen.line((x, y, *tip), "#c0392b", 5)


def _draw_pointer(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """Draw two scales with a pointer each for the servos."""
    width, height = _SIZE
    pen.rectangle((40, height - 40, width - 40, height - 34), "#222222")
    at = width - 40 - (x - X_LIMITS[0]) / (X_LIMITS[1] - X_LIMITS[0]) * (width - 80)
    pen.polygon(
        ((at, height - 42), (at - 14, height - 66), (at + 14, height - 66)), "#d35400"
    )
    pen.rectangle((width - 40, 40, width - 34, height - 60), "#222222")
    at = 40 + (y - Y_LIMITS[0]) / (Y_LIMITS[1] - Y_LIMITS[0]) * (height - 100)
    pen.polygon(
        ((width - 42, at), (width - 66, at - 14), (width - 66, at + 14)), "#d35400"
    )
    pen.text((50, height - 30), f"x {x}  y {y}", "#222222")
