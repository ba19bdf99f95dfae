"""The size of values from outside, measured before anything else is done with them."""

from collections.abc import Mapping
from typing import Final

# A text counts as one more part for each of so many characters.
_CHARACTERS: Final = 256


def is_larger(value: object, most: int) -> bool:
    """Return whether a value has more parts than that, at all levels together.

    The time depends on `most` alone, and no depth of nesting raises.
    """
    left, waiting = most - 1, [value]
    while waiting and left >= 0:
        part = waiting.pop()
        if isinstance(part, str | bytes):
            left -= len(part) // _CHARACTERS
        elif isinstance(part, Mapping):
            left -= 2 * len(part)
            if left >= 0:
                waiting += part
                waiting += part.values()
        elif isinstance(part, list | tuple | set | frozenset):
            left -= len(part)
            if left >= 0:
                waiting += part
    return left < 0
