"""Find what a spoken name means: names are inflected, and articles come before them."""

import re
from typing import TYPE_CHECKING, Final
from unicodedata import combining, normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORD: Final = re.compile(r"\w+")
_APOSTROPHES: Final = str.maketrans("", "", "'\u2019\u02bc")

_SHORTEST_STEM: Final = 4
"""Letters; a shorter beginning would be that of too many words."""
_ENDING: Final = 2
"""Letters of a name that an ending may replace: keittiö, keittiössä; Küche, Küchen."""
_GRADES: Final = {
    "kk": "k",
    "pp": "p",
    "tt": "t",
    "nk": "ng",
    "nt": "nn",
    "lt": "ll",
    "rt": "rr",
    "mp": "mm",
    "nen": "se",
    "t": "d",
    "p": "v",
    "k": "",
}
"""How Finnish changes the end of a stem: mökki, mökillä; eteinen, eteisessä."""
_SHORT: Final = 3
"""Letters of names that are inflected only with endings of Finnish: ovi, ovelle."""
_CASE: Final = re.compile(
    r"[aeiouy]?(ssa|sta|lla|lta|lle|n|na|ksi|ta|a|an|en|in|on|un|seen)?(mme|ni|si|nsa)?"
)
_LONGEST_ENDING: Final = 6
"""Letters of a Finnish ending with a suffix, as in mökissämme."""


def _words(text: str) -> list[str]:
    """Return the words without case, accents and apostrophes.

    Accents are often left out when typing, and have two forms in Unicode.
    """
    plain = normalize("NFKD", text.casefold()).translate(_APOSTROPHES)
    return _WORD.findall("".join(x for x in plain if not combining(x)))


def _stems(name: str) -> set[str]:
    """Return the beginnings that an inflected name may have."""
    stems = {name[: max(_SHORTEST_STEM, len(name) - _ENDING)]}
    for strong, weak in _GRADES.items():
        vowel = "" if strong == "nen" else name[-1]
        if name.endswith(strong + vowel):
            stems.add(name[: len(name) - len(strong + vowel)] + weak + vowel)
    return {stem for stem in stems if len(stem) >= _SHORTEST_STEM - 1}


def _is_inflected(name: str, word: str) -> bool:
    """Return whether a word is a name with another ending."""
    if word == name or len(name) < _SHORT:
        return word == name
    if len(name) == _SHORT:
        stem = name[:-1]
        ending = word.removeprefix(stem)
        return word.startswith(stem) and bool(_CASE.fullmatch(ending))
    return any(
        word.startswith(stem) and len(word) <= len(name) + _LONGEST_ENDING
        for stem in _stems(name)
    )


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
