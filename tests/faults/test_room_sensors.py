"""Faults of boards and clocks, and what a receiver makes of them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.kinds.room_sensors.model import Rejected, RejectReason
from custom_components.jannenkoti.kinds.room_sensors.options import Options
from custom_components.jannenkoti.kinds.room_sensors.receiver.receiver import Receiver
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = "10.0.0.9"
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
        receiver.receive(body(), SOURCE, now)
    return receiver, now


def test_repeated_values_count_as_reports() -> None:
    receiver, now = used()
    for _ in range(60):
        now += MINUTE
        receiver.receive(body(), SOURCE, now)
    board = receiver.board("WC")
    assert (board.temperature, board.rejected, board.silent) == (21.5, 0, False)


def test_repeated_reports_do_not_shorten_the_interval() -> None:
    receiver, now = used()
    for _ in range(30):
        now += MINUTE
        for copy in range(3):
            receiver.receive(body(), SOURCE, now + timedelta(milliseconds=copy))
    assert receiver.board("WC").interval == pytest.approx(
        MINUTE, abs=timedelta(seconds=1)
    )


@pytest.mark.parametrize("late", [timedelta(minutes=2), timedelta(minutes=-2)])
def test_late_reports_are_applied_as_they_arrive(
    late: timedelta,
) -> None:
    receiver, now = used()
    receiver.receive(body(22.0), SOURCE, now + late)
    receiver.receive(body(22.5), SOURCE, now + MINUTE)
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
        b'{"location": "WC", "temperature_c": NaN, "humidity_pct": NaN}',
        b'{"location": "WC", "temperature_c": 85, "humidity_pct": 101}',
        b'{"location": "WC", "error": "DHT22"}',
        body()[:-5],
    ],
)
def test_corrupt_report_changes_only_the_counter(said: bytes) -> None:
    receiver, now = used()
    before = receiver.board("WC")
    with pytest.raises(Rejected):
        receiver.receive(said, SOURCE, now + MINUTE)
    after = receiver.board("WC")
    assert (after.temperature, after.interval) == (before.temperature, before.interval)
    receiver.receive(body(21.6), SOURCE, now + 2 * MINUTE)
    assert receiver.board("WC").temperature == 21.6


def test_humidity_beside_a_spike_of_the_temperature_is_accepted() -> None:
    receiver, now = used()
    before = receiver.board("WC")
    spike = b'{"location": "WC", "temperature_c": 85, "humidity_pct": 50}'
    receiver.receive(spike, SOURCE, now + MINUTE)
    after = receiver.board("WC")
    assert (after.temperature, after.humidity) == (before.temperature, 50)


def test_flood_is_limited_until_it_ends() -> None:
    receiver, now = used()
    reasons = []
    for post in range(5000):
        try:
            receiver.receive(body(), SOURCE, now + timedelta(milliseconds=post))
        except Rejected as rejected:
            reasons.append(rejected.reason)
    assert len(reasons) > 4000
    assert set(reasons) == {RejectReason.RATE_LIMITED}
    receiver.receive(body(), "10.0.0.8", now + timedelta(seconds=5))
    receiver.receive(body(), SOURCE, now + timedelta(minutes=5))


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_clock_step_keeps_interval_and_accepts_reports(
    step: timedelta,
) -> None:
    receiver, now = used()
    now += step
    receiver.receive(body(22.5), SOURCE, now + MINUTE)
    assert receiver.board("WC").temperature == 22.5
    for _ in range(5):
        now += MINUTE
        receiver.receive(body(), SOURCE, now + MINUTE)
    assert receiver.board("WC").interval == MINUTE


def test_crash_loses_only_the_last_report() -> None:
    receiver, now = used()
    kept = json.dumps(receiver.to_store())
    receiver.receive(body(22.0), SOURCE, now + MINUTE)  # and nothing is written
    again = Receiver(Options.parse({}), Stored(json.loads(kept)))
    board = again.board("WC")
    assert (board.silent, board.interval) == (True, MINUTE)
    again.receive(body(22.0), SOURCE, now + 3 * MINUTE)
    assert not again.board("WC").silent
