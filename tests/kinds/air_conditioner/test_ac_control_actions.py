"""The control actions and their responses."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.jannenkoti.kinds.air_conditioner import actions
from custom_components.jannenkoti.kinds.air_conditioner.ac_control_actions import (
    ACTIONS,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import HvacMode

from .conftest import SENSOR, HandDriver, SetUp, entity_id, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

OUT_OF_RANGE = "air_conditioner_out_of_range"
UNKNOWN = "air_conditioner_unknown_value"
NOON = "2026-07-10 19:00:00+00:00"  # in the harness's zone


async def order(hass: HomeAssistant, name: str, **data: Any) -> dict[str, Any]:
    """Call an action on the thermostat and return its response."""
    climate = entity_id(hass, "climate")
    answer: Any = await hass.services.async_call(
        "jannenkoti",
        name,
        {"entity_id": climate, **data},
        blocking=True,
        return_response=True,
    )
    return dict(answer[climate])


@pytest.mark.freeze_time(NOON)
async def test_status_has_original_format_and_plan(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    await set_up()
    night = {"start": "22:30", "stop": "07:00"}
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert await order(hass, "ac_control_status") == {
        "ac_status": {"is_on": False},
        "thermostat_status": {"enabled": True, "thermo_active": True},
        "ac_state": {"mode": "cold", "fan_speed": "low"},
        "sleep_status": {
            "sleep_enabled": False,
            "sleep_start": "22:30",
            "sleep_stop": "07:00",
            "sleep_time_active": False,
            "sleep_schedule": dict.fromkeys(days, night),
            "sleep_override_until": None,
        },
        "thermo_config": {
            "setpoint_c": 24.5,
            "pos_hysteresis": 0.5,
            "neg_hysteresis": 0.5,
            "min_on_s": 240,
            "min_off_s": 240,
            "poll_interval_s": 15,
            "smooth_window": 5,
            "max_stale_s": 900,
            "control_locations": [SENSOR],
        },
        "plan": {
            "reason": "waiting_minimum_off",
            "next_change": "2026-07-10T19:04:00+00:00",
            "preset": "none",
            "effective_target_c": 24.5,
            "room_temperature_c": 26.0,
            "window_open": False,
            "sleep_until": None,
            "sleep_override": None,
            "sleep_override_until": None,
            "boost_until": None,
            "hold_until": None,
        },
    }


@pytest.mark.parametrize(
    ("name", "data", "part", "expected"),
    [
        ("ac_control_set_setpoint", {"value": 22}, "thermo_config", {"setpoint_c": 22}),
        (
            "ac_control_set_hysteresis",
            {"value": 1.4},
            "thermo_config",
            {"pos_hysteresis": 0.7, "neg_hysteresis": 0.7},
        ),
        (
            "ac_control_set_hysteresis_split",
            {"above": 0, "below": 0.6},
            "thermo_config",
            {"pos_hysteresis": 0, "neg_hysteresis": 0.6},
        ),
        (
            "ac_control_set_minimum_times",
            {"on_time": 300},
            "thermo_config",
            {"min_on_s": 300, "min_off_s": 240},
        ),
        (
            "ac_control_set_minimum_times",
            {"off_time": 300},
            "thermo_config",
            {"min_on_s": 240, "min_off_s": 300},
        ),
        (
            "ac_control_set_poll_interval",
            {"value": 30},
            "thermo_config",
            {"poll_interval_s": 30, "smooth_window": 2},
        ),
        (
            "ac_control_set_smoothing",
            {"value": 150},
            "thermo_config",
            {"smooth_window": 10},
        ),
        (
            "ac_control_set_stale_limit",
            {"value": 60},
            "thermo_config",
            {"max_stale_s": 60},
        ),
        (
            "ac_control_thermostat_disable",
            {},
            "thermostat_status",
            {"enabled": False, "thermo_active": False},
        ),
        ("ac_control_thermostat_enable", {}, "thermostat_status", {"enabled": True}),
        ("ac_control_set_mode", {"value": "wet"}, "plan", {}),
        (
            "ac_control_set_sleep_enabled",
            {"enabled": True},
            "sleep_status",
            {"sleep_enabled": 1},
        ),
        (
            "ac_control_set_sleep_times",
            {"start": "21:15", "end": "06:00:00"},
            "sleep_status",
            {"sleep_start": "21:15", "sleep_stop": "06:00"},
        ),
        ("ac_control_set_sleep_times", {}, "sleep_status", {"sleep_enabled": False}),
        (
            "ac_control_set_sleep_times",
            {"start": None, "end": None},
            "sleep_status",
            {"sleep_enabled": False, "sleep_start": "22:30"},
        ),
        (
            "ac_control_suspend_sleep",
            {"minutes": 90},
            "plan",
            {
                "sleep_override": "none",
                "sleep_override_until": "2026-07-10T20:30:00+00:00",
            },
        ),
        (
            "air_conditioner_sleep_now",
            {"minutes": 60},
            "plan",
            {"preset": "sleep", "reason": "sleeping"},
        ),
        (
            "air_conditioner_sleep_now",
            {"minutes": 60},
            "sleep_status",
            {"sleep_time_active": True, "sleep_override_until": "13:00"},
        ),
        (
            "air_conditioner_boost",
            {"minutes": 10},
            "plan",
            {
                "preset": "boost",
                "boost_until": "2026-07-10T19:10:00+00:00",
                "effective_target_c": 22.5,
            },
        ),
        (
            "air_conditioner_boost",
            {},
            "plan",
            {"boost_until": "2026-07-10T19:30:00+00:00"},
        ),
    ],
)
@pytest.mark.freeze_time(NOON)
async def test_control_action_is_carried_out_and_returns_status(
    hass: HomeAssistant,
    set_up: SetUp,
    name: str,
    data: dict[str, Any],
    part: str,
    expected: dict[str, Any],
) -> None:
    await set_up()
    answer = await order(hass, name, **data)
    assert answer[part].items() >= expected.items()
    # No action starts the compressor before its minimum off time is over.
    assert answer["ac_status"] == {"is_on": False}


async def test_power_mode_and_fan_are_sent_to_unit(
    hass: HomeAssistant, set_up: SetUp, driver: HandDriver
) -> None:
    await set_up()
    await order(hass, "ac_control_set_minimum_times", on_time=0, off_time=0)
    await order(hass, "ac_control_thermostat_disable")
    answer = await order(hass, "ac_control_power_off")
    assert answer["ac_status"] == {"is_on": False}
    await order(hass, "ac_control_set_mode", value="wind")
    answer = await order(hass, "ac_control_power_on")
    assert answer["ac_status"] == {"is_on": True}
    assert driver.state.mode is HvacMode.FAN
    answer = await order(hass, "ac_control_set_fan_speed", value="high")
    assert driver.state.fan == "high"
    assert answer["ac_state"] == {"mode": "wind", "fan_speed": "high"}
    await order(hass, "ac_control_thermostat_enable")
    await order(hass, "ac_control_set_mode", value="heat")
    assert state_of(hass, "climate") == "heat"


async def test_original_schedule_is_applied(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    own = {"start": "23:30", "stop": "09:00"}
    schedule = {"fri": own, "sat": own, "wed": None}
    answer = await order(hass, "ac_control_set_sleep_schedule", schedule=schedule)
    assert entry.options["sleep_days"] == [
        {"days": ["fri", "sat"], "start": "23:30", "end": "09:00"},
        {"days": ["wed"]},
    ]
    schedule = answer["sleep_status"]["sleep_schedule"]
    assert schedule["fri"] == own
    assert schedule["wed"] == {"start": None, "stop": None}
    assert schedule["mon"] == {"start": "22:30", "stop": "07:00"}


async def test_changed_room_sensors_are_used(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    hass.states.async_set("sensor.other", "21", {"unit_of_measurement": "°C"})
    answer = await order(hass, "ac_control_set_room_sensors", sensors=["sensor.other"])
    assert answer["thermo_config"]["control_locations"] == ["sensor.other"]
    await hass.async_block_till_done()
    assert float(state_of(hass, "room_temperature")) == 21


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("ac_control_set_hysteresis", {"value": -0.1}, OUT_OF_RANGE),
        ("ac_control_set_hysteresis", {"value": "nan"}, OUT_OF_RANGE),
        (
            "ac_control_set_hysteresis_split",
            {"above": -1, "below": 1},
            OUT_OF_RANGE,
        ),
        ("ac_control_set_setpoint", {"value": 60}, OUT_OF_RANGE),
        ("ac_control_set_poll_interval", {"value": 0}, OUT_OF_RANGE),
        ("ac_control_set_minimum_times", {"on_time": -1}, OUT_OF_RANGE),
        ("ac_control_suspend_sleep", {"minutes": 0}, OUT_OF_RANGE),
        ("air_conditioner_sleep_now", {"minutes": 100000}, OUT_OF_RANGE),
        ("air_conditioner_boost", {"minutes": -5}, OUT_OF_RANGE),
        (
            "ac_control_set_mode",
            {"value": "hail"},
            UNKNOWN,
        ),
        (
            "ac_control_set_fan_speed",
            {"value": "mid"},
            UNKNOWN,
        ),
        ("ac_control_set_sleep_times", {"start": "22:30"}, "air_conditioner_bad_times"),
        (
            "ac_control_set_sleep_times",
            {"start": "a", "end": "b"},
            "air_conditioner_bad_times",
        ),
        (
            "ac_control_set_sleep_times",
            {"start": "22:30", "end": "22:30"},
            "air_conditioner_bad_times",
        ),
        (
            "ac_control_set_sleep_schedule",
            {"schedule": {"someday": None}},
            "air_conditioner_bad_schedule",
        ),
        (
            "ac_control_set_sleep_schedule",
            {"schedule": {"mon": "all day"}},
            "air_conditioner_bad_schedule",
        ),
        (
            "ac_control_set_room_sensors",
            {"sensors": ["sensor.gone"]},
            "air_conditioner_unknown_sensor",
        ),
    ],
)
async def test_invalid_value_is_refused_without_change(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    name: str,
    data: dict[str, Any],
    key: str,
) -> None:
    await set_up()
    before = await order(hass, "ac_control_status")
    options = dict(entry.options)
    with pytest.raises(ServiceValidationError) as refusal:
        await order(hass, name, **data)
    assert refusal.value.translation_key == key
    assert await order(hass, "ac_control_status") == before
    assert dict(entry.options) == options


async def test_command_to_lost_unit_raises(
    hass: HomeAssistant, set_up: SetUp, driver: HandDriver
) -> None:
    await set_up()
    await order(hass, "ac_control_set_minimum_times", on_time=0, off_time=0)
    driver.failure = driver.send_failure = Unreachable()
    with pytest.raises(HomeAssistantError, match="does not respond"):
        await order(hass, "ac_control_power_off")


async def test_mode_can_be_set_while_thermostat_is_off(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    await set_up()
    await order(hass, "ac_control_thermostat_disable")
    answer = await order(hass, "ac_control_set_mode", value="heat")
    assert answer["thermostat_status"]["enabled"] is False
    await order(hass, "ac_control_thermostat_enable")
    assert state_of(hass, "climate") == "heat"


async def test_control_action_on_foreign_climate_is_refused(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up()

    class Another:
        """Replaces the class of air conditioner entities, so that ours is foreign."""

    monkeypatch.setattr(actions, "AirConditionerEntity", Another)
    with pytest.raises(ServiceValidationError) as refusal:
        await order(hass, "air_conditioner_boost")
    assert refusal.value.translation_key == "air_conditioner_only"


async def test_every_control_action_is_registered(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    await set_up()
    there = hass.services.async_services()["jannenkoti"]
    assert there.keys() >= ACTIONS.keys() | {
        "ac_control_status",
        "air_conditioner_get_rates",
    }
