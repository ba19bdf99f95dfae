"""Manual holds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.hold import Hold

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
seconds = st.integers(1, 200_000).map(lambda number: timedelta(seconds=number))


@given(longest=seconds, edge=st.none() | seconds)
def test_hold_ends_at_the_edge_or_after_the_longest_time(
    longest: timedelta, edge: timedelta | None
) -> None:
    hold = Hold.begin(NOW, longest, None if edge is None else NOW + edge)
    end = NOW + (longest if edge is None else min(longest, edge))
    assert hold.holds(NOW)
    assert hold.holds(end - timedelta(seconds=1))
    assert not hold.holds(end)
    assert not hold.holds(NOW - timedelta(seconds=1))


@given(step=st.integers(-100_000, 100_000), longest=seconds)
def test_clock_step_keeps_the_rest_of_a_hold(step: int, longest: timedelta) -> None:
    by = timedelta(seconds=step)
    hold = Hold.begin(NOW, longest).shifted(by)
    assert hold.holds(NOW + by)
    assert not hold.holds(NOW + by + longest)


@given(ahead=st.integers(-100_000, 100_000), longest=seconds)
def test_restored_hold_never_starts_in_the_future(
    ahead: int, longest: timedelta
) -> None:
    hold = Hold.begin(NOW + timedelta(seconds=ahead), longest)
    begun = hold.begun_by(NOW)
    assert begun.since <= NOW
    assert begun.until - begun.since == longest
    assert (begun == hold) is (ahead <= 0)
