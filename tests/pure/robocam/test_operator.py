"""Wishes, rounds and privacy in any order: privacy comes first."""

import json
from typing import TYPE_CHECKING, override

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custom_components.jannenkoti.kinds.robocam.client import RoboCamClient
from custom_components.jannenkoti.kinds.robocam.errors import (
    BadPreset,
    CameraError,
    NoSuchPreset,
    Private,
    Problem,
    Refused,
    Unreachable,
)
from custom_components.jannenkoti.kinds.robocam.hub import FrameHub
from custom_components.jannenkoti.kinds.robocam.memory import MOST_PRESETS, Memory
from custom_components.jannenkoti.kinds.robocam.motion import Motion
from custom_components.jannenkoti.kinds.robocam.operator import Operator
from custom_components.jannenkoti.kinds.robocam.options import Options
from custom_components.jannenkoti.kinds.robocam.patrol import (
    DEFAULT_DWELL,
    Patrol,
    Stop,
)
from custom_components.jannenkoti.kinds.robocam.protocol import Limits, Position, Word
from custom_components.jannenkoti.kinds.robocam.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import timedelta

MIDDLE, PARK = Position(90, 45), Position(90, 90)
PLACEHOLDER = b"private"


class Line(RoboCamClient):
    """A connection that delivers at once, or not at all."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.works = True
        self.undisturbed = False
        self.said: list[str] = []
        self.now = 0.0
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens before it is known whether it works."""

    @override
    async def async_deliver(self) -> None:
        self.meanwhile()
        if not self.works:
            raise Unreachable(Problem.UNREACHABLE)
        self.now += 10
        self.said += self.talk.due(self.now)

    @override
    def wake(self) -> None:
        if self.works:
            self.now += 10
            self.said += self.talk.due(self.now)


class Room:
    """An operator and all that it works with, real but for the line."""

    def __init__(self, memory: Memory | None = None) -> None:
        memory = memory or Memory()
        self.hub = FrameHub()
        self.motion = Motion(memory.target, memory.limits)
        self.talk = Talk(self.hub, self.motion, 10)
        self.talk.light = memory.light
        self.line = Line(self.talk)
        self.timers: list[Callable[[], None]] = []
        self.operator = Operator(
            memory, Options.parse({}), self.talk, self.line, self.later
        )
        self.operator.begin(PLACEHOLDER, 0)

    def later(self, _after: timedelta, what: Callable[[], None]) -> Callable[[], None]:
        self.timers.append(what)
        return lambda: self.timers.remove(what)

    def pass_time(self) -> None:
        self.timers.pop()()

    def do(self, wish: Coroutine[None, None, None]) -> None:
        """Let it do something that waits for nothing."""
        with pytest.raises(StopIteration):
            wish.send(None)
        self.operator.learn()


def stops(*names: str) -> Patrol:
    return Patrol(tuple(Stop(name, DEFAULT_DWELL) for name in names))


def with_presets() -> Room:
    room = Room()
    for name, x in (("Door", 10), ("Window", 170)):
        room.do(room.operator.async_look(x=x))
        room.do(room.operator.async_store_preset(name))
    room.line.said.clear()
    return room


def test_steps_and_turns_end_at_the_limits() -> None:
    room = Room()
    room.do(room.operator.async_step(1, 0))
    assert room.motion.target == Position(100, 45)
    room.do(room.operator.async_turn(y=10))
    assert room.motion.target == Position(100, 55)
    room.do(room.operator.async_turn(x=-10))
    assert room.motion.target == Position(90, 55)
    room.do(room.operator.async_turn(x=300, y=-300))
    assert room.motion.target == Position(180, 0)
    room.do(room.operator.async_look(y=20))
    assert room.motion.target == Position(180, 20)
    with pytest.raises(Refused):
        room.do(room.operator.async_look(x=181))
    room.do(room.operator.async_center())
    assert Word.CENTER in room.line.said


def test_a_wish_that_cannot_be_told_is_not_kept() -> None:
    room = Room(Memory(target=MIDDLE))
    room.line.works = False
    with pytest.raises(Unreachable):
        room.do(room.operator.async_center())
    assert not room.talk.untold


def test_a_lamp_that_cannot_be_switched_stays_as_it_was() -> None:
    room = Room(Memory(light=True))
    room.line.works = False
    with pytest.raises(Unreachable):
        room.do(room.operator.async_light(on=False))
    assert (room.talk.light, room.operator.memory.light) == (True, True)
    room.line.works = True
    room.do(room.operator.async_light(on=False))
    assert (room.talk.light, room.operator.memory.light) == (False, False)


def test_a_wish_that_fails_in_private_leaves_the_way_to_the_park() -> None:
    room = Room()

    def hide() -> None:
        room.line.works = False
        room.operator.set_private(private=True, now=1)

    room.line.meanwhile = hide
    with pytest.raises(Unreachable):
        room.do(room.operator.async_look(x=10))
    assert room.motion.target == PARK
    assert room.motion.pending


