"""Tests of the command topic and of the subscription."""

import logging
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from homeassistant.components import mqtt
from homeassistant.components.mqtt.client import MQTT
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..conftest import (
    SERIAL,
    VALVE,
    Speak,
    act,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        MqttMockHAClient,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


@pytest.mark.parametrize("options", [{"command_topic": "casa/{serial}/set"}])
@pytest.mark.parametrize("subentries", [[subentry("a/b+c#d")]])
async def test_configuration_is_published_and_acknowledged(
    hass: HomeAssistant, broker: MqttMockHAClient, entry: MockConfigEntry, speak: Speak
) -> None:
    serial, topic = "a/b+c#d", "casa/a%2Fb%2Bc%23d/set"
    published = broker.async_publish
    assert published.call_args.args[:2] == (
        topic,
        '{"version":1,"configuracion":{"modo":"manual","encendido":true}}',
    )
    await speak(serial)
    key = "in_sync"
    assert state_of(hass, "binary_sensor", key, serial).state == "unknown"
    await speak(serial, version=1)
    assert state_of(hass, "binary_sensor", key, serial).state == "on"
    await act(hass, "switch.turn_off", "active", serial)
    assert '"version":2' in published.call_args.args[1]
    assert state_of(hass, "binary_sensor", key, serial).state == "off"
    await speak(serial, version=2)
    assert state_of(hass, "binary_sensor", key, serial).state == "on"
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert published.call_args.args[:2] == (topic, "")


@pytest.mark.parametrize("options", [{"command_topic": "casa/{serial}/set"}])
async def test_configuration_is_published_again_when_the_broker_returns(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    entry: MockConfigEntry,
    speak: Speak,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await speak()
    topic, published = f"casa/{SERIAL}/set", broker.async_publish
    published.side_effect = HomeAssistantError("no broker")
    await act(hass, "switch.turn_off", "active")
    assert published.call_args.args[0] == topic
    assert not [
        it for it in caplog.records if it.levelno > logging.DEBUG and it.exc_info
    ]
    published.side_effect = None
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, False)  # noqa: FBT003
    await hass.async_block_till_done()
    calls = published.call_count
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)  # noqa: FBT003
    await hass.async_block_till_done()
    assert published.call_count == calls + 1
    assert published.call_args.args[1].startswith('{"version":2')
    await hass.config_entries.async_remove(entry.entry_id)
    assert published.call_args.args[:2] == (topic, "")
    calls = published.call_count
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)  # noqa: FBT003
    await hass.async_block_till_done()
    assert published.call_count == calls


async def test_subscription_of_an_unloaded_entry_ignores_messages(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    """Home Assistant restores subscriptions when its MQTT integration is reloaded."""
    with patch.object(MQTT, "_async_remove"):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(VALVE)
    assert VALVE in entry.runtime_data.registry.unclaimed
    assert VALVE not in devices.registry.unclaimed
