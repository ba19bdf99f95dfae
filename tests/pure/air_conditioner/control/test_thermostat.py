"""The thermostat in random sequences of events, without Home Assistant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, override

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason
from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    SavedState,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    CommandRefused,
    ConnectionType,
    DriverError,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.analytics import (
    Analytics,
    ThermalParameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import Preset
from custom_components.jannenkoti.kinds.air_conditioner.planning.plan import SleepMode
from custom_components.jannenkoti.lib.clock import Clocks

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from custom_components.jannenkoti.kinds.air_conditioner.control.data import (
        AirConditionerData,
    )

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
RAW = {
    "temperature_sensors": ["a", "b"],
    "sleep": True,
    "sleep_start": "13:00:00",
    "people": ["person.ann", "person.bob"],
    "away_grace": 5,
    "contacts": ["binary_sensor.window"],
    "window_limit": 1,
    "precool": 2,
    "arrivals": ["time.home"],
}
OPTIONS = Options.parse(RAW)
MINIMUM = OPTIONS.parameters.minimum
FIRST = Request()
RUNNING = (
    Reason.COOLING,
    Reason.HEATING,
    Reason.DRYING,
    Reason.BOOSTING,
    Reason.PRECOOLING,
)


def done[ResultT](steps: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine that never waits."""
    try:
        steps.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    raise AssertionError


class Unit:
    """An air conditioner that records when and by whom its compressor changed."""

    def __init__(self) -> None:
        self.abilities = Abilities(modes=tuple(HvacMode), fans=("low", "high"))
        self.now = NOW
        self.state = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24.0)
        self.shown = self.state
        """The reported state; behind a cloud it may be old."""
        self.connection = ConnectionType.CLOUD
        self.echo_time = timedelta(seconds=120)
        self.changed = self.reported_at = NOW
        self.before = self.state
        """The state before the last change."""
        self.failure: DriverError | None = None
        self.refuses = frozenset[str]()
        """The parts of commands that it does not accept."""
        self.faults: list[str] = []
        self.may_stop_early = False
        self.thermostat: Thermostat

    async def async_read(self) -> DeviceState:
        if self.failure is not None:
            raise self.failure
        return self.without_refused(self.shown)

    def without_refused[T: (DeviceState, Change)](self, parts: T) -> T:
        """Return a state or change without what the device refuses, as its driver."""
        target = None if "target" in self.refuses else parts.target
        fan = None if "fan" in self.refuses else parts.fan
        return replace(parts, target=target, fan=fan)

    async def async_send(self, change: Change) -> None:
        if self.failure is not None:
            raise self.failure
        believed = self.thermostat.device.state
        known = (believed, self.shown)  # a repetition differs from what is shown only
        if not any(state and change.differing(state) for state in known):
            self.faults.append(f"{change} changes nothing")
        before = self.state
        after = before.after(self.without_refused(change))
        age = self.now - self.changed
        if after.compressor and not before.compressor and age < MINIMUM.off:
            self.faults.append(f"started after {age}")
        stops = before.compressor and not after.compressor
        if stops and age < MINIMUM.on and not self.may_stop_early:
            self.faults.append(f"stopped after {age}")
        self.become(after)
        self.reported_at = self.now

    async def async_close(self) -> None:
        """Nothing to close."""

    def become(self, state: DeviceState) -> None:
        if state.compressor is not self.state.compressor:
            self.changed = self.now
        if state != self.state:
            self.before, self.reported_at = self.state, self.now
        self.state = state


class Foretold(Analytics):
    """Analytics with a room model set by the test."""

    need: timedelta | None = None

    @override
    def time_to(self, target: float, mode: HvacMode, now: datetime) -> timedelta | None:
        return self.need


