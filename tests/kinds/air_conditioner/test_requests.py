"""Requests of the user: what is refused, what is one decision, and what waits."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import UnitOfTemperature
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import options as opt
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.entity import ENABLED_BY_DEFAULT
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    HvacMode,
)

from .conftest import SENSOR, HandDriver, SetUp, entity_id, report_room, state_of
from .test_thermostat import House

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

COOL_ONLY = Abilities(modes=(HvacMode.COOL,), fans=("low", "high"))
ANN = "person.ann"


@pytest.fixture
def house(
    hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
) -> House:
    freezer.move_to("2026-07-01 12:00:00+00:00")
    return House(hass, driver, freezer)


def attributes(house: House) -> dict[str, Any]:
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    return dict(state.attributes)


async def set_temperature(house: House, **data: Any) -> None:
    await house.act("climate", "set_temperature", "climate", **data)


@pytest.mark.parametrize("hvac_mode", ["heat", "heat_cool", "auto", "dry", "fan_only"])
async def test_mode_not_offered_is_refused_without_change(
    house: House, set_up: SetUp, entry: MockConfigEntry, hvac_mode: str
) -> None:
    house.driver.abilities = COOL_ONLY
    report_room(house.hass, 18.0)
    await set_up()
    before = entry.runtime_data.thermostat.saved
    with pytest.raises(ServiceValidationError):
        await set_temperature(house, temperature=23, hvac_mode=hvac_mode)
    assert entry.runtime_data.thermostat.saved == before
    await house.pass_time(600, room=18.0)
    assert house.driver.sent == []


@pytest.mark.parametrize("temperature", [float("nan"), float("inf"), -float("inf")])
async def test_non_finite_temperature_is_refused(
    house: House, set_up: SetUp, entry: MockConfigEntry, temperature: float
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    before = entry.runtime_data.thermostat.saved
    with pytest.raises(ServiceValidationError):
        await set_temperature(house, temperature=temperature, hvac_mode="cool")
    assert entry.runtime_data.thermostat.saved == before


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("key", ["hysteresis_above", "minimum_off"])
async def test_number_entity_refuses_non_finite_value(
    house: House, set_up: SetUp, entry: MockConfigEntry, key: str, value: float
) -> None:
    await set_up()
    before = dict(entry.options)
    with pytest.raises(ServiceValidationError):
        await house.act("number", "set_value", key, value=value)
    assert dict(entry.options) == before


@pytest.mark.parametrize("value", [float("nan"), "x", None, [], {}])
@pytest.mark.parametrize(
    "key", [*opt.NUMBER_OPTIONS, opt.SLEEP_START, opt.SLEEP_DAYS, opt.SLEEP_MODE]
)
def test_options_of_any_form_are_parsed(key: str, value: object) -> None:
    good = {opt.SENSORS: [SENSOR]}
    damaged = opt.Options.parse({**good, key: value})
    assert damaged == opt.Options.parse(good)


async def test_setup_survives_options_that_are_not_numbers(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(house.hass)
    damaged = dict.fromkeys(opt.NUMBER_OPTIONS, float("nan"))
    house.hass.config_entries.async_update_entry(
        entry, options={**entry.options, **damaged, opt.SLEEP_END: "soon"}
    )
    await set_up()
    assert state_of(house.hass, "climate") == "cool"
    assert state_of(house.hass, "hysteresis_above") == "0.5"


async def test_mode_and_fan_no_longer_offered_are_dropped_with_issue(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="heat")
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    house.driver.abilities = Abilities(modes=(HvacMode.COOL,), fans=("low",))
    house.driver.press(mode=HvacMode.COOL, fan="low")
    await house.pass_time(600, room=18.0)
    assert house.driver.sent == []
    assert state_of(house.hass, "climate") == "off"
    assert attributes(house)["hvac_modes"] == ["off", "cool"]
    assert attributes(house)["fan_modes"] == ["low"]
    key = (DOMAIN, f"air_conditioner_not_offered_{entry.entry_id}")
    issue = ir.async_get(house.hass).issues[key]
    assert issue.translation_placeholders == {
        "name": "Bedroom",
        "settings": "Heat, High",
    }
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="cool")
    assert key not in ir.async_get(house.hass).issues


async def test_temperature_with_mode_is_one_command(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "turn_off", "climate")
    await house.pass_time(300, room=20.0)
    await set_temperature(house, temperature=23, hvac_mode="heat")
    assert house.driver.sent == [
        Change(on=True, mode=HvacMode.HEAT, fan="high", target=30.0)
    ]
    assert attributes(house)["temperature"] == 23
    assert state_of(house.hass, "climate") == "heat"


async def test_mode_is_kept_when_the_command_with_it_fails(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "turn_off", "climate")
    await house.pass_time(300, room=20.0)
    house.driver.send_failure = Unreachable()
    with pytest.raises(HomeAssistantError):
        await set_temperature(house, temperature=23, hvac_mode="heat")
    house.driver.send_failure = None
    await house.pass_time(30, room=20.0)
    assert house.driver.state.mode is HvacMode.HEAT
    assert house.driver.state.on
    assert attributes(house)["temperature"] == 23


@pytest.fixture
def gathering(entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry with the default time to gather requests."""
    options = {key: value for key, value in entry.options.items() if key != opt.GATHER}
    object.__setattr__(entry, "options", options)
    return entry


