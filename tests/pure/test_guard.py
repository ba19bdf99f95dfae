"""Minimum times."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.guard import MinimumTimes, Phase, observe

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINIMUM = MinimumTimes(on=timedelta(minutes=4), off=timedelta(minutes=3))
seconds = st.integers(min_value=-100_000, max_value=100_000)


def test_on_and_off_have_their_own_minimum_time() -> None:
    assert Phase(on=True, since=NOW).free_at(MINIMUM) == NOW + timedelta(minutes=4)
    assert Phase(on=False, since=NOW).free_at(MINIMUM) == NOW + timedelta(minutes=3)


@given(on=st.booleans(), seen=st.booleans(), age=seconds)
def test_phase_lasts_until_the_machine_changes(
    *, on: bool, seen: bool, age: int
) -> None:
    phase = Phase(on=on, since=NOW - timedelta(seconds=age))
    after = observe(phase, on=seen, now=NOW)
    assert after.on is seen
    assert after.since <= NOW
    if on is seen and age >= 0:
        assert after is phase
    else:
        assert after.since == NOW


def test_unknown_machine_waits_the_minimum_time_from_now() -> None:
    assert observe(None, on=False, now=NOW) == Phase(on=False, since=NOW)


@given(step=seconds)
def test_clock_step_keeps_the_age_of_a_phase(step: int) -> None:
    by = timedelta(seconds=step)
    phase = Phase(on=False, since=NOW - timedelta(seconds=90))
    assert (NOW + by) - phase.shifted(by).since == timedelta(seconds=90)
