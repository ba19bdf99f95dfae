"""Occupancy and open windows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Delays,
    Occupancy,
    is_home,
    is_open,
)
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DELAYS = Delays(grace=15 * MINUTE, delay=MINUTE, limit=60 * MINUTE)
NOTHING = Occupancy()


WHERE = {"home": True, "gone": False, "lost": None}


def update(
    before: Occupancy, minute: float, *where: str, window: bool | None
) -> Occupancy:
    now = NOW + minute * MINUTE
    people = {f"person.{number}": WHERE[at] for number, at in enumerate(where)}
    return before.updated(people, {"window": window}, DELAYS, now)


@pytest.mark.parametrize(
    ("state", "home"),
    [
        ("home", True),
        ("not_home", False),
        ("Office", False),
        ("unknown", None),
        ("unavailable", None),
        (None, None),
    ],
)
def test_person_state_is_parsed(*, state: str | None, home: bool | None) -> None:
    assert is_home(state) is home


def test_contact_state_is_parsed() -> None:
    states = ("on", "off", "unknown", "unavailable", None)
    assert [is_open(state) for state in states] == [True, False, None, None, None]


def test_away_starts_after_all_people_left_for_grace_time() -> None:
    gone = update(NOTHING, 0, "gone", "gone", window=False)
    assert not gone.is_away(DELAYS, NOW + 14 * MINUTE)
    assert gone.is_away(DELAYS, NOW + 15 * MINUTE)
    assert list(gone.edges(DELAYS)) == [NOW + 15 * MINUTE]
    assert update(gone, 10, "gone", "gone", window=False) is gone
    # A time in the future comes from a clock that was set back.
    assert update(gone, -5, "gone", "gone", window=False).gone_since == NOW - 5 * MINUTE
    assert update(NOTHING, 0, "gone", "home", window=False) is NOTHING
    assert update(gone, 20, "gone", "home", window=False) == NOTHING


def test_no_people_is_never_away() -> None:
    assert update(NOTHING, 0, window=False) is NOTHING


def test_unknown_person_neither_starts_nor_ends_away() -> None:
    gone = update(NOTHING, 0, "gone", "gone", window=False)
    lost = update(gone, 10, "gone", "lost", window=False)
    assert lost.gone_since is None
    # Known again, but the grace time starts again.
    again = update(lost, 12, "gone", "gone", window=False)
    assert again.gone_since == NOW + 12 * MINUTE
    assert update(gone, 15, "gone", "lost", window=False) is gone
    assert update(NOTHING, 0, "lost", "lost", window=False) is NOTHING


def test_open_window_counts_between_delay_and_limit() -> None:
    opened = update(NOTHING, 0, window=True)
    contacts = {"window": True}
    minutes = (0, 0.9, 1, 59, 60)
    paused = [opened.window_open(contacts, DELAYS, NOW + m * MINUTE) for m in minutes]
    assert paused == [False, False, True, True, False]
    assert opened.stuck(contacts, DELAYS, NOW + 59 * MINUTE) == ()
    assert opened.stuck(contacts, DELAYS, NOW + 60 * MINUTE) == ("window",)
    assert list(opened.edges(DELAYS)) == [NOW + MINUTE, NOW + 60 * MINUTE]
    assert update(opened, 61, window=False) == NOTHING


def test_unavailable_contact_does_not_pause_and_keeps_opening_time() -> None:
    opened = update(NOTHING, 0, window=True)
    lost = update(opened, 30, window=None)
    assert not lost.window_open({"window": None}, DELAYS, NOW + 30 * MINUTE)
    assert not lost.stuck({"window": None}, DELAYS, NOW + 90 * MINUTE)
    # A restart in between does not let a stuck contact pause for another day.
    assert update(lost, 61, window=True).opened == {"window": NOW}
    assert update(NOTHING, 0, window=None) is NOTHING


def test_clock_set_back_does_not_increase_ages() -> None:
    gone = update(NOTHING, 0, "gone", window=True)
    earlier = update(gone, -30, "gone", window=True)
    assert earlier.gone_since == NOW - 30 * MINUTE
    assert earlier.opened == {"window": NOW - 30 * MINUTE}


instants = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1971 < at.year < 2198)
occupancy = st.builds(
    Occupancy,
    gone_since=st.none() | instants,
    opened=st.dictionaries(st.text(max_size=5), instants, max_size=2),
)


@given(around=occupancy)
def test_occupancy_round_trips_through_json(around: Occupancy) -> None:
    assert Occupancy.read(Stored(around.as_dict())) == around


@given(around=occupancy, step=st.timedeltas(-99 * MINUTE, 99 * MINUTE))
def test_clock_step_keeps_occupancy_ages(around: Occupancy, step: timedelta) -> None:
    edges = list(around.edges(DELAYS))
    assert list(around.shifted(step).edges(DELAYS)) == [at + step for at in edges]
