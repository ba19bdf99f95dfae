"""A month's calls: counted, spread, stored, and never quite used up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.quota import Level, Plan, Quota, Usage

DAY = timedelta(days=1)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
PLAN = Plan(limit=1000)

times = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis puts the zone in itself
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(now=times, day=st.integers(1, 28))
def test_time_belongs_to_exactly_one_quota_month(now: datetime, day: int) -> None:
    start, end = Plan(limit=1, renewal_day=day).period(now)
    assert start <= now < end
    assert (start.day, end.day) == (day, day)
    assert timedelta(days=28) <= end - start <= timedelta(days=31)


def test_interval_spreads_calls_over_the_rest_of_the_month() -> None:
    quota = Quota(PLAN, JULY)
    spare = 0.31 * DAY
    assert quota.interval(JULY) == (31 * DAY + spare) / 950
    for _ in range(475):
        quota.count(JULY)
    assert quota.interval(JULY) == (31 * DAY + spare) / 475
    assert quota.interval(JULY + 15.5 * DAY) == (15.5 * DAY + spare) / 475


@pytest.mark.parametrize("users", [1, 2, 4])
def test_several_users_share_the_quota_evenly(users: int) -> None:
    quota = Quota(PLAN, JULY)
    quota.share(PLAN, users, JULY)
    polls = dict.fromkeys(range(users), JULY)
    middle, end = JULY + 15.5 * DAY, JULY + 31 * DAY
    while (now := min(polls.values())) < end:
        if now < middle:
            assert quota.usage.calls <= 0.5 * PLAN.limit
        interval = quota.interval(now)
        assert interval is not None
        quota.count(now)
        assert quota.level(now) is Level.ENOUGH  # also in the last hour
        polls[min(polls, key=polls.__getitem__)] = now + interval
    assert quota.usage.calls >= 0.9 * PLAN.limit


def test_polls_do_not_use_the_reserve() -> None:
    quota = Quota(PLAN, JULY)
    for _ in range(950):
        quota.count(JULY)
    assert quota.interval(JULY) is None
    assert quota.level(JULY) is Level.EXHAUSTED
    august = JULY + 31 * DAY
    assert quota.level(august) is Level.ENOUGH
    assert quota.calls(august) == 0


def test_small_quota_has_a_reserve_too() -> None:
    quota = Quota(Plan(limit=10), JULY)
    for _ in range(9):
        assert quota.interval(JULY) is not None
        quota.count(JULY)
    assert quota.interval(JULY) is None


@given(limit=st.integers(100, 5000), start=times, day=st.integers(1, 28))
def test_polling_at_the_interval_never_exhausts_the_quota(
    limit: int, start: datetime, day: int
) -> None:
    plan = Plan(limit=limit, renewal_day=day)
    quota = Quota(plan, start)
    now, end = start, plan.period(start)[1]
    for _ in range(limit + 2):
        interval = quota.interval(now)
        assert interval is not None
        now += max(interval, timedelta(minutes=10))
        if now >= end:
            break
        quota.count(now)
    assert now >= end
    assert quota.calls(end - timedelta(seconds=1)) < limit or quota.calls(end) == 0


def test_low_level_is_reported_early_and_does_not_flap() -> None:
    quota = Quota(PLAN, JULY)
    for _ in range(500):
        quota.count(JULY)
    assert quota.level(JULY) is Level.ENOUGH
    quota.count(JULY)
    assert quota.level(JULY) is Level.LOW
    # A little more than half of an even share is not enough to forget it.
    assert quota.level(JULY + 5 * DAY) is Level.LOW
    assert quota.level(JULY + 12 * DAY) is Level.ENOUGH


def test_days_left_follow_the_recent_rate() -> None:
    quota, now = Quota(PLAN, JULY), JULY
    assert quota.days_left(now) is None
    for _ in range(240):
        now += timedelta(hours=1)
        quota.count(now)
    assert quota.days_left(now) == pytest.approx(760 / 24, rel=0.05)
    assert quota.days_left(now + 20 * DAY) == 365.0
    quota = Quota(PLAN, JULY)
    quota.count(JULY)
    assert quota.days_left(JULY + timedelta(minutes=59)) is None
    assert quota.days_left(JULY - DAY) is None
    # An hour is enough to calculate a rate.
    for minute in range(60):
        quota.count(JULY + timedelta(minutes=minute))
    left = quota.days_left(JULY + timedelta(hours=1))
    assert left == pytest.approx(939 / (61 * 24), rel=0.05)


def test_refusal_of_the_cloud_overrides_the_count() -> None:
    quota = Quota(PLAN, JULY)
    quota.refuse(JULY)
    assert quota.level(JULY) is Level.EXHAUSTED
    assert quota.level(JULY + DAY) is Level.ENOUGH
    last = JULY + 30.5 * DAY
    quota.refuse(last)
    assert quota.interval(JULY + 31 * DAY) is not None
    quota.refuse(JULY)
    quota.accept()
    assert quota.level(JULY) is Level.ENOUGH


@given(calls=st.lists(st.integers(0, 40_000), max_size=40))
def test_usage_survives_a_restart(calls: list[int]) -> None:
    now, quota = JULY, Quota(PLAN, JULY)
    for minutes in calls:
        now += timedelta(minutes=minutes)
        quota.count(now)
    again = Quota(PLAN, now, quota.usage.as_dict())
    assert again.usage == quota.usage
    assert again.days_left(now) == quota.days_left(now)


@pytest.mark.parametrize(
    "damage",
    [
        {"calls": "many"},
        {"calls": -1},
        {"recent": "nan"},
        {"recent": "inf"},
        {"recent": None},
        {"period": "2026-07-01"},
        {"at": "yesterday"},
    ],
)
def test_unreadable_usage_counts_from_zero(damage: dict[str, Any]) -> None:
    stored = Usage(period=JULY, calls=9, at=JULY, since=JULY).as_dict()
    assert Quota(PLAN, JULY, stored).calls(JULY) == 9
    assert Quota(PLAN, JULY, stored | damage).calls(JULY) == 0
    assert Quota(PLAN, JULY, {}).calls(JULY) == 0


def test_clock_set_back_keeps_used_calls() -> None:
    quota = Quota(PLAN, JULY)
    for _ in range(10):
        quota.count(JULY)
    june = JULY - DAY
    assert quota.calls(june) == 10
    quota.count(june)
    assert quota.calls(june) == 11
    assert quota.usage.at == JULY


def test_clock_years_ahead_does_not_block_the_next_months() -> None:
    quota = Quota(PLAN, JULY.replace(year=2035))
    quota.count(JULY.replace(year=2035))
    assert quota.calls(JULY) == 1
    assert quota.calls(JULY + 31 * DAY) == 0


def test_changed_renewal_day_returns_no_calls() -> None:
    quota = Quota(PLAN, JULY)
    for _ in range(10):
        quota.count(JULY)
    now = JULY + 20 * DAY
    moved = Quota(Plan(limit=1000, renewal_day=15), now, quota.usage.as_dict())
    assert moved.calls(now) == 10
    assert moved.calls(now + 30 * DAY) == 0


def test_rate_that_has_decayed_gives_no_days_left() -> None:
    stored = Usage(period=JULY, at=JULY, since=JULY - DAY).as_dict()
    assert Quota(PLAN, JULY, stored).days_left(JULY) is None
