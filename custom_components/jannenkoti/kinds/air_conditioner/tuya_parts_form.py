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
            proposed = proposed_modes([unclear["mode"]])
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
    return {part: str(unclear.get(part, "-"))[:40] for part in (*_TEMPERATURES, "mode")}


def _parts(unclear: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of the map that the user has decided."""
    parts: dict[str, Any] = {}
    for part in _TEMPERATURES:
        reading = _READINGS.get(answers.get(f"reading_{part}", LEAVE_OUT))
        if reading is not None:
            details = reading.as_part(with_limits=part == "target")
            parts[part] = {"dp": STANDARD[part]["dp"], **details}
    words = {
        mode.value: _like(unclear.get("mode"), word)
        for mode in HvacMode
        if (word := (answers.get(f"word_{mode.value}") or "").strip())
    }
    if words:
        parts["mode"] = {"dp": STANDARD["mode"]["dp"], "values": words}
    return parts


def _like(shown: object, word: str) -> str | int:
    """Return a word as the device has it: some use numbers."""
    is_number = isinstance(shown, int) and not isinstance(shown, bool)
    return int(word) if is_number and word.isdecimal() else word
