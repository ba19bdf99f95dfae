"""A thermostat for an entity of another integration, in °C and °F homes."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN

from .conftest import SENSOR, report_room

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall

HEAT_PUMP = "climate.heat_pump"


class HeatPump:
    """A climate entity of another integration."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.calls: list[dict[str, Any]] = []
        self.refuse = False
        self.show("off")
        self.listen()

    def listen(self) -> None:
        """Take the climate actions, also from those that our own platform registers."""
        for action in ("set_temperature", "set_hvac_mode", "turn_on", "set_fan_mode"):
            self.hass.services.async_register("climate", action, self.act)

    def show(self, state: str) -> None:
        self.hass.states.async_set(
            HEAT_PUMP,
            state,
            {
                "hvac_modes": ["off", "cool", "heat"],
                "min_temp": 60,
                "max_temp": 90,
                "target_temp_step": 1,
                "temperature": 77,
                "current_temperature": 79,
            },
        )

    async def act(self, call: ServiceCall) -> None:
        if self.refuse:
            raise HomeAssistantError
        self.calls.append({"action": call.service, **call.data})
        if "hvac_mode" in call.data:
            self.show(call.data["hvac_mode"])


@pytest.fixture
async def heat_pump(hass: HomeAssistant) -> HeatPump:
    hass.config.units = US_CUSTOMARY_SYSTEM
    return HeatPump(hass)


@pytest.fixture
async def entry(hass: HomeAssistant, heat_pump: HeatPump) -> MockConfigEntry:
    report_room(hass, 26.0)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Office",
        unique_id=HEAT_PUMP,
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": HEAT_PUMP,
            "domain": "climate",
        },
        options={"temperature_sensors": [SENSOR], "minimum_off": 0},
        minor_version=2,
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    heat_pump.listen()
    return entry


async def test_temperatures_are_converted_in_both_directions(
    entry: MockConfigEntry, heat_pump: HeatPump
) -> None:
    assert entry.state is ConfigEntryState.LOADED
    mode, temperature = heat_pump.calls
    assert (mode["action"], mode["hvac_mode"]) == ("set_hvac_mode", "cool")
    assert temperature["action"] == "set_temperature"
    assert temperature["temperature"] == 61  # 16 °C are 60.8 °F: the next whole one
    device = entry.runtime_data.data.device
    assert device.on
    assert device.current == pytest.approx(26.11, abs=0.01)


async def test_refusal_raises_error(
    hass: HomeAssistant, entry: MockConfigEntry, heat_pump: HeatPump
) -> None:
    heat_pump.refuse = True
    with pytest.raises(HomeAssistantError, match="refuses"):
        await entry.runtime_data.async_switch_off()


async def test_lost_entity_is_unreachable(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.states.async_remove(HEAT_PUMP)
    await entry.runtime_data.async_refresh()
    assert entry.runtime_data.data.device is None
