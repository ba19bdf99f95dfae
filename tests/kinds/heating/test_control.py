"""The heating in Home Assistant: surplus, modes, safety, outputs and repair issues."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import async_get_config_entry_diagnostics
from custom_components.jannenkoti.kinds.heating.model import Mode

from ...failures import LibraryError
from .conftest import (
    STAGES,
    TOP,
    Relays,
    Wait,
    entity_id_of,
    is_on,
    make_entry,
    make_options,
    report,
    state_of,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def choose(hass: HomeAssistant, mode: str) -> None:
    """Choose a mode."""
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": entity_id_of(hass, "select", "mode"), "option": mode},
        blocking=True,
    )
    await hass.async_block_till_done()


async def test_surplus_turns_stages_on_one_by_one_and_off_again(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    assert state_of(hass, "select", "mode").state == "automatic"
    assert state_of(hass, "sensor", "reason").state == "no_surplus"
    await wait(15, grid=-4500, pv=5000)
    assert is_on(hass) == ["on", "off", "off"]
    await wait(30, grid=-2500, pv=5000)
    assert is_on(hass) == ["on", "on", "off"]
    assert state_of(hass, "sensor", "reason").state == "surplus"
    assert float(state_of(hass, "sensor", "surplus_used").state) > 3000
    await wait(90, grid=3000, pv=0)
    assert is_on(hass) == ["off", "off", "off"]
    assert state_of(hass, "switch", "stage_1").attributes["reason"] == "no_surplus"


async def test_holiday_and_over_temperature_switch_off_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    await wait(15)
    await choose(hass, "fast")
    assert is_on(hass) == ["on"] * 3
    await choose(hass, "holiday")
    assert is_on(hass) == ["off"] * 3
    await choose(hass, "manual")
    await hass.services.async_call(
        "switch",
        "turn_on",
        {"entity_id": entity_id_of(hass, "switch", "stage_2")},
        blocking=True,
    )
    assert is_on(hass) == ["off", "on", "off"]
    for top in (52, 58, 64, 70, 76):
        await wait(15, top=top)
    assert is_on(hass) == ["off"] * 3
    assert state_of(hass, "sensor", "reason").state == "over_temperature"


async def test_stage_switched_by_hand_selects_manual_mode(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    switch = {"entity_id": entity_id_of(hass, "switch", "stage_1")}
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    assert state_of(hass, "select", "mode").state == "manual"
    assert is_on(hass)[0] == "on"
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    assert is_on(hass)[0] == "off"


@pytest.mark.usefixtures("all_enabled")
async def test_lost_temperature_is_a_problem_and_switches_off(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    await choose(hass, "fast")
    await wait(30)
    assert is_on(hass) == ["on"] * 3
    assert state_of(hass, "binary_sensor", "heats_1").state == "on"
    assert state_of(hass, "binary_sensor", "heats_1").attributes["reason"] == "fast"
    await wait(32 * 60, top="unavailable")
    assert is_on(hass) == ["off"] * 3
    assert state_of(hass, "binary_sensor", "problem").state == "on"
    assert state_of(hass, "sensor", "tank_temperature_1").state == "unknown"


async def test_output_that_does_not_respond_raises_one_issue(
    hass: HomeAssistant, entry: MockConfigEntry, relays: Relays, wait: Wait
) -> None:
    relays.deaf = {STAGES[0]}
    await choose(hass, "fast")
    await wait(300)
    issues = ir.async_get(hass)
    issue_id = f"heating_not_following_{entry.entry_id}"
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Boiler", "entities": STAGES[0]}
    assert state_of(hass, "sensor", "reason").state == "not_following"
    relays.deaf = set()
    hass.states.async_set(STAGES[0], "on")
    await wait(15)
    assert issues.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize(
    "options",
    [
        make_options(
            stages=[{"entity": STAGES[0], "watts": 2000, "power": "sensor.rod"}]
        )
    ],
)
async def test_stuck_relay_raises_an_issue(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    issue_id = f"heating_stuck_{entry.entry_id}"
    for _ in range(12):
        hass.states.async_set("sensor.rod", "1.9", {"unit_of_measurement": "kW"})
        await wait(15)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None
    hass.states.async_set("sensor.rod", "0", {"unit_of_measurement": "kW"})
    await wait(15)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


async def test_failing_action_is_retried_and_breaks_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, relays: Relays, wait: Wait
) -> None:
    async def async_fail(_call: Any) -> None:
        raise LibraryError

    hass.services.async_register("input_boolean", "turn_on", async_fail)
    await entry.runtime_data.async_request(
        lambda controller: controller.set_mode(Mode.FAST)
    )
    await wait(30)
    assert is_on(hass) == ["off"] * 3
    assert entry.runtime_data.last_update_success


@pytest.mark.parametrize("stopping", [True, False])
async def test_stop_and_unload_switch_everything_off(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    wait: Wait,
    *,
    stopping: bool,
) -> None:
    await choose(hass, "fast")
    await wait(15)
    assert is_on(hass) == ["on"] * 3
    if stopping:
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    else:
        assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert is_on(hass) == ["off"] * 3


async def test_restart_keeps_mode_boost_and_energy(
    hass: HomeAssistant, entry: MockConfigEntry, relays: Relays, wait: Wait
) -> None:
    await hass.services.async_call(
        DOMAIN, "heating_boost", {"tank": 1, "duration": 90}, blocking=True
    )
    await wait(120)
    assert is_on(hass) == ["on"] * 3
    energy = float(state_of(hass, "sensor", "energy_heated").state)
    assert energy > 0.1
    await hass.config_entries.async_reload(entry.entry_id)
    await wait(15)
    assert is_on(hass) == ["on"] * 3
    assert float(state_of(hass, "sensor", "energy_heated").state) >= energy


@pytest.mark.usefixtures("all_enabled")
async def test_boost_buttons(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    for key, expected in (("boost_1", "on"), ("end_boost_1", "off")):
        button = {"entity_id": entity_id_of(hass, "button", key)}
        await hass.services.async_call("button", "press", button, blocking=True)
        await wait(180, grid=9000)
        assert is_on(hass) == [expected] * 3


async def test_number_changes_the_target_without_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    coordinator = entry.runtime_data
    await choose(hass, "fast")
    await wait(15, top=49)
    assert is_on(hass) == ["on"] * 3
    number = entity_id_of(hass, "number", "target_1")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 46}, blocking=True
    )
    await hass.async_block_till_done()
    assert float(state_of(hass, "number", "target_1").state) == 46
    assert is_on(hass) == ["off"] * 3
    assert entry.runtime_data is coordinator
    with pytest.raises(ServiceValidationError):
        await coordinator.async_set_tank_number(0, "target", float("nan"))


async def test_actions_set_the_mode_and_return_energy(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    response = await hass.services.async_call(
        DOMAIN,
        "heating_set_mode",
        {"mode": "Schnell heizen"},
        blocking=True,
        return_response=True,
    )
    assert response == {"mode": "Schnell heizen"}
    assert state_of(hass, "select", "mode").state == "fast"
    await wait(120)
    energy = await hass.services.async_call(
        DOMAIN, "heating_get_energy_data", {}, blocking=True, return_response=True
    )
    assert energy is not None
    heating = energy["heating"]
    assert isinstance(heating, list)
    assert sum(float(str(each)) for each in heating) > 0
    for action, data in (
        ("heating_set_mode", {"mode": "Party"}),
        ("heating_boost", {"tank": 2, "duration": 5}),
        ("heating_boost", {"config_entry_id": "none", "duration": 5}),
    ):
        with pytest.raises(ServiceValidationError):
            await hass.services.async_call(DOMAIN, action, data, blocking=True)


SG = [{"entity": STAGES[0], "second_relay": STAGES[1], "watts": 1500, "tank": 1}]


@pytest.mark.parametrize("options", [make_options(stages=SG)])
async def test_sg_ready_relays_are_written_in_order_after_ten_minutes(
    hass: HomeAssistant, entry: MockConfigEntry, relays: Relays, wait: Wait
) -> None:
    await wait(300, grid=-3000)
    assert not relays.calls
    await wait(330, grid=-3000)
    assert relays.calls == [(STAGES[1], "turn_on", None)]
    relays.calls.clear()
    await choose(hass, "fast")
    await wait(660, grid=-1500)
    assert relays.calls == [(STAGES[0], "turn_on", None)]
    relays.calls.clear()
    await choose(hass, "holiday")
    assert relays.calls == [
        (STAGES[0], "turn_off", None),
        (STAGES[1], "turn_off", None),
    ]


@pytest.mark.parametrize(
    ("entity", "unit", "raised", "normal"),
    [
        ("climate.pump", "°C", 60, 45),
        ("water_heater.tank", "°C", 60, 45),
        ("input_number.set_point", "°F", 140, 113),
        ("input_number.set_point", None, 60, 45),
    ],
)
async def test_set_point_is_raised_and_lowered(
    hass: HomeAssistant,
    relays: Relays,
    wait: Wait,
    entity: str,
    unit: str | None,
    raised: float,
    normal: float,
) -> None:
    is_number = entity.startswith("input_number")
    state = str(normal) if is_number else "heat"
    attributes = {"unit_of_measurement": unit} if is_number else {"temperature": normal}
    hass.states.async_set(entity, state, attributes)
    stage = {"entity": entity, "watts": 1500, "tank": 1, "normal": 45, "boost": 60}
    entry = make_entry(make_options(stages=[stage]))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await choose(hass, "fast")
    assert [value for _, _, value in relays.calls] == [raised]
    await choose(hass, "holiday")
    assert [value for _, _, value in relays.calls] == [raised, normal]
    hass.states.async_set(entity, "unavailable")
    await wait(15)
    assert state_of(hass, "sensor", "reason").state == "unavailable"


async def test_battery_and_kilowatts_and_fahrenheit_are_understood(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    options = make_options(
        battery_power="sensor.battery", battery_soc="sensor.soc", battery_inverted=True
    )
    entry = make_entry(options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for soc, expected in (("50", "off"), ("95", "on")):
        hass.states.async_set("sensor.soc", soc)
        hass.states.async_set("sensor.battery", "3", {"unit_of_measurement": "kW"})
        await wait(15, grid=-100)
        hass.states.async_set(TOP, "117", {"unit_of_measurement": "°F"})
        assert is_on(hass)[0] == expected


async def test_removed_sensor_and_missing_output_are_survived(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    hass.states.async_remove(TOP)
    for entity in STAGES:
        hass.states.async_remove(entity)
    await hass.async_block_till_done()
    report(hass)
    await wait(15)
    assert state_of(hass, "sensor", "reason").state == "unavailable"


async def test_diagnostics_and_removal(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert "saved" in str(found)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not [key for key in hass_storage if entry.entry_id in key]


@pytest.mark.parametrize("domain", ["climate", "water_heater"])
async def test_set_point_is_kept_within_the_limits_of_its_entity(
    hass: HomeAssistant, relays: Relays, domain: str
) -> None:
    entity = f"{domain}.pump"
    attributes = {"temperature": 45, "min_temp": 40, "max_temp": 55}
    hass.states.async_set(entity, "heat", attributes)
    stage = {"entity": entity, "watts": 1500, "tank": 1, "normal": 30, "boost": 60}
    entry = make_entry(make_options(stages=[stage]))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await choose(hass, "fast")
    await choose(hass, "holiday")
    assert [value for _, _, value in relays.calls] == [55, 40]


async def test_number_is_kept_within_its_limits(
    hass: HomeAssistant, relays: Relays
) -> None:
    attributes = {"unit_of_measurement": "°C", "min": 20, "max": 52.5}
    hass.states.async_set("input_number.flow", "45", attributes)
    stage = {"entity": "input_number.flow", "watts": 1500, "tank": 1, "boost": 60}
    entry = make_entry(make_options(stages=[stage]))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await choose(hass, "fast")
    assert [value for _, _, value in relays.calls] == [52.5]


@pytest.mark.parametrize("domain", ["climate", "water_heater"])
async def test_heat_pump_that_is_turned_off_is_unavailable_and_not_commanded(
    hass: HomeAssistant, relays: Relays, wait: Wait, domain: str
) -> None:
    entity = f"{domain}.pump"
    hass.states.async_set(entity, "off", {"temperature": 45})
    stage = {"entity": entity, "watts": 1500, "tank": 1, "normal": 45, "boost": 60}
    entry = make_entry(make_options(stages=[stage]))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await choose(hass, "fast")
    assert not relays.calls
    assert state_of(hass, "sensor", "reason").state == "unavailable"
    hass.states.async_set(entity, "heat", {"temperature": 45})
    await wait(30)
    assert [value for _, _, value in relays.calls] == [60]
