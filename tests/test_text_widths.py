"""Texts fit the screen of a phone, 390 px wide, where Home Assistant cuts them."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from .source import INTEGRATION

if TYPE_CHECKING:
    from collections.abc import Iterator

# Counted in pictures of Home Assistant's dialogs, and of tiles, two in a row.
LONGEST_TITLE = 27
LONGEST_MENU_OPTION = 36
LONGEST_STATE = 21
FLOWS = ("config", "config_subentries", "options")

NO_TILES = {"printer_auto_off", "printer_stage", "robocam_connection"}
"""Sensors for diagnosis, which are on no generated page, only on that of the device."""


def steps(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each step of a flow with its path."""
    for key, value in tree.items():
        if key == "step":
            yield from ((f"{path}.{name}", step) for name, step in value.items())
        elif isinstance(value, dict):
            yield from steps(value, f"{path}.{key}")


@pytest.mark.parametrize("language", ["de", "en", "es", "fi"])
def test_titles_and_menu_options_are_not_cut_on_a_phone(language: str) -> None:
    file = INTEGRATION / "translations" / f"{language}.json"
    texts = json.loads(file.read_text(encoding="utf-8"))
    found = dict(steps({flow: texts[flow] for flow in FLOWS}))
    assert len(found) > 50
    cut = []
    for path, step in found.items():
        if len(step.get("title", "")) > LONGEST_TITLE:
            cut.append((path, step["title"]))
        cut += [
            (path, option)
            for option in step.get("menu_options", {}).values()
            if len(option) > LONGEST_MENU_OPTION
        ]
    assert cut == []


@pytest.mark.parametrize("language", ["de", "en", "es", "fi"])
def test_states_of_sensors_are_not_cut_on_a_tile(language: str) -> None:
    file = INTEGRATION / "translations" / f"{language}.json"
    texts = json.loads(file.read_text(encoding="utf-8"))["entity"]["sensor"]
    assert texts.keys() > NO_TILES
    states = [
        (key, state)
        for key, sensor in texts.items()
        if key not in NO_TILES
        for state in sensor.get("state", {}).values()
    ]
    assert len(states) > 80
    assert [(key, state) for key, state in states if len(state) > LONGEST_STATE] == []
