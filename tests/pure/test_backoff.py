"""Waits grow, within bounds and by chance, without end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.backoff import Backoff

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
waits = st.timedeltas(timedelta(milliseconds=1), timedelta(days=30))
chances = st.lists(st.floats(0, 1), min_size=1, max_size=100)


def backoff(chance: float = 1) -> Backoff:
    return Backoff(first=SECOND, longest=MINUTE, random=lambda: chance)


@given(first=waits, longest=waits, chances=chances)
def test_wait_is_between_half_and_all_of_the_delay_due(
    first: timedelta, longest: timedelta, chances: list[float]
) -> None:
    chance = iter(chances)
    waiting = Backoff(first=first, longest=longest, random=lambda: next(chance))
    due = min(first, longest)
    for _ in chances:
        assert due // 2 <= waiting.next() <= due
        due = min(due * 2, longest)


def test_delays_double_up_to_the_longest() -> None:
    waiting = backoff()
    assert [waiting.next() / SECOND for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_jitter_shortens_a_wait_by_up_to_half() -> None:
    waiting = backoff(chance=0)
    assert [waiting.next() / SECOND for _ in range(3)] == [0.5, 1, 2]


def test_many_attempts_keep_the_longest_delay() -> None:
    waiting = Backoff(first=SECOND, longest=MINUTE, random=lambda: 1)
    for _ in range(10_000):
        waiting.next()
    assert waiting.next() == MINUTE


def test_success_resets_the_delay() -> None:
    waiting = backoff()
    for _ in range(5):
        waiting.next()
    waiting.reset()
    assert waiting.next() == SECOND
