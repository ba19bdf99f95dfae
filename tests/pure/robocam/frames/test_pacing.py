"""Frames are requested as often as the camera can respond, unless it pushes them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.robocam.frames.pacing import Pacing


def watch(
    pacing: Pacing, seconds: float, *, answer_time: float, push: float | None
) -> tuple[int, int]:
    """Return the number of frames and of requests."""
    came = asked = 0
    answer_at: float | None = None
    push_at = push
    for tick in range(int(seconds * 100)):
        now = tick / 100
        if answer_at is not None and now >= answer_at:
            answer_at = None
            pacing.received(now)
            came += 1
        if push is not None and push_at is not None and now >= push_at:
            push_at += push
            pacing.received(now)
            came += 1
        if now >= pacing.next_request():
            pacing.requested(now)
            asked += 1
            answer_at = now + answer_time
    return came, asked


def test_fast_camera_reaches_the_configured_rate() -> None:
    came, _asked = watch(Pacing(10), 60, answer_time=0.03, push=None)
    assert 540 <= came <= 610


def test_slow_camera_is_idle_for_a_third_of_the_time() -> None:
    came, asked = watch(Pacing(10), 60, answer_time=0.4, push=None)
    assert 80 <= came <= 105
    assert asked - came <= 1


@settings(max_examples=30)
@given(push=st.floats(0.05, 0.5))
def test_pushing_camera_is_hardly_asked(push: float) -> None:
    _came, asked = watch(Pacing(10), 60, answer_time=0.05, push=push)
    assert asked <= 12


def test_camera_that_stops_pushing_is_asked_again() -> None:
    pacing = Pacing(10)
    watch(pacing, 5, answer_time=0.05, push=0.1)
    for tick in range(500, 2000):
        now = tick / 100
        if now >= pacing.next_request():
            pacing.requested(now)
            pacing.received(now)
    assert pacing.next_request() <= 20.11


@pytest.mark.parametrize("frames_per_second", [1, 10])
@pytest.mark.parametrize("lost_at", [0, 10])
def test_lost_response_costs_one_timeout(frames_per_second: int, lost_at: int) -> None:
    pacing = Pacing(frames_per_second)
    now, received = 0.0, []
    for number in range(30):
        now = max(now, pacing.next_request())
        pacing.requested(now)
        if number != lost_at:
            received.append(now + 0.05)
            pacing.received(now + 0.05)
    interval = 1 / frames_per_second
    gaps = [b - a - interval for a, b in pairwise([-interval, *received])]
    assert sum(gap for gap in gaps if gap > 0) <= 3.1


def test_requests_of_a_dead_camera_are_three_seconds_apart() -> None:
    pacing = Pacing(10)
    pacing.requested(0)
    pacing.received(0.05)
    times = []
    for _ in range(20):
        times.append(pacing.next_request())
        pacing.requested(times[-1])
    assert [b - a for a, b in pairwise(times)][-10:] == pytest.approx([3.0] * 10)


def test_lost_request_is_repeated() -> None:
    pacing = Pacing(10)
    pacing.requested(0)
    assert 1 < pacing.next_request() < 5
    pacing.requested(pacing.next_request())
    pacing.received(pacing.next_request())
    assert pacing.next_request() < 20
