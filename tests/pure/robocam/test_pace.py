"""A camera is asked as often as it can answer, and not at all if it sends by itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.pace import Pace


def watch(
    pace: Pace, seconds: float, *, answer_time: float, push: float | None
) -> tuple[int, int]:
    """Return how many pictures came and how often the camera was asked."""
    came = asked = 0
    answer_at: float | None = None
    push_at = push
    for tick in range(int(seconds * 100)):
        now = tick / 100
        if answer_at is not None and now >= answer_at:
            answer_at = None
            pace.came(now)
            came += 1
        if push is not None and push_at is not None and now >= push_at:
            push_at += push
            pace.came(now)
            came += 1
        if now >= pace.ask_at():
            pace.asked(now)
            asked += 1
            answer_at = now + answer_time
    return came, asked


def test_a_quick_camera_gives_as_many_pictures_as_wanted() -> None:
    came, _asked = watch(Pace(10), 60, answer_time=0.03, push=None)
    assert 540 <= came <= 610


def test_a_slow_camera_rests_for_a_third_of_the_time() -> None:
    came, asked = watch(Pace(10), 60, answer_time=0.4, push=None)
    assert 80 <= came <= 105
    assert asked - came <= 1


@settings(max_examples=30)
@given(push=st.floats(0.05, 0.5))
def test_a_camera_that_pushes_is_left_alone(push: float) -> None:
    _came, asked = watch(Pace(10), 60, answer_time=0.05, push=push)
    assert asked <= 12


def test_a_camera_that_stops_pushing_is_asked_again() -> None:
    pace = Pace(10)
    watch(pace, 5, answer_time=0.05, push=0.1)
    for tick in range(500, 2000):
        now = tick / 100
        if now >= pace.ask_at():
            pace.asked(now)
            pace.came(now)
    assert pace.ask_at() <= 20.11


def test_a_question_that_got_lost_is_asked_again() -> None:
    pace = Pace(10)
    pace.asked(0)
    assert 1 < pace.ask_at() < 5
    pace.asked(pace.ask_at())
    pace.came(pace.ask_at())
    assert pace.ask_at() < 20