def test_presets_are_bounded() -> None:
    room = Room()
    for number in range(MOST_PRESETS):
        room.do(room.operator.async_store_preset(f"{number}"))
    with pytest.raises(BadPreset):
        room.do(room.operator.async_store_preset("one more"))
    with pytest.raises(BadPreset):
        Room().do(room.operator.async_store_preset(" "))
    room.do(room.operator.async_store_preset("0"))  # is given anew
    with pytest.raises(NoSuchPreset):
        room.do(room.operator.async_delete_preset("one more"))
    room.do(room.operator.async_delete_preset("0"))
    room.do(room.operator.async_store_preset("one more"))


def test_a_round_goes_on_without_a_preset_that_is_deleted() -> None:
    room = with_presets()
    room.do(room.operator.async_patrol(stops("Door", "Window")))
    assert room.motion.target == Position(10, 45)
    room.pass_time()
    assert room.motion.target == Position(170, 45)
    room.do(room.operator.async_delete_preset("Window"))
    room.pass_time()
    assert room.motion.target == Position(10, 45)
    room.do(room.operator.async_delete_preset("Door"))
    assert (room.timers, room.operator.memory.patrolling) == ([], False)


@pytest.mark.parametrize(
    "wish",
    [
        lambda operator: operator.async_look(x=20),
        lambda operator: operator.async_step(0, 1),
        lambda operator: operator.async_recall("Window"),
        Operator.async_center,
    ],
)
def test_whoever_looks_by_hand_ends_the_round_and_nobody_does_in_private(
    wish: Callable[[Operator], Coroutine[None, None, None]],
) -> None:
    room = with_presets()
    room.do(room.operator.async_patrol(stops("Door", "Window")))
    room.do(wish(room.operator))
    assert (room.timers, room.operator.memory.patrolling) == ([], False)
    room.operator.set_private(private=True, now=1)
    room.line.said.clear()
    with pytest.raises(Private):
        room.do(wish(room.operator))
    assert (room.line.said, room.motion.target) == ([], PARK)


def test_another_round_takes_the_place_of_the_first() -> None:
    room = with_presets()
    room.do(room.operator.async_patrol(stops("Door", "Window")))
    room.do(room.operator.async_patrol(stops("Window")))
    assert room.motion.target == Position(170, 45)
    assert len(room.timers) == 1


def test_a_round_goes_on_after_a_restart_where_it_was() -> None:
    before = with_presets()
    before.do(before.operator.async_patrol(stops("Door", "Window")))
    before.pass_time()
    room = Room(before.operator.memory)
    assert room.motion.target == Position(170, 45)
    room.pass_time()
    assert room.motion.target == Position(10, 45)


def test_what_the_camera_can_reach_is_remembered() -> None:
    room = Room()
    limits = Limits(0, 120, 0, 60)
    room.motion.heard_limits(limits)
    room.operator.learn()
    assert room.operator.memory.limits == limits


def test_a_round_of_nothing_is_refused() -> None:
    room = with_presets()
    for patrol in (Patrol(), stops("Door", "Nowhere")):
        with pytest.raises(NoSuchPreset):
            room.do(room.operator.async_patrol(patrol))
    assert not room.operator.memory.patrolling


def test_a_round_waits_while_all_is_private() -> None:
    room = with_presets()
    room.do(room.operator.async_patrol(stops("Door", "Window")))
    room.operator.set_private(private=True, now=1)
    assert (room.timers, room.motion.target) == ([], PARK)
    room.operator.set_private(private=True, now=2)  # is nothing new
    with pytest.raises(Private):
        room.do(room.operator.async_patrol(stops("Window")))
    room.operator.set_private(private=False, now=3)
    assert room.motion.target == Position(10, 45)
    assert len(room.timers) == 1


def test_after_privacy_it_looks_where_it_did_before() -> None:
    room = Room()
    room.do(room.operator.async_look(x=10))
    room.operator.set_private(private=True, now=7)
    assert room.motion.target == PARK
    assert room.hub.shown is not None
    assert room.hub.shown.at == 7
    room.operator.set_private(private=False, now=8)
    assert room.motion.target == Position(10, 45)
    assert room.line.said[-1] == '{"x":10,"y":45}'


def test_between_coming_and_going_the_switch_is_free() -> None:
    room = Room()
    operator = room.operator
    private: list[bool] = []
    for home in (True, None, True, False, False, True):
        operator.take_presence(home, 1)
        private.append(operator.memory.private)
        operator.set_private(private=not operator.memory.private, now=2)
    # Who is at home is filmed no more, and who leaves is; repeats change nothing.
    assert private == [True, False, True, False, True, True]


