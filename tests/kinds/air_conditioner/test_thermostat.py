"""The thermostat in Home Assistant."""

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner import coordinator
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    CommandRefused,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    HvacMode,
)

from .conftest import HandDriver, SetUp, entity_id, report_room, state_of

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant


class House:
    """The actions of a test."""

    def __init__(
        self, hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
    ) -> None:
        self.hass = hass
        self.driver = driver
        self.freezer = freezer

    async def pass_time(self, seconds: float, *, room: float | None = None) -> None:
        """Pass time in steps of a poll; the room sensor reports at each step."""
        while seconds > 0:
            step = min(seconds, 15)
            seconds -= step
            self.freezer.tick(timedelta(seconds=step))
            if room is not None:
                report_room(self.hass, room)
            async_fire_time_changed(self.hass)
            await self.hass.async_block_till_done()

    async def act(self, domain: str, action: str, key: str, **data: Any) -> None:
        """Use an action on an entity."""
        await self.hass.services.async_call(
            domain,
            action,
            {"entity_id": entity_id(self.hass, key), **data},
            blocking=True,
        )

    async def refresh(self) -> None:
        """Poll now, without timers: they follow the wall clock."""
        entry = self.hass.config_entries.async_entries("jannenkoti")[0]
        await entry.runtime_data.async_refresh()
        await self.hass.async_block_till_done()

    def running(self) -> bool:
        return self.driver.state.on

    def mode(self) -> HvacMode | None:
        return self.driver.state.mode

    def reason(self) -> str:
        return state_of(self.hass, "reason")


def seconds(time: timedelta) -> float:
    return time.total_seconds()


@pytest.fixture
def house(
    hass: HomeAssistant, driver: HandDriver, freezer: FrozenDateTimeFactory
) -> House:
    return House(hass, driver, freezer)


