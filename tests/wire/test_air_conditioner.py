"""The whole way from the flow to a Tuya device on a real socket, and back."""

from typing import TYPE_CHECKING, Any

import pytest
import tuyamock
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "made-up-key-1234"
DEVICE_ID = "eb0123456789abcdefghij"


@pytest.mark.parametrize("version", ["auto", "3.4"])
async def test_from_the_flow_to_the_socket(hass: HomeAssistant, version: str) -> None:
    hass.states.async_set("sensor.room", "26", {"unit_of_measurement": "°C"})
    mock = tuyamock.MockDevice(
        local_key=KEY,
        version="3.3" if version == "auto" else version,
        gw_id=DEVICE_ID,
        dps={"1": False, "2": 24, "3": 27, "4": "cold", "5": "low"},
    )
    with mock:
        result: Any = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_USER}
        )
        for answers in (
            {"next_step_id": "air_conditioner"},
            {"next_step_id": "air_conditioner_tuya_lan"},
            {
                "name": "Bedroom",
                "device_id": DEVICE_ID,
                "host": "127.0.0.1",
                "port": mock.port,
                "local_key": KEY,
                "version": version,
            },
            {"temperature_sensors": ["sensor.room"]},
        ):
            result = await hass.config_entries.flow.async_configure(
                result["flow_id"], answers
            )
        await hass.async_block_till_done()
        entry = result["result"]
        assert entry.state is ConfigEntryState.LOADED
        power = er.async_get(hass).async_get_entity_id(
            "switch", DOMAIN, f"{DEVICE_ID}_power"
        )
        number = er.async_get(hass).async_get_entity_id(
            "number", DOMAIN, f"{DEVICE_ID}_minimum_off"
        )
        await hass.services.async_call(
            "number", "set_value", {"entity_id": number, "value": 0}, blocking=True
        )
        assert (mock.dps["1"], mock.dps["2"]) == (True, 16)
        await hass.services.async_call(
            "switch", "turn_off", {"entity_id": power}, blocking=True
        )
        assert not mock.dps["1"]
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
