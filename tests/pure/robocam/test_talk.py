"""What is said to the camera and when, and what is made of its answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.hub import FrameHub
from custom_components.jannenkoti.kinds.robocam.motion import Motion
from custom_components.jannenkoti.kinds.robocam.protocol import (
    Limits,
    Position,
    Word,
)
from custom_components.jannenkoti.kinds.robocam.talk import Talk

JPEG = b"\xff\xd8\xff\xd9"
HERE = Position(90, 45)


def make_talk() -> Talk:
    return Talk(FrameHub(), Motion(), 10)


def said(talk: Talk, now: float) -> list[str]:
    return list(talk.due(now))


def test_a_connection_begins_with_questions() -> None:
    talk = make_talk()
    assert talk.due_at() is None
    talk.begin(5)
    assert talk.due_at() == float("-inf")
    assert said(talk, 5) == [Word.GET_LIMITS, Word.GET_POSITION]
    assert talk.pending  # until it is known where it looks
    assert not talk.untold
    talk.end()
    assert talk.due_at() is None
    assert not talk.pending


def test_the_lamp_is_told_again_on_each_connection() -> None:
    talk = make_talk()
    talk.switch_light(on=True)
    assert talk.untold
    assert said(talk, 0) == [Word.LIGHT_ON]
    talk.switch_light(on=False)
    talk.end()
    talk.begin(1)
    assert said(talk, 1)[:2] == [Word.GET_LIMITS, Word.LIGHT_OFF]
    assert talk.light is False


def test_pictures_are_asked_for_while_somebody_watches() -> None:
    talk = make_talk()
    assert said(talk, 0) == []
    with talk.hub.watch(lambda _picture: True):
        assert talk.due_at() == float("-inf")
        assert said(talk, 0) == [Word.GET_FRAME]
        assert said(talk, 0.1) == []  # it has not answered
        assert talk.hear_picture(JPEG, 0.02)
        assert talk.due_at() == pytest.approx(0.1)
        assert said(talk, 0.11) == [Word.GET_FRAME]
    assert talk.due_at() is None


def test_a_picture_for_nobody_is_not_looked_at() -> None:
    talk = make_talk()
    assert talk.hear_picture(b"not even a picture", 0)
    assert (talk.dropped, talk.hub.latest) == (0, None)


def test_what_is_no_picture_is_counted() -> None:
    talk = make_talk()
    with talk.hub.watch(lambda _picture: True):
        assert not talk.hear_picture(JPEG[:-1], 0)
    assert (talk.dropped, talk.hub.latest) == (1, None)


def test_texts_go_where_they_belong() -> None:
    talk = make_talk()
    assert talk.hear_text('{"min_x":10,"max_x":80,"min_y":0,"max_y":60}', 0)
    assert talk.motion.limits == Limits(10, 80, 0, 60)
    talk.begin(1)
    said(talk, 1)
    assert talk.hear_text('{"x":30,"y":40}', 1)
    assert talk.motion.measured == Position(30, 40)
    assert not talk.hear_text('{"client_count":3}', 1)  # others could say that
    assert talk.clients == 3
    talk.end()
    assert talk.clients is None


def test_a_refusal_leaves_it_where_it_is() -> None:
    talk = make_talk()
    talk.begin(0)
    said(talk, 0)
    talk.hear_text('{"x":90,"y":45}', 0)
    talk.motion.aim(Position(100, 45))
    assert said(talk, 0.5) == ['{"x":100,"y":45}']
    assert not talk.hear_text("Position out of bounds", 0.6)
    assert talk.motion.target == HERE


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_no_text_raises_anything(text: str) -> None:
    talk = make_talk()
    talk.hear_text(text, 0)
    assert talk.dropped <= 1


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
def test_the_rate_is_that_of_late(times: list[float], fps: float) -> None:
    talk = make_talk()
    with talk.hub.watch(lambda _picture: True):
        for at in times:
            talk.hear_picture(JPEG, at)
    now = times[-1] if times else 0
    assert talk.fps(now) == pytest.approx(fps)
    assert talk.fps(now + 60) == 0
