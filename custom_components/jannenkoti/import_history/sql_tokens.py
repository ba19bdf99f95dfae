"""The values of SQL: of INSERT in three dialects, and of COPY."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A text after an optional prefix (_binary, E, X) or another word, then what ends it.
# The quantifiers are possessive, so that no input takes more than linear time.
_START: Final = r"\s*+(?:(?:[A-Za-z_]\w*+\s*+)?+'("
_REST: Final = r")'(?:::[\w ]++)?+|([^\s,()']++))\s*+([,)])"
_VALUE: Final = {
    True: re.compile(_START + r"(?:[^'\\]++|\\.|'')*+" + _REST, re.DOTALL),
    False: re.compile(_START + r"(?:[^']++|'')*+" + _REST, re.DOTALL),
}
_CALL: Final = re.compile(r"\s*+[A-Za-z_]\w*+\s*+(?=\()")
_OPENING: Final = re.compile(r"\s*+(?:,\s*+)?+\(")
_END: Final = re.compile(r"\s*+([^\s,(])")

_CLOSING: Final = re.compile(r"\s*+\)")
_AFTER: Final = re.compile(r"\s*+([,)])")

_NAME: Final = r"(?:[`\"\[]?\w+[`\"\]]?\.)*[`\"\[]?(?P<name>\w+)[`\"\]]?"
INSERT: Final = re.compile(
    rf"\s*(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+|"
    rf"OR\s+\w+\s+)*INTO\s+{_NAME}\s*+(?:\((?P<columns>[^()]*)\)\s*+)?"
    r"(?:OVERRIDING \w+ VALUE\s*)?VALUES?(?=[\s(]|$)",
    re.IGNORECASE,
)
CREATE: Final = re.compile(
    rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*\(", re.IGNORECASE
)
COPY: Final = re.compile(
    rf"\s*COPY\s+{_NAME}\s*\((?P<columns>[^()]*)\)\s+FROM\s+stdin", re.IGNORECASE
)

_KEYS: Final = re.compile(
    r"\s*(?:PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FULLTEXT|SPATIAL|FOREIGN|CHECK|EXCLUDE"
    r"|LIKE)\b",
    re.IGNORECASE,
)
_COLUMN: Final = re.compile(r"\s*[`\"\[]?(\w+)")

_ESCAPES: Final = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_COPY_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Incomplete(Exception):
    """The text ends within a value; more is needed."""


class NoValue(Exception):
    """The text is not a list of values."""


def unescaped(text: str, escapes: dict[str, str]) -> str:
    """Return a text with its backslash escapes replaced."""
    return _ESCAPED.sub(lambda found: escapes.get(found[1], found[1]), text)


def next_values(
    text: str, at: int, *, backslashes: bool
) -> tuple[list[str | None], int] | None:
    """Return the values of the next parenthesis and where it ends.

    Returns None at the end of the list; raises Incomplete if the text ends too early
    and NoValue if it is no list of values.
    """
    if (opening := _OPENING.match(text, at)) is None:
        if _END.match(text, at):
            return None
        raise Incomplete
    at = opening.end()
    values: list[str | None] = []
    pattern = _VALUE[backslashes]
    while True:
        if (found := pattern.match(text, at)) is None:
            at, ending = _after_call(text, at, pattern.match)
            values.append(None)
        else:
            at, ending = found.end(), found[3]
            values.append(_value(found[1], found[2], backslashes=backslashes))
        if ending == ")":
            return values, at


def _value(quoted: str | None, word: str | None, *, backslashes: bool) -> str | None:
    """Return a value; every number is a text."""
    if quoted is None:
        return None if word is None or word.upper() == "NULL" else word
    if "'" in quoted:
        quoted = quoted.replace("''", "'")
    if backslashes and "\\" in quoted:
        return unescaped(quoted, _ESCAPES)
    return quoted


def _after_call(
    text: str, at: int, match: Callable[[str, int], re.Match[str] | None]
) -> tuple[int, str]:
    """Return where a function call ends that stands for a value, and what ends it."""
    if (call := _CALL.match(text, at)) is None:
        if "'" in text[at:] or not re.search(r"[,)]", text[at:]):
            raise Incomplete
        raise NoValue
    at = call.end() + 1
    ending = ","
    if empty := _CLOSING.match(text, at):
        at, ending = empty.end(), ")"
    while ending == ",":
        if (found := match(text, at)) is None:
            at, ending = _after_call(text, at, match)
        else:
            at, ending = found.end(), found[3]
    if (closing := _AFTER.match(text, at)) is None:
        raise Incomplete
    return closing.end(), closing[1]


def columns_of_create(sql: str) -> tuple[str, ...]:
    """Return the names of the columns of a CREATE TABLE statement."""
    found = CREATE.match(sql)
    inside = sql[found.end() :] if found else ""
    parts, depth, quote, begin = list[str](), 0, "", 0
    for at, char in enumerate(inside):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif char in ",)" and not depth:
            parts.append(inside[begin:at])
            begin = at + 1
            if char == ")":
                break
    return names_of(part for part in parts if not _KEYS.match(part))


def names_of(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns from their definitions, in lower case."""
    found = map(_COLUMN.match, parts)
    return tuple(each[1].lower() for each in found if each)


def copied_values(line: str) -> list[str | None]:
    r"""Return the values of a line of COPY; ``\N`` is None."""
    fields = line.rstrip("\r\n").split("\t")
    if "\\" not in line:
        return [*fields]
    return [None if x == r"\N" else unescaped(x, _COPY_ESCAPES) for x in fields]
