"""The reasons are texts of a tile, of which two stand side by side on a phone."""

import json
from pathlib import Path

import pytest

from custom_components.jannenkoti.kinds.air_conditioner import kind
from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason

LONGEST = 20
"""Characters that a tile of a screen of 390 pixels shows."""


@pytest.mark.parametrize("language", ["en", "fi", "de", "es"])
def test_reasons_fit_a_tile_differ_and_are_the_same_everywhere(language: str) -> None:
    path = Path(kind.__file__).parent / "texts" / f"{language}.json"
    entities = json.loads(path.read_text(encoding="utf-8"))["entity"]
    reasons = {reason.value for reason in Reason}
    texts = {
        key: text
        for key, text in entities["sensor"]["air_conditioner_reason"]["state"].items()
        if key in reasons
    }
    assert texts.keys() == reasons
    assert not [text for text in texts.values() if len(text) > LONGEST]
    assert len(set(texts.values())) == len(texts)
    climate = entities["climate"]["air_conditioner_climate"]["state_attributes"]
    assert climate["reason"]["state"].items() >= texts.items()
