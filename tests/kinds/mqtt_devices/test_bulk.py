"""Tests of entries with many devices: how long setup keeps the loop busy."""

from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    DEVICE_TYPES,
)
from tests.attack.loop_time import measured_loop

from .conftest import make_entry, set_up, subentry

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import MqttMockHAClient

DEVICES = 130
LONGEST = 0.2
"""Seconds of processor time that setup may keep the loop busy at a time."""
MOST_ENTITIES = 12
"""Enabled by default, of one device."""


async def test_setup_of_many_devices_lets_other_tasks_run(
    hass: HomeAssistant, broker: MqttMockHAClient
) -> None:
    prefixes = [*DEVICE_TYPES]
    entry = make_entry(
        *(
            subentry(
                f"{prefix}{number:08}",
                type="actuador" if DEVICE_TYPES[prefix].acts else "sensor",
            )
            for number in range(DEVICES)
            for prefix in [prefixes[number % len(prefixes)]]
        )
    )
    with measured_loop() as loop:
        devices = await set_up(hass, entry)
    assert len(devices.devices) == DEVICES
    assert loop.longest < LONGEST
    assert len(hass.states.async_all()) <= DEVICES * MOST_ENTITIES
