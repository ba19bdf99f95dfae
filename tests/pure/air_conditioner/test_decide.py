"""The decision, rule by rule and as a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custom_components.jannenkoti.kinds.air_conditioner.decide import (
    Decision,
    Inputs,
    OnSilence,
    Reason,
    Tuning,
    decide,
    follow,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    Intent,
    Mode,
)
from custom_components.jannenkoti.lib.guard import MinimumTimes, Phase, observe
from custom_components.jannenkoti.lib.weekly import Moment, Span

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
ABILITIES = Abilities(modes=tuple(Mode), fans=("low", "high"))
TUNING = Tuning()

modes = st.sampled_from(Mode)
temperatures = st.floats(min_value=-10, max_value=50)
devices = st.builds(
    DeviceState,
    on=st.booleans(),
    mode=st.none() | modes,
    fan=st.none() | st.sampled_from(("low", "high")),
    target=st.none() | st.sampled_from((16.0, 24.0, 30.0)),
)
intents = st.builds(
    Intent,
    regulate=st.booleans(),
    mode=modes,
    target=st.floats(min_value=10, max_value=35),
    fan=st.none() | st.sampled_from(("low", "high", "turbo")),
    power=st.none() | st.booleans(),
    drive=st.booleans(),
)
phases = st.none() | st.builds(
    lambda on, age: Phase(on=on, since=NOW - timedelta(seconds=age)),
    st.booleans(),
    st.integers(-500, 1000),
)
sleeps = st.sampled_from(
    [
        None,
        Moment(asked_at=NOW, open=None, changes_at=NOW + timedelta(hours=1)),
        Moment(
            asked_at=NOW,
            open=Span(start=LONG_AGO, end=NOW + timedelta(hours=2)),
            changes_at=NOW + timedelta(hours=2),
        ),
    ]
)
tunings = st.builds(
    Tuning,
    above=st.floats(min_value=0, max_value=5),
    below=st.floats(min_value=0, max_value=5),
    on_silence=st.sampled_from(OnSilence),
    drive_cool=st.sampled_from((None, 16.0)),
    drive_heat=st.sampled_from((None, 30.0)),
)


def think(
    room: float | None,
    *,
    on: bool = False,
    mode: Mode = Mode.COOL,
    age: timedelta = timedelta(hours=1),
    intent: Intent | None = None,
) -> Decision:
    """Decide about a device that has been as it is for an hour."""
    device = DeviceState(on=on, mode=mode, fan="low", target=16.0)
    return decide(
        intent or Intent(target=24.0, mode=mode),
        Phase(on=device.compressor, since=NOW - age),
        Inputs(device=device, room=room),
        NOW,
        tuning=TUNING,
        abilities=ABILITIES,
    )


@pytest.mark.parametrize(
    ("room", "on", "mode", "change", "reason"),
    [
        # Inclusive at both ends, and as it is in between.
        (24.5, False, Mode.COOL, Change(on=True), Reason.COOLING),
        (24.49, False, Mode.COOL, Change(), Reason.SATISFIED),
        (23.51, True, Mode.COOL, Change(), Reason.COOLING),
        (23.5, True, Mode.COOL, Change(on=False), Reason.SATISFIED),
        (24.5, False, Mode.DRY, Change(on=True), Reason.DRYING),
        (23.5, False, Mode.HEAT, Change(on=True, target=30.0), Reason.HEATING),
        (23.51, False, Mode.HEAT, Change(), Reason.SATISFIED),
        (24.49, True, Mode.HEAT, Change(), Reason.HEATING),
        (24.5, True, Mode.HEAT, Change(on=False), Reason.SATISFIED),
    ],
)
def test_hysteresis(
    *, room: float, on: bool, mode: Mode, change: Change, reason: Reason
) -> None:
    decision = think(room, on=on, mode=mode)
    assert decision.change == change
    assert decision.reason is reason


@pytest.mark.parametrize(("on", "room"), [(True, 10.0), (False, 40.0)])
def test_the_guard_says_until_when(*, on: bool, room: float) -> None:
    decision = think(room, on=on, age=timedelta(seconds=239))
    assert not decision.change
    assert decision.reason in (Reason.WAITING_MINIMUM_ON, Reason.WAITING_MINIMUM_OFF)
    assert decision.next_change == NOW + timedelta(seconds=1)
    assert think(room, on=on, age=timedelta(seconds=240)).change


@given(
    intent=intents,
    device=st.none() | devices,
    room=st.none() | temperatures,
    phase=phases,
    sleep=sleeps,
    tuning=tunings,
)
def test_whatever_happens(
    intent: Intent,
    device: DeviceState | None,
    room: float | None,
    phase: Phase | None,
    sleep: Moment | None,
    tuning: Tuning,
) -> None:
    """There is always a reason, no idle command, and no broken minimum time."""
    decision = decide(
        intent,
        phase,
        Inputs(device=device, room=room, sleep=sleep),
        NOW,
        tuning=tuning,
        abilities=ABILITIES,
    )
    assert decision.reason in Reason
    if device is None:
        assert not decision.change
        return
    assert decision.change.differing(device) == decision.change
    after = device.after(decision.change)
    seen = observe(phase, on=device.compressor, now=NOW)
    assert decision.phase == seen
    if after.compressor and not device.compressor:
        assert seen.free_at(tuning.minimum) <= NOW
    if device.compressor and not after.compressor and intent.power is not False:
        assert seen.free_at(tuning.minimum) <= NOW
    if sleep is not None and sleep.open and intent.regulate and intent.power is None:
        assert not decision.change.on
    again = decide(
        intent,
        phase,
        Inputs(device=device, room=room, sleep=sleep),
        NOW,
        tuning=tuning,
        abilities=ABILITIES,
    )
    assert again == decision


@given(intent=intents, before=st.none() | devices, seen=devices)
def test_following_touches_only_what_the_remote_changed(
    intent: Intent, before: DeviceState | None, seen: DeviceState
) -> None:
    after = follow(intent, before, seen)
    assert after.regulate is intent.regulate
    assert after.power is intent.power
    if before is None or before == seen or not seen.on:
        assert after == intent
    if intent.regulate:
        assert after.target == intent.target


def test_following_takes_over_what_the_remote_set() -> None:
    before = DeviceState(on=True, mode=Mode.COOL, fan="low", target=20.0)
    seen = replace(before, mode=Mode.HEAT, fan="high", target=22.0)
    assert follow(Intent(regulate=False), before, seen) == Intent(
        regulate=False, mode=Mode.HEAT, fan="high", target=22.0
    )


class House(RuleBasedStateMachine):
    """Any order of readings, edits, presses, remote use, restarts and waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.intent = Intent()
        self.phase: Phase | None = None
        self.device = DeviceState(on=False, mode=Mode.COOL, fan="low", target=24.0)
        self.room: float | None = 25.0
        self.tuning = Tuning()
        # When the compressor last changed, as the device itself knows it.
        self.changed = self.now
        self.violations: list[str] = []

    @rule(seconds=st.integers(1, 400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.decide()

    @rule(room=st.none() | st.floats(min_value=10, max_value=40))
    def the_sensor_speaks(self, room: float | None) -> None:
        self.room = room

    @rule(setpoint=st.floats(min_value=10, max_value=35), mode=modes)
    def the_user_edits(self, setpoint: float, mode: Mode) -> None:
        self.intent = replace(self.intent, target=setpoint, mode=mode, regulate=True)
        self.decide()

    @rule(power=st.booleans())
    def the_user_presses(self, *, power: bool) -> None:
        self.intent = replace(self.intent, power=power)
        self.decide()

    @rule(regulate=st.booleans())
    def the_thermostat_is_switched(self, *, regulate: bool) -> None:
        self.intent = replace(self.intent, regulate=regulate, drive=regulate)
        self.decide()

    @rule(on=st.booleans(), mode=modes)
    def the_remote_is_used(self, *, on: bool, mode: Mode) -> None:
        before = self.device
        self.device = replace(before, on=on, mode=mode)
        if before.compressor is not self.device.compressor:
            self.changed = self.now
        self.intent = follow(self.intent, before, self.device)

    @rule()
    def home_assistant_restarts(self) -> None:
        # Only what is stored survives, and that is what `decide` gets anyway.
        self.decide()

    @rule()
    def the_memory_is_lost(self) -> None:
        self.phase = None

    def decide(self) -> None:
        decision = decide(
            self.intent,
            self.phase,
            Inputs(device=self.device, room=self.room),
            self.now,
            tuning=self.tuning,
            abilities=ABILITIES,
        )
        after = self.device.after(decision.change)
        if decision.change:
            assert after != self.device
        if after.compressor is not self.device.compressor:
            rested = self.now - self.changed
            minimum = self.tuning.minimum
            if after.compressor and rested < minimum.off:
                self.violations.append(f"started after {rested}")
            if (
                not after.compressor
                and rested < minimum.on
                and self.intent.power is not False
            ):
                self.violations.append(f"stopped after {rested}")
            self.changed = self.now
        self.device = after
        self.phase = observe(decision.phase, on=after.compressor, now=self.now)
        if self.intent.power is after.on:
            self.intent = replace(self.intent, power=None)
        self.intent = replace(self.intent, drive=False)

    @invariant()
    def no_minimum_time_is_broken(self) -> None:
        assert self.violations == []


TestHouse = House.TestCase


def test_a_minimum_of_zero_never_waits() -> None:
    decision = decide(
        Intent(target=20.0),
        None,
        Inputs(device=DeviceState(on=False), room=30.0),
        NOW,
        tuning=Tuning(minimum=MinimumTimes(on=timedelta(), off=timedelta())),
        abilities=Abilities(),
    )
    assert decision.change.on
