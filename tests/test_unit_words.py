"""Translated units of measurement, which Home Assistant shows after any number."""

import json
from typing import TYPE_CHECKING

import pytest

from .source import INTEGRATION

if TYPE_CHECKING:
    from pathlib import Path

_INVARIABLE = {"fps"}
"""Abbreviations that are the same after one and after many, in all languages."""

_TEXTS = sorted(INTEGRATION.glob("kinds/*/texts/*.json"))


def _units(found: object) -> list[str]:
    """Return all translated units of a file of texts."""
    if not isinstance(found, dict):
        return []
    units = [found["unit_of_measurement"]] if "unit_of_measurement" in found else []
    return units + [unit for value in found.values() for unit in _units(value)]


@pytest.mark.parametrize("path", _TEXTS, ids=lambda it: f"{it.parts[-3]}-{it.stem}")
def test_translated_unit_is_no_noun(path: Path) -> None:
    units = _units(json.loads(path.read_text(encoding="utf-8"))["entity"])
    assert set(units) <= _INVARIABLE


def test_units_are_found_at_any_depth() -> None:
    texts = {"sensor": {"x": {"unit_of_measurement": "readings", "name": "X"}}}
    assert _units(texts) == ["readings"]
