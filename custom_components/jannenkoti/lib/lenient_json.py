"""Parse JSON of small devices, whose printf writes numbers that JSON does not have."""

import json
import re
from typing import Final

# A text is matched as a whole, also one without an end, so that only words outside of
# texts are replaced and the time is proportional to the length.
_TEXT_OR_WORD: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|[-+]?(?<![\w.])(?:nan|inf(?:inity)?)\b(?:\([^()"]*\))?',
    re.IGNORECASE | re.DOTALL,
)


def parse_lenient_json(data: bytes) -> object:
    """Parse JSON; raises ValueError, and nothing else.

    NaN and infinity, in any spelling of C, become null. Zero bytes at the end, which
    counted C strings have, are ignored.
    """
    data = data.rstrip(b"\0 \t\r\n")
    try:
        return json.loads(data, parse_constant=_null)
    except RecursionError:
        raise ValueError from None
    except ValueError:
        pass
    try:
        text = data.decode()
        return json.loads(_TEXT_OR_WORD.sub(_text_or_null, text), parse_constant=_null)
    except RecursionError:
        raise ValueError from None


def _null(_constant: str) -> None:
    """Return what stands for NaN and infinity."""


def _text_or_null(match: re.Match[str]) -> str:
    """Keep a text, replace a word."""
    found = match.group()
    return found if found.startswith('"') else "null"
