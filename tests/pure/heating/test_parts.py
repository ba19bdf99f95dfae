"""The parts of the control, each alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.control.output import (
    OutputState,
    command,
    report,
)
from custom_components.jannenkoti.kinds.heating.control.saved_state import SavedState
from custom_components.jannenkoti.kinds.heating.control.sg_ready import (
    RELAYS,
    SgState,
    state_of,
    steps,
)
from custom_components.jannenkoti.kinds.heating.control.stuck import (
    StuckHeat,
    StuckPower,
)
from custom_components.jannenkoti.kinds.heating.control.summary import reason_of
from custom_components.jannenkoti.kinds.heating.inputs.house import consumption
from custom_components.jannenkoti.kinds.heating.inputs.latest import Latest
from custom_components.jannenkoti.kinds.heating.inputs.meter_sign import MeterSign
from custom_components.jannenkoti.kinds.heating.inputs.surplus import (
    Average,
    BatteryPriority,
    PowerNow,
    available_power,
)
from custom_components.jannenkoti.kinds.heating.inputs.units import (
    celsius,
    percent,
    watts,
)
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy, Flow
from custom_components.jannenkoti.kinds.heating.insight.responses import energy_data
from custom_components.jannenkoti.kinds.heating.model import Mode, Reason, read_mode
from custom_components.jannenkoti.kinds.heating.options import Options, OutputType
from custom_components.jannenkoti.lib.stored import Stored
from demo.heating_house import House, controller_of, raw_options

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "unit", "expected"),
    [
        ("1500", "W", 1500),
        ("1.5", "kW", 1500),
        ("0.002", "MW", 2000),
        ("2000", "mW", 2),
        ("-2,5", "kW", -2500),
        ("unknown", "W", None),
        ("unavailable", "kW", None),
        ("nan", "W", None),
        ("5", "kWh", None),
        ("5", None, None),
        ("2000000000", "W", None),
    ],
)
def test_power_is_converted_to_watts(
    state: str, unit: str | None, expected: float | None
) -> None:
    assert watts(state, unit) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("state", "unit", "expected"),
    [
        ("48.5", "°C", 48.5),
        ("122", "°F", 50.0),
        ("122", "℉", 50.0),
        ("50", "K", None),
        ("50", None, None),
        ("-3276.8", "°C", None),
        ("unknown", "°C", None),
    ],
)
def test_temperature_is_converted_to_celsius(
    state: str, unit: str | None, expected: float | None
) -> None:
    assert celsius(state, unit) == (
        None if expected is None else pytest.approx(expected)
    )


def test_state_of_charge_outside_its_range_is_unknown() -> None:
    assert [percent(x) for x in ("0", "55", "100", "101", "-1", "x")] == [
        *(0, 55, 100),
        *(None, None, None),
    ]


BATTERY = {"first": True, "full": 90.0}


@pytest.mark.parametrize(
    ("power", "own", "first", "expected"),
    [
        (PowerNow(grid=-1500), 0, True, 1500),
        (PowerNow(grid=500), 2000, True, 1500),
        (PowerNow(), 0, True, None),
        (PowerNow(pv=3000), 0, True, None),
        (PowerNow(pv=3000, load=2500), 2000, True, 2500),
        # A battery that discharges delivers no surplus.
        (PowerNow(grid=0, battery=1000), 1000, True, 0),
        (PowerNow(grid=0, battery=1000), 1000, False, 0),
        # What it takes is surplus only if the heating comes first, or it is full.
        (PowerNow(grid=-100, battery=-2000, soc=50), 0, True, 100),
        (PowerNow(grid=-100, battery=-2000, soc=95), 0, True, 2100),
        (PowerNow(grid=-100, battery=-2000, soc=50), 0, False, 2100),
        (PowerNow(grid=-100, battery=-2000), 0, True, 100),
        (PowerNow(pv=3000, load=500, battery=-2000, soc=20), 0, True, 500),
        (PowerNow(pv=3000, load=500, battery=-2000, soc=20), 0, False, 2500),
    ],
)
def test_available_surplus(
    power: PowerNow, own: float, *, first: bool, expected: float | None
) -> None:
    priority = BatteryPriority(first=first, full=90)
    assert available_power(power, own, priority) == expected


def test_average_weighs_each_value_by_its_time() -> None:
    average = Average(2 * MINUTE)
    assert average.mean(NOW) is None
    average.add(1000, NOW)
    assert average.mean(NOW) == 1000
    average.add(4000, NOW + MINUTE)
    assert average.mean(NOW + 2 * MINUTE) == 2500
    assert average.mean(NOW + 3 * MINUTE) == 4000
    average.clear()
    assert average.mean(NOW) is None


def test_average_starts_again_when_the_clock_was_set_back() -> None:
    average = Average(2 * MINUTE)
    average.add(1000, NOW)
    average.add(3000, NOW - 10 * MINUTE)
    assert average.mean(NOW - 9 * MINUTE) == 3000


@given(
    st.lists(st.tuples(st.floats(0, 600), st.floats(-9000, 9000)), min_size=1),
    st.floats(0, 900),
)
def test_average_lies_between_its_values(
    samples: list[tuple[float, float]], window: float
) -> None:
    average, now = Average(timedelta(seconds=window)), NOW
    for seconds, value in samples:
        now += timedelta(seconds=seconds)
        average.add(value, now)
    mean = average.mean(now + timedelta(seconds=1))
    values = [value for _, value in samples]
    assert mean is not None
    assert min(values) - 1e-6 <= mean <= max(values) + 1e-6


def test_latest_value_ages_and_future_value_does_not_count() -> None:
    latest = Latest(())
    latest.receive("a", 5.0, NOW)
    latest.receive("a", None, NOW + MINUTE)
    assert latest.value("a", NOW + MINUTE, MINUTE) == 5
    assert latest.value("a", NOW + 2 * MINUTE, MINUTE) is None
    assert latest.value("a", NOW - 5 * MINUTE, MINUTE) is None
    assert latest.value("b", NOW, MINUTE) is None
    latest.shift(timedelta(hours=-1))
    assert latest.value("a", NOW - 60 * MINUTE, MINUTE) == 5


def test_jump_of_a_temperature_is_rejected_until_three_agree() -> None:
    latest = Latest(["t"])
    latest.receive("t", 45.0, NOW)
    for number in (1, 2):
        latest.receive("t", 80.0, NOW + number * timedelta(seconds=15))
        assert latest.value("t", NOW + MINUTE, MINUTE) == 45
    assert latest.rejected == 2
    latest.receive("t", 80.0, NOW + timedelta(seconds=45))
    assert latest.value("t", NOW + MINUTE, MINUTE) == 80


def test_temperature_of_a_sensor_that_was_reset_is_always_rejected() -> None:
    latest = Latest(["t"])
    latest.receive("t", 45.0, NOW)
    for number in range(1, 5):
        latest.receive("t", 85.0, NOW + number * timedelta(seconds=5))
        assert latest.value("t", NOW + MINUTE, MINUTE) == 45
        assert latest.rejected == number


def test_meter_sign_stays_unknown_while_the_grid_does_not_follow_the_sun() -> None:
    meter = MeterSign()
    for number in range(40):
        meter.receive(1000.0 * (number % 2), 500.0)
        meter.receive(None, 500.0)
    assert meter.is_wrong is None
    # Half of the changes each way say nothing either.
    for number in range(40):
        pv = 1000.0 * (number % 2)
        meter.receive(pv, pv if number // 4 % 2 else -pv)
    assert meter.is_wrong is not True


# SG-Ready


@pytest.mark.parametrize(("before", "after"), product(SgState, SgState))
def test_sg_ready_shows_no_foreign_state_between_two_writes(
    before: SgState, after: SgState
) -> None:
    pair = list(RELAYS[before])
    for relay, on in steps(before, after):
        pair[relay] = on
        assert state_of(*pair) is not None
        between = state_of(*pair)
        if between not in {before, after}:
            # Normal and recommended start or stop nothing against the user's will.
            assert between in {SgState.NORMAL, SgState.RECOMMENDED}
    assert tuple(pair) == RELAYS[after]


@pytest.mark.parametrize("after", SgState)
def test_sg_ready_writes_both_relays_when_the_state_is_unknown(after: SgState) -> None:
    assert {relay for relay, _ in steps(None, after)} == {0, 1}
    assert state_of(None, second=True) is None
    assert state_of(first=True, second=None) is None


def sg_options() -> dict[str, Any]:
    """Return the options of a heat pump with SG-Ready."""
    stage = {"entity": "switch.a", "second_relay": "switch.b", "watts": 1500, "tank": 1}
    return raw_options(0, stages=[stage])


def test_sg_ready_state_is_held_for_ten_minutes() -> None:
    controller = controller_of(sg_options())
    assert controller.options.stages[0].type is OutputType.SG_READY
    state = report(OutputState(), 0, NOW, timedelta())
    hold = timedelta(minutes=10)
    state, sent = command(state, 1, NOW + MINUTE, urgent=False, held_for=hold)
    assert not sent
    state, sent = command(state, 1, NOW + hold, urgent=False, held_for=hold)
    assert sent
    state = report(state, 1, NOW + hold, timedelta())
    state, sent = command(state, 2, NOW + 1.5 * hold, urgent=False, held_for=hold)
    assert not sent
    state, sent = command(state, 2, NOW + 2 * hold, urgent=False, held_for=hold)
    assert sent
    state, sent = command(state, 0, NOW + 2.1 * hold, urgent=True, held_for=hold)
    assert sent


def test_sg_ready_is_forced_for_comfort_and_recommended_for_surplus() -> None:
    house = House(raw=sg_options(), peak=0)
    house.tank = house.tank.step(0, 0, 100)  # A bath: the tank is at its floor.
    levels = []
    for _ in range(50):
        before = house.controller.saved.outputs[0].echo
        house.cycle()
        echo = house.controller.saved.outputs[0].echo
        if echo is not None and echo is not before:
            levels.append(echo.expected)
    assert levels[0] == 2


# Outputs


def test_unavailable_output_is_not_commanded_and_then_once() -> None:
    state = report(OutputState(), 0, NOW, timedelta())
    state = report(state, None, NOW, timedelta())
    state, sent = command(state, 1, NOW, urgent=False, held_for=timedelta())
    assert not sent
    state = report(state, 0, NOW + MINUTE, timedelta())
    state, sent = command(state, 1, NOW + MINUTE, urgent=False, held_for=timedelta())
    assert sent
    state, sent = command(state, 1, NOW + MINUTE, urgent=False, held_for=timedelta())
    assert not sent


def test_late_confirmation_does_not_count_as_a_change_from_outside() -> None:
    state = report(OutputState(), 0, NOW, 2 * MINUTE)
    state, _ = command(state, 1, NOW, urgent=False, held_for=timedelta())
    state = report(state, 0, NOW + MINUTE, 2 * MINUTE)
    assert state.misses == 1
    state = report(state, 1, NOW + 2 * MINUTE, 2 * MINUTE)
    assert state.hold is None
    assert state.misses == 0


@given(st.lists(st.tuples(st.sampled_from([0, 1, None]), st.booleans()), max_size=60))
def test_commands_to_an_output_are_bounded_whatever_it_reports(
    story: list[tuple[int | None, bool]],
) -> None:
    state, sent, now = OutputState(), 0, NOW
    for reported, wanted in story:
        now += timedelta(seconds=15)
        state = report(state, reported, now, 2 * MINUTE)
        pending = state.echo is not None
        state, send = command(
            state, int(wanted), now, urgent=False, held_for=timedelta()
        )
        sent += send
        if send:
            assert state.available
            assert pending or state.level != int(wanted)
    changes = sum(a[1] is not b[1] for a, b in pairwise(story))
    flips = sum(a[0] != b[0] for a, b in pairwise(story))
    assert sent <= len(story)
    if not changes and not flips:
        assert sent <= 1 + len(story) / 3


# Stuck relays


def test_tank_that_warms_while_everything_is_off_has_a_stuck_relay() -> None:
    watch, temperature = StuckHeat(volume=300, watts=2000), 45.0
    now = NOW
    watch.observe(on=True, temperature=temperature, now=now)
    for _ in range(60):
        now += MINUTE
        temperature += 2000 / 60 / (300 * 1.163)
        watch.observe(on=False, temperature=temperature, now=now)
    assert watch.stuck
    for _ in range(30):
        now += MINUTE
        temperature -= 0.1
        watch.observe(on=False, temperature=temperature, now=now)
    assert not watch.stuck


def test_afterheat_and_slow_warming_are_no_stuck_relay() -> None:
    watch, temperature, now = StuckHeat(volume=300, watts=2000), 45.0, NOW
    watch.observe(on=True, temperature=temperature, now=now)
    for minute in range(300):
        now += MINUTE
        temperature += 0.5 if minute < 6 else 0.003
        watch.observe(on=False, temperature=temperature, now=now)
        watch.observe(on=False, temperature=None, now=now)
        assert not watch.stuck


def test_stage_that_consumes_while_off_is_stuck_after_two_minutes() -> None:
    watch = StuckPower(watts=2000)
    found = []
    for minute, power in ((0, 1900), (2, 1900), (3, None), (4, 5)):
        watch.observe(on=False, power=power, now=NOW + minute * MINUTE)
        found.append(watch.stuck)
    assert found == [False, True, True, False]


# What is stored, and what is set


def test_saved_state_survives_a_restart() -> None:
    house = House(raw=raw_options(), now=NOW)
    house.run(0.2)
    house.controller.boost((0,), timedelta(hours=3), house.now)
    house.controller.set_manual(1, on=True)
    saved, options = house.controller.saved, house.controller.options
    stored = Stored(saved.as_dict(options))
    again = SavedState.restore(stored, options, house.now)
    assert not stored.rejected
    assert again.as_dict(options) == saved.as_dict(options)
    assert again.mode is Mode.MANUAL
    assert again.boosts[0] is not None


def test_times_from_the_future_give_the_longest_wait_and_no_longer_boost() -> None:
    options = Options.parse(raw_options(1))
    later = (NOW + timedelta(days=400)).isoformat()
    end = (NOW + timedelta(days=400, hours=1)).isoformat()
    stored = Stored(
        {
            "stages": {
                "switch.stage_1": {
                    "on": True,
                    "since": later,
                    "level": 1,
                    "level_since": later,
                    "hold": {"since": later, "until": end},
                }
            },
            "tanks": {"Boiler": {"boost": {"since": later, "until": end}}},
        }
    )
    saved = SavedState.restore(stored, options, NOW)
    output = saved.outputs[0]
    assert output.phase is not None
    assert output.phase.since == NOW
    assert output.level_since == NOW
    assert output.hold is not None
    assert output.hold.until == NOW + timedelta(hours=1)
    assert saved.boosts[0] is not None
    assert saved.boosts[0].until == NOW + timedelta(hours=1)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["mode", "stages", "tanks", "since", "until", "boost", "hold", "on"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_stored_json_gives_a_state(stored: object) -> None:
    options = Options.parse(raw_options())
    saved = SavedState.restore(Stored(stored), options, NOW)
    assert len(saved.outputs) == 3
    Energy.restore(Stored(stored), NOW)


@given(st.dictionaries(st.sampled_from([*raw_options(), "buffer", "hold"]), _JSON))
def test_any_options_are_parsed(raw: dict[str, Any]) -> None:
    options = Options.parse(raw)
    for tank in options.tanks:
        assert tank.floor < tank.target <= tank.surplus_target <= tank.limit
    for stage in options.stages:
        assert 0 <= stage.tank < max(len(options.tanks), 1)
    controller_of(raw)


def test_unusable_rows_have_defaults() -> None:
    options = Options.parse(
        {
            "tanks": [
                {"sensors": ["sensor.a", 5, "sensor.b"], "target": 90, "limit": 60},
                {"name": "B", "control_sensor": "sensor.c", "sensors": ["sensor.d"]},
                {"name": "third"},
                "no tank",
            ],
            "stages": [
                {"entity": "climate.pump", "tank": 9, "watts": "1200"},
                {"watts": 5},
            ],
        }
    )
    assert [tank.name for tank in options.tanks] == ["1", "B"]
    assert options.tanks[0].control_sensor == "sensor.a"
    assert options.tanks[0].target == options.tanks[0].limit == 60
    assert options.tanks[1].sensors == ("sensor.d", "sensor.c")
    assert len(options.stages) == 1
    assert options.stages[0].type is OutputType.SET_POINT
    assert options.stages[0].tank == 1
    assert options.stages[0].watts == 1200


def test_energy_is_counted_by_hour_and_steps_of_the_clock_are_not() -> None:
    energy = Energy()
    flow = Flow(heating=2000, surplus=500, production=3000, consumption=2500)
    for minute in range(90):
        energy.add(flow, NOW + minute * MINUTE, NOW + (minute + 1) * MINUTE)
    energy.add(flow, NOW + timedelta(hours=3), NOW + timedelta(hours=9))
    energy.add(flow, NOW + timedelta(hours=3), NOW)
    assert energy.heated == pytest.approx(3)
    assert energy.surplus == pytest.approx(0.75)
    assert [round(hour.heating, 6) for hour in energy.hours] == [2, 1]
    response = energy_data(energy, NOW + timedelta(hours=1), UTC)
    assert response["production"] == [*[0] * 22, 3, 1.5]
    assert response["regular"] == [*[0] * 22, 0.5, 0.25]
    assert response["startsAt"][22] == "2026-06-15T12:00:00.000+00:00"
    again = Energy.restore(Stored(energy.as_dict()), NOW + timedelta(hours=2))
    assert again.as_dict() == energy.as_dict()
    old = Energy.restore(Stored(energy.as_dict()), NOW + timedelta(days=3))
    assert not old.hours
    assert old.heated == pytest.approx(3)


@pytest.mark.parametrize(
    ("minutes", "watts", "expected"),
    [
        (90, 1000, 0.5),
        (90, 2000, 1.0),
        (90, 90_000, 2.0),
        (90, 10, 0.2),
        (90, 0, None),
        (10, 1000, None),
    ],
)
def test_measured_sun_is_compared_with_the_forecast(
    minutes: int, watts: float, expected: float | None
) -> None:
    energy, start = Energy(), NOW.replace(minute=0)
    flow = Flow(heating=0, surplus=0, production=watts, consumption=0)
    for minute in range(minutes):
        energy.add(flow, start + minute * MINUTE, start + (minute + 1) * MINUTE)
    now = start + minutes * MINUTE
    hour = timedelta(hours=1)
    forecast = {start: 2000.0, start + hour: 2000.0, start - hour: 2000.0}
    found = energy.sun_now(forecast, now)
    assert (None if found is None else found[1]) == (
        None if expected is None else pytest.approx(expected)
    )
    assert energy.sun_now({}, now) is None


def test_consumption_of_the_house() -> None:
    assert consumption(PowerNow(load=700), 0) == 700
    assert consumption(PowerNow(grid=-500, pv=3000, battery=-1000), 0) == 1500
    assert consumption(PowerNow(), 2000) == 2000
    assert consumption(PowerNow(), 0) is None


def test_modes_are_read_in_english_and_german() -> None:
    assert read_mode(" Urlaub ") is Mode.HOLIDAY
    assert read_mode("schnell heizen") is Mode.FAST
    assert read_mode("AUTOMATIC") is Mode.AUTOMATIC
    assert read_mode("Party") is None


def test_reason_without_stages_is_nothing_to_heat() -> None:
    assert reason_of([]) is Reason.NO_TEMPERATURE
