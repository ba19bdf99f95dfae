"""Requests, patrols and privacy in any order: privacy comes first."""

import json
from typing import TYPE_CHECKING, override

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.motion.controller import Controller
from custom_components.jannenkoti.kinds.robocam.motion.motion import Motion
from custom_components.jannenkoti.kinds.robocam.motion.patrol import (
    DEFAULT_DWELL,
    Patrol,
    Stop,
)
from custom_components.jannenkoti.kinds.robocam.motion.saved_state import (
    MOST_PRESETS,
    SavedState,
)
from custom_components.jannenkoti.kinds.robocam.options import Options
from custom_components.jannenkoti.kinds.robocam.wire.client import RoboCamClient
from custom_components.jannenkoti.kinds.robocam.wire.errors import (
    CameraError,
    CameraIsPrivate,
    ConnectionProblem,
    InvalidPreset,
    NoPresets,
    NothingToDo,
    OutOfRange,
    UnknownPreset,
    Unreachable,
)
from custom_components.jannenkoti.kinds.robocam.wire.protocol import Command
from custom_components.jannenkoti.kinds.robocam.wire.session import Session
from custom_components.jannenkoti.lib.frame_hub import FrameHub

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import timedelta

MIDDLE, PARK = Position(90, 45), Position(90, 90)
PLACEHOLDER = b"private"


