"""Faults of a camera, its network and the clock."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds import robocam
from custom_components.jannenkoti.kinds.robocam.model import Position
from custom_components.jannenkoti.kinds.robocam.motion.controller import Controller
from custom_components.jannenkoti.kinds.robocam.motion.motion import (
    MOST_QUERIES,
    Motion,
)
from custom_components.jannenkoti.kinds.robocam.motion.patrol import Patrol, Stop
from custom_components.jannenkoti.kinds.robocam.motion.saved_state import SavedState
from custom_components.jannenkoti.kinds.robocam.options import Options
from custom_components.jannenkoti.kinds.robocam.wire.errors import (
    ConnectionProblem,
    Unreachable,
)
from custom_components.jannenkoti.kinds.robocam.wire.protocol import Command
from custom_components.jannenkoti.kinds.robocam.wire.session import Session
from custom_components.jannenkoti.lib.frame_hub import FrameHub

from .house import done

if TYPE_CHECKING:
    from collections.abc import Callable

    from custom_components.jannenkoti.kinds.robocam.wire.client import RoboCamClient

JPEG = b"\xff\xd8 a room \xff\xd9"
PLACEHOLDER = b"\xff\xd8 private \xff\xd9"
AHEAD = Position(90, 45)
PARK = Position(90, 90)
DOOR, WINDOW = Position(10, 30), Position(170, 30)


class House:
    """A camera that moves at once, with the rules of its entry."""

    def __init__(self, stored: str | None = None, camera: House | None = None) -> None:
        self.place: Position = camera.place if camera else AHEAD
        self.lamp: bool = camera.lamp if camera else True
        self.there = True
        self.now: float = camera.now if camera else 0.0
        self.received: list[str] = []
        self.timers: list[tuple[timedelta, Callable[[], None]]] = []
        self.suspended = False
        saved = SavedState.from_dict(json.loads(stored) if stored else None)
        self.hub = FrameHub()
        self.motion = Motion(saved.target, saved.limits)
        self.session = Session(self.hub, self.motion, 10)
        self.session.lamp = saved.lamp
        self.controller = Controller(
            saved,
            Options.parse({}),
            self.session,
            cast("RoboCamClient", self),
            self.later,
        )
        self.controller.begin(PLACEHOLDER, "Preset", self.now)

    # What the controller wants of a client and of a clock

    def wake(self) -> None:
        """Do nothing: no task waits here."""

    async def async_deliver(self) -> None:
        if not self.there:
            raise Unreachable(ConnectionProblem.UNREACHABLE)
        self.run(0.2)

    def later(self, after: timedelta, what: Callable[[], None]) -> Callable[[], None]:
        timer = (after, what)
        self.timers.append(timer)
        return lambda: self.timers.remove(timer) if timer in self.timers else None

    # What befalls it

    def answer(self, text: str) -> str | None:
        """Apply a message; a camera that is lost does not respond."""
        if not self.there:
            return None
        self.received.append(text)
        if text.startswith('{"x"'):
            self.place = Position(**json.loads(text))
        elif text in {Command.LIGHT_ON, Command.LIGHT_OFF}:
            self.lamp = text == Command.LIGHT_ON
        return json.dumps({"x": self.place.x, "y": self.place.y})

    def run(self, seconds: float) -> None:
        """Exchange messages for some seconds."""
        for _ in range(int(seconds * 10)):
            self.now += 0.1
            for text in self.session.messages_due(self.now):
                if (answer := self.answer(text)) is not None:
                    self.session.receive_text(answer, self.now)
            self.controller.update()

    def connect(self) -> None:
        self.there = True
        self.session.begin(self.now)

    def lose(self) -> None:
        """End the connection, as the client does."""
        self.there = False
        self.session.end()
        self.controller.update()

    def reboot(self) -> None:
        """Cut the power: it looks straight ahead, with its lamp on."""
        self.place, self.lamp = AHEAD, True

    def restart(self) -> House:
        """Restart with what is stored."""
        return House(json.dumps(self.controller.saved.as_dict()), self)

    def dwell(self) -> timedelta:
        """End the dwell time at a stop; return how long it was."""
        ((after, what),) = self.timers
        self.timers.clear()
        what()
        return after


def met() -> House:
    house = House()
    house.connect()
    house.run(3)
    return house


def hide(house: House) -> None:
    house.controller.set_private(private=True, now=house.now)
    house.controller.update()


@pytest.mark.parametrize("seconds", [0.0, 0.3, 9.0], ids=["unsent", "sent", "given up"])
@pytest.mark.parametrize("restarted", [False, True])
def test_camera_lost_while_private_is_parked_when_it_returns(
    seconds: float, *, restarted: bool
) -> None:
    house = met()
    house.there = False  # without a word: the words go into the void
    hide(house)
    house.run(seconds)
    house.lose()
    assert house.hub.has_placeholder
    assert not house.controller.saved.parked
    if restarted:
        house = house.restart()
        assert house.hub.has_placeholder
    house.reboot()
    house.connect()
    house.run(3)
    assert (house.place, house.lamp) == (PARK, False)
    assert house.controller.saved.parked
    assert not house.session.needs_connection  # and it is left alone


def test_frames_of_a_private_camera_are_not_shown() -> None:
    house = met()
    hide(house)
    with house.hub.watch(lambda _picture: True):
        for _ in range(3):
            house.session.receive_frame(JPEG, house.now)
        shown = house.hub.current
    assert shown is not None
    assert shown.jpeg == PLACEHOLDER


@pytest.mark.parametrize("steps", range(4))
def test_patrol_continues_at_the_same_stop_after_restart(
    steps: int,
) -> None:
    house = met()
    house.controller.saved = replace(
        house.controller.saved, presets={"Door": DOOR, "Window": WINDOW}
    )
    stops = tuple(Stop(name, timedelta(seconds=30)) for name in ("Door", "Window"))
    done(house.controller.async_start_patrol(Patrol(stops)))
    for _ in range(steps):
        house.dwell()
    wanted = (DOOR, WINDOW)[steps % 2]  # and the camera has not received it
    house = house.restart()
    house.connect()
    house.run(3)
    assert house.place == house.controller.saved.target == wanted
    assert house.dwell() == timedelta(seconds=30)
    house.run(3)
    assert house.place == (WINDOW, DOOR)[steps % 2]


def test_restart_does_not_move_the_camera() -> None:
    house = met()
    done(house.controller.async_move(x=10, y=30))
    house = house.restart()
    house.place = WINDOW  # viewer else's app
    house.connect()
    house.run(9)
    assert not [text for text in house.received if text.startswith("{")]
    assert house.controller.saved.target == WINDOW


def test_move_of_a_lost_camera_fails_and_is_not_sent_later() -> None:
    house = met()
    house.lose()
    with pytest.raises(Unreachable):
        done(house.controller.async_move(x=10, y=30))
    with pytest.raises(Unreachable):
        done(house.controller.async_switch_lamp(on=False))
    house.connect()
    house.run(3)
    assert (house.place, house.lamp) == (AHEAD, True)


# Drop, delay, reorder, duplicate

FATES = st.lists(st.sampled_from("ddlxx2......"), min_size=30, max_size=30)


@settings(max_examples=60, deadline=None)
@given(fates=FATES)
def test_lost_late_and_repeated_responses_end_at_the_target(
    fates: list[str],
) -> None:
    house = met()
    late: list[str] = []
    asked = 0
    house.motion.move(DOOR)
    for tick in range(600):
        house.now += 0.1
        for text in house.session.messages_due(house.now):
            asked += text == Command.GET_POSITION
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
                house.session.receive_text(answer, house.now)
    assert house.place == DOOR
    assert not house.motion.moving
    assert asked <= 2 * MOST_QUERIES
    # One answer, and what is shown is true again.
    house.motion.track(house.now)
    house.run(3)
    assert house.controller.saved.target == house.motion.measured == DOOR


# Freeze, corrupt, flood


def test_repeated_frame_counts_as_received() -> None:
    house = met()
    with house.hub.watch(lambda _picture: True):
        for number in range(50):
            assert house.session.receive_frame(JPEG, house.now + number / 10)
        assert house.session.frame_rate(house.now + 5) == pytest.approx(10)


@pytest.mark.parametrize("said", ["", "{", "null", '{"x":900,"y":4}', "\0" * 99])
def test_corrupt_message_changes_only_the_counter(said: str) -> None:
    house = met()
    before = house.controller.saved
    with house.hub.watch(lambda _picture: True):
        house.session.receive_frame(JPEG, house.now)
        shown = house.hub.current
        dropped = house.session.dropped
        assert not house.session.receive_text(said, house.now)
        assert not house.session.receive_frame(JPEG[:-1], house.now)
        assert house.hub.current is shown
    assert house.session.dropped == dropped + 2
    house.run(1)
    assert house.controller.saved == before


def test_flood_of_positions_causes_one_request_per_second() -> None:
    house = met()
    asked = len([text for text in house.received if text == Command.GET_POSITION])
    for _ in range(300):
        for _ in range(100):
            house.session.receive_text('{"x":90,"y":45}', house.now)
        house.run(0.1)
    again = len([text for text in house.received if text == Command.GET_POSITION])
    assert again - asked <= 31
    assert house.controller.saved.target == AHEAD


# Clocks


def test_only_the_coordinator_reads_the_wall_clock() -> None:
    """A step, or a night on which the clocks change, has nothing to move."""
    folder = Path(robocam.__file__).parent
    readers = {
        path.stem
        for path in folder.rglob("*.py")
        if "utcnow" in path.read_text() or "datetime.now" in path.read_text()
    }
    assert readers == {"coordinator"}  # for the time of a frame
