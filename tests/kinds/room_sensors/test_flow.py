"""Every path through the flows of a receiver, wrong turns included."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.network import NoURLAvailableError

from custom_components.jannenkoti.const import DOMAIN

from .conftest import API_KEY, API_PATH, WEBHOOK_ID, Post, make_entry, reading, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose this kind from the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    return await answer(hass, result, {"next_step_id": "room_sensors"})


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], answers)


@pytest.mark.usefixtures("http")
async def test_user_flow_creates_a_receiver(hass: HomeAssistant) -> None:
    hass.config.internal_url = "http://192.168.1.2:8123"
    hass.config.external_url = "https://example.org"
    result = await start(hass)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "room_sensors")
    shown = dict(result["description_placeholders"] or {})
    assert shown["api_url"] == f"http://192.168.1.2:8123{API_PATH}"
    assert re.fullmatch(
        r"http://192\.168\.1\.2:8123/api/webhook/[0-9a-f]{64}", shown["webhook_url"]
    )
    assert re.fullmatch(r"sk_[0-9a-f]{16}_[0-9a-f]{48}", shown["api_key"])
    result = await answer(hass, result, {})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.title == "Room sensors"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {
        "kind": "room_sensors",
        "kind_version": 1,
        "api_key": shown["api_key"],
        "webhook_id": shown["webhook_url"].rpartition("/")[2],
    }
    assert re.fullmatch(r"[0-9a-f]{16}", entry.unique_id or "")


@pytest.mark.usefixtures("http")
async def test_second_receiver_has_a_numbered_title_in_the_language_of_the_home(
    hass: HomeAssistant,
) -> None:
    hass.config.language = "fi"
    titles = []
    for _ in range(2):
        result = await answer(hass, await start(hass), {})
        await hass.async_block_till_done()
        titles.append(result["title"])
    assert titles == ["Huoneanturit", "Huoneanturit 2"]


@pytest.mark.usefixtures("http")
async def test_user_flow_without_a_url_shows_the_paths(hass: HomeAssistant) -> None:
    with patch(
        "custom_components.jannenkoti.kinds.room_sensors.flow.get_url",
        side_effect=NoURLAvailableError,
    ):
        result = await start(hass)
    shown = result["description_placeholders"] or {}
    assert shown["api_url"] == API_PATH


async def test_reconfigure_shows_the_credentials(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "room_sensors_reconfigure"
    shown = result["description_placeholders"] or {}
    assert shown["api_key"] == API_KEY
    assert shown["webhook_url"].endswith(f"/api/webhook/{WEBHOOK_ID}")
    result = await answer(hass, result, {"new_key": False})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["api_key"] == API_KEY


async def test_new_credentials_replace_the_old(
    hass: HomeAssistant, entry: MockConfigEntry, post: Post
) -> None:
    await post(reading())
    before = entry.unique_id
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, result, {"new_key": True})
    assert result["step_id"] == "room_sensors_new_credentials"
    shown = dict(result["description_placeholders"] or {})
    assert entry.data["api_key"] == API_KEY
    result = await answer(hass, result, {})
    await hass.async_block_till_done()
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["api_key"] == shown["api_key"] != API_KEY
    assert shown["webhook_url"].endswith(entry.data["webhook_id"])
    assert entry.unique_id == before
    old = await post(reading(), API_PATH, headers={"X-API-Key": API_KEY})
    assert old.status == HTTPStatus.UNAUTHORIZED
    assert await (await post(reading(temperature=23))).read() == b""
    new = await post(reading(), API_PATH, headers={"X-API-Key": shown["api_key"]})
    assert new.status == HTTPStatus.OK
    path = f"/api/webhook/{entry.data['webhook_id']}"
    assert (await post(reading(), path)).status == HTTPStatus.OK


VALID = {
    "only_listed": True,
    "locations": [" WC ", "Keittiö"],
    "offsets": {"WC": {"temperature": -1}},
    "allowed": ["192.168.1.*", " 10.0.0.0/8 ", "::1"],
    "rate_limit": 60.0,
    "local_only": False,
    "default_location": " Rack ",
}
SAVED = {
    "only_listed": True,
    "locations": ["WC", "Keittiö"],
    "offsets": {"WC": {"temperature": -1, "humidity": 0.0}},
    "allowed": ["192.168.1.*", "10.0.0.0/8", "::1"],
    "rate_limit": 60,
    "local_only": False,
    "default_location": "Rack",
}


@pytest.mark.parametrize(
    ("wrong", "errors", "said"),
    [
        ({"locations": []}, {"locations": "room_sensors_locations_missing"}, {}),
        ({"locations": ["x" * 65]}, {"locations": "room_sensors_location_invalid"}, {}),
        (
            {"default_location": " "},
            {"default_location": "room_sensors_location_invalid"},
            {},
        ),
        (
            {"allowed": ["10.0.0.1", "10.0.*"]},
            {"allowed": "room_sensors_source_invalid"},
            {"source": "10.0.*"},
        ),
        (
            {"offsets": {"WC": {"temperature": 99}}},
            {"offsets": "room_sensors_offsets_invalid"},
            {"location": "WC"},
        ),
        (
            {"offsets": ["WC"]},
            {"offsets": "room_sensors_offsets_invalid"},
            {"location": "['WC']"},
        ),
        (
            {"locations": [f"room {number}" for number in range(257)]},
            {"locations": "room_sensors_list_too_long"},
            {"most": "256"},
        ),
        (
            {"allowed": ["10.0.0.1"] * 257},
            {"allowed": "room_sensors_list_too_long"},
            {"most": "256"},
        ),
        (
            {"offsets": {f"room {number}": {} for number in range(257)}},
            {"offsets": "room_sensors_offsets_invalid"},
            {"location": "257"},
        ),
    ],
)
async def test_invalid_options_show_an_error_and_can_be_corrected(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    wrong: dict[str, Any],
    errors: dict[str, str],
    said: dict[str, str],
) -> None:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "room_sensors"
    shown = result["description_placeholders"] or {}
    assert shown["webhook_url"].endswith(WEBHOOK_ID)
    assert shown["api_url"].endswith(API_PATH)
    assert API_KEY not in repr(result)
    configure = hass.config_entries.options.async_configure
    result = await configure(result["flow_id"], {**VALID, **wrong})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert said.items() <= (result["description_placeholders"] or {}).items()
    result = await configure(result["flow_id"], VALID)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == SAVED
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("options", [SAVED])
async def test_emptied_options_field_is_stored_as_empty(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(
        result["flow_id"],
        {
            "only_listed": False,
            "rate_limit": 5,
            "local_only": True,
            "default_location": "Rack",
        },
    )
    assert entry.options["locations"] == []
    assert entry.options["offsets"] == {}
    assert entry.options["allowed"] == []


async def test_options_count_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, post: Post
) -> None:
    await post(reading("WC", 21.0))
    result = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(result["flow_id"], VALID)
    await hass.async_block_till_done()
    await post(reading("WC", 21.0))
    assert state_of(hass, "temperature", "WC") == "20.0"
    assert (await post(reading("Sauna"))).status == HTTPStatus.BAD_REQUEST


async def test_two_receivers_have_nothing_in_common(
    hass: HomeAssistant, entry: MockConfigEntry, post: Post
) -> None:
    other = make_entry(unique_id="f" * 16, webhook_id="v" * 64, api_key="sk_f_other")
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await post(reading("WC", 20))
    await post(reading("WC", 10), f"/api/webhook/{'v' * 64}")
    assert state_of(hass, "temperature", "WC", entry.unique_id or "") == "20.0"
    assert state_of(hass, "temperature", "WC", other.unique_id or "") == "10.0"