async def test_start_waits_for_further_requests_and_off_does_not(
    house: House, gathering: MockConfigEntry, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "turn_off", "climate")
    await house.pass_time(300, room=20.0)
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="heat")
    assert house.reason() == "gathering"
    house.freezer.tick(timedelta(seconds=0.2))
    await set_temperature(house, temperature=15)
    await house.pass_time(30, room=20.0)
    # The target that was replaced in time starts nothing.
    assert house.driver.sent == []
    await set_temperature(house, temperature=24)
    assert house.driver.sent == []
    house.freezer.tick(timedelta(seconds=1.5))
    async_fire_time_changed(house.hass)
    await house.hass.async_block_till_done()
    assert len(house.driver.sent) == 1
    assert house.driver.state.on
    await house.act("climate", "turn_off", "climate")
    assert not house.driver.state.on


async def test_requests_without_end_delay_a_start_for_a_bounded_time(
    house: House, gathering: MockConfigEntry, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "turn_off", "climate")
    await house.pass_time(300, room=26.0)
    for number in range(20):  # a slider, or an automation in a loop
        hvac_mode = {"hvac_mode": "cool", "temperature": 20 + number % 2}
        await set_temperature(house, **hvac_mode)
        house.freezer.tick(timedelta(seconds=0.9))
        async_fire_time_changed(house.hass)
        await house.hass.async_block_till_done()
    assert house.driver.state.on
    assert len(house.driver.sent) == 1


async def test_attribute_changes_of_people_cause_no_decision(
    house: House, entry: MockConfigEntry, set_up: SetUp
) -> None:
    object.__setattr__(entry, "options", {**entry.options, opt.PEOPLE: [ANN]})
    house.hass.states.async_set(ANN, "home", {"latitude": 60.0})
    await set_up()
    coordinator = entry.runtime_data
    decisions: list[object] = []
    coordinator.async_add_listener(lambda: decisions.append(coordinator.data))
    for step in range(20):
        house.hass.states.async_set(ANN, "home", {"latitude": 60.0 + step / 1000})
        await house.hass.async_block_till_done()
    assert decisions == []
    house.hass.states.async_set(ANN, "not_home", {})
    await house.hass.async_block_till_done()
    assert len(decisions) == 1


