"""The simulated air conditioner, from the menu to a working thermostat."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.simulated import (
    SimulatedDriver,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import Change, HvacMode

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant


async def test_simulated_unit_cools_its_room_a_minute_after_it_was_added(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for step in ("air_conditioner", "air_conditioner_simulated"):
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": step}
        )
    assert result["type"] is FlowResultType.FORM
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title
    (climate,) = hass.states.async_all("climate")
    assert climate.attributes["current_temperature"] == 26.5
    for _ in range(15):
        freezer.tick(timedelta(seconds=5))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    (climate,) = hass.states.async_all("climate")
    assert climate.attributes["hvac_action"] == "cooling"
    assert climate.attributes["reason"] == "cooling"
    # It has its own room, so its options ask for no sensor, and can be saved.
    options = await hass.config_entries.options.async_init(entry.entry_id)
    assert options["data_schema"] is not None
    fields = options["data_schema"].schema
    assert "temperature_sensors" not in fields
    sections: dict[str, Any] = {str(key): {} for key in fields}
    sections["control"] = {"comfort": "precise"}
    saved = await hass.config_entries.options.async_configure(
        options["flow_id"], sections
    )
    assert saved["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.options["comfort"] == "precise"
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


async def test_simulated_room_follows_the_unit() -> None:
    seconds = 0.0
    unit = SimulatedDriver(lambda: seconds)
    warm = unit.read_room()
    await unit.async_send(Change(on=True, mode=HvacMode.COOL, fan="high", target=16.0))
    seconds = 3600.0
    cold = unit.read_room()
    assert cold < warm - 5
    await unit.async_send(Change(on=False))
    seconds = 7200.0
    assert cold < unit.read_room() < warm + 1
    assert not (await unit.async_read()).on


@pytest.mark.parametrize(
    ("mode", "reached", "far"),
    [(HvacMode.COOL, 31.0, 16.0), (HvacMode.HEAT, 16.0, 31.0)],
)
async def test_unit_rests_beyond_its_own_set_temperature(
    mode: HvacMode, reached: float, far: float
) -> None:
    clock = [0.0]
    idle, unit = (SimulatedDriver(lambda: clock[0]) for _ in range(2))
    await unit.async_send(Change(on=True, mode=mode, target=reached))
    clock[0] += 1800
    assert unit.read_room() == idle.read_room()
    await unit.async_send(Change(target=far))
    clock[0] += 600
    cooler = unit.read_room() < idle.read_room()
    assert cooler is (mode is HvacMode.COOL)
