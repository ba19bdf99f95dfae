"""The form that asks for what was not understood of a Tuya device."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.helpers.selector import SelectSelector, TextSelector

from ...flow import Form, FormError
from ...lib.temperature import TemperatureUnit
from .drivers.tuya.datapoints import STANDARD
from .drivers.tuya.recognition import (
    FAN_NAMES,
    Reading,
    proposed_fans,
    proposed_modes,
)
from .model import HvacMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant

LEAVE_OUT: Final = "leave_out"
_READINGS: Final = {
    f"{name}_{scale}": Reading(unit=unit, scale=scale)
    for name, unit in (
        ("c", TemperatureUnit.CELSIUS),
        ("f", TemperatureUnit.FAHRENHEIT),
    )
    for scale in (1, 2, 10, 100)
}
_LONGEST: Final = 60  # characters; a description is one line
_TEMPERATURES: Final = ("target", "current")
# The parts that have words: our names of these, and what proposes words for them.
_CHOICES: Final = {
    "mode": (tuple(mode.value for mode in HvacMode), proposed_modes),
    "fan": (FAN_NAMES, proposed_fans),
}


def parts_form(unclear: Mapping[str, Any]) -> Form:
    """Return the form; its answers are the parts of the map."""

    def schema(_hass: HomeAssistant) -> vol.Schema:
        reading = SelectSelector(
            {
                "options": [LEAVE_OUT, *_READINGS],
                "translation_key": "air_conditioner_reading",
            }
        )
        fields: dict[vol.Marker, Any] = {
            vol.Required(f"reading_{part}", default=LEAVE_OUT): reading
            for part in _TEMPERATURES
            if part in unclear
        }
        for part, (names, propose) in _CHOICES.items():
            if part not in unclear:
                continue
            proposed = propose(_words(unclear[part]))
            for name in names:
                word = proposed.get(name)
                suggested = {} if word is None else {"suggested_value": word}
                key = vol.Optional(_field(part, name), description=suggested)
                fields[key] = TextSelector()
        return vol.Schema(fields)

    async def async_check(
        _hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        return _parts(unclear, answers)

    return Form(schema=schema, async_check=async_check)


def placeholders(unclear: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that the device reported, for the text of the form."""
    return {
        part: ", ".join(map(str, _words(unclear.get(part))))[:_LONGEST] or "-"
        for part in (*_TEMPERATURES, *_CHOICES)
    }


def _field(part: str, name: str) -> str:
    """Return the field for the word of a mode or a fan speed."""
    return f"word_{name}" if part == "mode" else f"word_{part}_{name}"


def _words(raw: object) -> list[object]:
    """Return what the device shows of a part, or all words that it has for it."""
    words = list(raw["words"]) if isinstance(raw, dict) else []
    value = raw["value"] if isinstance(raw, dict) else raw
    return words or ([] if value is None else [value])


def _data_point(part: str, raw: object) -> dict[str, Any]:
    """Return how a map names the data point: a code in the cloud, else a number."""
    if isinstance(raw, dict):
        return {"code": raw["code"]}
    return {"dp": STANDARD[part]["dp"]}


def _parts(unclear: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of the map that the user has decided."""
    parts: dict[str, Any] = {}
    for part in _TEMPERATURES:
        reading = _READINGS.get(answers.get(f"reading_{part}", LEAVE_OUT))
        if reading is not None:
            details = reading.as_part(with_limits=part == "target")
            parts[part] = {**_data_point(part, unclear[part]), **details}
    for part, (names, _propose) in _CHOICES.items():
        words = {
            name: _like(unclear.get(part), word)
            for name in names
            if (word := (answers.get(_field(part, name)) or "").strip())
        }
        if len(set(words.values())) < len(words):
            raise FormError("air_conditioner_same_word")
        if words:
            parts[part] = {**_data_point(part, unclear[part]), "values": words}
    return parts


def _like(shown: object, word: str) -> str | int:
    """Return a word as the device has it: some use numbers."""
    shown = shown["value"] if isinstance(shown, dict) else shown
    is_number = isinstance(shown, int) and not isinstance(shown, bool)
    return int(word) if is_number and word.isdecimal() else word
