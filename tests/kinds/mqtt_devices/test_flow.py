"""Tests of the flows of an entry and of its options."""

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component

from .conftest import (
    TOKEN,
    TOPIC,
    make_entry,
)
from .forms import answer, begin

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        MqttMockHAClient,
    )


async def test_new_entry_is_created_with_topic_and_base_url(
    hass: HomeAssistant, broker: MqttMockHAClient
) -> None:
    hass.config.internal_url = "http://192.168.1.2:8123"
    step = await begin(hass)
    wrong = (
        ({"name": " ", "topic": TOPIC}, {"name": "mqtt_devices_name_missing"}),
        ({"name": "Farm", "topic": "a/#"}, {"topic": "mqtt_devices_topic_invalid"}),
    )
    for answers, errors in wrong:
        step = await answer(hass, step, answers)
        assert step["errors"] == errors
    step = await answer(hass, step, {"name": " Farm ", "topic": f" {TOPIC} "})
    assert step["step_id"] == "mqtt_devices_address"
    base_url = step["description_placeholders"]["base_url"]
    done = await answer(hass, step, {})
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Farm"
    assert entry.data["topic"] == TOPIC
    path = f"/api/jannenkoti/dispositivos/{entry.data['token']}"
    assert base_url == f"http://192.168.1.2:8123{path}"
    assert len(entry.data["token"]) >= 32

    step = await answer(hass, await begin(hass), {"name": "Other", "topic": TOPIC})
    assert step["errors"] == {"topic": "mqtt_devices_topic_taken"}


async def test_flow_without_a_broker_or_an_address(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "http", {})
    step = await begin(hass)
    step = await answer(hass, step, {"name": "Farm", "topic": TOPIC})
    assert step["errors"] == {"base": "mqtt_devices_no_broker"}
    with (
        patch("homeassistant.components.mqtt.async_wait_for_mqtt_client"),
        patch(
            "custom_components.jannenkoti.kinds.mqtt_devices.flow.get_url",
            side_effect=NoURLAvailableError,
        ),
    ):
        step = await answer(hass, step, {"name": "Farm", "topic": TOPIC})
    assert step["description_placeholders"]["base_url"].startswith("/api/")


async def test_setup_without_a_broker_is_retried(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "http", {})
    entry = make_entry()
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_reconfigure_changes_topic_and_token(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step: Any = await entry.start_reconfigure_flow(hass)
    assert step["description_placeholders"]["base_url"].endswith(TOKEN)
    done = await answer(hass, step, {"topic": "casa/estado", "new_token": False})
    assert done["reason"] == "reconfigure_successful"
    assert (entry.data["topic"], entry.data["token"]) == ("casa/estado", TOKEN)

    step = await entry.start_reconfigure_flow(hass)
    step = await answer(hass, step, {"topic": TOPIC, "new_token": True})
    assert step["step_id"] == "mqtt_devices_new_address"
    assert entry.data["token"] == TOKEN
    done = await answer(hass, step, {})
    assert done["reason"] == "reconfigure_successful"
    assert entry.data["token"] != TOKEN
    assert step["description_placeholders"]["base_url"].endswith(entry.data["token"])
    assert entry.state is ConfigEntryState.LOADED


async def test_options(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    step: Any = await hass.config_entries.options.async_init(entry.entry_id)
    answers = {
        "discovery": False,
        "command_topic": "casa/configuracion",
        "message_limit": 60.0,
        "request_limit": 90.0,
        "local_only": False,
    }
    configure = hass.config_entries.options.async_configure
    step = await configure(step["flow_id"], answers)
    assert step["errors"] == {"command_topic": "mqtt_devices_command_topic_invalid"}
    answers["command_topic"] = "casa/{serial}/configuracion"
    done = await configure(step["flow_id"], answers)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == answers
    assert entry.runtime_data.options.message_limit == 60
