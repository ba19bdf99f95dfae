"""Setting of all texts: marks, quotes, numbers and units as the language has them."""

import re

import pytest

from .test_texts import COUNTED, LANGUAGES
from .test_words import OTHERS, found, texts

QUOTES = {"en": '""', "fi": '""', "de": "„“", "es": "«»"}
CURLED = "\u2018\u2019\u201a"
ALL_QUOTES = set('"„“”«»' + CURLED)
UNIT = r"(?:°C|°F|%|[kM]?Wh?|min|h|s|ms|[MG]B|Mt|K|V|lx|mm|cm)"
DOTTED = re.compile(r"(?:192\.|10\.|\d+\.\d+\.\d|-1\.0|api\.)")
"""Numbers with a dot that are no decimals: addresses, and what is typed as YAML."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("complaint", "pattern"),
    [
        ("two spaces", r"[^\S\n] "),
        ("space before a mark", r" [,.;:!?](?=\s|$)"),
        ("no space after a mark", r"[a-zäöüß\u00f1][,;!?][A-Za-zÄÖÜ]"),
        ("unit glued to its number", rf"\d{UNIT}(?![\w/])"),
        ("unit glued to its placeholder", rf"\}}{UNIT}(?![\w/])"),
        ("dots for an ellipsis", r"\.\.\."),
        ("hyphen for a dash", r" - "),
        ("apostrophe that is not straight", rf"[{CURLED}]"),
    ],
)
def test_text_is_well_set(language: str, complaint: str, pattern: str) -> None:
    assert found(language, re.compile(pattern).search) == {}, complaint


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    pair = list(QUOTES[language])

    def wrong(text: str) -> bool:
        quotes = [mark for mark in text if mark in ALL_QUOTES]
        return quotes != pair * (len(quotes) // 2)

    assert found(language, wrong) == {}


@pytest.mark.parametrize("language", OTHERS)
def test_decimals_have_the_sign_of_the_language(language: str) -> None:
    def english(text: str) -> bool:
        """Return whether a decimal has a dot: not in a thousand, nor an address."""
        decimals = re.finditer(r"\d+\.\d+(?![\d.])", text)
        return not DOTTED.search(text) and any(
            not re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", decimal[0]) for decimal in decimals
        )

    assert found(language, english) == {}
    assert english("0.4 % is the lowest")
    assert not english("1.000 Zeilen")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_thousand_has_the_sign_of_another_language(language: str) -> None:
    signs = {"en": r"\d[.  ]\d{3}\b", "de": r"\d[, ]\d{3}\b", "es": r"\d, ?\d{3}\b"}
    wrong = signs.get(language, r"\d[,.]\d{3}\b")
    assert found(language, re.compile(rf"(?<![\d.]){wrong}").search) == {}


def test_spanish_questions_and_calls_are_opened() -> None:
    def unopened(text: str) -> bool:
        return text.count("?") != text.count("¿") or text.count("!") != text.count("¡")

    assert found("es", unopened) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_card_says_no_noun_that_has_to_agree_with_a_number(language: str) -> None:
    cards = {k: v for k, v in texts(language).items() if k.startswith("card.")}
    assert len(cards) > 90
    assert [key for key, text in cards.items() if COUNTED.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_a_sentence_and_a_label_is_not(language: str) -> None:
    ends = {}
    for path, text in texts(language).items():
        if ".data_description." in path and not re.search(r"[.?)0-9]$", text):
            ends[path] = text
        if ".data." in path and text.endswith("."):
            ends[path] = text
    assert ends == {}


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_of_a_card_is_left_in_english(language: str) -> None:
    english = texts("en")
    alike = [
        key
        for key, text in texts(language).items()
        if key.startswith("card.") and text == english[key] and " " in text
    ]
    assert alike == []
