"""The form that asks for what was not understood of a Tuya device."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.helpers.selector import SelectSelector, TextSelector

from ...flow import Form
from ...lib.temperature import TemperatureUnit
from .drivers.tuya.datapoints import STANDARD
from .drivers.tuya.recognition import Reading, proposed_modes
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
        if "mode" in unclear:
            proposed = proposed_modes(_words(unclear["mode"]))
            for mode in HvacMode:
                word = proposed.get(mode.value)
                suggested = {} if word is None else {"suggested_value": word}
                key = vol.Optional(f"word_{mode.value}", description=suggested)
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
        part: ", ".join(map(str, _words(unclear.get(part, "-"))))[:_LONGEST]
        for part in (*_TEMPERATURES, "mode")
    }


def _words(raw: object) -> list[object]:
    """Return what the device shows of a part, or all words that it has for it."""
    if not isinstance(raw, dict):
        return [raw]
    return list(raw["words"]) or [raw["value"]]


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
    words = {
        mode.value: _like(unclear.get("mode"), word)
        for mode in HvacMode
        if (word := (answers.get(f"word_{mode.value}") or "").strip())
    }
    if words:
        parts["mode"] = {**_data_point("mode", unclear["mode"]), "values": words}
    return parts


def _like(shown: object, word: str) -> str | int:
    """Return a word as the device has it: some use numbers."""
    is_number = isinstance(shown, int) and not isinstance(shown, bool)
    return int(word) if is_number and word.isdecimal() else word
