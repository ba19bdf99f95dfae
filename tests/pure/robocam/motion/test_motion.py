"""Many requests are reduced to few moves, with the quirks of the firmware."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.motion.motion import (
    MOST_QUERIES,
    MOVE_INTERVAL,
    QUERY_INTERVAL,
    Motion,
)
from custom_components.jannenkoti.kinds.robocam.wire.errors import OutOfRange
from custom_components.jannenkoti.kinds.robocam.wire.protocol import Command

HERE = Position(90, 45)


def sent(motion: Motion, now: float) -> list[str]:
    return list(motion.messages_due(now))


class Camera:
    """The firmware's servos, by its own arithmetic."""

    def __init__(self) -> None:
        self.goal = self.position = HERE

    def ease(self) -> None:
        def nearer(now: int, goal: int) -> int:
            new = now + (goal - now) * 0.2
            return goal if abs(new - goal) < 1 else int(new)

        self.position = Position(
            nearer(self.position.x, self.goal.x), nearer(self.position.y, self.goal.y)
        )

    def receive(self, text: str) -> Position:
        """Apply a message and respond as the firmware does."""
        if text == Command.GET_POSITION:
            return self.position
        old = self.position
        x, y = text.strip("{}").split(",")
        self.goal = Position(int(x.split(":")[1]), int(y.split(":")[1]))
        return old


def run(motion: Motion, camera: Camera, seconds: float, start: float = 0) -> None:
    """Run both for some seconds."""
    for tick in range(int(seconds * 10)):
        now = start + tick / 10
        for text in sent(motion, now):
            motion.receive_position(camera.receive(text), now)
        camera.ease()


def test_many_targets_result_in_few_moves_and_the_last_target() -> None:
    motion = Motion(HERE)
    moves = []
    for number in range(60):  # in one second
        now = number / 60
        motion.move(Position(number, 45))
        moves += [text for text in sent(motion, now) if text.startswith("{")]
    moves += sent(motion, 1.05)[:1]
    assert len(moves) <= 1 / MOVE_INTERVAL + 1
    assert moves[-1] == '{"x":59,"y":45}'


def test_move_is_sent_once() -> None:
    motion = Motion(HERE)
    motion.move(Position(100, 45))
    assert sent(motion, 0) == ['{"x":100,"y":45}']
    assert not motion.has_unsent
    assert sent(motion, 0.5) == []


@settings(max_examples=60)
@given(x=st.integers(0, 180), y=st.integers(0, 90))
def test_old_position_in_broadcast_does_not_change_the_target(x: int, y: int) -> None:
    motion, camera = Motion(HERE), Camera()
    motion.move(Position(x, y))
    run(motion, camera, QUERY_INTERVAL * (MOST_QUERIES + 2))
    assert motion.target == Position(x, y)
    assert motion.measured == camera.position
    assert motion.measured.is_near(motion.target)
    assert not motion.moving


def test_position_requests_end_when_the_camera_stands_still() -> None:
    motion, camera = Motion(HERE), Camera()
    motion.move(Position(120, 45))
    run(motion, camera, 30)
    assert motion.next_due() is None


def test_blocked_servo_sets_target_to_measured_position() -> None:
    motion = Motion(HERE)
    motion.move(Position(150, 45))
    for tick in range(200):
        for text in sent(motion, tick / 10):
            if text == Command.GET_POSITION:
                motion.receive_position(HERE, tick / 10)
    assert motion.target == HERE
    assert not motion.moving


def test_move_of_another_client_sets_the_target() -> None:
    motion, camera = Motion(HERE), Camera()
    camera.goal = Position(30, 10)
    motion.receive_position(HERE, 0)  # what the firmware then sends to all clients
    assert motion.moving
    run(motion, camera, 10, start=0)
    assert motion.target == motion.measured == Position(30, 10)


def test_center_sets_target_from_the_broadcast() -> None:
    motion = Motion(Position(10, 10))
    motion.center()
    assert sent(motion, 0) == [Command.CENTER]
    motion.receive_position(HERE, 0.1)
    assert motion.target == HERE


def test_center_is_followed_by_a_move_to_the_start_position() -> None:
    """The firmware ignores `center` while it is there and about to move away."""
    motion = Motion(HERE)
    motion.move(Position(10, 10))
    sent(motion, 0)
    motion.center()
    assert sent(motion, 0.2) == [Command.CENTER]
    motion.receive_position(HERE, 0.25)
    assert sent(motion, 0.31) == ['{"x":90,"y":45}']
    assert motion.target == HERE
    motion.receive_position(HERE, 0.35)  # the broadcast of that move
    assert sent(motion, 0.4) == []


def test_reported_limits_clamp_target_and_reject_moves() -> None:
    motion = Motion(Position(170, 80))
    motion.move(Position(180, 90))
    motion.receive_limits(Limits(0, 100, 0, 60))
    assert motion.target == Position(100, 60)
    assert sent(motion, 0) == ['{"x":100,"y":60}']
    with pytest.raises(OutOfRange) as error:
        motion.move(Position(101, 10))
    assert error.value.placeholders["max_x"] == "100"


def test_rejected_move_ends_and_restores_the_target() -> None:
    motion = Motion(HERE)
    motion.track(0)
    sent(motion, 0)
    motion.receive_position(HERE, 0)
    motion.move(Position(100, 45))
    sent(motion, 1)
    motion.receive_rejection()
    assert motion.target == HERE
    assert not motion.moving


def test_canceled_move_is_not_sent() -> None:
    motion = Motion(HERE)
    motion.track(0)
    sent(motion, 0)
    motion.receive_position(HERE, 0)
    motion.move(Position(100, 45))
    motion.cancel()
    assert motion.target == HERE
    assert not motion.has_unsent


def test_measured_position_does_not_replace_an_unsent_move() -> None:
    motion = Motion(HERE)
    motion.move(Position(100, 45))
    sent(motion, 0)
    sent(motion, QUERY_INTERVAL)
    motion.move(Position(20, 45))
    motion.receive_position(Position(96, 45), QUERY_INTERVAL)
    assert motion.target == Position(20, 45)
    assert motion.measured == Position(96, 45)


def test_unsent_move_survives_a_lost_connection() -> None:
    motion = Motion(HERE)
    motion.move(Position(20, 45))
    motion.track(0)
    motion.reset()
    assert sent(motion, 9) == ['{"x":20,"y":45}']
