"""Sentences that Home Assistant's own Assist understands, made from its templates."""

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import home_assistant_intents
from hassil.expression import (
    Alternative,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import Intents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hassil.expression import Expression, Sentence

WORDS = ("bedroom", "kitchen light", "the boiler", "camera", "5")
"""What may stand for a name, an area or a number."""


def sentences(language: str, *, each: int) -> Iterator[str]:
    """Yield some sentences of each template of a language, always the same ones."""
    folder = Path(home_assistant_intents.__file__).parent / "data"
    of_language = json.loads((folder / f"{language}.json").read_text("utf-8"))
    of_language.pop("responses", None)
    intents = Intents.from_dict(of_language)
    random = Random(language)  # noqa: S311 - nothing is secret
    for intent in intents.intents.values():
        for data in intent.data:
            rules = {**intents.expansion_rules, **data.expansion_rules}
            for sentence in data.sentences:
                for _ in range(each):
                    text = _sample(sentence.expression, rules, random)
                    yield " ".join(text.split())


def _sample(
    expression: Expression, rules: Mapping[str, Sentence], random: Random
) -> str:
    """Return a text that an expression matches."""
    match expression:
        case TextChunk():
            return str(expression.original_text)
        case ListReference():
            return random.choice(WORDS)
        case RuleReference():
            return _sample(rules[expression.rule_name].expression, rules, random)
        case Alternative():
            return _sample(random.choice(expression.items), rules, random)
        case Permutation():
            items = random.sample(expression.items, len(expression.items))
        case Group():
            items = expression.items
        case _:
            raise TypeError(expression)
    return "".join(_sample(item, rules, random) for item in items)
