"""What a camera, its network and its clock can do to whoever looks through it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam import motion
from custom_components.jannenkoti.kinds.robocam.errors import Problem, Unreachable
from custom_components.jannenkoti.kinds.robocam.hub import FrameHub
from custom_components.jannenkoti.kinds.robocam.memory import Memory
from custom_components.jannenkoti.kinds.robocam.motion import MOST_LOOKS, Motion
from custom_components.jannenkoti.kinds.robocam.operator import Operator
from custom_components.jannenkoti.kinds.robocam.options import Options
from custom_components.jannenkoti.kinds.robocam.patrol import Patrol, Stop
from custom_components.jannenkoti.kinds.robocam.protocol import Position, Word
from custom_components.jannenkoti.kinds.robocam.talk import Talk

from .house import done

if TYPE_CHECKING:
    from collections.abc import Callable

    from custom_components.jannenkoti.kinds.robocam.client import RoboCamClient

JPEG = b"\xff\xd8 a room \xff\xd9"
PLACEHOLDER = b"\xff\xd8 private \xff\xd9"
AHEAD = Position(90, 45)
PARK = Position(90, 90)
DOOR, WINDOW = Position(10, 30), Position(170, 30)


class House:
    """A camera that obeys at once, and the rules of its entry; the test is the way."""

    def __init__(self, stored: str | None = None, camera: House | None = None) -> None:
        self.place: Position = camera.place if camera else AHEAD
        self.lamp: bool = camera.lamp if camera else True
        self.there = True
        self.now: float = camera.now if camera else 0.0
        self.heard: list[str] = []
        self.timers: list[tuple[timedelta, Callable[[], None]]] = []
        self.undisturbed = False
        memory = Memory.from_dict(json.loads(stored) if stored else None)
        self.hub = FrameHub()
        self.motion = Motion(memory.target, memory.limits)
        self.talk = Talk(self.hub, self.motion, 10)
        self.talk.light = memory.light
        self.operator = Operator(
            memory,
            Options.parse({}),
            self.talk,
            cast("RoboCamClient", self),
            self.later,
        )
        self.operator.begin(PLACEHOLDER, self.now)

    # What the operator wants of a client and of a clock

    def wake(self) -> None:
        """Nothing waits here."""

    async def async_deliver(self) -> None:
        if not self.there:
            raise Unreachable(Problem.UNREACHABLE)
        self.live(0.2)

    def later(self, after: timedelta, what: Callable[[], None]) -> Callable[[], None]:
        timer = (after, what)
        self.timers.append(timer)
        return lambda: self.timers.remove(timer) if timer in self.timers else None

    # What befalls it

    def answer(self, text: str) -> str | None:
        """Do as told; a camera that is gone takes words, and says nothing."""
        if not self.there:
            return None
        self.heard.append(text)
        if text.startswith('{"x"'):
            self.place = Position(**json.loads(text))
        elif text in {Word.LIGHT_ON, Word.LIGHT_OFF}:
            self.lamp = text == Word.LIGHT_ON
        return json.dumps({"x": self.place.x, "y": self.place.y})

    def live(self, seconds: float) -> None:
        """Speak with the camera for a while."""
        for _ in range(int(seconds * 10)):
            self.now += 0.1
            for text in self.talk.due(self.now):
                if (answer := self.answer(text)) is not None:
                    self.talk.hear_text(answer, self.now)
            self.operator.learn()

    def connect(self) -> None:
        self.there = True
        self.talk.begin(self.now)

    def lose(self) -> None:
        """Let the connection end, as whoever holds it does."""
        self.there = False
        self.talk.end()
        self.operator.learn()

    def reboot(self) -> None:
        """Cut the power: it looks straight ahead, with its lamp on."""
        self.place, self.lamp = AHEAD, True

    def restart(self) -> House:
        """Begin a new life with what is stored."""
        return House(json.dumps(self.operator.memory.as_dict()), self)

    def dwell(self) -> timedelta:
        """Let the time at a stop be over; return how long it was."""
        ((after, what),) = self.timers
        self.timers.clear()
        what()
        return after


def met() -> House:
    house = House()
    house.connect()
    house.live(3)
    return house


def hide(house: House) -> None:
    house.operator.set_private(private=True, now=house.now)
    house.operator.learn()


@pytest.mark.parametrize("told", [0.0, 0.3, 9.0], ids=["untold", "told", "given up"])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_camera_that_is_lost_while_it_is_hidden_is_parked_when_it_is_back(
    told: float, *, restarted: bool
) -> None:
    house = met()
    house.there = False  # without a word: the words go into the void
    hide(house)
    house.live(told)
    house.lose()
    assert house.hub.hidden
    assert not house.operator.memory.parked
    if restarted:
        house = house.restart()
        assert house.hub.hidden
    house.reboot()
    house.connect()
    house.live(3)
    assert (house.place, house.lamp) == (PARK, False)
    assert house.operator.memory.parked
    assert not house.talk.pending  # and it is left alone


def test_a_hidden_camera_is_not_shown_by_whatever_comes() -> None:
    house = met()
    hide(house)
    with house.hub.watch(lambda _picture: True):
        for _ in range(3):
            house.talk.hear_picture(JPEG, house.now)
        shown = house.hub.shown
    assert shown is not None
    assert shown.jpeg == PLACEHOLDER


@pytest.mark.parametrize("steps", range(4))
def test_a_restart_in_the_middle_of_a_round_goes_on_at_the_same_stop(
    steps: int,
) -> None:
    house = met()
    house.operator.memory = replace(
        house.operator.memory, presets={"Door": DOOR, "Window": WINDOW}
    )
    stops = tuple(Stop(name, timedelta(seconds=30)) for name in ("Door", "Window"))
    done(house.operator.async_patrol(Patrol(stops)))
    for _ in range(steps):
        house.dwell()
    wanted = (DOOR, WINDOW)[steps % 2]  # and the camera was not even told
    house = house.restart()
    house.connect()
    house.live(3)
    assert house.place == house.operator.memory.target == wanted
    assert house.dwell() == timedelta(seconds=30)
    house.live(3)
    assert house.place == (WINDOW, DOOR)[steps % 2]


def test_a_restart_does_not_turn_the_camera_by_itself() -> None:
    house = met()
    done(house.operator.async_look(x=10, y=30))
    house = house.restart()
    house.place = WINDOW  # somebody else's app
    house.connect()
    house.live(9)
    assert not [text for text in house.heard if text.startswith("{")]
    assert house.operator.memory.target == WINDOW


def test_a_move_is_dropped_with_the_connection_and_not_carried_out_later() -> None:
    house = met()
    house.lose()
    with pytest.raises(Unreachable):
        done(house.operator.async_look(x=10, y=30))
    with pytest.raises(Unreachable):
        done(house.operator.async_light(on=False))
    house.connect()
    house.live(3)
    assert (house.place, house.lamp) == (AHEAD, True)


# Drop, delay, reorder, duplicate

FATES = st.lists(st.sampled_from("ddlxx2......"), min_size=30, max_size=30)


@settings(max_examples=60, deadline=None)
@given(fates=FATES)
def test_answers_that_get_lost_late_or_twice_end_in_peace(
    fates: list[str],
) -> None:
    house = met()
    late: list[str] = []
    asked = 0
    house.motion.aim(DOOR)
    for tick in range(600):
        house.now += 0.1
        for text in house.talk.due(house.now):
            asked += text == Word.GET_POSITION
            fate = fates[tick // 20]
            answers = [house.answer(text) or ""] * (2 if fate == "2" else 1)
            if fate == "d":
                answers = []
            elif fate == "l":
                late += answers
                answers = []
            elif fate == "x":
                late += answers
                answers = [late.pop(tick % len(late))]
            for answer in answers:
                house.talk.hear_text(answer, house.now)
    assert house.place == DOOR
    assert not house.motion.moving
    assert asked <= 2 * MOST_LOOKS
    # One answer, and what is shown is true again.
    house.motion.follow(house.now)
    house.live(3)
    assert house.operator.memory.target == house.motion.measured == DOOR


# Freeze, corrupt, flood


def test_a_frozen_picture_is_no_lost_camera() -> None:
    house = met()
    with house.hub.watch(lambda _picture: True):
        for number in range(50):
            assert house.talk.hear_picture(JPEG, house.now + number / 10)
        assert house.talk.fps(house.now + 5) == pytest.approx(10)


@pytest.mark.parametrize("said", ["", "{", "null", '{"x":900,"y":4}', "\0" * 99])
def test_a_corrupt_message_changes_nothing_but_a_count(said: str) -> None:
    house = met()
    before = house.operator.memory
    with house.hub.watch(lambda _picture: True):
        house.talk.hear_picture(JPEG, house.now)
        shown = house.hub.shown
        dropped = house.talk.dropped
        assert not house.talk.hear_text(said, house.now)
        assert not house.talk.hear_picture(JPEG[:-1], house.now)
        assert house.hub.shown is shown
    assert house.talk.dropped == dropped + 2
    house.live(1)
    assert house.operator.memory == before


def test_a_flood_of_positions_is_asked_about_once_a_second() -> None:
    house = met()
    asked = len([text for text in house.heard if text == Word.GET_POSITION])
    for _ in range(300):
        for _ in range(100):
            house.talk.hear_text('{"x":90,"y":45}', house.now)
        house.live(0.1)
    again = len([text for text in house.heard if text == Word.GET_POSITION])
    assert again - asked <= 31
    assert house.operator.memory.target == AHEAD


# Clocks


def test_nothing_that_waits_or_is_remembered_reads_the_wall_clock() -> None:
    """A step, or a night on which the clocks change, has nothing to move."""
    folder = Path(motion.__file__).parent
    readers = {
        path.stem
        for path in folder.glob("*.py")
        if "utcnow" in path.read_text() or "datetime.now" in path.read_text()
    }
    assert readers == {"coordinator"}  # for the date of a picture, when it comes
