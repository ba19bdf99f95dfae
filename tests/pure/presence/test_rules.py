"""Arrival, departure, lost evidence, doors and stages."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.presence.model import as_saved, restore
from custom_components.jannenkoti.kinds.presence.options import Options
from custom_components.jannenkoti.kinds.presence.stages.rules import (
    DOOR_LONGEST,
    Parameters,
    Presence,
    Reason,
    Sign,
    Source,
    Stage,
    State,
)
from custom_components.jannenkoti.lib.stored import Stored

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def person(*names: str, **parameters: Any) -> Presence:
    """Return a person who was home at noon by all sources."""
    made = Presence(
        parameters=Parameters(**parameters),
        zone=UTC,
        sources={name: Source() for name in names or ("phone",)},
    )
    for name in made.sources:
        made.report(name, Sign.HERE, NOON)
    made.decide(NOON)
    return made


def after(made: Presence, minutes: float) -> State:
    """Return the state some minutes after noon."""
    return made.decide(NOON + timedelta(minutes=minutes))


def silent(
    made: Presence, *names: str, minutes: float = 0, sign: Sign = Sign.NOT_HERE
) -> None:
    """Let sources fall silent some minutes after noon."""
    for name in names or made.sources:
        made.report(name, sign, NOON + timedelta(minutes=minutes))


def test_departure_counts_after_the_grace_time_and_arrival_at_once() -> None:
    made = person()
    silent(made)
    state = after(made, 14)
    assert (state.home, state.reason) == (True, Reason.GRACE)
    assert state.next_change == NOON + timedelta(minutes=15)
    state = after(made, 15)
    assert (state.home, state.stage, state.reason) == (
        False,
        Stage.JUST_LEFT,
        Reason.ALL_LEFT,
    )
    made.report("phone", Sign.HERE, NOON + timedelta(minutes=16))
    state = after(made, 16)
    assert (state.home, state.stage, state.confidence) == (True, Stage.HOME, 100)


def test_stages_follow_each_other_and_name_the_next_change() -> None:
    made = person()
    silent(made)
    left = NOON + timedelta(minutes=15)
    seen = [
        (s.stage, s.next_change)
        for s in map(
            made.decide,
            (left, left + timedelta(minutes=10), left + timedelta(hours=24)),
        )
    ]
    assert seen == [
        (Stage.JUST_LEFT, left + timedelta(minutes=10)),
        (Stage.AWAY, left + timedelta(hours=24)),
        (Stage.EXTENDED_AWAY, None),
    ]
    assert made.next_at() is None


def test_one_source_that_is_here_is_enough() -> None:
    made = person("phone", "watch")
    silent(made, "phone")
    assert after(made, 120).home is True
    silent(made, "watch", minutes=120)
    assert after(made, 136).home is False


def test_lost_evidence_keeps_the_state_and_starts_the_grace_time_again() -> None:
    made = person()
    silent(made, sign=Sign.LOST)
    state = after(made, 24 * 60)
    assert (state.home, state.reason) == (True, Reason.EVIDENCE_LOST)
    silent(made, minutes=24 * 60)
    assert after(made, 24 * 60 + 14).home is True
    assert after(made, 24 * 60 + 15).home is False
    silent(made, minutes=24 * 60 + 20, sign=Sign.LOST)
    state = after(made, 24 * 60 + 21)
    assert (state.home, state.reason) == (False, Reason.EVIDENCE_LOST)


def test_lost_source_stops_departure_unless_a_position_is_away() -> None:
    made = person("phone", "gps")
    silent(made, "phone", sign=Sign.LOST)
    silent(made, "gps")
    assert after(made, 60).reason is Reason.EVIDENCE_LOST
    made.sources["gps"].decides = True
    state = after(made, 61)
    assert (state.home, state.source) == (False, "gps")


def test_position_away_decides_before_the_grace_of_others() -> None:
    made = person("phone", "gps", own_grace={"gps": timedelta(minutes=2)})
    made.sources["gps"].decides = True
    silent(made)
    assert after(made, 1).home is True
    assert after(made, 2).home is False


@pytest.mark.parametrize(
    ("start", "minutes", "home"),
    [(12, 16, False), (23, 89, True), (23, 90, False), (20, 59, False), (8, 30, True)],
)
def test_grace_time_is_longer_at_night(start: int, minutes: int, *, home: bool) -> None:
    made = person()
    begin = NOON.replace(hour=start)
    made.report("phone", Sign.HERE, begin)
    made.decide(begin)
    made.report("phone", Sign.NOT_HERE, begin)
    assert made.decide(begin + timedelta(minutes=minutes)).home is home


def test_night_within_one_day_and_own_grace() -> None:
    at_day = Parameters(night_from=time(1), night_to=time(5))
    assert at_day.grace_of("x", NOON, NOON) == at_day.grace
    three = NOON.replace(hour=3)
    assert at_day.grace_of("x", three, NOON) == at_day.night_grace
    own = Parameters(own_grace={"x": timedelta(minutes=1)})
    assert own.grace_of("x", three, three) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("door", "home"), [(None, True), (-30, True), (-5, False), (10, False)]
)
def test_closed_doors_prevent_departure(door: float | None, *, home: bool) -> None:
    made = person(has_doors=True)
    if door is not None:
        made.door(NOON + timedelta(minutes=door))
    silent(made)
    state = after(made, 20)
    assert state.home is home
    assert state.reason is (Reason.DOOR_CLOSED if home else Reason.ALL_LEFT)


def test_closed_doors_do_not_hold_forever() -> None:
    made = person(has_doors=True)
    silent(made)
    assert made.decide(NOON + DOOR_LONGEST - timedelta(seconds=1)).home is True
    assert made.decide(NOON + DOOR_LONGEST).home is False


def test_before_any_evidence_the_state_is_unknown_and_the_first_counts() -> None:
    made = Presence(
        parameters=Parameters(has_doors=True), zone=UTC, sources={"phone": Source()}
    )
    state = made.decide(NOON)
    assert (state.home, state.stage, state.reason) == (None, None, Reason.NO_EVIDENCE)
    silent(made)
    assert after(made, 0).home is False
    nothing = Presence(parameters=Parameters(), zone=UTC)
    assert nothing.decide(NOON).reason is Reason.NO_EVIDENCE


def test_confidence_falls_during_the_grace_time() -> None:
    made = person()
    silent(made)
    levels = [after(made, minutes).confidence for minutes in (0, 5, 10, 14.9)]
    assert levels == sorted(levels, reverse=True)
    assert (levels[0], levels[-1]) == (100, 50)


def test_clock_that_is_set_back_does_not_stretch_times() -> None:
    made = person()
    silent(made, minutes=60)
    made.decide(NOON + timedelta(minutes=76))
    assert made.state.home is False
    state = made.decide(NOON - timedelta(days=30))
    assert state.stage is Stage.JUST_LEFT
    silent(made, minutes=-30 * 24 * 60)
    assert made.sources["phone"].since == NOON - timedelta(days=30)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["phone", "watch"]),
            st.sampled_from(list(Sign)),
            st.integers(0, 120),
        )
    )
)
def test_source_that_is_home_or_lost_prevents_departure(
    events: list[tuple[str, Sign, int]],
) -> None:
    made = person("phone", "watch")
    now = NOON
    for name, sign, minutes in events:
        before = made.state.home
        now += timedelta(minutes=minutes)
        signs = [source.sign for source in made.sources.values()]
        state = made.decide(now)
        if Sign.HERE in signs:
            assert state.home is True
        elif Sign.LOST in signs:
            assert state.home == before
        made.report(name, sign, now)


def test_saved_state_is_restored_with_the_time_of_the_silence() -> None:
    made = person()
    made.door(NOON)
    silent(made, minutes=1)
    after(made, 2)
    other = Presence(parameters=Parameters(), zone=UTC, sources={"phone": Source()})
    restore(other, Stored(as_saved(made)))
    assert (other.state.home, other.door_opened) == (True, NOON)
    silent(other, minutes=10)
    assert after(other, 15.9).home is True
    assert after(other, 16).home is False


@given(
    ANY_JSON
    | st.fixed_dictionaries({"home": ANY_JSON, "since": ANY_JSON, "silent": ANY_JSON})
)
def test_any_saved_state_is_restored(saved: object) -> None:
    made = Presence(parameters=Parameters(), zone=UTC, sources={"phone": Source()})
    restore(made, Stored(saved))
    made.decide(NOON)


@given(st.dictionaries(st.text(), ANY_JSON))
def test_any_options_are_options(options: dict[str, object]) -> None:
    assert isinstance(Options.parse(options).parameters, Parameters)


def test_options_are_read_and_unusable_ones_have_their_defaults() -> None:
    options = Options.parse(
        {
            "sources": ["person.a", "person.a", 5],
            "host": " phone ",
            "doors": ["binary_sensor.door"],
            "grace_minutes": 5,
            "night_grace_minutes": -1,
            "night_from": "22:30:00",
            "night_to": "x",
            "own_grace": [{"source": "person.a", "minutes": 3}, {"source": "b"}, 7],
        }
    )
    assert options.sources == ("person.a",)
    assert (options.host, options.reference_host) == ("phone", "")
    parameters = options.parameters
    assert parameters.has_doors
    assert parameters.grace == timedelta(minutes=5)
    assert parameters.night_grace == timedelta(minutes=90)
    assert (parameters.night_from, parameters.night_to) == (time(22, 30), time(9))
    assert parameters.own_grace == {"person.a": timedelta(minutes=3)}
    assert Options.parse({"night_to": "07:00+02:00"}).parameters.night_to == time(9)
