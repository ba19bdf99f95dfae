"""What is said to the camera and when, and what is made of its answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.motion.motion import Motion
from custom_components.jannenkoti.kinds.robocam.wire.protocol import Command
from custom_components.jannenkoti.kinds.robocam.wire.session import Session
from custom_components.jannenkoti.lib.frame_hub import FrameHub

JPEG = b"\xff\xd8\xff\xd9"
HERE = Position(90, 45)


def make_session() -> Session:
    return Session(FrameHub(), Motion(), 10)


def messages(session: Session, now: float) -> list[str]:
    return list(session.messages_due(now))


def test_new_connection_requests_limits_and_position() -> None:
    session = make_session()
    assert session.next_due() is None
    session.begin(5)
    assert session.next_due() == float("-inf")
    assert messages(session, 5) == [Command.GET_LIMITS, Command.GET_POSITION]
    assert session.needs_connection  # until it is known where it looks
    assert not session.has_unsent
    session.end()
    assert session.next_due() is None
    assert not session.needs_connection


def test_lamp_command_is_repeated_on_each_connection() -> None:
    session = make_session()
    session.switch_lamp(on=True)
    assert session.has_unsent
    assert messages(session, 0) == [Command.LIGHT_ON]
    session.switch_lamp(on=False)
    session.end()
    session.begin(1)
    assert messages(session, 1)[:2] == [Command.GET_LIMITS, Command.LIGHT_OFF]
    assert session.lamp is False


def test_frames_are_requested_while_a_viewer_watches() -> None:
    session = make_session()
    assert messages(session, 0) == []
    with session.hub.watch(lambda _picture: True):
        assert session.next_due() == float("-inf")
        assert messages(session, 0) == [Command.GET_FRAME]
        assert messages(session, 0.1) == []  # it has not answered
        assert session.receive_frame(JPEG, 0.02)
        assert session.next_due() == pytest.approx(0.1)
        assert messages(session, 0.11) == [Command.GET_FRAME]
    assert session.next_due() is None


def test_frame_without_viewer_is_not_parsed() -> None:
    session = make_session()
    assert session.receive_frame(b"not a frame", 0)
    assert (session.dropped, session.hub.latest) == (0, None)


def test_incomplete_frame_is_dropped_and_counted() -> None:
    session = make_session()
    with session.hub.watch(lambda _picture: True):
        assert not session.receive_frame(JPEG[:-1], 0)
    assert (session.dropped, session.hub.latest) == (1, None)


def test_text_messages_update_limits_position_and_client_count() -> None:
    session = make_session()
    assert session.receive_text('{"min_x":10,"max_x":80,"min_y":0,"max_y":60}', 0)
    assert session.motion.limits == Limits(10, 80, 0, 60)
    session.begin(1)
    messages(session, 1)
    assert session.receive_text('{"x":30,"y":40}', 1)
    assert session.motion.measured == Position(30, 40)
    assert not session.receive_text('{"client_count":3}', 1)  # others could say that
    assert session.clients == 3
    session.end()
    assert session.clients is None


def test_rejected_position_restores_the_measured_target() -> None:
    session = make_session()
    session.begin(0)
    messages(session, 0)
    session.receive_text('{"x":90,"y":45}', 0)
    session.motion.move(Position(100, 45))
    assert messages(session, 0.5) == ['{"x":100,"y":45}']
    assert not session.receive_text("Position out of bounds", 0.6)
    assert session.motion.target == HERE


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_any_text_is_applied_or_counted(text: str) -> None:
    session = make_session()
    session.receive_text(text, 0)
    assert session.dropped <= 1


@pytest.mark.parametrize(
    ("times", "fps"),
    [
        ([], 0.0),
        ([1.0], 0.0),
        ([1.0, 1.0], 0.0),
        ([number / 10 for number in range(100)], 10.0),
        ([0.0, *(20 + number / 5 for number in range(5))], 5.0),
    ],
)
def test_frame_rate_covers_the_last_ten_seconds(times: list[float], fps: float) -> None:
    session = make_session()
    with session.hub.watch(lambda _picture: True):
        for at in times:
            session.receive_frame(JPEG, at)
    now = times[-1] if times else 0
    assert session.frame_rate(now) == pytest.approx(fps)
    assert session.frame_rate(now + 60) == 0