def test_a_camera_that_never_moved_is_only_woken_after_privacy() -> None:
    room = Room(Memory(private=True))
    assert room.hub.shown is not None
    assert room.line.undisturbed
    room.operator.set_private(private=False, now=1)
    assert not room.hub.hidden
    assert room.operator.memory.target is None


def test_a_parked_camera_is_not_disturbed_by_a_restart() -> None:
    room = Room(Memory(private=True, parked=True, target=MIDDLE))
    room.operator.set_private(private=True, now=1)  # is nothing new
    assert room.line.said == []
    assert room.operator.memory.parked
    assert room.hub.hidden


def test_a_camera_that_was_lost_on_its_way_is_parked_again() -> None:
    room = Room(Memory(target=MIDDLE))
    room.operator.set_private(private=True, now=1)
    assert room.line.said[-1] == '{"x":90,"y":90}'
    room.line.said.clear()
    room.talk.end()
    room.operator.learn()
    assert room.line.said == ['{"x":90,"y":90}']
    assert (room.operator.memory.parked, room.motion.target) == (False, PARK)
    room.talk.hear_text('{"x":90,"y":60}', 1)  # so it was told
    room.talk.end()
    room.operator.learn()
    assert room.operator.memory.parked
    assert room.operator.memory.target == MIDDLE
    assert len(room.line.said) == 1


class Home(RuleBasedStateMachine):
    """Everything in any order, with a line that may be down and restarts."""

    names = st.sampled_from(("Door", "Window", "Bed"))

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()

    def attempt(self, wish: Coroutine[None, None, None]) -> None:
        """Wish something; in private all is refused and nothing is said."""
        private, said = self.room.operator.memory.private, len(self.room.line.said)
        try:
            self.room.do(wish)
        except CameraError:
            self.room.operator.learn()
        else:
            assert not private
        if private:
            assert len(self.room.line.said) == said

    @rule(works=st.booleans())
    def line(self, *, works: bool) -> None:
        self.room.line.works = works
        self.room.line.wake()

    @rule()
    def lost(self) -> None:
        self.room.talk.end()
        self.room.operator.learn()

    @rule(x=st.integers(-10, 190), y=st.integers(-10, 100))
    def look(self, x: int, y: int) -> None:
        self.attempt(self.room.operator.async_look(x=x, y=y))

    @rule(x=st.integers(-360, 360), y=st.integers(-360, 360))
    def turn(self, x: int, y: int) -> None:
        self.attempt(self.room.operator.async_turn(x, y))

    @rule(on=st.booleans())
    def light(self, *, on: bool) -> None:
        self.attempt(self.room.operator.async_light(on=on))

    @rule(name=names)
    def store(self, name: str) -> None:
        self.attempt(self.room.operator.async_store_preset(name))

    @rule(name=names)
    def recall(self, name: str) -> None:
        self.attempt(self.room.operator.async_recall(name))

    @rule(names=st.lists(names, max_size=3))
    def patrol(self, names: list[str]) -> None:
        self.attempt(self.room.operator.async_patrol(stops(*names)))

    @rule(private=st.booleans())
    def privacy(self, *, private: bool) -> None:
        self.room.operator.set_private(private=private, now=0)
        self.room.operator.learn()

    @rule(home=st.sampled_from((None, True, False)))
    def presence(self, *, home: bool | None) -> None:
        before = self.room.operator.memory
        self.room.operator.take_presence(home, 0)
        self.room.operator.learn()
        if home is not None and home is not before.at_home:
            assert self.room.operator.memory.private is home

    @rule()
    def time_passes(self) -> None:
        if self.room.timers:
            self.room.pass_time()
            self.room.operator.learn()

    @rule(max_x=st.integers(60, 180))
    def another_limit(self, max_x: int) -> None:
        self.room.motion.heard_limits(Limits(0, max_x, 0, 90))
        self.room.operator.learn()

    @rule()
    def restart(self) -> None:
        self.room.operator.end()
        assert self.room.timers == []
        kept = json.loads(json.dumps(self.room.operator.memory.as_dict()))
        memory = Memory.from_dict(kept)
        assert memory == self.room.operator.memory
        self.room = Room(memory)

    @invariant()
    def private_is_private(self) -> None:
        private = self.room.operator.memory.private
        assert self.room.hub.hidden is private
        assert self.room.line.undisturbed is private
        if private:
            shown = self.room.hub.shown
            assert shown is not None
            assert shown.jpeg == PLACEHOLDER
            assert self.room.talk.light is not True

    @invariant()
    def a_round_has_one_timer(self) -> None:
        memory = self.room.operator.memory
        assert len(self.room.timers) == (memory.patrolling and not memory.private)

    @invariant()
    def it_never_looks_beyond_its_limits(self) -> None:
        target = self.room.motion.target
        assert target is None or self.room.motion.limits.hold(target)


Home.TestCase.settings = settings(max_examples=50, stateful_step_count=30)
TestHome = Home.TestCase
