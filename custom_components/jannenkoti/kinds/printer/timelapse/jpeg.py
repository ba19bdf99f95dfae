"""The size of a JPEG image, and whether it is complete.

See ITU-T T.81, annex B.
"""

from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
# Start of frame; 0xC4, 0xC8 and 0xCC are other segments.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS: Final = 200
_SIZE_AT: Final = 5  # after the marker and its length: precision, height, width


def is_complete(jpeg: bytes) -> bool:
    """Return whether an image was not cut short; padding after its end is allowed."""
    return jpeg.startswith(_START) and jpeg.rstrip(b"\0").endswith(_END)


def size_of(jpeg: bytes) -> tuple[int, int] | None:
    """Return width and height; None if they cannot be found."""
    at = len(_START)
    for _ in range(_MOST_SEGMENTS):
        if len(jpeg) < at + 9 or jpeg[at] != 0xFF:  # noqa: PLR2004 - see annex B
            return None
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker in _FRAMES:
            height = int.from_bytes(jpeg[at + _SIZE_AT : at + _SIZE_AT + 2])
            width = int.from_bytes(jpeg[at + _SIZE_AT + 2 : at + _SIZE_AT + 4])
            return (width, height) if width and height else None
        at += 2 + length
    return None
