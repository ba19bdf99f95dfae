"""Config flow, reconfiguration and options of an air conditioner."""

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import forms
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    Busy,
    CommandRefused,
    DriverError,
    KeySuspected,
    NoSession,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import discovery
from custom_components.jannenkoti.lib import progress_page

from .conftest import (
    DEVICE_ID,
    LOCAL_KEY,
    SENSOR,
    HandDriver,
    SetUp,
    entity_id,
    report_room,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant

    from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import (
        address as tuya,
    )

TUYA = {
    "device_id": DEVICE_ID,
    "host": "127.0.0.1",
    "port": 6668,
    "local_key": LOCAL_KEY,
    "version": "auto",
}
DPS = {"1": True, "2": 240, "3": 265, "4": "cold", "5": "low"}


class Asked:
    """Replaces the request for the data points of the device."""

    def __init__(self) -> None:
        self.failure: DriverError | None = None
        self.dps: dict[str, object] = dict(DPS)
        self.addresses: list[tuya.Address] = []

    async def __call__(self, asked: tuya.Address) -> tuple[str, Mapping[str, object]]:
        self.addresses.append(asked)
        if self.failure is not None:
            raise self.failure
        return "3.4", self.dps


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return the replacement of the socket; tests/wire uses real sockets."""
    asked = Asked()
    monkeypatch.setattr(forms, "_async_answer", asked)
    return asked


async def start(hass: HomeAssistant, step: str) -> dict[str, Any]:
    """Go through the menus to a step of this kind."""
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert "air_conditioner" in result["menu_options"]
    for next_step in ("air_conditioner", f"air_conditioner_{step}"):
        result = await answer(hass, result, {"next_step_id": next_step})
    return dict(result)


async def answer(
    hass: HomeAssistant, result: Mapping[str, Any], answers: dict[str, Any]
) -> dict[str, Any]:
    return dict(
        await hass.config_entries.flow.async_configure(result["flow_id"], answers)
    )


async def test_flow_adds_tuya_device_on_local_network(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    report_room(hass, 26)
    result = await start(hass, "tuya_lan")
    assert result["step_id"] == "air_conditioner_tuya_lan"
    result = await answer(hass, result, TUYA)
    assert result["step_id"] == "air_conditioner_room"
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Air conditioner"
    entry = result["result"]
    assert entry.unique_id == DEVICE_ID
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {
        "kind": "air_conditioner",
        "kind_version": 1,
        "driver": "tuya_lan",
        "device_id": DEVICE_ID,
        "host": "127.0.0.1",
        "port": 6668,
        "local_key": LOCAL_KEY,
        "version": "3.4",
    }
    assert entry.options["temperature_sensors"] == [SENSOR]
    assert entry.options["datapoints"]["target"]["scale"] == 10


@pytest.mark.parametrize(
    ("failure", "field", "key"),
    [
        (Unreachable(), "host", "air_conditioner_cannot_connect"),
        (BadCredentials(), "local_key", "air_conditioner_bad_key"),
        (CommandRefused(), "base", "air_conditioner_refused"),
    ],
)
async def test_connection_error_is_shown_and_can_be_corrected(
    hass: HomeAssistant,
    driver: HandDriver,
    asked: Asked,
    failure: DriverError,
    field: str,
    key: str,
) -> None:
    asked.failure = failure
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["errors"] == {field: key}
    asked.failure = None
    result = await answer(hass, result, TUYA)
    assert result["step_id"] == "air_conditioner_room"
    result = await answer(hass, result, {"temperature_sensors": []})
    assert result["errors"] == {"temperature_sensors": "air_conditioner_no_sensor"}
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_short_key_is_an_error_without_connection(
    hass: HomeAssistant, asked: Asked
) -> None:
    result = await start(hass, "tuya_lan")
    result = await answer(hass, result, {**TUYA, "local_key": "short"})
    assert result["errors"] == {"local_key": "air_conditioner_key_length"}
    assert asked.addresses == []


async def test_device_without_power_datapoint_is_refused(
    hass: HomeAssistant, asked: Asked
) -> None:
    asked.dps = {"101": True}
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["errors"] == {"base": "air_conditioner_no_datapoints"}


async def test_unexpected_error_is_shown_and_logged(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(_asked: tuya.Address) -> None:
        raise RuntimeError

    monkeypatch.setattr(forms, "_async_answer", fail)
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["errors"] == {"base": "unknown"}
    assert "Unexpected failure" in caplog.text
    assert LOCAL_KEY not in caplog.text


async def test_same_device_aborts_as_already_configured(
    hass: HomeAssistant, set_up: SetUp, asked: Asked
) -> None:
    await set_up()
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_import_takes_id_and_key_from_tuya_integration(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    device = SimpleNamespace(
        id=DEVICE_ID, name="Office", local_key=LOCAL_KEY, ip="192.168.1.7"
    )
    tuya = MockConfigEntry(domain="tuya")
    tuya.add_to_hass(hass)
    tuya.mock_state(hass, ConfigEntryState.LOADED)
    tuya.runtime_data = SimpleNamespace(
        manager=SimpleNamespace(device_map={DEVICE_ID: device})
    )
    result = await start(hass, "tuya_import")
    result = await answer(hass, result, {"device_id": DEVICE_ID})
    assert result["step_id"] == "air_conditioner_tuya_lan"
    suggested = {
        marker.schema: (marker.description or {}).get("suggested_value")
        for marker in result["data_schema"].schema
    }
    assert suggested["host"] == "192.168.1.7"
    assert suggested["local_key"] == LOCAL_KEY
    result = await answer(hass, result, TUYA)
    assert result["step_id"] == "air_conditioner_room"
    report_room(hass, 20)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    assert result["title"] == "Office"
    tuya.mock_state(hass, ConfigEntryState.NOT_LOADED)


async def test_import_is_hidden_without_tuya_integration(
    hass: HomeAssistant,
) -> None:
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await answer(hass, result, {"next_step_id": "air_conditioner"})
    assert result["menu_options"] == [
        "air_conditioner_entity",
        "air_conditioner_tuya_scan",
        "air_conditioner_tuya_lan",
        "air_conditioner_tuya_cloud",
        "air_conditioner_simulated",
    ]


CLIMATE_ATTRIBUTES = {
    "hvac_modes": ["off", "cool", "heat"],
    "fan_modes": ["low", "high"],
    "min_temp": 17,
    "max_temp": 30,
    "temperature": 24,
    "current_temperature": 26,
    "fan_mode": "low",
}


async def test_flow_adds_entity_of_other_integration(hass: HomeAssistant) -> None:
    report_room(hass, 20)
    registered = er.async_get(hass).async_get_or_create("climate", "other", "1")
    named = {**CLIMATE_ATTRIBUTES, "friendly_name": "Daikin"}
    hass.states.async_set(registered.entity_id, "off", named)
    result = await start(hass, "entity")
    result = await answer(hass, result, {"entity_id": registered.entity_id})
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.title == "Daikin"
    assert entry.unique_id == registered.id
    assert entry.state is ConfigEntryState.LOADED
    # Renamed by the user: it is still the same, and gets its commands.
    calls = async_mock_service(hass, "climate", "set_hvac_mode")
    er.async_get(hass).async_update_entity(
        registered.entity_id, new_entity_id="climate.renamed"
    )
    hass.states.async_remove(registered.entity_id)
    hass.states.async_set("climate.renamed", "cool", CLIMATE_ATTRIBUTES)
    thermostat = next(
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id == f"{registered.id}_climate"
    )
    await entry.runtime_data.async_refresh()
    await hass.services.async_call(
        "climate",
        "set_hvac_mode",
        {"entity_id": "climate.renamed", "hvac_mode": "cool"},
        blocking=True,
    )
    calls.clear()
    await entry.runtime_data.async_switch_off()
    assert [dict(call.data) for call in calls] == [
        {"hvac_mode": "off", "entity_id": "climate.renamed"}
    ]
    assert hass.states.get(thermostat) is not None


async def test_unavailable_entity_is_refused(hass: HomeAssistant) -> None:
    hass.states.async_set("switch.plug", "unavailable")
    result = await start(hass, "entity")
    answers = {"entity_id": "switch.plug"}
    result = await answer(hass, result, answers)
    assert result["errors"] == {"entity_id": "air_conditioner_entity_unavailable"}
    hass.states.async_set("switch.plug", "off")
    result = await answer(hass, result, answers)
    assert result["step_id"] == "air_conditioner_room"


async def test_reconfigure_keeps_entities_and_map(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry, asked: Asked
) -> None:
    await set_up()
    before = set(er.async_get(hass).entities)
    result = dict(await entry.start_reconfigure_flow(hass))
    assert result["step_id"] == "air_conditioner_reconfigure"
    assert result["menu_options"] == [
        "air_conditioner_reconfigure_lan",
        "air_conditioner_reconfigure_cloud",
    ]
    result = await answer(
        hass, result, {"next_step_id": "air_conditioner_reconfigure_lan"}
    )
    new = {"host": "127.0.0.2", "port": 6669, "local_key": "f" * 16, "version": "3.4"}
    asked.failure = Unreachable()
    result = await answer(hass, result, new)
    assert result["errors"] == {"host": "air_conditioner_cannot_connect"}
    asked.failure = None
    result = await answer(hass, result, new)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["host"] == "127.0.0.2"
    assert entry.data["local_key"] == "f" * 16
    assert entry.options["datapoints"]["target"]["scale"] == 1
    assert set(er.async_get(hass).entities) == before


async def test_reauth_stores_new_key(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry, asked: Asked
) -> None:
    await set_up()
    result = dict(await entry.start_reauth_flow(hass))
    assert result["step_id"] == "air_conditioner_reauth_lan"
    new = {"host": "127.0.0.1", "port": 6668, "local_key": "e" * 16, "version": "auto"}
    result = await answer(hass, result, new)
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert entry.data["local_key"] == "e" * 16
    assert asked.addresses[-1].device_id == DEVICE_ID


async def test_reconfigure_changes_entity(hass: HomeAssistant) -> None:
    for plug in ("switch.old", "switch.new"):
        hass.states.async_set(plug, "off")
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="switch.old",
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": "switch.old",
            "domain": "switch",
        },
        options={"temperature_sensors": [SENSOR]},
        minor_version=2,
    )
    entry.add_to_hass(hass)
    result = dict(await entry.start_reconfigure_flow(hass))
    result = await answer(hass, result, {"entity_id": "switch.new"})
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["entity_id"] == "switch.new"


def filled_in(schema: dict[Any, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Fill in a form as the page does: what it suggests, and some answers."""
    filled: dict[str, Any] = {}
    for marker, part in schema.items():
        key = str(marker)
        if isinstance(part, section):
            filled[key] = filled_in(part.schema.schema, answers)
        elif key in answers:
            filled[key] = answers[key]
        elif marker.description:
            filled[key] = marker.description["suggested_value"]
    return filled


async def test_options_of_first_version_are_kept(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    first = {
        "hysteresis_above": 0.7,
        "on_silence": "duty",
        "sleep": True,
        "sleep_start": "21:00:00",
        "sleep_end": "06:00:00",
        "hold": 3.0,
    }
    await set_up()
    hass.config_entries.async_update_entry(entry, options={**entry.options, **first})
    before = dict(entry.options)
    result: Any = await hass.config_entries.options.async_init(entry.entry_id)
    fields = result["data_schema"].schema
    answers = filled_in(fields, {})
    own_times = fields["night"].schema.schema["sleep_days"]
    days = own_times.config["fields"]["days"]["selector"].config["options"]
    assert days[0] == {"value": "mon", "label": "Monday"}
    await hass.config_entries.options.async_configure(result["flow_id"], answers)
    await hass.async_block_till_done()
    assert dict(entry.options).items() >= before.items()
    assert entry.options["sleep_mode"] == "off"
    assert state_of(hass, "sleep_start") == "21:00:00"


async def test_options_are_validated_and_applied(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry, driver: HandDriver
) -> None:
    await set_up()

    async def configure(**answers: Any) -> dict[str, Any]:
        result: Any = await hass.config_entries.options.async_init(entry.entry_id)
        assert result["step_id"] == "air_conditioner"
        return dict(
            await hass.config_entries.options.async_configure(
                result["flow_id"], filled_in(result["data_schema"].schema, answers)
            )
        )

    result = await configure(sleep=True, sleep_start="22:00:00", sleep_end="22:00:00")
    # A section has one place for the errors of its fields.
    assert result["errors"] == {"night": "air_conditioner_empty_sleep"}
    for row in (
        {"days": ["mon"], "start": "22:00:00"},
        {"days": ["mon"], "start": "22:00:00", "end": "22:00:00"},
        {"days": [], "start": "22:00:00", "end": "23:00:00"},
    ):
        result = await configure(sleep_days=[row])
        assert result["errors"] == {"night": "air_conditioner_bad_day"}
    result = await configure(datapoints={"power": {"dp": "x"}})
    assert result["errors"] == {"tuya": "air_conditioner_bad_map"}
    assert result["description_placeholders"] == {"part": "power"}
    result = await configure(minimum_off=0)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["minimum_off"] == 0
    assert driver.state.on


async def test_options_of_entity_have_no_datapoints(
    hass: HomeAssistant,
) -> None:
    hass.states.async_set("switch.plug", "off")
    result = await start(hass, "entity")
    result = await answer(hass, result, {"entity_id": "switch.plug"})
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    await hass.async_block_till_done()
    shown: Any = await hass.config_entries.options.async_init(result["result"].entry_id)
    assert "datapoints" not in shown["data_schema"].schema


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"device_id": "  "}, {"device_id": "air_conditioner_bad_device_id"}),
        ({"device_id": "a/b"}, {"device_id": "air_conditioner_bad_device_id"}),
        ({"host": "  "}, {"host": "air_conditioner_no_host"}),
        ({"host": "", "version": "3.3"}, {"host": "air_conditioner_no_host"}),
        ({"local_key": "ä" * 16}, {"local_key": "air_conditioner_key_length"}),
        ({"local_key": " "}, {"local_key": "air_conditioner_key_length"}),
    ],
)
async def test_invalid_field_is_an_error_without_connection(
    hass: HomeAssistant, asked: Asked, changed: dict[str, str], errors: dict[str, str]
) -> None:
    result = await answer(hass, await start(hass, "tuya_lan"), {**TUYA, **changed})
    assert result["errors"] == errors
    assert asked.addresses == []


