"""Names that are spoken: articles, endings, several words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.spoken import best_matches

HOUSE = {
    "bedroom": ["Bedroom AC", "Bedroom", "Makuuhuone"],
    "living": ["Living room", "Olohuone", "Wohnzimmer"],
    "kitchen": ["Kitchen", "Keittiö", "Küche"],
    "ac": ["AC"],
}


@pytest.mark.parametrize(
    ("spoken", "meant"),
    [
        ("bedroom", ["bedroom"]),
        ("the Bedroom", ["bedroom"]),
        ("BEDROOM AC", ["bedroom"]),
        ("makuuhuoneessa", ["bedroom"]),
        ("olohuoneen", ["living"]),
        ("room", ["living"]),
        ("keittiössä", ["kitchen"]),
        ("Küchen", ["kitchen"]),
        ("ac", ["ac"]),
        ("garage", []),
        ("", []),
        ("?!", []),
        ("acid", []),
    ],
)
def test_best_match_of_a_spoken_name(spoken: str, meant: list[str]) -> None:
    assert best_matches(spoken, HOUSE) == meant


def test_devices_of_one_area_are_all_meant() -> None:
    names = {1: ["Heating", "Bath"], 2: ["Light", "Bath"], 3: ["Bath fan", "Hall"]}
    assert best_matches("bath", names) == [1, 2]


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_gives_a_subset_in_order(spoken: str, names: list[str]) -> None:
    found = best_matches(spoken, {index: [name] for index, name in enumerate(names)})
    assert found == sorted(found)
    assert set(found) <= set(range(len(names)))


@given(st.lists(st.from_regex(r"\w{1,8}", fullmatch=True), min_size=1, max_size=5))
def test_a_name_itself_is_always_found(words: list[str]) -> None:
    name = " ".join(words)
    assert best_matches(name, {"it": [name], "other": ["zzzzzzzzz q"]})[:1] == ["it"]