class House(RuleBasedStateMachine):
    """Readings, edits, presses, the remote control, lost devices, restarts, waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.unit = Unit()
        self.ticks = 0.0
        self.options = OPTIONS
        self.at_home: dict[str, bool | None] = {}
        self.need: timedelta | None = None
        self.window: bool | None = False
        self.snapshot: AirConditionerData | None = None
        self.stored: dict[str, Any] | None = None
        self.start()

    def start(self) -> None:
        self.thermostat = self.unit.thermostat = Thermostat(
            self.unit, "unit", self.options, UTC, self.clocks
        )
        self.thermostat.analytics = analytics = Foretold(UTC, ThermalParameters())
        analytics.need = self.need
        self.thermostat.planner.people.update(self.at_home)
        self.thermostat.planner.contacts["binary_sensor.window"] = self.window
        self.thermostat.resume(SavedState.from_dict(self.stored, FIRST))

    def clocks(self) -> Clocks:
        return Clocks(wall=self.unit.now, ticks=self.ticks)

    def poll(self) -> None:
        held = self.thermostat.saved.hold
        before = self.unit.state.on
        self.keep(done(self.thermostat.async_poll()))
        still = self.thermostat.saved.hold
        if held is not None and held == still and self.unit.state.on is not before:
            self.unit.faults.append("a hold was fought")

    def request(self, **overrides: Any) -> None:
        saved = self.thermostat.saved
        if "hold" in overrides:
            saved = replace(saved, hold=overrides.pop("hold"))
        if "overrides" in overrides:
            saved = replace(saved, overrides=overrides.pop("overrides"))
        saved = replace(saved, request=replace(saved.request, **overrides))
        self.unit.may_stop_early = saved.request.power is False
        self.thermostat.saved = saved
        self.keep(done(self.thermostat.async_decide()))

    def keep(self, snapshot: AirConditionerData) -> None:
        self.snapshot = snapshot
        self.stored = self.thermostat.saved.as_dict()
        self.unit.may_stop_early = snapshot.request.power is False

    @rule(seconds=st.integers(1, 400))
    def time_passes(self, seconds: int) -> None:
        self.unit.now += timedelta(seconds=seconds)
        self.ticks += seconds
        if self.unit.now - self.unit.reported_at >= self.unit.echo_time:
            self.unit.shown = self.unit.state
        self.poll()

    @rule(room=st.floats(min_value=15, max_value=35), minutes=st.integers(4, 60))
    def the_room_stays_so(self, room: float, minutes: int) -> None:
        for _ in range(0, minutes, 4):
            self.thermostat.room.receive("a", room, self.unit.now)
            self.thermostat.room.receive("b", room, self.unit.now)
            self.time_passes(240)

    # Less than five seconds is drift and looks like elapsed time.
    @rule(step=st.integers(-7200, -6) | st.integers(6, 7200))
    def the_clock_is_set(self, step: int) -> None:
        by = timedelta(seconds=step)
        self.unit.now += by
        self.unit.changed += by
        self.unit.reported_at += by
        # A step while Home Assistant is stopped looks like elapsed time.
        self.poll()

    @rule(
        sensor=st.sampled_from("ab"),
        value=st.none() | st.floats(min_value=10, max_value=90),
    )
    def a_sensor_reports(self, sensor: str, value: float | None) -> None:
        self.thermostat.receive(sensor, value, self.unit.now)

    @rule(setpoint=st.floats(min_value=10, max_value=35))
    def the_setpoint_is_edited(self, setpoint: float) -> None:
        self.request(target=setpoint)

    @rule(mode=st.sampled_from(HvacMode))
    def a_mode_is_chosen(self, mode: HvacMode) -> None:
        self.request(hold=None, mode=mode, regulate=True, power=None)

    @rule(
        mode=st.sampled_from(HvacMode),
        degrees=st.floats(min_value=10, max_value=35),
        gather=st.integers(0, 10),
    )
    def a_call_sets_mode_and_temperature(
        self, mode: HvacMode, degrees: float, gather: int
    ) -> None:
        offered = self.unit.abilities.offered
        if mode not in offered:
            return  # The climate entity refuses it.
        sent = self.thermostat.device.commands
        self.unit.may_stop_early = False
        self.keep(
            done(
                self.thermostat.async_request(
                    lambda saved, now: saved.asking(now, target=degrees).regulating(
                        mode, now
                    ),
                    timedelta(seconds=gather),
                )
            )
        )
        # One call is one decision and at most one command.
        assert self.thermostat.device.commands - sent <= 1

    @rule(disable=st.booleans())
    def the_thermostat_is_switched(self, *, disable: bool) -> None:
        device = self.thermostat.device
        clear = device.echo_due is None and self.unit.failure is None
        sent = device.commands

        def change(saved: SavedState, now: datetime) -> SavedState:
            return saved.disabled() if disable else saved.enabled(now)

        self.keep(done(self.thermostat.async_request(change, timedelta(0))))
        if disable and clear and self.thermostat.saved.request.power is None:
            assert device.commands == sent

    @rule(
        modes=st.sets(st.sampled_from(HvacMode), min_size=1),
        fans=st.sets(st.sampled_from(["low", "high"])),
    )
    def the_abilities_change(self, modes: set[HvacMode], fans: set[str]) -> None:
        modes_now = tuple(sorted(modes))
        self.unit.abilities = Abilities(modes=modes_now, fans=tuple(sorted(fans)))
        self.poll()

    @rule(seconds=st.integers(61, 200))
    def the_connection_blips(self, seconds: int) -> None:
        failure, self.unit.failure = self.unit.failure, Unreachable()
        self.poll()
        self.time_passes(seconds)
        self.unit.failure = failure
        self.poll()

    @rule(step=st.integers(-7200, -6) | st.integers(6, 7200))
    def the_clock_is_set_between_readings(self, step: int) -> None:
        before = {
            name: latest and self.unit.now - latest.at
            for name, latest in self.thermostat.room.latest.items()
        }
        by = timedelta(seconds=step)
        self.unit.now += by
        self.unit.changed += by
        self.unit.reported_at += by
        self.thermostat.receive("a", 24.0, self.unit.now)
        self.poll()
        latest = self.thermostat.room.latest["b"]
        # The step is applied once: the age of the other sensor stays as it was.
        assert (latest and self.unit.now - latest.at) == before["b"]

    @rule(parts=st.sets(st.sampled_from(["target", "fan"])))
    def parts_of_commands_are_refused(self, parts: set[str]) -> None:
        self.the_echo_comes()
        clear = self.thermostat.device.echo_due is None and self.unit.failure is None
        held = self.thermostat.saved.hold
        self.unit.refuses = frozenset(parts)
        self.poll()
        # What the device does not accept is not blamed on the remote control.
        if clear:
            assert self.thermostat.saved.hold in (held, None)

    @rule(power=st.booleans())
    def power_is_pressed(self, *, power: bool) -> None:
        self.request(hold=None, power=power)

    @rule(preset=st.sampled_from(Preset))
    def a_preset_is_chosen(self, preset: Preset) -> None:
        planner, overrides = self.thermostat.planner, self.thermostat.saved.overrides
        overrides = planner.choose(overrides, preset, self.unit.now)
        self.request(hold=None, overrides=overrides)

    @rule(minutes=st.integers(1, 600))
    def sleep_is_wanted(self, minutes: int) -> None:
        now, overrides = self.unit.now, self.thermostat.saved.overrides
        self.request(overrides=overrides.asleep(now, now + timedelta(minutes=minutes)))

    @rule(minutes=st.integers(1, 600))
    def sleep_is_suspended(self, minutes: int) -> None:
        now, overrides = self.unit.now, self.thermostat.saved.overrides
        self.request(
            overrides=overrides.suspended(now, now + timedelta(minutes=minutes))
        )

    @rule(early=st.booleans())
    def somebody_gets_up_or_goes_on_sleeping(self, *, early: bool) -> None:
        planner, overrides = self.thermostat.planner, self.thermostat.saved.overrides
        overrides = (
            planner.wake(overrides, self.unit.now) if early else overrides.resumed()
        )
        self.request(overrides=overrides)

    @rule(mode=st.sampled_from(SleepMode), sleep=st.booleans())
    def the_options_are_changed(self, mode: SleepMode, *, sleep: bool) -> None:
        self.options = Options.parse({**RAW, "sleep": sleep, "sleep_mode": mode.value})
        self.thermostat.configure(self.options)
        self.poll()

    @rule(who=st.sampled_from(OPTIONS.people), home=st.none() | st.booleans())
    def somebody_comes_or_goes(self, who: str, *, home: bool | None) -> None:
        self.at_home[who] = home
        self.thermostat.planner.people[who] = home
        self.keep(done(self.thermostat.async_decide()))

    @rule(minutes=st.none() | st.integers(0, 120), hour=st.integers(0, 23))
    def the_room_is_known_and_somebody_expected(
        self, minutes: int | None, hour: int
    ) -> None:
        self.need = None if minutes is None else timedelta(minutes=minutes)
        assert isinstance(self.thermostat.analytics, Foretold)
        self.thermostat.analytics.need = self.need
        self.thermostat.planner.receive("time.home", f"{hour:02}:00:00")
        self.poll()

    @rule(minutes=st.integers(1, 100))
    def a_hot_night_ends_soon(self, minutes: int) -> None:
        self.the_room_is_known_and_somebody_expected(minutes, 0)
        now, overrides = self.unit.now, self.thermostat.saved.overrides
        for sensor in "ab":
            self.thermostat.receive(sensor, 30.0, now)
        self.request(overrides=overrides.asleep(now, now + timedelta(minutes=minutes)))

    @rule(is_open=st.none() | st.booleans())
    def the_window_moves(self, *, is_open: bool | None) -> None:
        self.window = is_open
        self.thermostat.planner.contacts["binary_sensor.window"] = is_open
        self.keep(done(self.thermostat.async_decide()))

    @rule(on=st.booleans(), mode=st.sampled_from(HvacMode))
    def the_remote_is_used(self, *, on: bool, mode: HvacMode) -> None:
        # A change that is reverted before the next poll is not detected; so poll first.
        self.poll()
        self.unit.become(replace(self.unit.state, on=on, mode=mode))
        self.the_echo_comes()

    @rule()
    def the_echo_comes(self) -> None:
        self.unit.shown = self.unit.state
        self.poll()

    @rule()
    def the_way_changes(self) -> None:
        """Between the local network, which is quick, and a cloud, which lags."""
        unit = self.unit
        if unit.connection is ConnectionType.CLOUD:
            unit.connection, unit.echo_time = ConnectionType.LAN, timedelta(seconds=5)
            unit.shown = unit.state
        else:
            unit.connection, unit.echo_time = (
                ConnectionType.CLOUD,
                timedelta(seconds=120),
            )
            if unit.now - unit.reported_at < unit.echo_time:
                unit.shown = unit.before
        self.poll()

    @rule(failure=st.sampled_from([None, Unreachable(), CommandRefused()]))
    def the_device_fails_or_recovers(self, failure: DriverError | None) -> None:
        self.unit.failure = failure
        self.poll()
        if failure is not None:
            # Remote control during a short loss of the network is not detected.
            self.time_passes(61)

    @rule()
    def home_assistant_restarts(self) -> None:
        self.start()
        self.poll()

    @rule()
    def the_memory_is_lost(self) -> None:
        # Without a saved state, an old reported state is accepted.
        self.unit.shown = self.unit.state
        self.stored = None
        self.start()
        self.poll()

    @invariant()
    def nothing_is_harmed(self) -> None:
        assert self.unit.faults == []

    @invariant()
    def there_is_always_a_reason(self) -> None:
        if self.snapshot is not None:
            assert self.snapshot.decision.reason in Reason

    @invariant()
    def only_what_the_device_offers_is_asked_for(self) -> None:
        if self.snapshot is not None and self.snapshot.device is not None:
            abilities, request = self.unit.abilities, self.snapshot.request
            assert request.mode in abilities.offered
            assert request.fan in (None, *abilities.fans)

    @invariant()
    def nothing_runs_against_the_plan(self) -> None:
        if self.snapshot is not None and self.snapshot.decision.reason in RUNNING:
            assert not self.snapshot.plan.asleep
            assert not self.snapshot.plan.window_open

    @invariant()
    def nothing_begins_early_but_what_is_known_to_be_needed(self) -> None:
        if self.snapshot is not None and self.snapshot.plan.early:
            assert self.need is not None
            assert self.snapshot.plan.edge is not None
            assert self.snapshot.plan.edge - self.unit.now <= timedelta(hours=2)

    @invariant()
    def every_override_has_an_end(self) -> None:
        overrides, now = self.thermostat.saved.overrides, self.unit.now
        if overrides.boost is not None and overrides.boost.until is not None:
            assert overrides.boost.until - now <= self.options.planning.boost_length
        if overrides.sleep is not None:
            assert overrides.sleep.until is not None

    @invariant()
    def somebody_at_home_is_not_away(self) -> None:
        if True in self.at_home.values() and self.snapshot is not None:
            chosen = self.thermostat.saved.overrides.chosen
            away = self.snapshot.plan.preset is Preset.AWAY
            assert not away or (chosen and chosen.preset is Preset.AWAY)


TestHouse = House.TestCase
TestHouse.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)


def test_clock_step_neither_causes_nor_extends_silence() -> None:
    unit = Unit()
    options = Options.parse({"temperature_sensors": ["a"]})
    thermostat = unit.thermostat = Thermostat(
        unit, "unit", options, UTC, lambda: Clocks(wall=unit.now, ticks=0.0)
    )
    unit.now += timedelta(hours=5)
    # The stale limit after the start is not over yet.
    reason = done(thermostat.async_poll()).decision.reason
    assert reason is Reason.AWAITING_SENSOR
    thermostat.receive("a", 22.0, unit.now)
    done(thermostat.async_poll())
    thermostat.room.configure(
        smoothing=options.smoothing, stale_after=timedelta(0), tolerance=3
    )
    assert done(thermostat.async_poll()).decision.reason is Reason.SENSOR_SILENT
    assert thermostat._silent_since == unit.now
    unit.now += timedelta(hours=5)
    done(thermostat.async_poll())
    assert thermostat._silent_since == unit.now