@pytest.mark.parametrize(
    ("failure", "errors"),
    [
        (Busy(), {"host": "air_conditioner_busy"}),
        (NoSession(), {"local_key": "air_conditioner_bad_key"}),
        (KeySuspected(), {"local_key": "air_conditioner_bad_key"}),
    ],
)
async def test_connection_error_text_gives_fix(
    hass: HomeAssistant, asked: Asked, failure: DriverError, errors: dict[str, str]
) -> None:
    asked.failure = failure
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["errors"] == errors


async def test_id_and_key_are_trimmed_and_a_duplicate_is_found_after_that(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    report_room(hass, 26)
    typed = {
        **TUYA,
        "device_id": f" {DEVICE_ID} ",
        "local_key": f"{LOCAL_KEY}\n",
        "host": " 127.0.0.1\t",
    }
    result = await answer(hass, await start(hass, "tuya_lan"), typed)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    await hass.async_block_till_done()
    data = result["result"].data
    assert (data["device_id"], data["local_key"]) == (DEVICE_ID, LOCAL_KEY)
    assert data["host"] == "127.0.0.1"
    asked.addresses.clear()
    again = await answer(hass, await start(hass, "tuya_lan"), typed)
    assert again["reason"] == "already_configured"
    assert asked.addresses == []


async def test_empty_key_keeps_the_stored_one(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry, asked: Asked
) -> None:
    await set_up()
    result = dict(await entry.start_reconfigure_flow(hass))
    step = {"next_step_id": "air_conditioner_reconfigure_lan"}
    result = await answer(hass, result, step)
    new = {"host": "127.0.0.3", "port": 6668, "version": "3.4"}
    result = await answer(hass, result, new)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["host"] == "127.0.0.3"
    assert entry.data["local_key"] == LOCAL_KEY


async def test_values_that_are_not_clear_are_asked_for(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    report_room(hass, 26)
    asked.dps = {"1": True, "2": 45, "3": 55, "4": "Cool"}
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    assert result["step_id"] == "air_conditioner_tuya_parts"
    shown = result["description_placeholders"]
    assert (shown["target"], shown["current"], shown["mode"]) == ("45", "55", "Cool")
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert suggested["word_cool"] == "Cool"
    assert suggested["word_heat"] == "Heat"
    parts = {
        "reading_target": "leave_out",
        "reading_current": "f_1",
        "word_cool": "Cool",
        "word_dry": "Dry",
    }
    result = await answer(hass, result, parts)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    points = result["result"].options["datapoints"]
    assert "target" not in points
    assert points["current"] == {"dp": 3, "scale": 1, "unit": "F"}
    assert points["mode"] == {"dp": 4, "values": {"cool": "Cool", "dry": "Dry"}}


async def test_reconfigure_that_adds_local_network_asks_for_unclear_values(
    hass: HomeAssistant, driver: HandDriver, asked: Asked, entry: MockConfigEntry
) -> None:
    report_room(hass, 26)
    options = {k: v for k, v in entry.options.items() if k != "datapoints"}
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options=options)
    asked.dps = {"1": True, "2": 45, "4": "Cool"}
    result = dict(await entry.start_reconfigure_flow(hass))
    step = {"next_step_id": "air_conditioner_reconfigure_lan"}
    result = await answer(hass, result, step)
    new = {"host": "127.0.0.3", "port": 6668, "version": "auto"}
    result = await answer(hass, result, new)
    assert result["step_id"] == "air_conditioner_tuya_parts"
    assert result["description_placeholders"]["target"] == "45"
    parts = {"reading_target": "f_1", "word_cool": "Cool"}
    result = await answer(hass, result, parts)
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["host"] == "127.0.0.3"
    points = entry.options["datapoints"]
    assert points["target"]["unit"] == "F"
    assert points["mode"] == {"dp": 4, "values": {"cool": "Cool"}}


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "Ilmastointilaite"), ("de", "Klimaanlage")]
)
async def test_unit_without_a_name_is_called_as_its_family(
    hass: HomeAssistant,
    driver: HandDriver,
    asked: Asked,
    language: str,
    title: str,
) -> None:
    hass.config.language = language
    report_room(hass, 26)
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    assert result["title"] == title


