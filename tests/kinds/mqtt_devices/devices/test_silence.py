"""Tests of devices that are silent, or that share a serial number."""

import json
from typing import TYPE_CHECKING

from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import (
    async_fire_mqtt_message,
)

from custom_components.jannenkoti.const import DOMAIN

from ..conftest import (
    SERIAL,
    TOPIC,
    Speak,
    state_of,
)

if TYPE_CHECKING:
    import pytest
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from ...waiting import Wait


async def test_silent_device_is_unavailable(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await wait(20)
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
    await wait(60)
    for platform, key in (
        ("sensor", "parameter_temperatura"),
        ("switch", "active"),
        ("sensor", "estado"),
    ):
        assert state_of(hass, platform, key).state == "unavailable", key
    assert state_of(hass, "select", "mode").state == "manual"
    assert "has not reported for 70 s" in caplog.text
    await speak(parametros={"temperatura": 21})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "21"
    assert "reports again" in caplog.text


async def test_retained_message_does_not_make_a_device_available(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    message = json.dumps({"serial_number": SERIAL, "estado": "activo"})
    async_fire_mqtt_message(hass, TOPIC, message, retain=True)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "estado").state == "unavailable"


async def test_two_devices_with_one_serial_number_create_an_issue(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    issues = ir.async_get(hass)
    issue = (DOMAIN, f"mqtt_devices_serial_conflict_{entry.entry_id}_{SERIAL}")
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await speak(parametros={"voltage": 230})
    assert issues.async_get_issue(*issue) is not None
    for _ in range(12):
        await speak(parametros={"temperatura": 20})
    assert issues.async_get_issue(*issue) is None


async def test_unloaded_entry_has_no_issues(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await speak(parametros={"voltage": 230})
    assert ir.async_get(hass).issues
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not ir.async_get(hass).issues


async def test_last_will_makes_a_device_unavailable_until_it_reports(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(parametros={"temperatura": 20})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
    await speak(estado="offline")
    assert state_of(hass, "sensor", "parameter_temperatura").state == "unavailable"
    assert state_of(hass, "switch", "active").state == "unavailable"
    await speak(parametros={"temperatura": 20})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
