"""Tests of texts from outside in messages that are rendered as Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.plain_text import escaped, without_links


@pytest.mark.parametrize(
    "name",
    ["temperatura", "co2_ppm", "Kitchen (left) #2", "ñandú 21,5 °C", "a.b-c", ""],
)
def test_ordinary_name_is_unchanged(name: str) -> None:
    assert without_links(name) == name


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[log in](http://x.y)", r"\[log in\](http:\//x.y)"),
        ("![p](//x)", r"!\[p\](//x)"),
        ("<b onclick=1>", r"\<b onclick=1\>"),
        ("https://x.y", r"https:\//x.y"),
        ("WWW.x.y", r"WWW\.x.y"),
        ("a@x.y", r"a\@x.y"),
        ("`code`", r"\`code\`"),
        (r"\[x\]", r"\\\[x\\\]"),
    ],
)
def test_markup_is_escaped(text: str, plain: str) -> None:
    assert without_links(text) == plain


@given(st.text())
def test_no_markup_is_left_in_any_text(text: str) -> None:
    plain = without_links(text)
    unescaped = re.sub(r"\\[\\\[\]<>`@/.]", "", plain)
    assert not re.search(r"[\[\]<>`@]|://|www\.", unescaped, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Sala *2* | ~x~ & y_z", r"Sala \*2\* \| \~x\~ \& y\_z"),
        ("two\n\nlines", "two lines"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("24.5 °C", "24.5 °C"),
        ("-5 °C", "-5 °C"),
        ("# title", r"\# title"),
        ("![p](https://x)", r"\!\[p\](https:\//x)"),
    ],
)
def test_text_in_a_line_of_a_list_stays_as_it_is(text: str, plain: str) -> None:
    assert escaped(text) == plain
