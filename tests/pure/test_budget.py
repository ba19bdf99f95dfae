"""No source gets more than its budget, and none pays for another."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.budget import Budget

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NO_WAIT = timedelta(0)


@given(
    per_minute=st.integers(1, 600),
    pauses=st.lists(st.floats(0, 30), max_size=80),
)
def test_nobody_gets_more_than_the_budget(per_minute: int, pauses: list[float]) -> None:
    budget = Budget(per_minute)
    now = NOW
    granted = 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        granted += budget.take("a", now) == NO_WAIT
    minutes = (now - NOW) / timedelta(minutes=1)
    assert granted <= per_minute * (1 + minutes) + 1e-6


@given(per_minute=st.integers(1, 600))
def test_whoever_waits_as_told_is_let_in(per_minute: int) -> None:
    budget = Budget(per_minute)
    assert all(budget.take("a", NOW) == NO_WAIT for _ in range(per_minute))
    wait = budget.take("a", NOW)
    assert NO_WAIT < wait <= timedelta(minutes=1)
    assert budget.take("a", NOW + wait + timedelta(milliseconds=1)) == NO_WAIT


def test_sources_do_not_share() -> None:
    budget = Budget(1)
    assert budget.take("a", NOW) == NO_WAIT
    assert budget.take("a", NOW) > NO_WAIT
    assert budget.take("b", NOW) == NO_WAIT


def test_a_flood_of_sources_is_remembered_in_part() -> None:
    budget = Budget(1, most_sources=3)
    for n in range(100):
        budget.take(str(n), NOW)
        budget.take("often", NOW)
    assert len(budget) == 3
    assert budget.take("often", NOW) > NO_WAIT
    assert budget.take("99", NOW) > NO_WAIT
    assert budget.take("0", NOW) == NO_WAIT


def test_a_clock_that_is_set_back_neither_gives_nor_takes() -> None:
    budget = Budget(2)
    assert budget.take("a", NOW) == NO_WAIT
    before = NOW - timedelta(hours=1)
    assert budget.take("a", before) == NO_WAIT
    assert budget.take("a", before) > NO_WAIT
    assert budget.take("a", before + timedelta(minutes=1)) == NO_WAIT
