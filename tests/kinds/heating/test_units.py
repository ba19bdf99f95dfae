"""Temperatures in texts have the unit of the home."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM

from custom_components.jannenkoti.kinds import heating
from custom_components.jannenkoti.kinds.heating.options import (
    BOOST,
    BOOSTS,
    NORMAL,
    NORMALS,
    TANK_NUMBERS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from homeassistant.util.unit_system import UnitSystem
    from pytest_homeassistant_custom_component.common import MockConfigEntry

TEXTS = Path(heating.__file__).parent / "texts"


def texts_of(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts with their paths."""
    if isinstance(node, str):
        yield path, node
        return
    for key, child in node.items():
        yield from texts_of(child, f"{path}.{key}")


def fixed_unit(text: str) -> bool:
    """Return whether a text has °C behind a placeholder, or without °F beside it."""
    if re.search(r"\}\s*°", text):
        return True
    return bool(re.search(r"\d\s*°C", text)) and "°F" not in text


@pytest.mark.parametrize("language", ["en", "fi", "de", "es"])
def test_no_text_has_degrees_celsius_for_a_home_with_fahrenheit(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    found = dict(texts_of(texts))
    assert [path for path, text in found.items() if fixed_unit(text)] == []
    # The rule can fail, and there are texts with a temperature.
    assert fixed_unit("{temperature} °C")
    assert fixed_unit("at least 60 °C")
    assert sum("{temperature}" in text for text in found.values()) == 10


@pytest.mark.parametrize("language", ["en", "fi", "de", "es"])
def test_empty_field_of_a_tank_or_stage_names_its_default_in_both_units(
    language: str,
) -> None:
    fields = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))["selector"]
    tank, stage = (fields[f"heating_{x}"]["fields"] for x in ("tank", "stage"))
    defaults = {key: (tank, option) for key, option in TANK_NUMBERS.items()}
    defaults |= {NORMAL: (stage, NORMALS), BOOST: (stage, BOOSTS)}
    for key, (texts, option) in defaults.items():
        degrees = option.default
        shown = f"{degrees:g} °C ({degrees * 1.8 + 32:g} °F)."
        assert texts[key]["description"].endswith(shown), key


@pytest.mark.parametrize(
    ("units", "unit", "shown"),
    [
        (METRIC_SYSTEM, "°C", {"target": ("120.5", "20", "85")}),
        (
            US_CUSTOMARY_SYSTEM,
            "°F",
            {
                "target": ("248.9", "68", "185"),
                "surplus_target": ("248.9", "68", "194"),
                "floor": ("248.9", "41", "158"),
                "limit": ("248.9", "86", "203"),
            },
        ),
    ],
)
async def test_number_out_of_range_is_refused_in_the_unit_of_the_home(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    units: UnitSystem,
    unit: str,
    shown: dict[str, tuple[str, str, str]],
) -> None:
    hass.config.units = units
    for key, expected in shown.items():
        assert key in TANK_NUMBERS
        with pytest.raises(ServiceValidationError) as raised:
            await entry.runtime_data.async_set_tank_number(0, key, 120.5)
        assert raised.value.translation_placeholders == {
            **dict(zip(("value", "minimum", "maximum"), expected, strict=True)),
            "unit": unit,
        }
        value, minimum, maximum = expected
        assert str(raised.value) == (
            f"{value} {unit} is not possible. Choose {minimum} to {maximum} {unit}"
        )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
async def test_value_that_is_no_number_is_refused_too(
    hass: HomeAssistant, entry: MockConfigEntry, value: float
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    with pytest.raises(ServiceValidationError, match=r"185 °F"):
        await entry.runtime_data.async_set_tank_number(0, "target", value)