async def test_only_requests_of_the_user_use_the_reserve_of_the_quota(
    house: House,
    entry: MockConfigEntry,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    object.__setattr__(entry, "options", {**entry.options, opt.PEOPLE: [ANN]})
    house.hass.states.async_set(ANN, "home")
    await set_up()
    allowed: list[str] = []
    monkeypatch.setattr(
        entry.runtime_data.failover, "allow_reserve", lambda: allowed.append("x")
    )
    house.hass.states.async_set(ANN, "not_home")
    await house.hass.async_block_till_done()
    await house.pass_time(60, room=26.0)
    assert allowed == []
    await set_temperature(house, temperature=22)
    assert allowed == ["x"]


async def test_short_loss_of_the_only_sensor_does_not_stop_the_run(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(600, room=26.0)
    assert house.running()
    report_room(house.hass, "unavailable")
    await house.pass_time(15)
    assert house.running()
    await house.pass_time(60, room=26.0)
    assert house.running()
    assert len(house.driver.sent) == 1


async def test_repeated_loss_does_not_delay_stop(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    assert house.running()
    for _ in range(3):
        await house.pass_time(170, room=18.0)
        if not house.running():
            break
        house.driver.failure = Unreachable()
        await house.pass_time(75, room=18.0)
        house.driver.failure = None
    assert not house.running()


async def test_repeated_loss_does_not_delay_start_beyond_limit(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(15, room=24.5)
    seconds = 0
    while not house.running() and seconds < 3600:
        house.driver.failure = Unreachable()
        await house.pass_time(75, room=27.0)
        house.driver.failure = None
        await house.pass_time(165, room=27.0)
        seconds += 240
    assert 1800 <= seconds <= 2400


async def test_single_sensor_without_change_while_cooling_is_frozen(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(260, room=26.0)
    assert house.running()
    await house.pass_time(3540, room=26.0)
    assert house.reason() == "cooling"
    await house.pass_time(120, room=26.0)
    assert house.reason() == "sensor_frozen"
    assert not house.running()
    key = (DOMAIN, f"air_conditioner_sensors_frozen_{entry.entry_id}")
    assert key in ir.async_get(house.hass).issues
    await house.pass_time(300, room=26.2)
    assert house.reason() == "cooling"
    assert key not in ir.async_get(house.hass).issues


async def test_held_run_ends_at_its_limit(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=24.5)
    house.driver.press(on=True)
    await house.pass_time(300, room=23.0)
    assert house.reason() == "held"
    await house.pass_time(15, room=22.1)
    assert house.running()
    # 24.5 - 0.5 - 2.0, over the smoothing time of 75 s
    await house.pass_time(120, room=21.9)
    assert not house.running()
    await house.pass_time(15, room=21.9)
    assert house.reason() == "satisfied"
    assert attributes(house)["hvac_action"] == "idle"


async def test_reason_next_change_and_target_are_attributes_of_the_thermostat(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(15, room=26.0)
    shown = attributes(house)
    assert shown["reason"] == house.reason() == "waiting_minimum_off"
    assert shown["next_change"].isoformat() == state_of(house.hass, "next_change")
    assert shown["target_in_force"] == 24.5
    await house.act("climate", "set_preset_mode", "climate", preset_mode="boost")
    await house.pass_time(250, room=26.0)
    shown = attributes(house)
    assert (shown["reason"], shown["hvac_action"]) == ("boosting", "cooling")
    assert shown["target_in_force"] == 22.5
    climate = house.hass.data["entity_components"]["climate"].get_entity(
        entity_id(house.hass, "climate")
    )
    assert climate is not None
    assert "next_change" in climate._unrecorded_attributes


async def test_step_is_one_degree_where_the_home_uses_fahrenheit(
    house: House, set_up: SetUp
) -> None:
    house.hass.config.units = US_CUSTOMARY_SYSTEM
    await set_up()
    shown = attributes(house)
    assert shown["target_temp_step"] == 1
    assert shown["target_in_force"] == pytest.approx(76.1)
    assert house.hass.config.units.temperature_unit == UnitOfTemperature.FAHRENHEIT


async def test_at_most_twelve_entities_are_enabled_by_default(
    hass: HomeAssistant, driver: HandDriver, entry: MockConfigEntry
) -> None:
    report_room(hass, 26.0)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    registered = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    enabled = [one for one in registered if not one.disabled]
    assert 8 <= len(enabled) <= len(ENABLED_BY_DEFAULT) == 12
    assert not [one for one in enabled if one.domain in ("number", "time")]
    states = {one.entity_id: hass.states.get(one.entity_id) for one in enabled}
    assert not [name for name, state in states.items() if state is None]
    assert not [
        name
        for name, state in states.items()
        if state is not None and state.state == "unavailable"
    ]
