"""Readings age, rhythms are learned, and gates hold back what cannot be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.reading import (
    Gate,
    Plausible,
    Reading,
    ReportInterval,
    SilenceLimits,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ROOM = Plausible(lowest=-40, highest=80, step=5, per_minute=3)

gaps = st.lists(st.floats(-1e6, 1e6), max_size=60)


def listen(
    rhythm: ReportInterval, gaps: list[float], start: datetime = NOW
) -> datetime:
    """Let a source speak at the given gaps; return when it did so last."""
    now = start
    rhythm.arrived(now)
    for gap in gaps:
        now += gap * SECOND
        rhythm.arrived(now)
    return now


def test_replayed_value_is_as_old_as_its_measurement() -> None:
    reading = Reading(value=21.0, measured=NOW - MINUTE, received=NOW)
    assert reading.age(NOW) == MINUTE
    assert reading.age(NOW - 2 * MINUTE) == timedelta(0)


def test_unknown_source_may_be_silent_for_the_default() -> None:
    assert ReportInterval().interval is None
    assert ReportInterval().silent_after == SilenceLimits().default


@given(
    normal=st.floats(15, 3600),
    jitters=st.lists(st.floats(0.9, 1.1), min_size=10, max_size=40),
)
def test_report_interval_is_learned_from_the_gaps(
    normal: float, jitters: list[float]
) -> None:
    rhythm = ReportInterval()
    listen(rhythm, [normal * jitter for jitter in jitters])
    assert rhythm.interval is not None
    assert 0.89 <= rhythm.interval.total_seconds() / normal <= 1.11
    patience = SilenceLimits()
    wanted = rhythm.interval * patience.intervals
    assert abs(rhythm.silent_after - wanted) < SECOND or wanted < patience.shortest


@given(
    normal=st.integers(15, 3600),
    outage=st.floats(2, 1e4),
    at=st.integers(0, 19),
    copies=st.lists(st.integers(0, 5), min_size=20, max_size=20),
)
def test_repeats_and_one_outage_do_not_change_the_interval(
    normal: int, outage: float, at: int, copies: list[int]
) -> None:
    rhythm = ReportInterval()
    gaps: list[float] = []
    for index, repeated in enumerate(copies):
        gaps += [0.1] * repeated
        gaps.append(normal * (outage if index == at else 1) - 0.1 * repeated)
    listen(rhythm, gaps)
    assert rhythm.interval is not None
    assert abs(rhythm.interval.total_seconds() - normal) < 1


def test_source_without_pauses_has_an_interval_too() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [0.5] * 40)
    assert rhythm.interval == SECOND


@given(
    st.lists(
        st.sampled_from([1.0, 2.0, 10.0, 10.5, 60.0]) | st.floats(0.5, 100_000),
        max_size=100,
    )
)
def test_interval_is_always_that_of_the_latest_gaps(gaps: list[float]) -> None:
    rhythm, now = ReportInterval(), NOW
    rhythm.arrived(now)
    for gap in gaps:
        now += timedelta(seconds=gap)
        rhythm.arrived(now)
        again = ReportInterval(rhythm.gaps)
        assert rhythm.interval == again.interval
        assert rhythm.silent_after == again.silent_after


def test_source_that_reports_in_bursts_is_not_silent_between_them() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [3, 3, 294] * 10)
    assert rhythm.silent_after > timedelta(seconds=294)


def test_interval_is_known_after_enough_gaps() -> None:
    rhythm = ReportInterval()
    end = listen(rhythm, [10.0] * (ReportInterval.ENOUGH - 1))
    assert rhythm.interval is None
    assert rhythm.silent_after == SilenceLimits().default
    listen(rhythm, [600.0], end)  # An outage, which moves nothing.
    assert rhythm.interval == 10 * SECOND
    assert rhythm.silent_after == 35 * SECOND


def test_longest_gap_counts_while_few_are_known() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [10, 1800, 20])
    assert rhythm.silent_after == timedelta(minutes=105)


def test_each_source_may_have_its_own_silence_limits() -> None:
    rhythm = ReportInterval(
        limits=SilenceLimits(default=timedelta(hours=2), intervals=2)
    )
    assert rhythm.silent_after == timedelta(hours=2)
    listen(rhythm, [60.0] * 10)
    assert rhythm.silent_after == 2 * MINUTE


def test_slow_source_is_recognized_after_its_first_gap() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [1800])
    assert rhythm.interval is None
    assert rhythm.silent_after == timedelta(minutes=105)


def test_changed_interval_is_learned_again() -> None:
    rhythm = ReportInterval()
    end = listen(rhythm, [10.0] * 50)
    assert rhythm.silent_after == timedelta(seconds=35)
    listen(rhythm, [600.0] * 6, end)
    assert rhythm.silent_after == timedelta(minutes=35)


def test_clock_set_back_adds_no_gap() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [60, 60, -3600, 60, 60, 60])
    assert rhythm.gaps == (60.0,) * 5


def test_restart_keeps_the_gaps_and_adds_none() -> None:
    rhythm = ReportInterval()
    listen(rhythm, [60.0] * 10)
    again = ReportInterval(rhythm.gaps)
    again.arrived(NOW + timedelta(days=3))
    assert again.interval == MINUTE
    assert again.gaps == rhythm.gaps


@given(gaps)
def test_silence_limit_is_bounded_for_any_reports(gaps: list[float]) -> None:
    patience = SilenceLimits()
    rhythm = ReportInterval()
    listen(rhythm, gaps)
    assert patience.shortest <= rhythm.silent_after <= patience.longest
    assert len(rhythm.gaps) <= ReportInterval.REMEMBERED
    assert ReportInterval(rhythm.gaps).silent_after == rhythm.silent_after


@given(st.lists(st.floats()))
def test_silence_limit_is_bounded_for_any_stored_gaps(stored: list[float]) -> None:
    rhythm = ReportInterval(stored)
    assert SilenceLimits().shortest <= rhythm.silent_after <= SilenceLimits().longest


@pytest.mark.parametrize(
    "value", [85.0, -127.0, 80.1, float("nan"), float("inf"), float("-inf")]
)
def test_value_out_of_range_is_rejected(value: float) -> None:
    gate = Gate(ROOM)
    assert not any(gate.passes(value, NOW + n * MINUTE) for n in range(10))
    assert gate.rejected == 10
    assert gate.passes(21.0, NOW + 10 * MINUTE)


@given(
    level=st.floats(-30, 70),
    steps=st.lists(st.floats(-2.4, 2.4), min_size=1, max_size=40),
)
def test_slow_change_is_accepted(level: float, steps: list[float]) -> None:
    gate = Gate(ROOM)
    assert all(
        gate.passes(level + step, NOW + n * SECOND) for n, step in enumerate(steps)
    )
    assert gate.rejected == 0


@given(level=st.floats(0, 30), spike=st.floats(50, 80))
def test_spike_is_rejected_and_forgotten(level: float, spike: float) -> None:
    gate = Gate(ROOM)
    said = [level, spike] * 4 + [level, spike, spike]
    passed = [gate.passes(x, NOW + n * 30 * SECOND) for n, x in enumerate(said)]
    assert passed == [x == level for x in said]
    assert gate.rejected == 6


@given(before=st.floats(15, 25), after=st.floats(-30, 0))
def test_new_level_is_accepted_after_a_few_readings(
    before: float, after: float
) -> None:
    gate = Gate(ROOM)
    assert gate.passes(before, NOW)
    verdicts = [gate.passes(after, NOW + n * 10 * SECOND) for n in range(1, 5)]
    assert verdicts == [False, False, True, True]
    assert gate.rejected == 2


def test_repeated_spike_is_one_spike() -> None:
    gate = Gate(ROOM)
    assert gate.passes(20, NOW)
    moments = [NOW + n * SECOND / 10 for n in (1, 1, 1, 2, 3, 5)]
    assert not any(gate.passes(60, moment) for moment in moments)
    assert not gate.passes(60, moments[0] + Gate.APART)
    assert gate.passes(60, moments[0] + 2 * Gate.APART)


def test_different_spikes_are_rejected() -> None:
    gate = Gate(ROOM)
    assert gate.passes(20, NOW)
    spikes = [60, 40, 75, 60, 40, 75]
    assert not any(
        gate.passes(spike, NOW + n * SECOND) for n, spike in enumerate(spikes, 1)
    )


def test_value_out_of_range_restarts_the_vote() -> None:
    gate = Gate(ROOM)
    assert gate.passes(20, NOW)
    values = [60, 60, 85, 60, 60]
    assert not any(
        gate.passes(value, NOW + 2 * n * SECOND) for n, value in enumerate(values, 1)
    )
    assert gate.passes(60, NOW + 20 * SECOND)


def test_larger_change_is_accepted_after_a_longer_time() -> None:
    gate = Gate(ROOM)
    assert gate.passes(20, NOW)
    # 5 °C at once and 3 °C for each minute, no more.
    assert not gate.passes(31.05, NOW + 2 * MINUTE)
    assert gate.passes(31, NOW + 2 * MINUTE)
    assert gate.passes(-4, NOW + 12 * MINUTE)


@pytest.mark.parametrize("value", [-40, 80])
def test_limits_of_the_range_are_accepted(value: float) -> None:
    assert Gate(ROOM).passes(value, NOW)


def test_clock_set_back_does_not_reject_values() -> None:
    gate = Gate(ROOM)
    assert gate.passes(20, NOW)
    assert not gate.passes(60, NOW + SECOND)
    late = NOW - timedelta(hours=1)
    assert not gate.passes(60, late)
    assert gate.passes(60, late + 2 * SECOND)


@given(st.lists(st.tuples(st.floats(), st.integers(-100, 100))))
def test_every_rejected_value_is_counted(values: list[tuple[float, int]]) -> None:
    gate = Gate(ROOM)
    verdicts = [gate.passes(value, NOW + after * MINUTE) for value, after in values]
    assert gate.rejected == verdicts.count(False)
    assert all(
        -40 <= value <= 80
        for (value, _), passed in zip(values, verdicts, strict=True)
        if passed
    )


ROOM_GATE = Plausible(
    lowest=-40, highest=80, step=5, per_minute=3, most=12, ordinary=(5, 40)
)


@pytest.mark.parametrize("first", [0.0, -20.0, 4.9, 40.1, 55.0])
def test_unusual_first_value_needs_three_that_agree(first: float) -> None:
    gate = Gate(ROOM_GATE)
    passed = [gate.passes(first, NOW + timedelta(minutes=n)) for n in range(4)]
    assert passed == [False, False, True, True]


def test_ordinary_first_value_passes_at_once() -> None:
    assert Gate(ROOM_GATE).passes(21, NOW)


@pytest.mark.parametrize("pause", [timedelta(hours=1), timedelta(days=99)])
def test_change_after_a_long_pause_is_limited(pause: timedelta) -> None:
    gate = Gate(ROOM_GATE, trusted=(21, NOW))
    assert not gate.passes(33.1, NOW + pause)
    assert gate.passes(33, NOW + pause)
    assert gate.trusted == (33, NOW + pause)
