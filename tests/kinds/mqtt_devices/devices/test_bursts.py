"""Tests of bursts: which states are written while a device sends many messages."""

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.jannenkoti.kinds.mqtt_devices import entry_coordinator

from ..conftest import (
    SERIAL,
    Speak,
    entities_of,
    entity_id_of,
    state_of,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ...waiting import Wait


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which bursts are measured."""
    clock = Clock()
    monkeypatch.setattr(entry_coordinator, "monotonic", clock)
    return clock


@pytest.fixture
def options() -> dict[str, Any]:
    """Return options that hold no message back."""
    return {"message_limit": 100_000}


def shown(events: list[Any], entity_id: str) -> list[str]:
    """Return the states that were written for an entity."""
    return [
        event.data["new_state"].state
        for event in events
        if event.data["entity_id"] == entity_id
    ]


async def test_burst_writes_25_numbers_then_the_latest_within_a_second(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, clock: Clock
) -> None:
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    for number in range(50):
        await speak(parametros={"temperatura": number})
    entity_id = entity_id_of(hass, "sensor", "parameter_temperatura", SERIAL)
    at_once = [str(number) for number in range(25)]
    assert shown(events, entity_id) == at_once
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1.1))
    await hass.async_block_till_done()
    assert shown(events, entity_id) == [*at_once, "49"]
    clock.now += 1
    await speak(parametros={"temperatura": 60})
    assert shown(events, entity_id) == [*at_once, "49", "60"]


async def test_burst_that_goes_on_writes_once_a_second(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, clock: Clock
) -> None:
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    entity_id = entity_id_of(hass, "sensor", "parameter_temperatura", SERIAL)
    begun = monotonic()
    for number in range(150):  # three seconds of the clock
        await speak(parametros={"temperatura": number})
        clock.now += 0.02
    # The timer that writes the latest number runs by the clock of the machine.
    assert len(shown(events, entity_id)) <= 25 + monotonic() - begun
    clock.now += 0.05
    await speak(parametros={"temperatura": 200})
    clock.now += 1
    await speak(parametros={"temperatura": 201})
    assert shown(events, entity_id)[-1] == "201"


async def test_burst_skips_no_truth_and_no_word(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, clock: Clock
) -> None:
    await speak(parametros={"movimiento": False, "fase": "a", "temperatura": 1})
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    for number in range(60):
        await speak(parametros={"movimiento": number % 2 == 0, "fase": f"b{number}"})
    motion = entity_id_of(hass, "binary_sensor", "parameter_movimiento", SERIAL)
    phase = entity_id_of(hass, "sensor", "parameter_fase", SERIAL)
    assert shown(events, motion) == ["on", "off"] * 30
    assert shown(events, phase) == [f"b{number}" for number in range(60)]


async def test_unload_during_a_burst_stops_its_timer(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    devices: MqttDevices,
    speak: Speak,
    clock: Clock,
) -> None:
    for number in range(60):
        await speak(parametros={"temperatura": number})
    assert await hass.config_entries.async_unload(entry.entry_id)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1.1))
    await hass.async_block_till_done()
    assert not shown(
        events, entity_id_of(hass, "sensor", "parameter_temperatura", SERIAL)
    )


@pytest.mark.parametrize("options", [{"message_limit": 5}])
async def test_messages_above_the_limit_are_counted(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, wait: Wait
) -> None:
    for number in range(9):
        await speak(parametros={"temperatura": number})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "4"
    await speak(payload=b"\xff")
    await speak(payload="{}")
    await wait(6)
    assert state_of(hass, "sensor", "flood_messages", "").state == "4"
    assert state_of(hass, "sensor", "refused_messages", "").state == "2"


@pytest.mark.parametrize("options", [{"message_limit": 5}])
async def test_latest_message_above_the_limit_is_shown_once_the_limit_allows_it(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, wait: Wait
) -> None:
    for number in range(9):
        await speak(parametros={"temperatura": number})
    await wait(13)
    assert state_of(hass, "sensor", "parameter_temperatura").state == "8"


@pytest.mark.parametrize("options", [{"message_limit": 5}])
async def test_message_held_back_of_a_removed_device_is_dropped(
    hass: HomeAssistant, devices: MqttDevices, speak: Speak, wait: Wait
) -> None:
    for number in range(9):
        await speak(parametros={"temperatura": number})
    devices.async_unclaim(SERIAL)
    await hass.async_block_till_done()
    await wait(13)
    assert SERIAL not in devices.registry.claimed
    assert not entities_of(hass, SERIAL)
