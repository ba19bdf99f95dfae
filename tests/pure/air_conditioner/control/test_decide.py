"""The decision, rule by rule and as a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import (
    Decision,
    Inputs,
    Reason,
    decide,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    OnSilence,
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.remote_control import (
    apply_remote_changes,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import Preset
from custom_components.jannenkoti.kinds.air_conditioner.planning.plan import PLAIN, Plan
from custom_components.jannenkoti.lib.guard import MinimumTimes, Phase, observe
from custom_components.jannenkoti.lib.hold import Hold

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
RUNNING = (Reason.COOLING, Reason.HEATING, Reason.BOOSTING, Reason.FAN)
ABILITIES = Abilities(modes=tuple(HvacMode), fans=("low", "high"))
PARAMETERS = Parameters()

modes = st.sampled_from(HvacMode)
temperatures = st.floats(min_value=-10, max_value=50)
devices = st.builds(
    DeviceState,
    on=st.booleans(),
    mode=st.none() | modes,
    fan=st.none() | st.sampled_from(("low", "high")),
    target=st.none() | st.sampled_from((16.0, 24.0, 30.0)),
)
requests = st.builds(
    Request,
    regulate=st.booleans(),
    mode=modes,
    target=st.floats(min_value=10, max_value=35),
    fan=st.none() | st.sampled_from(("low", "high", "turbo")),
    power=st.none() | st.booleans(),
    drive_at=st.none() | st.just(NOW),
    pending=st.frozensets(st.sampled_from(["mode", "target", "fan"])),
)
phases = st.none() | st.builds(
    lambda on, age: Phase(on=on, since=NOW - timedelta(seconds=age)),
    st.booleans(),
    st.integers(-500, 1000),
)
plans = st.builds(
    Plan,
    preset=st.sampled_from(Preset),
    asleep=st.booleans(),
    relief=st.floats(min_value=-5, max_value=15),
    window_open=st.booleans(),
    edge=st.none() | st.just(NOW + timedelta(hours=1)),
)
tunings = st.builds(
    Parameters,
    above=st.floats(min_value=0, max_value=5),
    below=st.floats(min_value=0, max_value=5),
    on_silence=st.sampled_from(OnSilence),
    drive_cool=st.sampled_from((None, 16.0)),
    drive_heat=st.sampled_from((None, 30.0)),
)


def decide_for(
    room: float | None,
    *,
    on: bool = False,
    mode: HvacMode = HvacMode.COOL,
    age: timedelta = timedelta(hours=1),
    request: Request | None = None,
    plan: Plan = PLAIN,
) -> Decision:
    """Decide for a device that has not changed for an hour."""
    device = DeviceState(on=on, mode=mode, fan="low", target=16.0)
    return decide(
        request or Request(target=24.0, mode=mode),
        Phase(on=device.compressor, since=NOW - age),
        Inputs(device=device, room=room, plan=plan),
        NOW,
        parameters=PARAMETERS,
        abilities=ABILITIES,
    )


@pytest.mark.parametrize(
    ("room", "on", "mode", "change", "reason"),
    [
        # Inclusive at both ends, and as it is in between.
        (24.5, False, HvacMode.COOL, Change(on=True), Reason.COOLING),
        (24.49, False, HvacMode.COOL, Change(), Reason.SATISFIED),
        (23.51, True, HvacMode.COOL, Change(), Reason.COOLING),
        (23.5, True, HvacMode.COOL, Change(on=False), Reason.SATISFIED),
        (24.5, False, HvacMode.DRY, Change(on=True), Reason.DRYING),
        (23.5, False, HvacMode.HEAT, Change(on=True, target=30.0), Reason.HEATING),
        (23.51, False, HvacMode.HEAT, Change(), Reason.SATISFIED),
        (24.49, True, HvacMode.HEAT, Change(), Reason.HEATING),
        (24.5, True, HvacMode.HEAT, Change(on=False), Reason.SATISFIED),
        # Fan only does not depend on the temperature.
        (10.0, False, HvacMode.FAN, Change(on=True), Reason.FAN),
    ],
)
def test_hysteresis_switches_at_band_edges(
    *, room: float, on: bool, mode: HvacMode, change: Change, reason: Reason
) -> None:
    decision = decide_for(room, on=on, mode=mode)
    assert decision.change == change
    assert decision.reason is reason


BY_HAND = Request(regulate=False, target=16.0)


@pytest.mark.parametrize(
    ("asked", "plan", "room", "on", "mode", "change", "reason"),
    [
        # A press of the power switch has priority over all other rules.
        (Request(power=True), PLAIN, 10, False, "cool", Change(on=True), "by_hand"),
        (
            *(Request(power=True), Plan(asleep=True, window_open=True), 10),
            *(False, "cool", Change(on=True), "by_hand"),
        ),
        (Request(power=False), PLAIN, 40, True, "cool", Change(on=False), "off"),
        # A manual run is not switched at any room temperature.
        (BY_HAND, PLAIN, 40, False, "cool", Change(), "off"),
        (BY_HAND, PLAIN, 10, True, "cool", Change(), "by_hand"),
        # From heating to cooling it rests in between.
        (Request(), PLAIN, 40, True, "heat", Change(on=False), "changing_mode"),
        (Request(), PLAIN, 40, True, "dry", Change(mode=HvacMode.COOL), "cooling"),
        (
            *(Request(), PLAIN, 40, False, "heat"),
            *(Change(on=True, mode=HvacMode.COOL), "cooling"),
        ),
        # The device stays as it is until the first reading.
        (Request(), PLAIN, None, True, "cool", Change(), "awaiting_sensor"),
        (Request(), PLAIN, None, False, "cool", Change(), "awaiting_sensor"),
        (Request(), Plan(early=True), 40, False, "cool", Change(on=True), "precooling"),
        (Request(), Plan(early=True), 10, False, "cool", Change(), "satisfied"),
    ],
)
def test_first_applicable_rule_decides(
    *,
    asked: Request,
    plan: Plan,
    room: float | None,
    on: bool,
    mode: str,
    change: Change,
    reason: str,
) -> None:
    decision = decide_for(room, on=on, mode=HvacMode(mode), request=asked, plan=plan)
    assert (decision.change, decision.reason) == (change, reason)


@pytest.mark.parametrize(("on", "room"), [(True, 10.0), (False, 40.0)])
def test_minimum_time_gives_next_change(*, on: bool, room: float) -> None:
    decision = decide_for(room, on=on, age=timedelta(seconds=239))
    assert not decision.change
    assert decision.reason in (Reason.WAITING_MINIMUM_ON, Reason.WAITING_MINIMUM_OFF)
    assert decision.next_change == NOW + timedelta(seconds=1)
    assert decide_for(room, on=on, age=timedelta(seconds=240)).change


def test_power_off_is_immediate_and_power_on_waits() -> None:
    moment = timedelta(seconds=1)
    stop = decide_for(40, on=True, age=moment, request=Request(power=False))
    assert (stop.change, stop.reason) == (Change(on=False), Reason.OFF)
    start = decide_for(40, on=False, age=moment, request=Request(power=True))
    assert (start.change, start.reason) == (Change(), Reason.WAITING_MINIMUM_OFF)


def test_device_without_mode_gets_no_mode_command() -> None:
    decision = decide(
        Request(mode=HvacMode.HEAT, target=24.0),
        Phase(on=True, since=LONG_AGO),
        Inputs(device=DeviceState(on=True), room=20.0),
        NOW,
        parameters=PARAMETERS,
        abilities=Abilities(),
    )
    assert (decision.change, decision.reason) == (Change(), Reason.HEATING)


def test_minimum_times_delay_only_compressor_changes() -> None:
    request = Request(target=24.0, fan="high")
    decision = decide_for(24.0, on=True, age=timedelta(seconds=1), request=request)
    assert decision.change == Change(fan="high")
    assert decision.reason is Reason.COOLING


@given(
    asked=requests,
    device=st.none() | devices,
    room=st.none() | temperatures,
    phase=phases,
    plan=plans,
    parameters=tunings,
)
def test_random_inputs_never_violate_minimum_times(
    asked: Request,
    device: DeviceState | None,
    room: float | None,
    phase: Phase | None,
    plan: Plan,
    parameters: Parameters,
) -> None:
    """Check for a reason, no empty command, and the minimum times."""
    decision = decide(
        asked,
        phase,
        Inputs(device=device, room=room, plan=plan),
        NOW,
        parameters=parameters,
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
        assert seen.free_at(parameters.minimum) <= NOW
    if device.compressor and not after.compressor and asked.power is not False:
        assert seen.free_at(parameters.minimum) <= NOW
    if asked.regulate and asked.power is None:
        assert not (plan.asleep and decision.change.on)
        assert not (plan.window_open and after.compressor and not device.compressor)
    again = decide(
        asked,
        phase,
        Inputs(device=device, room=room, plan=plan),
        NOW,
        parameters=parameters,
        abilities=ABILITIES,
    )
    assert again == decision


@pytest.mark.parametrize(
    ("plan", "mode", "room", "on", "reason"),
    [
        # 2 °C of relief: 26 ± 0.5 in cooling, 22 ± 0.5 in heating.
        (Plan(preset=Preset.ECO, relief=2), HvacMode.COOL, 26.5, False, Reason.COOLING),
        (Plan(preset=Preset.ECO, relief=2), HvacMode.COOL, 26.4, False, Reason.ECO),
        (Plan(preset=Preset.AWAY, relief=2), HvacMode.COOL, 25.4, True, Reason.AWAY),
        (
            Plan(preset=Preset.SLEEP, relief=2),
            HvacMode.DRY,
            26,
            False,
            Reason.SLEEP_CURVE,
        ),
        # Off at the user's own target too, so the plan is not the reason.
        (
            Plan(preset=Preset.AWAY, relief=2),
            HvacMode.COOL,
            24.4,
            False,
            Reason.SATISFIED,
        ),
        (Plan(preset=Preset.ECO, relief=2), HvacMode.HEAT, 21.5, False, Reason.HEATING),
        (Plan(preset=Preset.ECO, relief=2), HvacMode.HEAT, 21.6, False, Reason.ECO),
        (
            Plan(preset=Preset.BOOST, relief=-2),
            HvacMode.COOL,
            22.5,
            False,
            Reason.BOOSTING,
        ),
        (
            Plan(preset=Preset.BOOST, relief=-2),
            HvacMode.HEAT,
            25.5,
            False,
            Reason.BOOSTING,
        ),
        (
            Plan(preset=Preset.BOOST, relief=-2),
            HvacMode.COOL,
            21.5,
            True,
            Reason.SATISFIED,
        ),
        (Plan(window_open=True), HvacMode.COOL, 30, True, Reason.WINDOW_OPEN),
        (Plan(window_open=True), HvacMode.FAN, 30, False, Reason.FAN),
        (Plan(asleep=True, window_open=True), HvacMode.FAN, 30, True, Reason.SLEEPING),
    ],
)
def test_plan_changes_target_and_reason(
    *, plan: Plan, mode: HvacMode, room: float, on: bool, reason: Reason
) -> None:
    decision = decide_for(room, on=on, mode=mode, plan=plan)
    assert decision.reason is reason
    runs = on if decision.change.on is None else decision.change.on
    assert runs is (reason in RUNNING)


@pytest.mark.parametrize(
    ("asked", "on", "parameters", "change"),
    [
        # It is sent with a start; later the remote control may change it.
        (Request(), False, PARAMETERS, Change(on=True, target=16.0)),
        (Request(mode=HvacMode.HEAT), False, PARAMETERS, Change(on=True, target=30.0)),
        (Request(), True, PARAMETERS, Change()),
        (Request(drive_at=NOW), True, PARAMETERS, Change(target=16.0)),
        (Request(drive_at=NOW + timedelta(minutes=1)), True, PARAMETERS, Change()),
        (Request(), False, Parameters(drive_cool=None), Change(on=True)),
        # In a manual run the user's target is sent, within the limits of the unit.
        (
            Request(regulate=False, target=21.4, pending=frozenset({"target"})),
            True,
            PARAMETERS,
            Change(target=21.0),
        ),
        (Request(regulate=False, target=21.4), True, PARAMETERS, Change()),
        (
            Request(regulate=False, target=9.0, pending=frozenset({"target"})),
            True,
            PARAMETERS,
            Change(target=16.0),
        ),
    ],
)
def test_set_temperature_of_device_is_drive_or_target(
    *, asked: Request, on: bool, parameters: Parameters, change: Change
) -> None:
    room = 10.0 if asked.mode is HvacMode.HEAT else 40.0
    decision = decide(
        asked,
        Phase(on=on, since=LONG_AGO),
        Inputs(device=DeviceState(on=on, mode=asked.mode, target=24.0), room=room),
        NOW,
        parameters=parameters,
        abilities=ABILITIES,
    )
    assert decision.change == change


def test_mode_change_sends_drive_of_new_mode() -> None:
    decision = decide(
        Request(),
        Phase(on=True, since=LONG_AGO),
        Inputs(device=DeviceState(on=True, mode=HvacMode.DRY, target=24.0), room=40.0),
        NOW,
        parameters=PARAMETERS,
        abilities=ABILITIES,
    )
    assert decision.change == Change(mode=HvacMode.COOL, target=16.0)


def test_next_change_is_plan_edge_while_regulating() -> None:
    plan = Plan(edge=NOW + timedelta(hours=1))
    assert decide_for(20, plan=plan).next_change == plan.edge
    by_hand = Request(regulate=False)
    assert decide_for(20, plan=plan, request=by_hand).next_change is None


@given(asked=requests, before=st.none() | devices, seen=devices)
def test_remote_change_updates_only_changed_fields(
    asked: Request, before: DeviceState | None, seen: DeviceState
) -> None:
    after = apply_remote_changes(asked, before, seen, ABILITIES)
    assert after.regulate is asked.regulate
    assert after.power is asked.power
    if before is None or before == seen or not seen.on:
        assert after == asked
    if asked.regulate:
        assert after.target == asked.target


def test_remote_change_updates_request() -> None:
    before = DeviceState(on=True, mode=HvacMode.COOL, fan="low", target=20.0)
    seen = replace(before, mode=HvacMode.HEAT, fan="high", target=22.0)
    assert apply_remote_changes(
        Request(regulate=False), before, seen, ABILITIES
    ) == Request(regulate=False, mode=HvacMode.HEAT, fan="high", target=22.0)


def test_zero_minimum_time_does_not_wait() -> None:
    decision = decide(
        Request(target=20.0),
        None,
        Inputs(device=DeviceState(on=False), room=30.0),
        NOW,
        parameters=Parameters(minimum=MinimumTimes(on=timedelta(), off=timedelta())),
        abilities=Abilities(),
    )
    assert decision.change.on


@pytest.mark.parametrize(
    ("on_silence", "on", "age", "duty", "expected"),
    [
        (OnSilence.OFF, True, 60, 0.5, False),
        (OnSilence.KEEP, True, 60, 0.0, True),
        (OnSilence.KEEP, False, 60, 1.0, False),
        (OnSilence.DUTY, True, 9, 0.25, True),
        (OnSilence.DUTY, True, 10, 0.25, False),
        (OnSilence.DUTY, False, 29, 0.25, False),
        (OnSilence.DUTY, False, 30, 0.25, True),
        (OnSilence.DUTY, True, 60, 0.0, False),
        (OnSilence.DUTY, True, 60, None, False),
    ],
)
def test_no_sensor_follows_on_silence_option(
    *, on_silence: OnSilence, on: bool, age: int, duty: float | None, expected: bool
) -> None:
    device = DeviceState(on=on, mode=HvacMode.COOL)
    decision = decide(
        Request(),
        Phase(on=on, since=NOW - timedelta(minutes=age)),
        Inputs(device=device, room=None, silent_since=NOW, duty=duty),
        NOW,
        parameters=Parameters(on_silence=on_silence),
        abilities=ABILITIES,
    )
    assert decision.reason is Reason.SENSOR_SILENT
    assert device.after(decision.change).on is expected


def test_duty_cycle_run_ends_at_limit() -> None:
    decision = decide(
        Request(),
        Phase(on=True, since=NOW - timedelta(minutes=5)),
        Inputs(
            device=DeviceState(on=True),
            room=None,
            silent_since=NOW - timedelta(hours=4),
            duty=0.9,
        ),
        NOW,
        parameters=Parameters(on_silence=OnSilence.DUTY),
        abilities=ABILITIES,
    )
    assert decision.change == Change(on=False)


def test_hold_keeps_device_until_its_end() -> None:
    hold = Hold(since=NOW, until=NOW + timedelta(hours=1))
    decision = decide(
        Request(target=20.0),
        Phase(on=False, since=LONG_AGO),
        Inputs(device=DeviceState(on=False), room=35.0, hold=hold),
        NOW,
        parameters=PARAMETERS,
        abilities=ABILITIES,
    )
    assert decision == Decision(
        reason=Reason.HELD,
        change=Change(),
        phase=Phase(on=False, since=LONG_AGO),
        next_change=hold.until,
    )
