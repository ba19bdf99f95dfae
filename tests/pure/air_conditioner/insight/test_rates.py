"""Average rates of a day, from a stream and at once, against the original."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.insight.history import (
    Day,
    RecordedDay,
    SensorState,
    as_response,
    rates_of,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.rates import (
    Point,
    PowerChange,
    RateMeter,
    Rates,
    average,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options

START = datetime(2025, 7, 13, 21, tzinfo=UTC)  # midnight in Helsinki
HELSINKI = ZoneInfo("Europe/Helsinki")
OPTIONS = Options.parse({"temperature_sensors": ["a"]})


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def points(*readings: tuple[float, float]) -> list[Point]:
    return [Point(at=later(at), value=value) for at, value in readings]


def in_a_stream(
    readings: list[Point], switches: list[PowerChange], *, before: bool | None
) -> Rates:
    meter = RateMeter()
    meter.switch(PowerChange(at=START - timedelta(days=1), on=before))
    events: list[Point | PowerChange] = [*readings, *switches]
    for one in sorted(events, key=lambda one: one.at):
        if isinstance(one, PowerChange):
            meter.switch(one)
        else:
            meter.read(one)
    return meter.rates


def test_rates_match_original_sample() -> None:
    """Response of 2025-07-14: 7200 s on at -1.8 °C/h, 21600 s off at 0.6 °C/h."""
    readings, value, at = [], 26.0, 0.0
    readings.append((at, value))
    for seconds, rate in ((7200, -1.8), (21600, 0.6)):
        for _ in range(seconds // 30):
            at += 30
            value += rate * 30 / 3600
            readings.append((at, value))
    switches = [PowerChange(at=START, on=True), PowerChange(at=later(7200), on=False)]
    rates = average(points(*readings), switches, before=None)
    day = Day.of(date(2025, 7, 14), HELSINKI, later(90_000))
    assert as_response("Olohuone", day, rates, 600_000) == {
        "location": "Olohuone",
        "date": "2025-07-14",
        "cooling_rate_c_per_h": -1.8,
        "heating_rate_c_per_h": 0.6,
        "cooling_power_w": 300.0,
        "heating_power_w": 100.0,
        "time_on_s": 7200,
        "time_off_s": 21600,
        "pairs_on": 240,
        "pairs_off": 720,
    }


@pytest.mark.parametrize("readings", [[], [(0, 25.0)]])
def test_too_few_readings_give_no_rate(readings: list[tuple[float, float]]) -> None:
    rates = average(points(*readings), [], before=True)
    assert as_response("x", Day.of(START.date(), UTC, START), rates, 1.0) == {
        "location": "x",
        "date": "2025-07-13",
        "cooling_rate_c_per_h": None,
        "heating_rate_c_per_h": None,
        "cooling_power_w": None,
        "heating_power_w": None,
        "time_on_s": 0,
        "time_off_s": 0,
        "pairs_on": 0,
        "pairs_off": 0,
    }


def test_pair_has_state_of_first_reading() -> None:
    readings = points((0, 25.0), (60, 24.9), (120, 25.0))
    rates = average(readings, [PowerChange(at=later(60), on=False)], before=True)
    assert (rates.on.pairs, rates.off.pairs) == (1, 1)
    assert rates.cooling == pytest.approx(-6.0)
    assert rates.heating == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("seconds", "pairs"), [(-1, 0), (0, 0), (1, 1), (900, 1), (900.5, 0)]
)
def test_readings_too_far_apart_are_ignored(seconds: float, pairs: int) -> None:
    readings = points((0, 25.0), (seconds, 24.0))
    assert average(readings, [], before=True).on.pairs == pairs


def test_unknown_state_is_not_counted() -> None:
    readings = points((0, 25.0), (60, 24.9))
    assert average(readings, [], before=None) == Rates()
    lost = [PowerChange(at=START, on=None)]
    assert average(readings, lost, before=True) == Rates()


def test_pair_with_changed_sensors_is_ignored() -> None:
    readings = [
        Point(at=START, value=24.0, voters=("a",)),
        Point(at=later(60), value=24.5, voters=("a", "b")),
        Point(at=later(120), value=24.4, voters=("a", "b")),
    ]
    rates = average(readings, [], before=True)
    assert rates.on.pairs == 1
    assert rates.on.change == pytest.approx(-0.1)


@pytest.mark.parametrize("capacity", [None, 0, -1.0, float("nan"), float("inf")])
def test_missing_capacity_gives_no_power(capacity: float | None) -> None:
    rates = average(points((0, 25.0), (60, 24.9)), [], before=True)
    assert rates.cooling_power(capacity) is None


def test_power_is_not_negative() -> None:
    warming_though_on = average(points((0, 25.0), (60, 25.1)), [], before=True)
    assert warming_though_on.cooling_power(1000) == 0
    cooling_though_off = average(points((0, 25.0), (60, 24.9)), [], before=False)
    assert cooling_though_off.heating_power(1000) == 0


def test_pair_across_midnight_is_ignored() -> None:
    meter = RateMeter()
    meter.switch(PowerChange(at=START, on=True))
    first, second, third = points((0, 25.0), (60, 24.0), (120, 22.0))
    meter.read(first)
    meter.start_day()
    meter.read(second)
    assert meter.rates == Rates()
    meter.read(third)
    meter.start_day()
    assert meter.rates == Rates()


# Whole minutes, so that readings and switches often fall on the same instant.
seconds_ = st.integers(0, 40).map(lambda minutes: 60 * minutes)
states = st.none() | st.booleans()


@given(
    readings=st.lists(st.tuples(seconds_, st.floats(-50, 60), st.sampled_from("ab"))),
    switched=st.lists(st.tuples(seconds_, states), unique_by=lambda one: one[0]),
    before=states,
)
def test_rate_meter_matches_average(
    *,
    readings: list[tuple[int, float, str]],
    switched: list[tuple[int, bool | None]],
    before: bool | None,
) -> None:
    read = [
        Point(at=later(at), value=value, voters=(voter,))
        for at, value, voter in sorted(readings, key=lambda one: one[0])
    ]
    switches = [
        PowerChange(at=later(at), on=on) for at, on in sorted(switched, key=str)
    ]
    switches.sort(key=lambda switch: switch.at)
    whole = average(read, switches, before=before)
    assert in_a_stream(read, switches, before=before) == whole


@given(
    readings=st.lists(st.tuples(seconds_, st.floats(-50, 60))),
    switched=st.lists(st.tuples(seconds_, states), unique_by=lambda one: one[0]),
)
def test_counted_time_is_at_most_elapsed_time(
    readings: list[tuple[int, float]], switched: list[tuple[int, bool | None]]
) -> None:
    read = points(*sorted(readings))
    switches = [PowerChange(at=later(at), on=on) for at, on in switched]
    switches.sort(key=lambda switch: switch.at)
    rates = average(read, switches, before=None)
    passed = sum((b.at - a.at).total_seconds() for a, b in pairwise(read))
    assert rates.on.seconds + rates.off.seconds <= passed
    assert rates.on.pairs + rates.off.pairs <= max(len(read) - 1, 0)


def test_repeated_value_stored_once_counts_as_reports() -> None:
    record = RecordedDay(
        sensor_states=[
            SensorState(sensor="a", value=25.0, first=START, last=later(3000)),
            SensorState(sensor="a", value=24.9, first=later(3060), last=later(3060)),
        ],
        compressor=[(START, True), (later(1530), False)],
        modes=[(START, "cool")],
    )
    day = Day.of(date(2025, 7, 14), HELSINKI, later(90_000))
    rates = rates_of(day, record, OPTIONS)
    # The switch is between two restored reports.
    assert (rates.on.seconds, rates.off.seconds) == (1560, 1500)
    assert rates.on.change == 0
    assert rates.off.change == pytest.approx(-0.1)


def test_heating_and_rejected_readings_are_excluded() -> None:
    record = RecordedDay(
        sensor_states=[
            SensorState(sensor="a", value=value, first=later(at), last=later(at))
            for at, value in ((-60, 25.0), (0, 25.0), (60, 85.0), (120, 24.9))
        ],
        compressor=[(START, True)],
        modes=[(START - timedelta(seconds=1), "heat"), (later(30), "cool")],
    )
    day = Day.of(date(2025, 7, 14), HELSINKI, later(90_000))
    rates = rates_of(day, record, OPTIONS)
    assert rates.on.pairs == 1  # the one that begins at 60 s, at the accepted 25 °C
    assert rates.on.change == pytest.approx(-0.1)
    assert rates.off.pairs == 0


def test_short_sensor_loss_is_bridged() -> None:
    record = RecordedDay(
        sensor_states=[
            SensorState(sensor="a", value=value, first=later(at), last=later(at))
            for at, value in ((0, 25.0), (60, None), (120, 24.0))
        ],
        compressor=[(START, False)],
        modes=[],
    )
    day = Day.of(date(2025, 7, 14), HELSINKI, later(90_000))
    rates = rates_of(day, record, OPTIONS)
    assert (rates.off.pairs, rates.off.seconds) == (1, 120)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 7, 1), 24), (date(2026, 10, 25), 25)],
)
def test_day_length_follows_dst_change(day: date, hours: int) -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC)
    found = Day.of(day, HELSINKI, now)
    assert found.end - found.begin == timedelta(hours=hours)
    passed = Day.of(day, HELSINKI, found.begin + timedelta(hours=1))
    assert passed.end - passed.begin == timedelta(hours=1)