async def test_warm_room_is_cooled_after_minimum_off_time(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    # The length of the rest is unknown, so it waits as if it had just stopped.
    assert house.reason() == "waiting_minimum_off"
    assert house.driver.sent == []
    await house.pass_time(239, room=26.0)
    assert house.driver.sent == []
    await house.pass_time(2, room=26.0)
    assert house.driver.sent == [Change(on=True, target=16.0)]
    assert house.reason() == "cooling"
    assert state_of(house.hass, "climate") == "cool"
    assert state_of(house.hass, "compressor") == "on"


async def test_cold_room_stops_unit_after_minimum_on_time(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    await house.pass_time(200, room=20.0)
    assert house.reason() == "waiting_minimum_on"
    assert house.running()
    await house.pass_time(60, room=20.0)
    assert not house.running()
    assert house.reason() == "satisfied"


async def test_next_change_is_end_of_minimum_time(house: House, set_up: SetUp) -> None:
    await set_up()
    start = house.freezer.time_to_freeze
    assert state_of(house.hass, "next_change").startswith(
        (start + timedelta(seconds=240)).strftime("%Y-%m-%dT%H:%M:%S")
    )


async def test_setpoint_change_does_not_bypass_minimum_off_time(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "set_temperature", "climate", temperature=20)
    assert house.driver.sent == []
    assert house.reason() == "waiting_minimum_off"


async def test_restart_keeps_request_and_minimum_times(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.act("climate", "set_temperature", "climate", temperature=22.5)
    await house.pass_time(200, room=26.0)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.attributes["temperature"] == 22.5
    await house.pass_time(30, room=26.0)
    assert house.driver.sent == []
    await house.pass_time(15, room=26.0)
    assert house.running()


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
async def test_clock_step_keeps_minimum_times(
    house: House, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    start, stepped = house.freezer.time_to_freeze, timedelta()
    steady = SimpleNamespace(
        monotonic=lambda: seconds(house.freezer.time_to_freeze - start - stepped)
    )
    monkeypatch.setattr(coordinator, "time", steady)
    await set_up()
    await house.pass_time(60, room=26.0)
    # A time server sets the wall clock; the monotonic clock does not change.
    house.freezer.tick(step)
    stepped = step
    await house.refresh()
    assert house.reason() == "waiting_minimum_off"
    # The room sensor reported a moment ago, at any wall clock time.
    assert state_of(house.hass, "sensor_silent") == "off"
    for _ in range(11):
        house.freezer.tick(15)
        report_room(house.hass, 26.0)
        await house.refresh()
        assert not house.running()
    house.freezer.tick(15)
    await house.refresh()
    assert house.running()


async def test_silent_sensors_switch_unit_off(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    assert house.running()
    await house.pass_time(900)
    assert house.reason() == "sensor_silent"
    assert not house.running()
    assert state_of(house.hass, "sensor_silent") == "on"
    await house.pass_time(255, room=26.0)
    assert house.running()
    assert state_of(house.hass, "sensor_silent") == "off"


@pytest.mark.parametrize("lost", ["unavailable", "unknown", "nan", "warm"])
async def test_non_numeric_sensor_is_ignored(
    house: House, set_up: SetUp, lost: str
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    report_room(house.hass, lost)
    await house.pass_time(885)
    assert house.reason() == "cooling"
    await house.pass_time(30)
    assert house.reason() == "sensor_silent"
    assert not house.running()


async def test_removed_sensor_is_ignored(house: House, set_up: SetUp) -> None:
    await set_up()
    house.hass.states.async_remove("sensor.bedroom_temperature")
    await house.pass_time(885)
    assert house.reason() != "sensor_silent"
    await house.pass_time(30)
    assert house.reason() == "sensor_silent"


async def test_off_is_immediate_and_on_waits(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    assert house.running()
    await house.act("climate", "turn_off", "climate")
    assert not house.running()
    assert house.reason() == "off"
    assert state_of(house.hass, "climate") == "off"
    assert state_of(house.hass, "thermostat") == "off"
    await house.act("climate", "turn_on", "climate")
    assert not house.running()
    assert house.reason() == "waiting_minimum_off"
    await house.pass_time(250, room=26.0)
    assert house.running()


async def test_manual_power_is_reverted_after_minimum_time(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=24.5)
    assert not house.running()
    await house.act("switch", "turn_on", "power")
    assert house.running()
    assert house.reason() == "by_hand"
    assert state_of(house.hass, "power") == "on"
    await house.pass_time(250, room=20.0)
    assert not house.running()


async def test_power_on_during_minimum_off_time_is_kept(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("switch", "turn_off", "thermostat")
    await house.act("switch", "turn_on", "power")
    assert house.reason() == "waiting_minimum_off"
    await house.pass_time(241, room=20.0)
    assert house.running()
    assert house.reason() == "by_hand"
    assert house.driver.sent == [Change(on=True, target=25.0)]


async def test_manual_run_sends_setpoint_and_regulation_sends_drive(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("switch", "turn_off", "thermostat")
    house.driver.press(on=True)
    await house.pass_time(15, room=24.5)
    await house.act("climate", "set_temperature", "climate", temperature=21)
    assert house.driver.state.target == 21
    assert state_of(house.hass, "climate") == "cool"
    # Enabling sends nothing; the set temperature follows while the room is too warm.
    sent = len(house.driver.sent)
    await house.act("switch", "turn_on", "thermostat")
    assert len(house.driver.sent) == sent
    await house.pass_time(540, room=24.5)
    assert len(house.driver.sent) == sent
    await house.pass_time(120, room=26.0)
    assert house.driver.sent[sent:] == [Change(fan="high", target=16.0)]


async def test_disabling_the_thermostat_sends_nothing(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    sent = len(house.driver.sent)
    await house.act("switch", "turn_off", "thermostat")
    await house.pass_time(3600, room=20.0)
    assert len(house.driver.sent) == sent
    assert house.driver.state.target == 16
    assert house.running()


async def test_remote_change_is_applied(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    sent = len(house.driver.sent)
    house.driver.press(fan="high", target=23.0, mode=HvacMode.DRY)
    await house.pass_time(60, room=26.0)
    assert len(house.driver.sent) == sent
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.state == "dry"
    assert state.attributes["fan_mode"] == "high"
    assert state.attributes["hvac_action"] == "drying"


async def test_heating_mirrors_cooling(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="heat")
    await house.pass_time(250, room=20.0)
    assert house.running()
    assert house.mode() is HvacMode.HEAT
    assert house.driver.state.target == 30
    assert house.reason() == "heating"
    await house.pass_time(250, room=26.0)
    assert not house.running()


async def test_cool_to_heat_stops_first(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="heat")
    assert house.reason() == "waiting_minimum_on"
    await house.pass_time(240, room=20.0)
    assert not house.running()
    await house.pass_time(240, room=20.0)
    assert house.running()
    assert house.mode() is HvacMode.HEAT


async def test_fan_only_starts_at_once_and_compressor_waits(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="fan_only")
    assert house.running()
    assert house.reason() == "fan"
    assert state_of(house.hass, "compressor") == "off"
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="cool")
    assert house.mode() is HvacMode.FAN
    assert house.reason() == "waiting_minimum_off"
    await house.pass_time(250, room=26.0)
    assert house.mode() is HvacMode.COOL


async def test_sleep_window_stops_unit_until_it_closes(
    house: House, set_up: SetUp
) -> None:
    house.freezer.move_to("2026-07-10 19:20:00+00:00")  # 12:20 in the harness's zone
    await set_up()
    await house.act("time", "set_value", "sleep_start", time="12:30:00")
    await house.act("time", "set_value", "sleep_end", time="12:40:00")
    await house.pass_time(300, room=26.0)
    assert house.running()
    await house.act("switch", "turn_on", "sleep")
    assert state_of(house.hass, "next_change").startswith("2026-07-10T19:30")
    await house.pass_time(300, room=26.0)
    assert house.reason() == "sleeping"
    assert not house.running()
    await house.pass_time(600, room=26.0)
    assert house.running()


async def test_lost_device_is_logged_once_and_recovers(
    house: House, set_up: SetUp, caplog: pytest.LogCaptureFixture
) -> None:
    await set_up()
    house.driver.failure = Unreachable()
    await house.pass_time(60, room=26.0)
    assert house.reason() == "unreachable"
    assert state_of(house.hass, "climate") == STATE_UNAVAILABLE
    assert caplog.text.count("does not respond") == 1
    house.driver.failure = None
    await house.pass_time(15, room=26.0)
    assert state_of(house.hass, "climate") == "cool"
    assert caplog.text.count("responds again") == 1


async def test_request_to_lost_device_raises_and_is_kept(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=24.5)
    house.driver.send_failure = Unreachable()
    with pytest.raises(HomeAssistantError, match="does not respond"):
        await house.act("switch", "turn_on", "power")
    house.driver.send_failure = None
    await house.pass_time(15, room=24.5)
    assert house.running()


async def test_refused_command_raises_and_is_dropped(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=24.5)
    house.driver.send_failure = CommandRefused()
    with pytest.raises(HomeAssistantError, match="refuses"):
        await house.act("switch", "turn_on", "power")
    house.driver.send_failure = None
    await house.pass_time(60, room=24.5)
    assert house.driver.sent == []


async def test_old_state_after_command_is_ignored(house: House, set_up: SetUp) -> None:
    house.driver.echo_time = timedelta(seconds=120)
    await set_up()
    house.driver.obeys = False
    await house.pass_time(250, room=26.0)
    assert state_of(house.hass, "power") == "on"
    assert len(house.driver.sent) == 1
    await house.pass_time(120, room=26.0)
    # Never confirmed: the reported state is shown, and the minimum off time restarts.
    assert state_of(house.hass, "power") == "off"
    assert house.reason() == "disobeyed"
    # A start is not repeated at once; it is tried again after the minimum off time.
    assert len(house.driver.sent) == 1
    house.driver.obeys = True
    await house.pass_time(255, room=26.0)
    assert house.running()
    assert house.reason() == "cooling"


async def test_bad_credentials_start_reauth(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    house.driver.failure = BadCredentials()
    await house.pass_time(15, room=26.0)
    flows = house.hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (Unreachable(), ConfigEntryState.SETUP_RETRY),
        (BadCredentials(), ConfigEntryState.SETUP_ERROR),
    ],
)
async def test_setup_state_follows_failure_of_first_read(
    hass: HomeAssistant,
    driver: HandDriver,
    entry: MockConfigEntry,
    failure: Unreachable | BadCredentials,
    state: ConfigEntryState,
) -> None:
    driver.failure = failure
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is state
    assert driver.closed


async def test_number_applies_at_once_and_is_stored(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.act("number", "set_value", "minimum_off", value=0)
    assert house.running()
    assert entry.options["minimum_off"] == 0
    assert float(state_of(house.hass, "minimum_off")) == 0


async def test_unload_closes_driver(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    await house.hass.async_block_till_done()
    assert house.driver.closed
    assert house.driver.sent == []


async def test_removal_deletes_store(
    house: House, set_up: SetUp, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await set_up()
    key = f"jannenkoti.{entry.entry_id}"
    assert key in hass_storage
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.hass.async_block_till_done()
    assert key not in hass_storage


async def test_bad_credentials_on_command_start_reauth(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    house.driver.send_failure = BadCredentials()
    await house.pass_time(250, room=26.0)
    assert house.reason() == "unreachable"
    flows = house.hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


async def test_mode_and_target_in_one_action_are_applied(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.act(
        "climate", "set_temperature", "climate", temperature=21, hvac_mode="dry"
    )
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.state == "dry"
    assert state.attributes["temperature"] == 21


async def test_fan_speed_is_sent_while_running(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    assert house.driver.sent[-1] == Change(fan="high")
    await house.pass_time(30, room=26.0)
    assert house.driver.sent[-1] == Change(fan="high")
    assert len(house.driver.sent) == 2


async def test_fan_feature_requires_speeds(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    house.driver.abilities = Abilities()
    await set_up()
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.attributes["hvac_modes"] == ["off", "cool"]
    assert "fan_modes" not in state.attributes


async def test_unreachable_device_at_setup_gives_retry_reason(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    house.driver.failure = Unreachable()
    await house.hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert "does not respond" in entry.reason


async def test_ignored_command_except_start_is_repeated_once(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    house.driver.obeys = False
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    await house.pass_time(60, room=26.0)
    assert house.driver.sent[1:] == [Change(fan="high")] * 2
    assert house.reason() == "disobeyed"
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.attributes["fan_mode"] == "low"
    house.driver.obeys = True
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    assert house.driver.state.fan == "high"


async def test_remote_change_starts_hold(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    assert house.reason() == "held"
    start = house.freezer.time_to_freeze
    assert state_of(house.hass, "next_change").startswith(
        (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H")
    )
    await house.pass_time(3600, room=30.0)
    assert not house.running()
    await house.pass_time(3630, room=30.0)
    assert house.running()


async def test_hold_survives_restart_and_can_be_ended(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    await house.pass_time(300, room=30.0)
    assert house.reason() == "held"
    await house.act("button", "press", "end_hold")
    assert house.running()


async def test_schedule_edge_ends_hold(house: House, set_up: SetUp) -> None:
    house.freezer.move_to("2026-07-10 19:00:00+00:00")  # noon in the harness's zone
    await set_up()
    await house.act("time", "set_value", "sleep_start", time="12:30:00")
    await house.act("switch", "turn_on", "sleep")
    house.driver.press(on=True)
    await house.pass_time(15, room=20.0)
    assert house.reason() == "held"
    await house.pass_time(1800, room=20.0)
    assert house.reason() == "sleeping"
    assert not house.running()


async def test_disabled_hold_keeps_regulating(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    house.hass.config_entries.async_update_entry(
        entry, options={**entry.options, "hold": 0}
    )
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.pass_time(250, room=26.0)
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    assert house.reason() == "waiting_minimum_off"
    await house.pass_time(250, room=26.0)
    assert house.running()


async def test_sensors_have_stale_limit_to_report_after_start(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    await house.pass_time(250, room=26.0)
    assert house.running()
    report_room(house.hass, "unavailable")
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    await house.pass_time(300)
    assert house.reason() == "awaiting_sensor"
    assert house.running()
    await house.pass_time(900)
    assert house.reason() == "sensor_silent"
    assert not house.running()


async def test_silent_sensors_raise_issue_that_closes(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    issue = (DOMAIN, f"air_conditioner_sensors_silent_{entry.entry_id}")
    report_room(house.hass, "unavailable")
    await house.pass_time(915)
    assert issue in ir.async_get(house.hass).issues
    await house.pass_time(15, room=25.0)
    assert issue not in ir.async_get(house.hass).issues
    report_room(house.hass, "unavailable")
    await house.pass_time(915)
    assert issue in ir.async_get(house.hass).issues
    await house.hass.config_entries.async_remove(entry.entry_id)
    assert issue not in ir.async_get(house.hass).issues


async def test_duty_cycle_run_repeats_share_and_ends(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    house.hass.config_entries.async_update_entry(
        entry, options={**entry.options, "on_silence": "duty", "duty_limit": 3}
    )
    await house.hass.config_entries.async_reload(entry.entry_id)
    for _ in range(6):  # a third of the time on
        await house.pass_time(600, room=26.0)
        await house.pass_time(1200, room=22.0)
    report_room(house.hass, "unavailable")
    running = []
    for _ in range(150):
        await house.pass_time(60)
        running.append(house.running())
    assert 0.2 < sum(running) / len(running) < 0.5
    assert house.reason() == "sensor_silent"
    await house.pass_time(2700)
    running = []
    for _ in range(60):
        await house.pass_time(60)
        running.append(house.running())
    assert not any(running)


async def test_daily_counters_reset_at_midnight(
    house: House, set_up: SetUp, entry: MockConfigEntry
) -> None:
    house.freezer.move_to("2026-07-10 06:00:00+00:00")  # an hour before midnight there
    await set_up()
    await house.pass_time(250, room=26.0)
    await house.act("climate", "turn_off", "climate")
    assert state_of(house.hass, "commands_today") == "2"
    assert state_of(house.hass, "compressor_starts_today") == "1"
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    assert state_of(house.hass, "commands_today") == "2"
    house.freezer.move_to("2026-07-10 07:00:30+00:00")
    await house.refresh()
    assert state_of(house.hass, "commands_today") == "0"
    assert state_of(house.hass, "compressor_starts_today") == "0"


async def test_spikes_are_counted_without_effect(house: House, set_up: SetUp) -> None:
    await set_up()
    await house.pass_time(60, room=24.5)
    report_room(house.hass, 85.0)
    await house.pass_time(15)
    assert float(state_of(house.hass, "room_temperature")) < 26.1
    assert state_of(house.hass, "rejected_readings") == "1"
    assert state_of(house.hass, "trusted_sensors") == "1"


async def test_shutdown_does_not_wait_for_driver(house: House, set_up: SetUp) -> None:
    await set_up()
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await house.hass.async_block_till_done()
    assert house.driver.closed
    sent = len(house.driver.sent)
    await house.refresh()
    assert len(house.driver.sent) == sent


async def test_two_simultaneous_requests_are_both_sent(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(241, room=26.0)
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    await house.act("climate", "set_hvac_mode", "climate", hvac_mode="dry")
    assert house.driver.state.fan == "high"
    assert house.mode() is HvacMode.DRY


async def test_ignored_command_is_shown_for_ten_minutes(
    house: House, set_up: SetUp
) -> None:
    await set_up()
    await house.pass_time(300, room=26.0)
    house.driver.obeys = False
    await house.act("climate", "set_fan_mode", "climate", fan_mode="high")
    await house.pass_time(60, room=26.0)
    assert house.reason() == "disobeyed"
    await house.pass_time(600, room=26.0)
    assert house.reason() == "cooling"


@pytest.mark.parametrize(
    ("silence", "reason"), [(45, "cooling"), (90, "waiting_minimum_off")]
)
async def test_long_unseen_unit_waits_for_minimum_off_time(
    house: House, set_up: SetUp, silence: int, reason: str
) -> None:
    await set_up()
    await house.pass_time(600, room=24.5)
    house.driver.failure = Unreachable()
    await house.pass_time(silence, room=26.0)
    # Its state is unchanged, but a power cut may have stopped it a moment ago.
    house.driver.failure = None
    await house.pass_time(15, room=30.0)
    await house.pass_time(90, room=30.0)
    assert house.reason() == reason
    assert house.running() is (reason == "cooling")


async def test_deviating_unit_waits_for_minimum_off_time(
    house: House, set_up: SetUp
) -> None:
    house.driver.echo_time = timedelta(seconds=120)
    await set_up()
    await house.pass_time(250, room=26.0)
    await house.act("climate", "turn_off", "climate")
    # The remote control starts and stops it within the echo time.
    house.driver.press(on=True)
    await house.pass_time(90, room=26.0)
    house.driver.press(on=False)
    await house.pass_time(15, room=26.0)
    await house.act("climate", "turn_on", "climate")
    await house.pass_time(225, room=26.0)
    assert not house.running()
    await house.pass_time(30, room=26.0)
    assert house.running()


async def test_automatic_fan_speed_can_be_chosen(house: House, set_up: SetUp) -> None:
    house.driver.press(fan="high")
    await set_up()
    await house.pass_time(250, room=25.2)
    assert house.driver.sent == [Change(on=True, fan="low", target=16.0)]
    await house.pass_time(1860, room=25.3)
    assert house.driver.sent[1:] == [Change(fan="high")]
    state = house.hass.states.get(entity_id(house.hass, "climate"))
    assert state is not None
    assert state.attributes["fan_mode"] == "by_need"
    await house.act("climate", "set_fan_mode", "climate", fan_mode="low")
    await house.pass_time(1860, room=25.4)
    assert house.driver.state.fan == "low"
    await house.act("climate", "set_fan_mode", "climate", fan_mode="by_need")
    await house.pass_time(15, room=25.3)
    assert house.driver.state.fan == "high"