async def test_fahrenheit_is_recognized_and_not_asked_for(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    report_room(hass, 26)
    asked.dps = {"1": True, "2": 800, "3": 23, "4": "cold"}
    result = await answer(hass, await start(hass, "tuya_lan"), TUYA)
    result = await answer(hass, result, {"temperature_sensors": [SENSOR]})
    target = result["result"].options["datapoints"]["target"]
    assert (target["scale"], target["unit"]) == (10, "F")


@pytest.fixture
def page_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page of the progress be shown at once."""
    monkeypatch.setattr(progress_page, "SHOWN_AFTER", 0)


@pytest.mark.usefixtures("page_is_quick")
async def test_scan_fills_in_the_device_that_was_found(
    hass: HomeAssistant, driver: HandDriver, asked: Asked
) -> None:
    async def async_scan() -> dict[str, discovery.Announcement]:
        found = discovery.Announcement(
            device_id=DEVICE_ID, host="192.0.2.7", version="3.4", product=""
        )
        return {DEVICE_ID: found}

    with patch.object(discovery, "async_scan", async_scan):
        result = await start(hass, "tuya_scan")
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        await hass.async_block_till_done()
        result = dict(await hass.config_entries.flow.async_configure(result["flow_id"]))
    assert result["step_id"] == "air_conditioner_tuya_found"
    result = await answer(hass, result, {"device_id": DEVICE_ID})
    assert result["step_id"] == "air_conditioner_tuya_lan"
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert suggested["host"] == "192.0.2.7"
    assert suggested["device_id"] == DEVICE_ID
    assert suggested["version"] == "3.4"


async def test_scan_that_fails_at_once_ends_after_its_page_is_shown(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page subscribes to its end only then, so a sooner end would be lost."""
    shown = asyncio.Event()

    async def async_sleep(_seconds: float) -> None:
        await shown.wait()

    async def async_scan() -> dict[str, discovery.Announcement]:
        raise OSError

    paused = SimpleNamespace(gather=asyncio.gather, sleep=async_sleep)
    monkeypatch.setattr(progress_page, "asyncio", paused)
    flows = hass.config_entries.flow
    with patch.object(discovery, "async_scan", async_scan):
        result = await start(hass, "tuya_scan")
        for _ in range(10):
            await asyncio.sleep(0)
        result = dict(await flows.async_configure(result["flow_id"]))
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        shown.set()
        await hass.async_block_till_done()
        result = dict(await flows.async_configure(result["flow_id"]))
    assert result["step_id"] == "air_conditioner_tuya_nothing_found"


@pytest.mark.usefixtures("page_is_quick")
async def test_scan_that_finds_nothing_offers_to_search_again(
    hass: HomeAssistant,
) -> None:
    async def async_scan() -> dict[str, discovery.Announcement]:
        raise OSError

    with patch.object(discovery, "async_scan", async_scan):
        result = await start(hass, "tuya_scan")
        await hass.async_block_till_done()
        result = dict(await hass.config_entries.flow.async_configure(result["flow_id"]))
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == [
        "air_conditioner_tuya_scan",
        "air_conditioner_tuya_lan",
    ]


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        ({"hvac_modes": ["off", "heat_cool"], "supported_features": 1}, True),
        ({"hvac_modes": ["off", "heat_cool"], "supported_features": 385}, False),
        ({"hvac_modes": ["off", "cool"], "supported_features": 1}, False),
    ],
)
async def test_entity_that_cannot_be_switched_is_refused(
    hass: HomeAssistant, attributes: dict[str, Any], *, error: bool
) -> None:
    hass.states.async_set("climate.unit", "off", attributes)
    unit = {"entity_id": "climate.unit"}
    result = await answer(hass, await start(hass, "entity"), unit)
    if error:
        assert result["errors"] == {"entity_id": "air_conditioner_entity_unable"}
    else:
        assert result["step_id"] == "air_conditioner_room"


