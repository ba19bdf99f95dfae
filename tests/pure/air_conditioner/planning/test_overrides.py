"""Overrides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    NO_OVERRIDES,
    Overrides,
    Preset,
    TimedPreset,
)
from custom_components.jannenkoti.lib.stored import Stored
from custom_components.jannenkoti.lib.weekly import Moment, Span

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY_DAY = Moment(asked_at=NOW, open=None, changes_at=NOW + 10 * HOUR)
AT_NIGHT = Moment(
    asked_at=NOW,
    open=Span(start=NOW - HOUR, end=NOW + 7 * HOUR),
    changes_at=NOW + 7 * HOUR,
)

instants = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
timed_presets = st.builds(
    TimedPreset,
    preset=st.sampled_from(Preset),
    since=instants,
    until=instants,
    by_clock=st.booleans(),
)
all_overrides = st.builds(
    Overrides,
    chosen=st.none() | timed_presets,
    boost=st.none() | timed_presets,
    sleep=st.none() | timed_presets,
)


@given(overrides=all_overrides)
def test_overrides_round_trip_through_json(overrides: Overrides) -> None:
    assert Overrides.read(Stored(overrides.as_dict())) == overrides


@given(overrides=all_overrides, now=instants)
def test_expired_overrides_are_removed_and_others_kept(
    overrides: Overrides, now: datetime
) -> None:
    left = overrides.at(now)
    assert left.at(now) is left
    for name in ("chosen", "boost", "sleep"):
        timed = getattr(overrides, name)
        kept = getattr(left, name)
        assert kept == (timed if timed is not None and timed.holds(now) else None)


@given(overrides=all_overrides, now=instants, step=st.timedeltas(-9 * HOUR, 9 * HOUR))
def test_clock_step_keeps_remaining_duration(
    overrides: Overrides, now: datetime, step: timedelta
) -> None:
    shifted = overrides.shifted(step)
    for name in ("chosen", "boost", "sleep"):
        before, after = getattr(overrides, name), getattr(shifted, name)
        if before is None or before.until is None:
            continue
        if before.by_clock:
            assert after.until == before.until
        else:
            assert after.until - (now + step) == before.until - now


def test_timed_preset_starting_in_the_future_is_not_active() -> None:
    timed = TimedPreset(preset=Preset.BOOST, since=NOW + HOUR, until=NOW + 2 * HOUR)
    assert not timed.holds(NOW)
    endless = TimedPreset(preset=Preset.AWAY, since=NOW + HOUR, until=None)
    assert endless.holds(NOW)
    until_a_time = replace(timed, by_clock=True)
    assert until_a_time.holds(NOW)


@pytest.mark.parametrize(
    ("overrides", "counted"),
    [
        (NO_OVERRIDES.boosted(NOW, HOUR), True),
        (NO_OVERRIDES.asleep(NOW, NOW + HOUR), True),
        (NO_OVERRIDES.suspended(NOW, NOW + HOUR), True),
        (NO_OVERRIDES.asleep(NOW, NOW + HOUR, by_clock=True), False),
        (NO_OVERRIDES.suspended(NOW, NOW + HOUR, by_clock=True), False),
        (NO_OVERRIDES.woken(NOW, AT_NIGHT), False),
        (NO_OVERRIDES.choose(Preset.ECO, NOW, BY_DAY), False),
    ],
)
def test_clock_step_does_not_move_schedule_edge(
    overrides: Overrides, *, counted: bool
) -> None:
    (timed,) = overrides.as_dict().values()
    (after,) = overrides.shifted(HOUR).as_dict().values()
    assert (after["until"] != timed["until"]) is counted
    assert after["since"] != timed["since"]


def test_chosen_preset_ends_at_next_schedule_edge() -> None:
    overrides = NO_OVERRIDES.choose(Preset.ECO, NOW, BY_DAY)
    assert overrides.at(NOW + 9 * HOUR).chosen is not None
    assert overrides.at(NOW + 10 * HOUR) == NO_OVERRIDES
    assert NO_OVERRIDES.choose(Preset.ECO, NOW, None).at(NOW + 900 * HOUR).chosen


def test_chosen_away_lasts_over_nights() -> None:
    overrides = NO_OVERRIDES.choose(Preset.AWAY, NOW, BY_DAY)
    assert overrides.at(NOW + 99 * HOUR) == overrides


def test_boost_end_restores_previous_overrides() -> None:
    eco = NO_OVERRIDES.choose(Preset.ECO, NOW, BY_DAY)
    boosted = eco.boosted(NOW, HOUR)
    assert boosted.boost is not None
    assert boosted.at(NOW + HOUR) == eco


def test_other_preset_ends_boost_and_requested_sleep() -> None:
    asleep = NO_OVERRIDES.asleep(NOW, NOW + HOUR).boosted(NOW, HOUR)
    assert asleep.choose(Preset.NONE, NOW, None).boost is None
    assert asleep.choose(Preset.NONE, NOW, None).sleep is None
    assert (
        NO_OVERRIDES.choose(Preset.ECO, NOW, None).asleep(NOW, NOW + HOUR).chosen
        is None
    )


def test_chosen_preset_keeps_sleep_suspension() -> None:
    suspended = NO_OVERRIDES.suspended(NOW, NOW + HOUR)
    assert suspended.choose(Preset.ECO, NOW, None).sleep == suspended.sleep
    assert suspended.resumed() == NO_OVERRIDES


def test_wake_up_ends_sleep_for_current_window() -> None:
    woken = NO_OVERRIDES.woken(NOW, AT_NIGHT)
    assert woken.sleep is not None
    assert woken.sleep.preset is Preset.NONE
    assert woken.at(NOW + 6 * HOUR) == woken
    assert woken.at(NOW + 7 * HOUR) == NO_OVERRIDES
    # A requested sleep just ends during the day or without a schedule.
    asleep = NO_OVERRIDES.asleep(NOW, NOW + HOUR)
    assert asleep.woken(NOW, BY_DAY) == NO_OVERRIDES
    assert asleep.woken(NOW, None) == NO_OVERRIDES
    without_end = Moment(asked_at=NOW, open=AT_NIGHT.open, changes_at=None)
    assert NO_OVERRIDES.woken(NOW, without_end) == woken


@pytest.mark.parametrize(
    "raw",
    [
        7,
        {"boost": {"preset": "party", "since": NOW.isoformat()}},
        {"nap": {}},
        {"boost": 7},
        {"boost": {"preset": "boost", "since": "2026-07-01T12:00:00", "until": None}},
        {"boost": {"preset": "boost", "since": NOW.isoformat(), "until": None}},
        {"sleep": {"preset": "none", "since": NOW.isoformat(), "until": None}},
    ],
)
def test_unreadable_overrides_are_ignored(raw: object) -> None:
    assert Overrides.read(Stored(raw)) == NO_OVERRIDES
