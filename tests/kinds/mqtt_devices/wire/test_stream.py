"""Tests of the event stream."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientError, ClientPayloadError
from homeassistant.const import EVENT_HOMEASSISTANT_STOP

from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update
from custom_components.jannenkoti.kinds.mqtt_devices.wire import stream

from ..conftest import SERIAL, VALVE, Ask, Speak
from .requests import body, refusal

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


async def events(response: Any, number: int) -> list[str]:
    """Read so many events."""
    read = [await response.content.readuntil(b"\n\n") for _ in range(number)]
    return [event.decode().removesuffix("\n\n") for event in read]


async def test_stream_sends_a_greeting_and_then_events(ask: Ask, speak: Speak) -> None:
    response = await ask("GET", "/stream/dispositivos?reclamado=true")
    assert response.content_type == "text/event-stream"
    assert await events(response, 1) == ["event: hello\ndata: {}"]
    await speak(VALVE)
    await speak(parametros={"temperatura": 22})
    (event,) = await events(response, 1)
    assert event.startswith("data: {")
    sent = json.loads(event.removeprefix("data: "))
    assert sent["event"] == "device_update"
    assert sent["serial_number"] == SERIAL
    assert sent["parametros"] == {"temperatura": 22}
    response.close()


@pytest.mark.parametrize("wanted", ["", "?reclamado=true", "?reclamado=false"])
async def test_unclaim_is_sent_to_each_stream(
    ask: Ask, devices: MqttDevices, wanted: str
) -> None:
    response = await ask("GET", f"/stream/dispositivos{wanted}")
    await events(response, 1)
    devices.async_unclaim(SERIAL)
    (event,) = await events(response, 1)
    sent = json.loads(event.removeprefix("data: "))
    assert (sent["serial_number"], sent["reclamado"]) == (SERIAL, False)
    response.close()


async def test_claim_is_sent_to_streams(ask: Ask, speak: Speak) -> None:
    await speak(VALVE)
    response = await ask("GET", f"/stream/dispositivos?serial={VALVE}")
    await events(response, 1)
    await body(ask, "POST", "/dispositivos/reclamar", json={"serial_number": VALVE})
    (event,) = await events(response, 1)
    assert json.loads(event.removeprefix("data: "))["reclamado"] is True
    response.close()


async def test_quiet_stream_sends_pings(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream.QueuedListener.get, "__defaults__", (0.01,))
    response = await ask("GET", "/stream/dispositivos")
    assert await events(response, 2) == [
        "event: hello\ndata: {}",
        "event: ping\ndata: {}",
    ]
    response.close()


async def test_stream_ends_when_the_entry_is_unloaded(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask, devices: MqttDevices
) -> None:
    response = await ask("GET", "/stream/dispositivos")
    await events(response, 1)
    assert len(devices.stream) == 1
    await hass.config_entries.async_unload(entry.entry_id)
    assert not len(devices.stream)
    with pytest.raises(ClientPayloadError):
        await response.content.readexactly(1)


async def test_stream_above_the_limit_returns_503(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_LISTENERS", 1)
    first = await ask("GET", "/stream/dispositivos")
    assert (await refusal(ask, "GET", "/stream/dispositivos"))[0] == 503
    assert (await refusal(ask, "GET", "/stream/dispositivos?reclamado=x"))[0] == 400
    first.close()


async def test_client_that_does_not_read_is_disconnected(
    ask: Ask, devices: MqttDevices
) -> None:
    devices.async_update(SERIAL, Update(configuration={"x": "y" * 8000}))
    response = await ask("GET", "/stream/dispositivos")
    for _ in range(10_000):  # The sockets between us hold some megabytes.
        devices.async_announce(SERIAL)
        await asyncio.sleep(0)
        if devices.stream.dropped:
            break
    assert devices.stream.dropped == 1
    assert not len(devices.stream)
    with pytest.raises(ClientError):
        await response.content.read()


async def test_streams_end_when_home_assistant_stops(
    hass: HomeAssistant, ask: Ask, devices: MqttDevices
) -> None:
    response = await ask("GET", "/stream/dispositivos")
    await events(response, 1)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert not len(devices.stream)
    with pytest.raises(ClientPayloadError):
        await response.content.readexactly(1)


async def test_stream_of_a_client_that_disconnects_ends(
    hass: HomeAssistant, ask: Ask, devices: MqttDevices
) -> None:
    response = await ask("GET", "/stream/dispositivos")
    await events(response, 1)
    response.close()
    async with asyncio.timeout(60):
        while len(devices.stream):
            devices.async_announce(SERIAL)
            await asyncio.sleep(0)
    assert not devices.stream.dropped
