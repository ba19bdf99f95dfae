"""What boards and clocks can do to a receiver; it never takes harm."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.kinds.room_sensors.model import Error, Refused
from custom_components.jannenkoti.kinds.room_sensors.options import Options
from custom_components.jannenkoti.kinds.room_sensors.receiver import Receiver

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
USUAL = 8


def body(temperature: float = 21.5) -> bytes:
    return json.dumps(
        {"location": "WC", "temperature_c": temperature, "humidity_pct": 50}
    ).encode()


def used() -> tuple[Receiver, datetime]:
    """Return a receiver that knows a board, one post a minute, and the time."""
    receiver, now = Receiver(Options.parse({})), NOW
    for _ in range(USUAL):
        now += MINUTE
        receiver.receive(body(), now)
    return receiver, now


def test_a_board_that_is_frozen_still_speaks() -> None:
    receiver, now = used()
    for _ in range(60):
        now += MINUTE
        receiver.receive(body(), now)
    board = receiver.board("WC")
    assert (board.temperature, board.rejected, board.silent) == (21.5, 0, False)


def test_a_post_that_comes_twice_does_not_shorten_the_rhythm() -> None:
    receiver, now = used()
    for _ in range(30):
        now += MINUTE
        for copy in range(3):
            receiver.receive(body(), now + timedelta(milliseconds=copy))
    assert receiver.board("WC").interval == pytest.approx(
        MINUTE, abs=timedelta(seconds=1)
    )


@pytest.mark.parametrize("late", [timedelta(minutes=2), timedelta(minutes=-2)])
def test_posts_that_come_late_or_out_of_order_are_taken_as_they_come(
    late: timedelta,
) -> None:
    receiver, now = used()
    receiver.receive(body(22.0), now + late)
    receiver.receive(body(22.5), now + MINUTE)
    assert receiver.board("WC").temperature == 22.5
    assert receiver.board("WC").interval == MINUTE


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b'{"location": "WC"}',
        b'{"location": "WC", "temperature_c": NaN, "humidity_pct": 50}',
        b'{"location": "WC", "temperature_c": 85, "humidity_pct": 50}',
        b'{"location": "WC", "error": "DHT22"}',
        body()[:-5],
    ],
)
def test_a_corrupt_post_changes_nothing_but_a_count(said: bytes) -> None:
    receiver, now = used()
    before = receiver.board("WC")
    with pytest.raises(Refused):
        receiver.receive(said, now + MINUTE)
    after = receiver.board("WC")
    assert (after.temperature, after.interval) == (before.temperature, before.interval)
    receiver.receive(body(21.6), now + 2 * MINUTE)
    assert receiver.board("WC").temperature == 21.6


def test_a_flood_is_stopped_and_ends() -> None:
    receiver, now = used()
    why = []
    for post in range(5000):
        try:
            receiver.admit("10.0.0.9", now + timedelta(milliseconds=post))
        except Refused as refused:
            why.append(refused.error)
    assert len(why) > 4000
    assert set(why) == {Error.RATE_LIMITED}
    receiver.admit("10.0.0.8", now + timedelta(seconds=5))  # another board is heard
    receiver.admit("10.0.0.9", now + timedelta(minutes=5))


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_jumps_moves_no_rhythm_and_keeps_nobody_out(
    step: timedelta,
) -> None:
    receiver, now = used()
    now += step
    receiver.receive(body(22.5), now + MINUTE)
    assert receiver.board("WC").temperature == 22.5
    for _ in range(5):
        now += MINUTE
        receiver.receive(body(), now + MINUTE)
    assert receiver.board("WC").interval == MINUTE


def test_a_restart_in_the_middle_of_a_post_loses_no_more_than_that_post() -> None:
    receiver, now = used()
    kept = json.dumps(receiver.to_store())
    receiver.receive(body(22.0), now + MINUTE)  # and nothing was written
    again = Receiver(Options.parse({}), json.loads(kept))
    board = again.board("WC")
    assert (board.silent, board.interval) == (True, MINUTE)
    again.receive(body(22.0), now + 3 * MINUTE)
    assert not again.board("WC").silent
