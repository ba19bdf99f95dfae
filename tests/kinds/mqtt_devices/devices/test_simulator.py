"""Tests of simulated devices."""

from typing import TYPE_CHECKING

from ..conftest import (
    entity_id_of,
    state_of,
)
from ..forms import add, submit

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def test_simulated_device_reports_and_obeys_commands(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step = await add(hass, entry, "simulated_device")
    step = await submit(hass, step, {"name": " ", "template": "fan"})
    assert step["errors"] == {"name": "mqtt_devices_name_missing"}
    done = await submit(hass, step, {"name": "Wind", "template": "fan"})
    serial = done["unique_id"]
    assert serial.startswith("FAN0SIM")
    assert state_of(hass, "fan", "actuator", serial).state == "on"
    await hass.services.async_call(
        "fan",
        "turn_off",
        {"entity_id": entity_id_of(hass, "fan", "actuator", serial)},
        blocking=True,
    )
    assert state_of(hass, "fan", "actuator", serial).state == "off"
    assert entry.runtime_data.devices[serial].data.estado == "inactivo"
    await hass.config_entries.async_unload(entry.entry_id)
