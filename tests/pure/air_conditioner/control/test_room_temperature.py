"""The room temperature."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control import room_temperature
from custom_components.jannenkoti.lib.quorum import Doubt

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def room(
    sensors: str = "abc", smoothing: float = 0, stale: float = 100
) -> room_temperature.RoomTemperature:
    return room_temperature.RoomTemperature(
        sensors,
        smoothing=timedelta(seconds=smoothing),
        stale_after=timedelta(seconds=stale),
        tolerance=5.0,
    )


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("21.5", "°C", 21.5),
        ("70.7", "°F", 21.5),
        ("294.65", "K", 21.5),
        ("21.5", None, 21.5),
        ("21.5", "", 21.5),
        *(("21.5", unit, 21.5) for unit in ("C", "℃", "⁰C", "ºC", "deg C", "celsius")),
        *(("70.7", unit, 21.5) for unit in ("F", "℉", "degF", "Fahrenheit")),
        ("21.5", "bar", None),
        ("nan", "°C", None),
        ("inf", "°C", None),
        ("unavailable", "°C", None),
    ],
)
def test_temperature_units_are_converted(
    text: str, unit: str | None, value: float | None
) -> None:
    assert room_temperature.celsius(text, unit) == (
        value if value is None else pytest.approx(value)
    )


@pytest.mark.parametrize("first", [0.0, 4.0, 55.0, -20.0])
def test_unusual_first_reading_is_used_after_three_that_agree(first: float) -> None:
    fresh = room("a")
    for seconds in (0, 30):
        fresh.receive("a", first, at(seconds))
        assert fresh.ask(at(seconds)).value is None
    fresh.receive("a", first, at(60))
    assert fresh.ask(at(60)).value == pytest.approx(first)


@pytest.mark.parametrize("after", [60, 6000])
def test_jump_of_more_than_twelve_degrees_is_rejected_however_late(after: int) -> None:
    slow = room("a", stale=9000)
    slow.receive("a", 22.0, at(0))
    slow.receive("a", 40.0, at(after))
    assert slow.ask(at(after)).value == pytest.approx(22.0)


def test_mean_weights_readings_from_arrival_not_from_next_decision() -> None:
    slow = room("a", smoothing=75, stale=900)
    slow.receive("a", 24.0, at(0))
    slow.ask(at(0))
    slow.receive("a", 26.0, at(240))
    # 60 s at 26 °C and 15 s at 24 °C.
    assert slow.ask(at(300)).value == pytest.approx(25.6)


def test_older_state_that_comes_last_at_the_start_leaves_the_mean_of_both() -> None:
    started = room("ab", smoothing=75, stale=900)
    started.receive("a", 24.0, at(60))
    started.receive("b", 26.0, at(0))
    assert started.ask(at(60)).value == pytest.approx(25.0)


def test_room_temperature_is_mean_of_fresh_sensors() -> None:
    several = room()
    several.receive("a", 20.0, NOW)
    several.receive("b", 24.0, at(50))
    assert several.ask(at(60)).value == 22.0
    assert several.ask(at(110)).value == 24.0
    assert several.ask(at(150)).value is None
    assert several.ask(at(150)).doubted == dict.fromkeys("abc", Doubt.SILENT)


def test_only_lost_sensor_counts_until_stale_limit() -> None:
    several = room()
    several.receive("a", 20.0, NOW)
    several.receive("a", None, at(1))
    assert several.ask(at(99)).value == 20.0
    assert several.ask(at(100)).value is None
    several.receive("a", 20.0, at(100))
    several.receive("b", 24.0, at(100))
    several.receive("a", None, at(101))
    quorum = several.ask(at(102))
    assert (quorum.value, quorum.trusted) == (24.0, ("b",))
    assert quorum.doubted["a"] is Doubt.SILENT


def test_frozen_sensor_is_outvoted() -> None:
    several = room()
    for sensor, value in (("a", 35.0), ("b", 21.0), ("c", 22.0)):
        several.receive(sensor, value, NOW)
    quorum = several.ask(NOW)
    assert quorum.value == 21.5
    assert quorum.trusted == ("b", "c")
    assert quorum.doubted == {"a": Doubt.DISAGREES}


def test_spikes_are_rejected_and_counted() -> None:
    several = room("a")
    several.receive("a", 21.0, NOW)
    several.receive("a", 85.0, at(10))
    assert several.ask(at(10)).value == 21.0
    assert several.rejected == 1
    # Once the last good reading is too old, the reason is reported.
    assert several.ask(at(100)).doubted == {"a": Doubt.IMPLAUSIBLE}


def test_smoothing_weights_by_time_not_by_sample() -> None:
    smooth = room(smoothing=100)
    smooth.receive("a", 20.0, NOW)
    assert smooth.ask(NOW).value == 20.0
    smooth.receive("a", 23.0, at(80))
    smooth.ask(at(80))
    for second in range(81, 101):  # many samples, a fifth of the time
        smooth.receive("a", 23.0, at(second))
        smooth.ask(at(second))
    assert smooth.ask(at(100)).value == pytest.approx(20.6)


def test_clock_set_back_restarts_smoothing() -> None:
    smooth = room(smoothing=100)
    for second in (-90, -40, 0):
        smooth.receive("a", 20.0, at(second))
        smooth.ask(at(second))
    smooth.receive("a", 22.0, at(-50))
    assert smooth.ask(at(-50)).value == 22.0


def test_silence_restarts_smoothing() -> None:
    smooth = room("a", smoothing=1000)
    smooth.receive("a", 20.0, NOW)
    smooth.ask(NOW)
    assert smooth.ask(at(200)).value is None
    smooth.receive("a", 22.0, at(210))
    assert smooth.ask(at(210)).value == 22.0


def test_changed_parameters_apply_at_once() -> None:
    several = room(smoothing=1000)
    for sensor, value in (("a", 20.0), ("b", 24.0)):
        several.receive(sensor, value, NOW)
    assert several.ask(NOW).value == 22.0
    several.configure(
        smoothing=timedelta(0), stale_after=timedelta(seconds=9), tolerance=1.0
    )
    assert several.ask(at(8)).value == 20.0
    assert several.ask(at(9)).value is None


def test_clock_step_keeps_reading_ages() -> None:
    smooth = room(smoothing=100)
    smooth.receive("a", 20.0, NOW)
    smooth.ask(NOW)
    smooth.shift(timedelta(hours=1))
    assert smooth.ask(at(3600 + 99)).value == 20.0
    assert smooth.ask(at(3600 + 100)).value is None


@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 50),
            st.sampled_from("abc"),
            st.none() | st.floats(min_value=-200, max_value=200),
        ),
        max_size=300,
    ),
    smoothing=st.integers(0, 600),
)
def test_mean_is_between_readings(
    steps: list[tuple[int, str, float | None]], smoothing: int
) -> None:
    smooth = room(smoothing=smoothing)
    now, received = NOW, []
    for seconds, sensor, value in steps:
        now += timedelta(seconds=seconds)
        smooth.receive(sensor, value, now)
        received += [] if value is None else [value]
        quorum = smooth.ask(now)
        if quorum.value is not None:
            assert min(received) - 1e-6 <= quorum.value <= max(received) + 1e-6
            assert -40 <= quorum.value <= 60
        assert (quorum.value is None) is (not quorum.trusted)
    assert len(smooth._agreed) <= 110


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["value", "lost", "postpone", "freeze", "shift", "options"]),
        st.sampled_from("abc"),
        st.sampled_from([24.0, 24.1, 25.0, 29.0, 55.0]),
        st.sampled_from([0, 1, 30, 99, 100, 200, 1000, -20]),
    ),
    max_size=30,
)


@given(steps=STEPS)
def test_agreement_in_use_is_that_of_a_room_that_works_it_out_each_time(
    steps: list[tuple[str, str, float, int]],
) -> None:
    once, always = room(stale=100), room(stale=100)
    now = NOW
    for what, sensor, value, seconds in steps:
        for each in (once, always):
            happen(each, what, sensor, value, now)
        now += timedelta(seconds=seconds)
        always._latest = None
        assert once.agree(now) == always.agree(now)
        running_since = now - timedelta(hours=value - 23)
        assert once.ask(now, running_since) == always.ask(now, running_since)


def happen(
    to: room_temperature.RoomTemperature,
    what: str,
    sensor: str,
    value: float,
    now: datetime,
) -> None:
    match what:
        case "value":
            to.receive(sensor, value, now)
        case "lost":
            to.receive(sensor, None, now)
        case "postpone":
            to.postpone(sensor, value, now)
        case "freeze":
            to.freeze(sensor)
        case "shift":
            to.shift(timedelta(seconds=300))
        case _:
            to.configure(
                smoothing=timedelta(0), stale_after=timedelta(seconds=250), tolerance=1
            )


def test_agreement_ends_with_other_options() -> None:
    two = room("ab", stale=100)
    two.receive("a", 24.0, at(0))
    two.receive("b", 26.0, at(0))
    assert two.agree(at(1)).value == 25.0
    two.configure(smoothing=timedelta(0), stale_after=timedelta(100), tolerance=0.5)
    assert two.agree(at(1)).value == 24.0


def test_agreement_at_an_earlier_time_counts_what_was_fresh_then() -> None:
    two = room("ab", stale=100)
    two.receive("a", 24.0, at(0))
    two.receive("b", 26.0, at(50))
    assert two.agree(at(120)).value == 26.0
    assert two.agree(at(60)).value == 25.0


def test_agreement_ends_when_a_frozen_sensor_becomes_silent() -> None:
    frozen = room("a", stale=100)
    frozen.receive("a", 24.0, at(0))
    frozen.freeze("a")
    assert frozen.agree(at(99)).doubted == {"a": Doubt.FROZEN}
    assert frozen.agree(at(100)).doubted == {"a": Doubt.SILENT}


def test_postponed_reading_is_dropped_by_the_next_one() -> None:
    spiking = room("a", stale=900)
    spiking.receive("a", 24.0, at(0))
    assert spiking.may_doubt("a", at(60))
    spiking.postpone("a", 29.0, at(60))
    assert spiking.ask(at(100)).value == 24.0
    spiking.receive("a", 24.1, at(120))
    assert spiking.ask(at(400)).value == 24.1


def test_postponed_reading_counts_after_three_minutes_also_after_a_clock_step() -> None:
    changed = room("a", stale=900)
    changed.receive("a", 24.0, at(0))
    changed.postpone("a", 26.0, at(60))
    changed.shift(timedelta(hours=1))
    assert changed.ask(at(3600 + 239)).value == 24.0
    assert changed.ask(at(3600 + 240)).value == 26.0


def test_reading_after_a_long_time_is_not_postponed() -> None:
    quiet = room("a", stale=900)
    assert not quiet.may_doubt("a", at(0))
    quiet.receive("a", 24.0, at(0))
    assert not quiet.may_doubt("a", at(180))
