"""Scales, units and words are recognized, or left to the user."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import recognition
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
    Datapoints,
)

MODES = {"cool": "cold", "dry": "wet", "fan_only": "wind", "heat": "hot"}


@pytest.mark.parametrize(
    ("target", "current", "read"),
    [
        (24, 27, (("C", 1), ("C", 1))),
        (240, 265, (("C", 10), ("C", 10))),
        (2400, 2650, (("C", 100), ("C", 100))),
        (240, 27, (("C", 10), ("C", 1))),
        (24, 2650, (("C", 1), ("C", 100))),
        (800, 23, (("F", 10), ("C", 1))),
        (780, 755, (("F", 10), ("F", 10))),
        (75, 79, (("F", 1), ("F", 1))),
        (88, 20, (("F", 1), ("C", 1))),
        (24, 55, (("C", 1), None)),  # 27.5 °C or 12.8 °C
        (45, 27, (None, ("C", 1))),
        (1_000_000, 27, (None, ("C", 1))),
        ("24", True, (None, None)),
    ],
)
def test_temperature_scale_is_guessed_or_unclear(
    target: object, current: object, read: tuple[tuple[str, int] | None, ...]
) -> None:
    found = recognition.recognize({"1": True, "2": target, "3": current})
    for name, raw, expected in zip(
        ("target", "current"), (target, current), read, strict=True
    ):
        if expected is None:
            assert name not in found.points
            assert found.unclear[name] == raw
        else:
            part = found.points[name]
            assert (part.get("unit", "C"), part["scale"]) == expected


@given(
    celsius=st.integers(16, 30),
    unit=st.sampled_from("CF"),
    scale=st.sampled_from([1, 10, 100]),
)
def test_guessed_scale_never_misreads_set_temperature(
    celsius: int, unit: str, scale: int
) -> None:
    value = celsius if unit == "C" else round(celsius * 1.8 + 32)
    found = recognition.recognize({"1": True, "2": value * scale})
    if "target" in found.points:
        state = Datapoints.parse(found.points).decode({"1": True, "2": value * scale})
        assert state is not None
        assert state.target == pytest.approx(celsius, abs=0.5)


def test_missing_parts_are_omitted() -> None:
    found = recognition.recognize({"1": True, "4": "cold"})
    assert sorted(found.points) == ["mode", "power"]
    assert found.points["mode"]["values"] == MODES
    assert not found.unclear
    assert recognition.recognize({}).points == {}
    assert STANDARD["target"]["scale"] == 1


@pytest.mark.parametrize("word", ["Cool", "cool", "Dyr", "0", 3, "auto", "eco"])
def test_foreign_word_is_unclear(word: object) -> None:
    found = recognition.recognize({"1": True, "4": word})
    assert "mode" not in found.points
    assert found.unclear == {"mode": word}


@pytest.mark.parametrize(
    ("word", "medium"), [("low", "mid"), ("mid", "mid"), ("middle", "middle")]
)
def test_known_fan_speed_stands_for_all(word: str, medium: str) -> None:
    found = recognition.recognize({"1": True, "5": word})
    values = {"low": "low", "medium": medium, "high": "high", "auto": "auto"}
    assert found.points["fan"] == {"dp": 5, "values": values}


@pytest.mark.parametrize("word", ["strong", "1", 2, "Low", "mute", True, ""])
def test_foreign_fan_speed_is_unclear(word: object) -> None:
    found = recognition.recognize({"1": True, "5": word})
    assert "fan" not in found.points
    assert found.unclear == {"fan": word}


def test_proposed_fan_speeds_are_known_ones_in_another_spelling() -> None:
    assert recognition.proposed_fans(["Low", "MIDDLE", "turbo", 3]) == {
        "low": "Low",
        "medium": "MIDDLE",
    }
    assert recognition.proposed_fans([]) == {}


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["Cool"], {"cool": "Cool", "dry": "Dry", "fan_only": "Fan", "heat": "Heat"}),
        (["COLD"], {"cool": "COLD", "dry": "WET", "fan_only": "WIND", "heat": "HOT"}),
        (["Dyr"], {"cool": "Cool", "dry": "Dyr", "fan_only": "Fan", "heat": "Heat"}),
        (["Cool", "Dyr", "auto"], {"cool": "Cool", "dry": "Dyr"}),
        (["0"], {}),
        ([0, 1, 2], {}),
        ([], {}),
    ],
)
def test_proposed_words_match_known_ones(
    words: list[Any], proposed: dict[str, str]
) -> None:
    assert recognition.proposed_modes(words) == proposed


@given(words=st.lists(st.text(max_size=8) | st.integers() | st.booleans(), max_size=4))
def test_proposal_has_only_words_of_the_device_or_their_style(words: list[Any]) -> None:
    assert set(recognition.proposed_modes(words)) <= set(MODES)
