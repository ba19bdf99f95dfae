"""Many wishes become few moves, and the firmware's quirks confuse nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.errors import Refused
from custom_components.jannenkoti.kinds.robocam.motion import (
    LOOK_INTERVAL,
    MOST_LOOKS,
    MOVE_INTERVAL,
    Motion,
)
from custom_components.jannenkoti.kinds.robocam.protocol import Limits, Position, Word

HERE = Position(90, 45)


def said(motion: Motion, now: float) -> list[str]:
    return list(motion.due(now))


class Camera:
    """The firmware's servos, by its own arithmetic."""

    def __init__(self) -> None:
        self.goal = self.position = HERE

    def ease(self) -> None:
        def nearer(now: int, goal: int) -> int:
            return int(now + (goal - now) * 0.2)

        self.position = Position(
            nearer(self.position.x, self.goal.x), nearer(self.position.y, self.goal.y)
        )

    def hear(self, text: str) -> Position:
        """Do as told, answer as the firmware does."""
        if text == Word.GET_POSITION:
            return self.position
        old = self.position
        x, y = text.strip("{}").split(",")
        self.goal = Position(int(x.split(":")[1]), int(y.split(":")[1]))
        return old


def live(motion: Motion, camera: Camera, seconds: float, start: float = 0) -> None:
    """Let both go on for a while."""
    for tick in range(int(seconds * 10)):
        now = start + tick / 10
        for text in said(motion, now):
            motion.heard_position(camera.hear(text), now)
        camera.ease()


def test_the_latest_target_wins() -> None:
    motion = Motion(HERE)
    sent = []
    for number in range(60):  # in one second
        now = number / 60
        motion.aim(Position(number, 45))
        sent += [text for text in said(motion, now) if text.startswith("{")]
    sent += said(motion, 1.05)[:1]
    assert len(sent) <= 1 / MOVE_INTERVAL + 1
    assert sent[-1] == '{"x":59,"y":45}'


def test_a_move_is_not_told_twice() -> None:
    motion = Motion(HERE)
    motion.aim(Position(100, 45))
    assert said(motion, 0) == ['{"x":100,"y":45}']
    assert not motion.pending
    assert said(motion, 0.5) == []


@settings(max_examples=60)
@given(x=st.integers(0, 180), y=st.integers(0, 90))
def test_the_old_position_in_the_broadcast_is_not_believed(x: int, y: int) -> None:
    motion, camera = Motion(HERE), Camera()
    motion.aim(Position(x, y))
    live(motion, camera, LOOK_INTERVAL * (MOST_LOOKS + 2))
    assert motion.target == Position(x, y)
    assert motion.measured == camera.position
    assert motion.measured.near(motion.target)
    assert not motion.moving


def test_a_camera_that_stands_is_not_asked_for_ever() -> None:
    motion, camera = Motion(HERE), Camera()
    motion.aim(Position(120, 45))
    live(motion, camera, 30)
    assert motion.due_at() is None


def test_a_stuck_servo_shows_where_it_is() -> None:
    motion = Motion(HERE)
    motion.aim(Position(150, 45))
    for tick in range(200):
        for text in said(motion, tick / 10):
            if text == Word.GET_POSITION:
                motion.heard_position(HERE, tick / 10)
    assert motion.target == HERE
    assert not motion.moving


def test_somebody_else_who_moves_the_camera_is_followed() -> None:
    motion, camera = Motion(HERE), Camera()
    camera.goal = Position(30, 10)
    motion.heard_position(HERE, 0)  # what the firmware tells all clients then
    assert motion.moving
    live(motion, camera, 10, start=0)
    assert motion.target == motion.measured == Position(30, 10)


def test_the_middle_is_learned_from_the_broadcast() -> None:
    motion = Motion(Position(10, 10))
    motion.center()
    assert said(motion, 0) == [Word.CENTER]
    motion.heard_position(HERE, 0.1)
    assert motion.target == HERE


def test_limits_of_the_camera_count() -> None:
    motion = Motion(Position(170, 80))
    motion.aim(Position(180, 90))
    motion.heard_limits(Limits(0, 100, 0, 60))
    assert motion.target == Position(100, 60)
    assert said(motion, 0) == ['{"x":100,"y":60}']
    with pytest.raises(Refused) as error:
        motion.aim(Position(101, 10))
    assert error.value.placeholders["max_x"] == "100"


def test_a_move_that_the_camera_refuses_is_forgotten() -> None:
    motion = Motion(HERE)
    motion.follow(0)
    said(motion, 0)
    motion.heard_position(HERE, 0)
    motion.aim(Position(100, 45))
    said(motion, 1)
    motion.heard_refusal()
    assert motion.target == HERE
    assert not motion.moving


def test_a_wish_that_could_not_be_told_is_dropped() -> None:
    motion = Motion(HERE)
    motion.follow(0)
    said(motion, 0)
    motion.heard_position(HERE, 0)
    motion.aim(Position(100, 45))
    motion.withdraw()
    assert motion.target == HERE
    assert not motion.pending


def test_a_new_wish_on_the_way_is_not_overruled_by_a_measurement() -> None:
    motion = Motion(HERE)
    motion.aim(Position(100, 45))
    said(motion, 0)
    said(motion, LOOK_INTERVAL)
    motion.aim(Position(20, 45))
    motion.heard_position(Position(96, 45), LOOK_INTERVAL)
    assert motion.target == Position(20, 45)
    assert motion.measured == Position(96, 45)


def test_a_lost_connection_leaves_an_unsent_wish() -> None:
    motion = Motion(HERE)
    motion.aim(Position(20, 45))
    motion.follow(0)
    motion.forget()
    assert said(motion, 9) == ['{"x":20,"y":45}']
