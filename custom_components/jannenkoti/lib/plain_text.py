"""Texts from outside, for messages that Home Assistant renders as Markdown."""

import re
from typing import Final

# What links, pictures, code and HTML begin with; addresses become links by themselves.
_MARKUP: Final = re.compile(r"[\\\[\]<>`@]|(?<=:)//|(?<=www)\.", re.IGNORECASE)


def without_links(text: str) -> str:
    """Return a text in which Markdown finds no link, picture, code or HTML.

    Ordinary names are returned as they are, because titles are no Markdown.
    """
    return _MARKUP.sub(r"\\\g<0>", text)
