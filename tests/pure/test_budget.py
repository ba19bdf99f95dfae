"""No source gets more than its budget, and none pays for another."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.budget import Budget, DailyCalls
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NO_WAIT = timedelta(0)


# Two at least: what is left over and half a minute's worth are never too much for it.
@given(
    per_minute=st.integers(2, 60),
    pauses=st.lists(st.floats(0, 30), max_size=20),
)
def test_greedy_source_gets_the_budget_and_no_more(
    per_minute: int, pauses: list[float]
) -> None:
    budget = Budget(per_minute)
    now, wait = NOW, NO_WAIT
    granted = 0
    for pause in (0, *pauses):
        now += timedelta(seconds=pause)
        while (wait := budget.take("a", now)) == NO_WAIT:
            granted += 1
    minutes = (now - NOW) / timedelta(minutes=1)
    due = per_minute * (1 + minutes)
    assert due - 1 - 1e-6 <= granted <= due + 1e-6
    # It comes when it was promised, neither earlier nor later.
    assert budget.take("a", now + wait - timedelta(milliseconds=1)) > NO_WAIT
    assert budget.take("a", now + wait + timedelta(milliseconds=1)) == NO_WAIT


def test_each_source_has_its_own_budget() -> None:
    budget = Budget(1)
    assert budget.take("a", NOW) == NO_WAIT
    assert budget.take("a", NOW) > NO_WAIT
    assert budget.take("b", NOW) == NO_WAIT


def test_number_of_buckets_is_bounded() -> None:
    budget = Budget(1, most_sources=3)
    granted = 0
    for n in range(100):
        budget.take(str(n), NOW)
        granted += budget.take("often", NOW) == NO_WAIT
    assert len(budget) == 3
    assert granted == 1
    assert budget.take("often", NOW) > NO_WAIT
    assert budget.take("99", NOW) > NO_WAIT
    assert budget.take("0", NOW) == NO_WAIT


def test_source_in_use_keeps_its_bucket_among_many_sources() -> None:
    budget = Budget(1, most_sources=10)
    assert budget.take("often", NOW) == NO_WAIT
    for n in range(8):  # Before its first use among many, its place is the oldest.
        budget.take(str(n), NOW)
    for n in range(8, 100):
        assert budget.take("often", NOW) > NO_WAIT
        budget.take(str(n), NOW)
    assert len(budget) == 10


def test_clock_set_back_neither_fills_nor_empties_a_bucket() -> None:
    budget = Budget(2)
    assert budget.take("a", NOW) == NO_WAIT
    before = NOW - timedelta(hours=1)
    assert budget.take("a", before) == NO_WAIT
    assert budget.take("a", before) > NO_WAIT
    assert budget.take("a", before + timedelta(minutes=1)) == NO_WAIT


def test_each_source_has_its_own_calls_per_day() -> None:
    calls = DailyCalls(2)
    assert [calls.take("a", NOW) for _ in range(3)] == [True, True, False]
    assert calls.take("b", NOW)
    tomorrow = datetime(2026, 11, 22, tzinfo=UTC)
    assert not calls.take("a", tomorrow - timedelta(seconds=1))
    assert [calls.take("a", tomorrow) for _ in range(3)] == [True, True, False]


def test_day_of_calls_ends_at_midnight_utc() -> None:
    calls = DailyCalls(1)
    assert calls.take("a", datetime.fromisoformat("2026-11-22T01:30:00+02:00"))
    assert not calls.take("a", datetime.fromisoformat("2026-11-21T23:59:00+00:00"))
    assert calls.take("a", datetime.fromisoformat("2026-11-22T02:00:00+02:00"))


def test_clock_set_back_returns_no_calls() -> None:
    calls = DailyCalls(1)
    assert calls.take("a", NOW)
    assert not calls.take("a", NOW - timedelta(days=1))
    assert not calls.take("a", NOW)


def test_further_sources_get_no_calls_until_tomorrow() -> None:
    calls = DailyCalls(2, most_sources=2)
    assert calls.take("a", NOW)
    assert calls.take("b", NOW)
    assert not calls.take("c", NOW)
    assert calls.take("a", NOW)
    assert calls.take("c", NOW + timedelta(days=1))


def test_restart_returns_no_calls() -> None:
    before, after = DailyCalls(1), DailyCalls(1)
    before.take("a", NOW)
    stored = before.to_store()
    after.restore(Stored(stored))
    assert not after.take("a", NOW)
    assert after.take("b", NOW)
    assert before.to_store() == stored  # the returned data are not shared
    assert after.take("a", NOW + timedelta(days=1))


@pytest.mark.parametrize("day", [None, 7, "x", "2026-02-30", []])
def test_calls_of_an_unreadable_day_are_not_restored(day: object) -> None:
    calls = DailyCalls(1)
    calls.restore(Stored({"day": day, "used": {"a": 1}}))
    assert calls.take("a", NOW)


def test_unreadable_calls_of_a_source_count_as_none() -> None:
    calls = DailyCalls(1)
    used = {"a": 1, "b": "x", "c": -1}
    calls.restore(Stored({"day": NOW.date().isoformat(), "used": used}))
    assert [calls.take(each, NOW) for each in "abc"] == [False, True, True]
