"""Rates, run time and transitions in Home Assistant, and the rates of any date."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti.kinds.air_conditioner.actions import _async_rates
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)

from ...pure.air_conditioner.estimator.test_estimate import taught
from .conftest import HandDriver, SetUp, entity_id, report_room, state_of
from .test_thermostat import House

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, State
    from pytest_homeassistant_custom_component.common import MockConfigEntry

# The harness lives in California: an hour before noon there.
MORNING = "2026-07-10 18:00:00+00:00"


@pytest.fixture
def house(
    hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
) -> House:
    freezer.move_to(MORNING)
    return House(hass, driver, freezer)


def switched(house: House) -> State:
    state = house.hass.states.get(entity_id(house.hass, "switched"))
    assert state is not None
    return state


def last_event(house: House) -> tuple[str, str, str | None]:
    """Return type, source and reason of the last event."""
    attributes = switched(house).attributes
    return attributes["event_type"], attributes["source"], attributes["reason"]


async def drift(house: House, minutes: int, start: float, per_hour: float) -> float:
    """Let the room drift while its sensor reports each minute."""
    value = start
    for _ in range(minutes):
        value = round(value + per_hour / 60, 4)
        await house.pass_time(60, room=value)
    return value


async def test_todays_rates_run_time_and_duty_cycle_are_shown(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    house.hass.config_entries.async_update_entry(
        entry, options={**entry.options, "thermal_capacity": 600_000}
    )
    await house.hass.config_entries.async_reload(entry.entry_id)
    value = await drift(house, 4, 26.0, 0.6)
    value = await drift(house, 30, value, -1.8)
    assert house.running()
    assert float(state_of(house.hass, "cooling_rate")) == pytest.approx(-1.8, abs=0.1)
    assert float(state_of(house.hass, "heating_rate")) == pytest.approx(0.6, abs=0.1)
    assert float(state_of(house.hass, "cooling_power")) == pytest.approx(300, abs=15)
    assert float(state_of(house.hass, "heating_power")) == pytest.approx(100, abs=15)
    assert int(state_of(house.hass, "run_time_today")) in (29, 30)
    assert int(state_of(house.hass, "duty_today")) in (87, 88, 89)
    before = state_of(house.hass, "cooling_rate")
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    assert state_of(house.hass, "cooling_rate") == before


async def test_missing_capacity_gives_no_power_sensor_state(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await drift(house, 30, 24.0, 0.6)
    assert float(state_of(house.hass, "heating_rate")) == pytest.approx(0.6, abs=0.03)
    assert state_of(house.hass, "heating_power") == "unknown"
    assert state_of(house.hass, "cooling_rate") == "unknown"


async def test_switch_event_names_source(house: House, set_up: SetUp) -> None:
    await set_up()
    assert switched(house).state == "unknown"
    await house.pass_time(300, room=26.0)
    assert last_event(house) == ("turned_on", "thermostat", "cooling")
    await house.act("climate", "turn_off", "climate")
    await house.pass_time(30, room=26.0)
    assert last_event(house) == ("turned_off", "user", "off")
    house.driver.press(on=True)
    await house.pass_time(15, room=26.0)
    assert last_event(house) == ("turned_on", "remote", None)
    await house.act("climate", "turn_on", "climate")
    await house.pass_time(15, room=26.0)
    report_room(house.hass, "unavailable")
    await house.pass_time(930)
    assert last_event(house) == ("turned_off", "safety", "sensor_silent")


async def test_switch_by_schedule_has_source_schedule(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    await house.act("time", "set_value", "sleep_start", time="11:00:00")
    await house.act("switch", "turn_on", "sleep")
    await house.pass_time(300, room=26.0)
    assert last_event(house) == ("turned_off", "schedule", "sleeping")


async def test_switch_during_loss_has_source_unknown(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    house.driver.failure = Unreachable()
    await house.pass_time(30, room=26.0)
    house.driver.failure = None
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    assert last_event(house) == ("turned_off", "unknown", None)
    # A switch while Home Assistant was stopped is reported afterwards.
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    house.driver.press(on=True)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.hass.async_block_till_done()
    assert last_event(house) == ("turned_on", "unknown", None)


async def test_reload_causes_no_event(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    before = switched(house)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    await house.pass_time(60, room=26.0)
    assert switched(house).state == before.state
    assert last_event(house) == ("turned_on", "thermostat", "cooling")


async def test_ignored_command_causes_no_event(house: House, set_up: SetUp) -> None:
    house.driver.echo_time = timedelta(seconds=120)
    await set_up()
    house.driver.obeys = False
    await house.pass_time(450, room=26.0)
    assert house.reason() in ("disobeyed", "waiting_minimum_off")
    assert switched(house).state == "unknown"


async def rates(house: House, **data: Any) -> dict[str, Any]:
    """Call the action."""
    target = entity_id(house.hass, "climate")
    answer: Any = await house.hass.services.async_call(
        "jannenkoti",
        "air_conditioner_get_rates",
        {"entity_id": target, **data},
        blocking=True,
        return_response=True,
    )
    found: dict[str, Any] = answer[target]
    return found


async def test_rates_action_matches_sensors_of_today(
    recorder_mock: object, house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    report_room(house.hass, 24.1)
    await set_up()
    value = await drift(house, 60, 24.1, 0.6)
    await house.act("climate", "set_temperature", "climate", temperature=22)
    await drift(house, 60, value, -1.8)
    await async_wait_recording_done(house.hass)
    house.freezer.tick(1)
    today = await rates(house)
    assert today["location"] == "Bedroom"
    assert today["date"] == "2026-07-10"
    live = entry.runtime_data.data.analytics.rates
    assert today["cooling_rate_c_per_h"] == pytest.approx(live.cooling, abs=0.05)
    assert today["heating_rate_c_per_h"] == pytest.approx(live.heating, abs=0.05)
    assert today["cooling_power_w"] is None
    assert today["time_on_s"] / 60 == pytest.approx(live.on.seconds / 60, abs=4)
    # Still the same on the day after.
    house.freezer.tick(timedelta(days=1))
    assert await rates(house, date="2026-07-10") == today


async def test_rates_action_refuses_day_without_history(
    recorder_mock: object, house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(60, room=26.0)
    await async_wait_recording_done(house.hass)
    for date in ("2026-07-11", "2020-01-01"):
        with pytest.raises(ServiceValidationError, match=date):
            await rates(house, date=date)
    compressor = entity_id(house.hass, "compressor")
    er.async_get(house.hass).async_update_entity(
        compressor, disabled_by=er.RegistryEntryDisabler.USER
    )
    with pytest.raises(ServiceValidationError, match="disabled"):
        await rates(house)


async def test_rates_action_refuses_foreign_climate(hass: HomeAssistant) -> None:
    call = ServiceCall(hass, "jannenkoti", "air_conditioner_get_rates", {})
    with pytest.raises(ServiceValidationError) as err:
        await _async_rates(Entity(), call)
    assert err.value.translation_key == "air_conditioner_only"


async def test_rates_action_without_recorder_raises(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    with pytest.raises(HomeAssistantError, match="recorder"):
        await rates(house)


async def test_room_model_sensors_appear_once_trusted(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    for key in ("time_to_target", "room_model_error", "room_thermal_capacity"):
        assert state_of(house.hass, key) == "unknown"
    room = taught()
    entry.runtime_data.thermostat.analytics.room = room.model
    await house.pass_time(120, room=26.0)
    assert 5 <= int(state_of(house.hass, "time_to_target")) <= 60
    assert 0 < float(state_of(house.hass, "room_model_error")) < 0.3
    # The default rating is 2600 W, although this unit has 1500 W.
    capacity = float(state_of(house.hass, "room_thermal_capacity"))
    assert capacity == pytest.approx(600_000 * 2600 / 1500, rel=0.15)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.pass_time(120, room=26.0)
    assert 5 <= int(state_of(house.hass, "time_to_target")) <= 60


async def test_room_is_ready_at_expected_arrival(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    arrival = "input_datetime.home"
    house.hass.states.async_set(arrival, "2026-07-10 14:00:00")
    house.hass.states.async_set("person.ann", "not_home")
    entry.add_to_hass(house.hass)
    house.hass.config_entries.async_update_entry(
        entry,
        options={
            **entry.options,
            "people": ["person.ann"],
            "away_grace": 0,
            "arrivals": [arrival],
            "precool": 3,
        },
    )
    report_room(house.hass, 27.0)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.hass.async_block_till_done()
    entry.runtime_data.thermostat.analytics.room = taught().model
    await house.pass_time(300, room=27.0)
    assert house.reason() == "away"
    house.hass.states.async_set(arrival, "2026-07-10 11:15:00")
    await house.hass.async_block_till_done()
    assert house.reason() == "precooling"
    assert house.running()
    await house.pass_time(15, room=27.0)
    assert last_event(house) == ("turned_on", "thermostat", "precooling")
