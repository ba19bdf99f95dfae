"""Texts from outside, for messages that Home Assistant renders as Markdown."""

import re
from typing import Final

# What links, pictures, code and HTML begin with; addresses become links by themselves.
_MARKUP: Final = re.compile(r"[\\\[\]<>`@]|(?<=:)//|(?<=www)\.", re.IGNORECASE)
# What else changes inside a line of a list, and what begins a list in it.
_IN_LINE: Final = re.compile(r"[*_#|~&!]")
_BEGINS_LIST: Final = re.compile(r"^(\d*)([-+.)])(?=\s|$)")


def without_links(text: str) -> str:
    """Return a text in which Markdown finds no link, picture, code or HTML.

    Ordinary names are returned as they are, because titles are no Markdown.
    """
    return _MARKUP.sub(r"\\\g<0>", text)


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is in a line of a list."""
    line = _IN_LINE.sub(r"\\\g<0>", without_links(" ".join(text.split())))
    return _BEGINS_LIST.sub(r"\1\\\2", line)
