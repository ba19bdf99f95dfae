"""The saved state survives a restart and any damage."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.motion.patrol import (
    LONGEST_DWELL,
    SHORTEST_DWELL,
    Patrol,
    Stop,
)
from custom_components.jannenkoti.kinds.robocam.motion.saved_state import (
    LONGEST_NAME,
    SavedState,
    is_at_home,
    preset_name,
)

DWELL = timedelta(seconds=30)
positions = st.builds(Position, st.integers(-360, 360), st.integers(-360, 360))


@st.composite
def saved_states(draw: st.DrawFn) -> SavedState:
    texts = st.text(min_size=1, max_size=5)
    names = texts.filter(lambda text: preset_name(text) == text)
    presets = draw(st.dictionaries(names, positions))
    stored = sorted(presets)
    stop = st.builds(
        Stop,
        st.sampled_from(stored) if stored else st.nothing(),
        st.timedeltas(SHORTEST_DWELL, LONGEST_DWELL),
    )
    stops = tuple(draw(st.lists(stop, max_size=5)) if stored else ())
    patrol = Patrol(stops, draw(st.integers(0, max(len(stops) - 1, 0))))
    return SavedState(
        presets=presets,
        patrol=patrol,
        patrolling=bool(patrol) and draw(st.booleans()),
        private=draw(st.booleans()),
        parked=draw(st.booleans()),
        at_home=draw(st.sampled_from((None, True, False))),
        target=draw(st.none() | positions),
        limits=Limits(0, draw(st.integers(0, 360)), 0, 90),
        lamp=draw(st.sampled_from((None, True, False))),
    )


@settings(max_examples=60)
@given(saved_states())
def test_saved_state_survives_json(saved: SavedState) -> None:
    assert SavedState.from_dict(json.loads(json.dumps(saved.as_dict()))) == saved


def test_no_store_is_a_new_public_camera() -> None:
    assert SavedState.from_dict(None) == SavedState()


WHOLE = SavedState(
    presets={"Door": Position(1, 2)},
    patrol=Patrol((Stop("Door", DWELL),)),
    patrolling=True,
    private=True,
    target=Position(3, 4),
).as_dict()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(key=st.sampled_from(sorted(WHOLE)), value=json_values)
def test_any_value_of_a_key_leaves_a_usable_state(key: str, value: object) -> None:
    saved = SavedState.from_dict({**WHOLE, key: value})
    json.dumps(saved.as_dict(), allow_nan=False)
    if key != "private":
        assert saved.private
    if saved.patrolling:
        assert saved.patrol.stop.preset in saved.presets


@pytest.mark.parametrize(
    ("stored", "private"),
    [
        ({}, True),
        ([], True),
        ("damaged", True),
        ({"boards": None}, True),
        ({"private": False}, False),
        ({"private": 0}, True),
        ({"private": True, "presets": {"Door": [1]}}, True),
        ({"private": "maybe", "presets": None}, True),
    ],
)
def test_unreadable_privacy_is_on(stored: object, *, private: bool) -> None:
    assert SavedState.from_dict(stored) == SavedState(private=private)


WHOLE_STATE = SavedState.from_dict(WHOLE)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ({"target": [float("inf"), 0]}, replace(WHOLE_STATE, target=None)),
        ({"target": [True, 0]}, replace(WHOLE_STATE, target=None)),
        ({"target": [10**400, 0]}, replace(WHOLE_STATE, target=None)),
        ({"limits": [180, 0, 0, 90]}, WHOLE_STATE),
        ({"limits": None}, WHOLE_STATE),
        ({"lamp": "on"}, WHOLE_STATE),
        ({"patrolling": "yes"}, replace(WHOLE_STATE, patrolling=False)),
        (
            {"patrol": None},
            replace(WHOLE_STATE, patrol=Patrol(), patrolling=False),
        ),
        (
            {
                "presets": {
                    "Door": [1, 2],
                    "Window": [3],
                    "x" * 99: [4, 4],
                    "none": [5, 5],
                }
            },
            WHOLE_STATE,
        ),
    ],
)
def test_unreadable_value_gets_its_default_and_the_rest_is_kept(
    damage: dict[str, object], expected: SavedState
) -> None:
    assert SavedState.from_dict({**WHOLE, **damage}) == expected


def test_deleted_preset_leaves_the_patrol() -> None:
    here = Position(1, 1)
    stops = (Stop("Door", DWELL), Stop("Window", DWELL), Stop("Door", DWELL))
    saved = SavedState(
        presets={"Door": here, "Window": here},
        patrol=Patrol(stops, at=2),
        patrolling=True,
    )
    saved = saved.without_preset("Door")
    assert saved.patrol == Patrol((Stop("Window", DWELL),))
    assert saved.patrolling
    assert saved.patrol.next() == saved.patrol
    saved = saved.without_preset("Window")
    assert (saved.patrol, saved.patrolling) == (Patrol(), False)
    assert saved.patrol.next() == Patrol()


@pytest.mark.parametrize("dwell", [0, 1.9, 86_401, float("nan"), "soon"])
def test_stop_with_invalid_dwell_time_is_left_out(dwell: object) -> None:
    raw = {**WHOLE, "patrol": {"stops": [["Door", dwell], ["Door", 30]], "at": 0}}
    assert SavedState.from_dict(raw).patrol == Patrol((Stop("Door", DWELL),))


@pytest.mark.parametrize(("said", "at"), [(-1, 0), (0, 0), (1, 1), (2, 0), (7, 0)])
def test_invalid_patrol_index_is_the_first_stop(said: int, at: int) -> None:
    raw = {**WHOLE, "patrol": {"stops": [["Door", 30], ["Door", 60]], "at": said}}
    assert SavedState.from_dict(raw).patrol.at == at


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (" Door ", "Door"),
        ("Tür 2", "Tür 2"),
        ("", None),
        ("  ", None),
        ("a\nb", None),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
        ("x" * (LONGEST_NAME + 1), None),
        ("none", None),
    ],
)
def test_preset_name_is_trimmed_and_validated(value: str, name: str | None) -> None:
    assert preset_name(value) == name


def test_preset_at_returns_the_preset_of_a_position() -> None:
    saved = SavedState().with_preset("Door", Position(1, 2))
    assert saved.preset_at(Position(1, 2)) == "Door"
    assert saved.preset_at(Position(2, 1)) is None
    assert saved.preset_at(None) is None


@pytest.mark.parametrize(
    ("state", "home"),
    [
        ("home", True),
        ("on", True),
        ("off", False),
        ("Work", False),
        ("unknown", None),
        ("unavailable", None),
    ],
)
def test_privacy_entity_state_is_home_or_not_or_unknown(
    state: str, *, home: bool | None
) -> None:
    assert is_at_home(state) is home