class Line(RoboCamClient):
    """A connection that delivers at once, or fails."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.works = True
        self.suspended = False
        self.sent: list[str] = []
        self.now = 0.0
        self.meanwhile: Callable[[], None] = lambda: None
        """Called before it is known whether the delivery works."""

    @override
    async def async_deliver(self) -> None:
        self.meanwhile()
        if not self.works:
            raise Unreachable(ConnectionProblem.UNREACHABLE)
        self.now += 10
        self.sent += self.session.messages_due(self.now)

    @override
    def wake(self) -> None:
        if self.works:
            self.now += 10
            self.sent += self.session.messages_due(self.now)


class Room:
    """A controller with all its parts, and a simulated connection."""

    def __init__(self, saved: SavedState | None = None) -> None:
        saved = saved or SavedState()
        self.hub = FrameHub()
        self.motion = Motion(saved.target, saved.limits)
        self.session = Session(self.hub, self.motion, 10)
        self.session.lamp = saved.lamp
        self.line = Line(self.session)
        self.timers: list[Callable[[], None]] = []
        self.controller = Controller(
            saved, Options.parse({}), self.session, self.line, self.later
        )
        self.controller.begin(PLACEHOLDER, "Preset", 0)

    def later(self, _after: timedelta, what: Callable[[], None]) -> Callable[[], None]:
        self.timers.append(what)
        return lambda: self.timers.remove(what)

    def pass_time(self) -> None:
        self.timers.pop()()

    def do(self, request: Coroutine[None, None, None]) -> None:
        """Run a request that does not wait."""
        with pytest.raises(StopIteration):
            request.send(None)
        self.controller.update()


def stops(*names: str) -> Patrol:
    return Patrol(tuple(Stop(name, DEFAULT_DWELL) for name in names))


def with_presets() -> Room:
    room = Room()
    for name, x in (("Door", 10), ("Window", 170)):
        room.do(room.controller.async_move(x=x))
        room.do(room.controller.async_store_preset(name))
    room.line.sent.clear()
    return room


def test_turns_end_at_the_limits() -> None:
    room = Room()
    room.do(room.controller.async_step(1, 0))
    assert room.motion.target == Position(100, 45)
    room.do(room.controller.async_turn(y=10))
    assert room.motion.target == Position(100, 55)
    room.do(room.controller.async_turn(x=-10))
    assert room.motion.target == Position(90, 55)
    room.do(room.controller.async_turn(x=300, y=-300))
    assert room.motion.target == Position(180, 0)
    room.do(room.controller.async_move(y=20))
    assert room.motion.target == Position(180, 20)
    with pytest.raises(OutOfRange):
        room.do(room.controller.async_move(x=181))
    room.do(room.controller.async_center())
    assert Command.CENTER in room.line.sent


def test_undelivered_move_is_canceled() -> None:
    room = Room(SavedState(target=MIDDLE))
    room.line.works = False
    with pytest.raises(Unreachable):
        room.do(room.controller.async_center())
    assert not room.session.has_unsent


def test_undelivered_lamp_command_keeps_the_state() -> None:
    room = Room(SavedState(lamp=True))
    room.line.works = False
    with pytest.raises(Unreachable):
        room.do(room.controller.async_switch_lamp(on=False))
    assert (room.session.lamp, room.controller.saved.lamp) == (True, True)
    room.line.works = True
    room.do(room.controller.async_switch_lamp(on=False))
    assert (room.session.lamp, room.controller.saved.lamp) == (False, False)


def test_move_that_fails_while_privacy_starts_keeps_parking() -> None:
    room = Room()

    def hide() -> None:
        room.line.works = False
        room.controller.set_private(private=True, now=1)

    room.line.meanwhile = hide
    with pytest.raises(Unreachable):
        room.do(room.controller.async_move(x=10))
    assert room.motion.target == PARK
    assert room.motion.has_unsent


def test_number_of_presets_is_limited() -> None:
    room = Room()
    for number in range(MOST_PRESETS):
        room.do(room.controller.async_store_preset(f"{number}"))
    with pytest.raises(InvalidPreset):
        room.do(room.controller.async_store_preset("one more"))
    with pytest.raises(InvalidPreset):
        Room().do(room.controller.async_store_preset(" "))
    room.do(room.controller.async_store_preset("0"))  # is replaced
    with pytest.raises(UnknownPreset):
        room.do(room.controller.async_delete_preset("one more"))
    room.do(room.controller.async_delete_preset("0"))
    room.do(room.controller.async_store_preset("one more"))


def test_patrol_continues_without_a_deleted_preset() -> None:
    room = with_presets()
    room.do(room.controller.async_start_patrol(stops("Door", "Window")))
    assert room.motion.target == Position(10, 45)
    room.pass_time()
    assert room.motion.target == Position(170, 45)
    room.do(room.controller.async_delete_preset("Window"))
    room.pass_time()
    assert room.motion.target == Position(10, 45)
    room.do(room.controller.async_delete_preset("Door"))
    assert (room.timers, room.controller.saved.patrolling) == ([], False)


@pytest.mark.parametrize(
    "move",
    [
        lambda controller: controller.async_move(x=20),
        lambda controller: controller.async_step(0, 1),
        lambda controller: controller.async_recall("Window"),
        Controller.async_center,
    ],
)
def test_move_ends_the_patrol_and_fails_while_private(
    move: Callable[[Controller], Coroutine[None, None, None]],
) -> None:
    room = with_presets()
    room.do(room.controller.async_start_patrol(stops("Door", "Window")))
    room.do(move(room.controller))
    assert (room.timers, room.controller.saved.patrolling) == ([], False)
    room.controller.set_private(private=True, now=1)
    room.line.sent.clear()
    with pytest.raises(CameraIsPrivate):
        room.do(move(room.controller))
    assert (room.line.sent, room.motion.target) == ([], PARK)


def test_new_patrol_replaces_the_current_one() -> None:
    room = with_presets()
    room.do(room.controller.async_start_patrol(stops("Door", "Window")))
    room.do(room.controller.async_start_patrol(stops("Window")))
    assert room.motion.target == Position(170, 45)
    assert len(room.timers) == 1


def test_patrol_continues_at_its_stop_after_restart() -> None:
    before = with_presets()
    before.do(before.controller.async_start_patrol(stops("Door", "Window")))
    before.pass_time()
    room = Room(before.controller.saved)
    assert room.motion.target == Position(170, 45)
    room.pass_time()
    assert room.motion.target == Position(10, 45)


def test_reported_limits_are_saved() -> None:
    room = Room()
    limits = Limits(0, 120, 0, 60)
    room.motion.receive_limits(limits)
    room.controller.update()
    assert room.controller.saved.limits == limits


def test_patrol_without_presets_is_refused() -> None:
    room = with_presets()
    with pytest.raises(UnknownPreset):
        room.do(room.controller.async_start_patrol(stops("Door", "Nowhere")))
    assert not room.controller.saved.patrolling
    with pytest.raises(NoPresets):
        Room().do(Room().controller.async_start_patrol())


def test_patrol_without_stops_visits_all_presets() -> None:
    room = with_presets()
    room.do(room.controller.async_start_patrol())
    assert room.controller.saved.patrol == stops("Door", "Window")


@pytest.mark.parametrize("lamp", [None, True, False])
@pytest.mark.parametrize("restarted", [False, True])
def test_lamp_is_off_while_private_and_restored_afterwards(
    *, lamp: bool | None, restarted: bool
) -> None:
    room = Room(SavedState(lamp=lamp, target=MIDDLE))
    room.controller.set_private(private=True, now=1)
    assert room.session.lamp is False
    assert Command.LIGHT_OFF in room.line.sent
    if restarted:
        room = Room(room.controller.saved)
        assert room.session.lamp is False
    room.line.sent.clear()
    room.controller.set_private(private=False, now=2)
    # A camera that was never switched starts with its lamp on.
    on = lamp is not False
    assert room.session.lamp is on
    assert (Command.LIGHT_ON if on else Command.LIGHT_OFF) in room.line.sent
    assert room.controller.saved.lamp is lamp


def test_lamp_command_that_fails_while_privacy_starts_leaves_the_lamp_off() -> None:
    room = Room(SavedState(lamp=True))

    def hide() -> None:
        room.line.works = False
        room.controller.set_private(private=True, now=1)

    room.line.meanwhile = hide
    with pytest.raises(Unreachable):
        room.do(room.controller.async_switch_lamp(on=True))
    assert room.session.lamp is False


@pytest.mark.parametrize("angle", [float("nan"), float("inf"), float("-inf")])
def test_angle_that_is_not_finite_is_out_of_range(angle: float) -> None:
    room = Room(SavedState(target=MIDDLE))
    for request in (room.controller.async_pan, room.controller.async_tilt):
        with pytest.raises(OutOfRange):
            room.do(request(angle))
    assert room.motion.target == MIDDLE
    assert room.line.sent == []


def test_larger_pan_turns_right_and_larger_tilt_turns_down() -> None:
    room = Room(SavedState(target=MIDDLE))
    room.do(room.controller.async_pan(100))
    assert room.motion.target == Position(80, 45)
    room.do(room.controller.async_tilt(50.4))
    assert room.motion.target == Position(80, 50)


def test_move_without_position_raises_nothing_to_do() -> None:
    room = Room(SavedState(target=MIDDLE))
    for request in (room.controller.async_move, room.controller.async_turn):
        with pytest.raises(NothingToDo):
            room.do(request())
    assert room.line.sent == []


def test_stored_preset_gets_the_chosen_name_or_the_next_number() -> None:
    room = Room(SavedState(target=MIDDLE))
    room.do(room.controller.async_store_preset())
    assert list(room.controller.saved.presets) == ["Preset 1"]
    assert room.controller.preset_name == "Preset 2"
    room.do(room.controller.async_name_preset(" Door "))
    assert room.controller.preset_name == "Door"
    room.do(room.controller.async_store_preset())
    assert list(room.controller.saved.presets) == ["Preset 1", "Door"]
    assert room.controller.preset_name == "Preset 2"
    with pytest.raises(InvalidPreset):
        room.do(room.controller.async_name_preset("none"))


def test_patrol_pauses_while_private() -> None:
    room = with_presets()
    room.do(room.controller.async_start_patrol(stops("Door", "Window")))
    room.controller.set_private(private=True, now=1)
    assert (room.timers, room.motion.target) == ([], PARK)
    room.controller.set_private(private=True, now=2)  # is nothing new
    with pytest.raises(CameraIsPrivate):
        room.do(room.controller.async_start_patrol(stops("Window")))
    room.controller.set_private(private=False, now=3)
    assert room.motion.target == Position(10, 45)
    assert len(room.timers) == 1


def test_target_is_restored_after_privacy() -> None:
    room = Room()
    room.do(room.controller.async_move(x=10))
    room.controller.set_private(private=True, now=7)
    assert room.motion.target == PARK
    assert room.hub.current is not None
    assert room.hub.current.at == 7
    room.controller.set_private(private=False, now=8)
    assert room.motion.target == Position(10, 45)
    assert room.line.sent[-1] == '{"x":10,"y":45}'


def test_privacy_switch_works_between_presence_changes() -> None:
    room = Room()
    controller = room.controller
    private: list[bool] = []
    for home in (True, None, True, False, False, True):
        controller.apply_presence(home, 1)
        private.append(controller.saved.private)
        controller.set_private(private=not controller.saved.private, now=2)
    # Who is at home is filmed no more, and who leaves is; repeats change nothing.
    assert private == [True, False, True, False, True, True]


def test_camera_without_target_does_not_move_after_privacy() -> None:
    room = Room(SavedState(private=True))
    assert room.hub.current is not None
    assert room.line.suspended
    room.controller.set_private(private=False, now=1)
    assert not room.hub.has_placeholder
    assert room.controller.saved.target is None


def test_parked_camera_gets_no_command_after_restart() -> None:
    room = Room(SavedState(private=True, parked=True, target=MIDDLE))
    room.controller.set_private(private=True, now=1)  # is nothing new
    assert room.line.sent == []
    assert room.controller.saved.parked
    assert room.hub.has_placeholder


def test_camera_lost_while_parking_is_parked_again() -> None:
    room = Room(SavedState(target=MIDDLE))
    room.controller.set_private(private=True, now=1)
    assert room.line.sent[-1] == '{"x":90,"y":90}'
    room.line.sent.clear()
    room.session.end()
    room.controller.update()
    assert room.line.sent == ['{"x":90,"y":90}']
    assert (room.controller.saved.parked, room.motion.target) == (False, PARK)
    room.session.receive_text('{"x":90,"y":60}', 1)  # it has received the command
    room.session.end()
    room.controller.update()
    assert room.controller.saved.parked
    assert room.controller.saved.target == MIDDLE
    assert len(room.line.sent) == 1


class Home(RuleBasedStateMachine):
    """All requests in any order, with lost connections and restarts."""

    names = st.sampled_from(("Door", "Window", "Bed"))

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()

    def attempt(self, request: Coroutine[None, None, None]) -> None:
        """Make a request; while private all fail and no message is sent."""
        private, sent = self.room.controller.saved.private, len(self.room.line.sent)
        try:
            self.room.do(request)
        except CameraError:
            self.room.controller.update()
        else:
            assert not private
        if private:
            assert len(self.room.line.sent) == sent

    @rule(works=st.booleans())
    def line(self, *, works: bool) -> None:
        self.room.line.works = works
        self.room.line.wake()

    @rule()
    def lost(self) -> None:
        self.room.session.end()
        self.room.controller.update()

    @rule(x=st.integers(-10, 190), y=st.integers(-10, 100))
    def look(self, x: int, y: int) -> None:
        self.attempt(self.room.controller.async_move(x=x, y=y))

    @rule(x=st.integers(-360, 360), y=st.integers(-360, 360))
    def turn(self, x: int, y: int) -> None:
        self.attempt(self.room.controller.async_turn(x, y))

    @rule(on=st.booleans())
    def light(self, *, on: bool) -> None:
        self.attempt(self.room.controller.async_switch_lamp(on=on))

    @rule(name=names)
    def store(self, name: str) -> None:
        self.attempt(self.room.controller.async_store_preset(name))

    @rule(name=names)
    def recall(self, name: str) -> None:
        self.attempt(self.room.controller.async_recall(name))

    @rule(names=st.lists(names, max_size=3))
    def patrol(self, names: list[str]) -> None:
        self.attempt(self.room.controller.async_start_patrol(stops(*names)))

    @rule(private=st.booleans())
    def privacy(self, *, private: bool) -> None:
        self.room.controller.set_private(private=private, now=0)
        self.room.controller.update()

    @rule(home=st.sampled_from((None, True, False)))
    def presence(self, *, home: bool | None) -> None:
        before = self.room.controller.saved
        self.room.controller.apply_presence(home, 0)
        self.room.controller.update()
        if home is not None and home is not before.at_home:
            assert self.room.controller.saved.private is home

    @rule()
    def time_passes(self) -> None:
        if self.room.timers:
            self.room.pass_time()
            self.room.controller.update()

    @rule(max_x=st.integers(60, 180))
    def another_limit(self, max_x: int) -> None:
        self.room.motion.receive_limits(Limits(0, max_x, 0, 90))
        self.room.controller.update()

    @rule()
    def restart(self) -> None:
        self.room.controller.end()
        assert self.room.timers == []
        kept = json.loads(json.dumps(self.room.controller.saved.as_dict()))
        saved = SavedState.from_dict(kept)
        assert saved == self.room.controller.saved
        self.room = Room(saved)

    @invariant()
    def private_is_private(self) -> None:
        private = self.room.controller.saved.private
        assert self.room.hub.has_placeholder is private
        assert self.room.line.suspended is private
        if private:
            shown = self.room.hub.current
            assert shown is not None
            assert shown.jpeg == PLACEHOLDER
            assert self.room.session.lamp is not True

    @invariant()
    def a_round_has_one_timer(self) -> None:
        saved = self.room.controller.saved
        assert len(self.room.timers) == (saved.patrolling and not saved.private)

    @invariant()
    def it_never_looks_beyond_its_limits(self) -> None:
        target = self.room.motion.target
        assert target is None or self.room.motion.limits.contain(target)


Home.TestCase.settings = settings(max_examples=50, stateful_step_count=30)
TestHome = Home.TestCase
