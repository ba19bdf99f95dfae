"""Errors of the forms: each has a text where it is shown."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers.translation import async_get_translations
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import kind
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.lan import TuyaLan

from .conftest import SENSOR, entity_id, report_room
from .test_flow import TUYA, Asked, answer, asked, start

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .conftest import HandDriver, SetUp


__all__ = ["asked"]  # a fixture


async def answer_options(
    hass: HomeAssistant, entry: MockConfigEntry, **answers: Any
) -> dict[str, Any]:
    """Answer the options of a Tuya unit; what is not named is as it was."""
    shown: Any = await hass.config_entries.options.async_init(entry.entry_id)
    sections = (str(name) for name in shown["data_schema"].schema)
    filled_in: dict[str, Any] = {name: {} for name in sections}
    filled_in |= {
        "temperature_sensors": [SENSOR],
        "tuya": {"datapoints": entry.options["datapoints"]},
    }
    result: Any = await hass.config_entries.options.async_configure(
        shown["flow_id"], {**filled_in, **answers}
    )
    return dict(result)


async def test_own_output_in_options_is_refused_with_a_text(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    sensors = [SENSOR, entity_id(hass, "room_temperature")]
    result = await answer_options(hass, entry, temperature_sensors=sensors)
    key = "air_conditioner_own_sensor"
    assert result["errors"] == {"temperature_sensors": key}
    texts = await async_get_translations(hass, "en", "options", {DOMAIN})
    assert f"component.{DOMAIN}.options.error.{key}" in texts


def test_errors_of_forms_that_the_options_use_have_a_text() -> None:
    package = Path(kind.__file__).parent
    source = (package / "options_form.py").read_text(encoding="utf-8")
    cloud = (package / "cloud_forms.py").read_text(encoding="utf-8")
    source += cloud[cloud.index("def with_cloud") :]
    raised = set(re.findall(r'FormError\(\s*"(\w+)"', source))
    assert len(raised) >= 5
    texts = json.loads((package / "texts" / "en.json").read_text(encoding="utf-8"))
    assert raised <= texts["options"]["error"].keys()


@pytest.mark.parametrize("power", [1, "on", None, 0.0])
async def test_device_whose_power_is_no_boolean_is_refused_in_the_form(
    hass: HomeAssistant, asked: Asked, power: object
) -> None:
    asked.dps = {"1": power, "2": 24}
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["errors"] == {"base": "air_conditioner_no_datapoints"}


async def test_foreign_fan_speeds_are_asked_for_and_one_word_counts_once(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    report_room(hass, 26)
    asked.dps = {"1": True, "2": 24, "4": "Cool", "5": "Low"}
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["step_id"] == "air_conditioner_tuya_parts"
    assert result["description_placeholders"]["fan"] == "Low"
    assert result["description_placeholders"]["target"] == "-"
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert suggested["word_fan_low"] == "Low"
    assert suggested["word_fan_high"] is None
    for twice in (
        {"word_cool": "Cool", "word_heat": " Cool "},
        {"word_fan_low": "Low", "word_fan_high": "Low"},
    ):
        result = await answer(hass, result, twice)
        assert result["errors"] == {"base": "air_conditioner_same_word"}
    words = {"word_cool": "Cool", "word_fan_low": "Low", "word_fan_high": "High"}
    result = await answer(hass, result, words)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    points = result["result"].options["datapoints"]
    assert points["fan"] == {"dp": 5, "values": {"low": "Low", "high": "High"}}
    assert points["mode"] == {"dp": 4, "values": {"cool": "Cool"}}


@pytest.mark.parametrize(
    ("part", "points"),
    [
        ("mode", {"mode": {"dp": 4, "values": {"cool": "x", "heat": "x"}}}),
        ("target", {"target": {"dp": 2, "scale": 0}}),
        ("current", {"current": {"dp": 1}}),
    ],
)
async def test_map_in_the_options_that_could_send_a_wrong_word_is_refused(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    part: str,
    points: dict[str, Any],
) -> None:
    await set_up()
    datapoints = {"power": {"dp": 1}, **points}
    result = await answer_options(hass, entry, tuya={"datapoints": datapoints})
    assert result["errors"] == {"tuya": "air_conditioner_bad_map"}
    assert result["description_placeholders"]["part"] == part


@pytest.mark.parametrize("stored", [None, "x", {}, {"power": {"dp": 1}, "target": {}}])
async def test_stored_map_that_cannot_be_used_does_not_stop_the_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    stored: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def dps(_self: TuyaLan) -> dict[str, object]:
        return {"1": True}

    monkeypatch.setattr(TuyaLan, "async_dps", dps)
    report_room(hass, 26)
    entry.add_to_hass(hass)
    options = {**entry.options, "datapoints": stored}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.data.device.on
    assert "cannot be used and are left out" in caplog.text


async def test_chosen_version_is_the_only_one_that_is_tried(
    hass: HomeAssistant, driver: HandDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def dps(tuya: TuyaLan) -> dict[str, object]:
        asked.append(tuya._address.version)
        return {"1": True}

    monkeypatch.setattr(TuyaLan, "async_dps", dps)
    answers = {**TUYA, "version": "3.1"}
    result = await answer(hass, await start(hass, "tuya_lan"), answers)
    assert result["step_id"] == "air_conditioner_room"
    assert asked == ["3.1"]


async def test_entity_that_has_an_entry_aborts_the_flow(hass: HomeAssistant) -> None:
    hass.states.async_set("switch.plug", "off")
    MockConfigEntry(
        domain=DOMAIN,
        unique_id="switch.plug",
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": "switch.plug",
            "domain": "switch",
        },
        minor_version=2,
    ).add_to_hass(hass)
    plug = {"entity_id": "switch.plug"}
    result = await answer(hass, await start(hass, "entity"), plug)
    assert result["reason"] == "already_configured"
