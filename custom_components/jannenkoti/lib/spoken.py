"""Find what a spoken name means: names are inflected, and articles come before them."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORD: Final = re.compile(r"\w+")

_SHORTEST_STEM: Final = 4
"""Letters; a shorter beginning would be that of too many words."""
_ENDING: Final = 2
"""Letters of a name that an ending may replace: keittiö, keittiössä; Küche, Küchen."""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_inflected(name: str, word: str) -> bool:
    """Return whether a word is a name with another ending."""
    stem = name[: max(_SHORTEST_STEM, len(name) - _ENDING)]
    return len(name) >= _SHORTEST_STEM and word.startswith(stem)


def _score(spoken: list[str], name: list[str]) -> int:
    """Return how well a name fits: 3 the same, 2 contained, 1 inflected, 0 not."""
    if not name or not spoken:
        return 0
    if spoken == name:
        return 3
    if set(name) <= set(spoken) or set(spoken) <= set(name):
        return 2
    return int(all(any(_is_inflected(part, word) for word in spoken) for part in name))


def best_matches[K](spoken: str, names: Mapping[K, Iterable[str]]) -> list[K]:
    """Return the keys whose names fit the spoken text best, in their order.

    Empty if no name fits.
    """
    said = _words(spoken)
    scores = {
        key: max((_score(said, _words(name)) for name in of_key), default=0)
        for key, of_key in names.items()
    }
    best = max(scores.values(), default=0)
    return [key for key, score in scores.items() if best and score == best]
