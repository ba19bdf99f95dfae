"""What outlives a restart comes back as it was, and damage does no harm."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.memory import (
    LONGEST_NAME,
    Memory,
    at_home,
    preset_name,
)
from custom_components.jannenkoti.kinds.robocam.patrol import (
    LONGEST_DWELL,
    SHORTEST_DWELL,
    Patrol,
    Stop,
)
from custom_components.jannenkoti.kinds.robocam.protocol import Limits, Position

DWELL = timedelta(seconds=30)
positions = st.builds(Position, st.integers(-360, 360), st.integers(-360, 360))


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    presets = draw(st.dictionaries(st.text(min_size=1, max_size=5), positions))
    names = sorted(presets)
    stop = st.builds(
        Stop,
        st.sampled_from(names) if names else st.nothing(),
        st.timedeltas(SHORTEST_DWELL, LONGEST_DWELL),
    )
    stops = tuple(draw(st.lists(stop, max_size=5)) if names else ())
    patrol = Patrol(stops, draw(st.integers(0, max(len(stops) - 1, 0))))
    return Memory(
        presets=presets,
        patrol=patrol,
        patrolling=bool(patrol) and draw(st.booleans()),
        private=draw(st.booleans()),
        parked=draw(st.booleans()),
        at_home=draw(st.sampled_from((None, True, False))),
        target=draw(st.none() | positions),
        limits=Limits(0, draw(st.integers(0, 360)), 0, 90),
        light=draw(st.sampled_from((None, True, False))),
    )


@settings(max_examples=60)
@given(memories())
def test_it_comes_back_as_it_was(memory: Memory) -> None:
    assert Memory.from_dict(json.loads(json.dumps(memory.as_dict()))) == memory


def test_a_new_camera_is_not_private() -> None:
    assert Memory.from_dict(None) == Memory()


WHOLE = Memory(
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
def test_damage_raises_nothing_and_what_is_read_is_usable(
    key: str, value: object
) -> None:
    memory = Memory.from_dict({**WHOLE, key: value})
    if key != "private":
        assert memory.private
    if memory.patrolling:
        assert memory.patrol.stop.preset in memory.presets


@pytest.mark.parametrize(
    ("left", "private"),
    [
        ({}, True),
        ({"private": False}, False),
        ({"private": True, "presets": {"Door": [1]}}, True),
        ({"private": "perhaps", "presets": None}, True),
        ({**WHOLE, "target": [float("inf"), 0]}, True),
    ],
)
def test_privacy_outlives_a_damaged_file(
    left: dict[str, object], *, private: bool
) -> None:
    assert Memory.from_dict(left) == Memory(private=private)


def test_a_patrol_leaves_out_a_preset_that_is_gone() -> None:
    here = Position(1, 1)
    stops = (Stop("Door", DWELL), Stop("Window", DWELL), Stop("Door", DWELL))
    memory = Memory(
        presets={"Door": here, "Window": here},
        patrol=Patrol(stops, at=2),
        patrolling=True,
    )
    memory = memory.without_preset("Door")
    assert memory.patrol == Patrol((Stop("Window", DWELL),))
    assert memory.patrolling
    assert memory.patrol.next() == memory.patrol
    memory = memory.without_preset("Window")
    assert (memory.patrol, memory.patrolling) == (Patrol(), False)
    assert memory.patrol.next() == Patrol()


@pytest.mark.parametrize("dwell", [0, 1.9, 86_401, float("nan"), "soon"])
def test_a_stay_that_nobody_can_have_asked_for_is_not_read(dwell: object) -> None:
    raw = {**WHOLE, "patrol": {"stops": [["Door", dwell]], "at": 0}}
    assert Memory.from_dict(raw) == Memory(private=True)


@pytest.mark.parametrize(("said", "at"), [(-1, 0), (0, 0), (1, 1), (2, 0), (7, 0)])
def test_a_place_in_the_round_that_is_not_there_is_its_beginning(
    said: int, at: int
) -> None:
    raw = {**WHOLE, "patrol": {"stops": [["Door", 30], ["Door", 60]], "at": said}}
    assert Memory.from_dict(raw).patrol.at == at


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
    ],
)
def test_names_of_presets(value: str, name: str | None) -> None:
    assert preset_name(value) == name


def test_a_preset_is_known_by_where_it_is() -> None:
    memory = Memory().with_preset("Door", Position(1, 2))
    assert memory.preset_at(Position(1, 2)) == "Door"
    assert memory.preset_at(Position(2, 1)) is None
    assert memory.preset_at(None) is None


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
def test_who_is_at_home(state: str, *, home: bool | None) -> None:
    assert at_home(state) is home