async def test_our_own_entities_are_neither_unit_nor_room_sensor(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    climate = entity_id(hass, "climate")
    unit = {"entity_id": climate}
    result = await answer(hass, await start(hass, "entity"), unit)
    assert result["errors"] == {"entity_id": "air_conditioner_own_entity"}
    hass.states.async_set("switch.plug", "off")
    plug = {"entity_id": "switch.plug"}
    result = await answer(hass, result, plug)
    for key in ("room_temperature", "effective_target"):
        own = {"temperature_sensors": [SENSOR, entity_id(hass, key)]}
        result = await answer(hass, result, own)
        errors = {"temperature_sensors": "air_conditioner_own_sensor"}
        assert result["errors"] == errors
        with pytest.raises(ServiceValidationError) as refusal:
            await hass.services.async_call(
                DOMAIN,
                "ac_control_set_room_sensors",
                {"entity_id": climate, "sensors": own["temperature_sensors"]},
                blocking=True,
                return_response=True,
            )
        assert refusal.value.translation_key == "air_conditioner_own_sensor"
    assert entry.options["temperature_sensors"] == [SENSOR]


async def test_entity_of_another_entry_is_refused_when_reconfiguring(
    hass: HomeAssistant,
) -> None:
    entries = []
    for plug in ("switch.one", "switch.two"):
        hass.states.async_set(plug, "off")
        entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=plug,
            data={
                "kind": "air_conditioner",
                "kind_version": 1,
                "driver": "entity",
                "entity_id": plug,
                "domain": "switch",
            },
            options={"temperature_sensors": [SENSOR]},
            minor_version=2,
        )
        entry.add_to_hass(hass)
        entries.append(entry)
    result = dict(await entries[0].start_reconfigure_flow(hass))
    result = await answer(hass, result, {"entity_id": "switch.two"})
    assert result["errors"] == {"entity_id": "air_conditioner_entity_used"}
