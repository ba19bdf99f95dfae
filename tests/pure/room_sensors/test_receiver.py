"""The rules of a receiver hold without Home Assistant."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.model import Error, Refused
from custom_components.jannenkoti.kinds.room_sensors.options import (
    Offset,
    Options,
    parse_offsets,
)
from custom_components.jannenkoti.kinds.room_sensors.receiver import (
    MOST_BOARDS,
    Receiver,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def receiver(**options: object) -> Receiver:
    """Return a new receiver."""
    return Receiver(Options.parse(options))


def body(
    location: str = "WC", temperature: float = 21.9, humidity: float = 55
) -> bytes:
    """Return what a board says."""
    return json.dumps(
        {
            "location": location,
            "temperature_c": temperature,
            "humidity_pct": humidity,
        }
    ).encode()


def refusal(receiver: Receiver, said: bytes, now: datetime = NOW) -> Error:
    """Return why a post is refused."""
    with pytest.raises(Refused) as refused:
        receiver.receive(said, now)
    return refused.value.error


def test_a_board_is_known_from_its_first_reading() -> None:
    house = receiver()
    assert list(house) == []
    house.receive(body(), NOW)
    board = house.board("WC")
    assert (board.temperature, board.humidity) == (21.9, 55.0)
    assert board.last_seen == NOW
    assert not board.silent
    assert board.rejected == 0


def test_offsets_belong_to_a_location_and_humidity_stays_humidity() -> None:
    house = receiver(offsets={"WC": {"temperature": -1, "humidity": 50}})
    report = house.receive(body(), NOW)
    house.receive(body("Sauna"), NOW)
    assert report.temperature == 21.9
    assert house.board("WC").temperature == pytest.approx(20.9)
    assert house.board("WC").humidity == 100.0
    assert house.board("Sauna").temperature == 21.9
    dry = receiver(offsets={"WC": {"humidity": -50}})
    dry.receive(body(humidity=20), NOW)
    assert dry.board("WC").humidity == 0


def test_a_spike_changes_nothing_but_a_count() -> None:
    house = receiver()
    house.receive(body(), NOW)
    before = house.board("WC")
    assert refusal(house, body(temperature=85), NOW + MINUTE) is Error.IMPLAUSIBLE
    after = house.board("WC")
    assert after.rejected == 1
    assert (after.reading, after.last_seen) == (before.reading, before.last_seen)


def test_a_humidity_that_cannot_be_takes_the_temperature_with_it() -> None:
    house = receiver()
    house.receive(body(), NOW)
    said = body(temperature=22, humidity=101)
    assert refusal(house, said, NOW + MINUTE) is Error.IMPLAUSIBLE
    assert house.board("WC").temperature == 21.9


def test_nonsense_of_a_known_board_is_counted_there() -> None:
    house = receiver()
    house.receive(body(), NOW)
    assert refusal(house, b'{"location": "WC"}') is Error.INVALID_PAYLOAD
    assert refusal(house, b'{"location": "WC", "error": "x"}') is Error.DEVICE_ERROR
    assert refusal(house, b'{"location": "Sauna"}') is Error.INVALID_PAYLOAD
    assert house.board("WC").rejected == 2
    assert list(house) == ["WC"]


def test_nonsense_makes_no_board() -> None:
    house = receiver()
    assert refusal(house, body(temperature=85)) is Error.IMPLAUSIBLE
    assert list(house) == []


def test_only_listed_locations_are_let_in() -> None:
    house = receiver(only_listed=True, locations=["WC"])
    house.receive(body("WC"), NOW)
    assert refusal(house, body("Sauna")) is Error.UNKNOWN_LOCATION
    assert list(house) == ["WC"]


def test_a_list_that_is_not_in_force_keeps_nobody_out() -> None:
    house = receiver(only_listed=False, locations=["WC"])
    house.receive(body("Sauna"), NOW)
    assert list(house) == ["Sauna"]


def test_a_flood_of_names_is_bounded() -> None:
    house = receiver()
    for n in range(MOST_BOARDS):
        house.receive(body(f"room {n}"), NOW)
    assert refusal(house, body("one more")) is Error.UNKNOWN_LOCATION
    house.receive(body("room 7", temperature=22), NOW + MINUTE)
    assert len(list(house)) == MOST_BOARDS


def test_the_rate_is_limited_per_source_with_exceptions() -> None:
    house = receiver(rate_limit=1, allowed=["10.0.0.*"])
    house.admit("10.0.1.1", NOW)
    with pytest.raises(Refused) as refused:
        house.admit("10.0.1.1", NOW)
    assert refused.value.error is Error.RATE_LIMITED
    assert refused.value.wait == MINUTE
    for _ in range(10):
        house.admit("10.0.0.1", NOW)


def test_only_silent_boards_are_forgotten() -> None:
    house = receiver()
    house.receive(body(), NOW)
    assert not house.forget("WC")
    house.fall_silent("WC")
    assert house.board("WC").silent
    assert house.forget("WC")
    assert list(house) == []
    assert house.forget("never heard of")


def test_errors_are_counted() -> None:
    house = receiver()
    house.count(Error.UNAUTHORIZED)
    house.count(Error.TOO_LARGE)
    assert house.wrong_keys == 1
    assert house.refused == {Error.UNAUTHORIZED: 1, Error.TOO_LARGE: 1}


def test_a_restart_keeps_the_boards_but_not_their_readings() -> None:
    house = receiver()
    for n in range(6):
        house.receive(body(), NOW + n * MINUTE)
    refusal(house, body(temperature=85), NOW + 6 * MINUTE)
    house.count(Error.UNAUTHORIZED)
    stored = json.loads(json.dumps(house.to_store()))
    again = Receiver(Options.parse({}), stored)
    board = again.board("WC")
    assert board.silent
    assert board.reading is None
    assert (board.temperature, board.humidity) == (None, None)
    assert board.last_seen == NOW + 5 * MINUTE
    assert board.interval == MINUTE
    assert board.rejected == 1
    assert again.wrong_keys == 1
    assert again.to_store() == stored


said = st.builds(
    body,
    location=st.sampled_from(["WC", "Sauna", "Keittiö", ""]),
    temperature=st.floats(-130, 130),
    humidity=st.floats(-10, 110),
)


@given(st.lists(st.tuples(said, st.integers(-5, 900))))
def test_whatever_is_said_every_board_shows_something_possible(
    posts: list[tuple[bytes, int]],
) -> None:
    house = receiver()
    now = NOW
    refused = 0
    for post, seconds in posts:
        now += timedelta(seconds=seconds)
        try:
            house.receive(post, now)
        except Refused:
            refused += 1
    boards = [house.board(location) for location in house]
    assert sum(board.rejected for board in boards) <= refused
    for board in boards:
        assert board.temperature is not None
        assert board.humidity is not None
        assert -40 <= board.temperature <= 80
        assert 0 <= board.humidity <= 100
    json.dumps(house.to_store())


def test_offsets_are_read() -> None:
    assert parse_offsets({" WC ": {"temperature": -1}, 5: {}}) == {
        "WC": Offset(temperature=-1),
        "5": Offset(),
    }


@pytest.mark.parametrize(
    "offsets",
    [
        None,
        [],
        {"": {}},
        {"WC": None},
        {"WC": 1},
        {"WC": {"pressure": 1}},
        {"WC": {"temperature": "1"}},
        {"WC": {"temperature": True}},
        {"WC": {"temperature": float("nan")}},
        {"WC": {"temperature": 20.1}},
        {"WC": {"humidity": -(10**400)}},
    ],
)
def test_offsets_that_cannot_be(offsets: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # It names the location.
        parse_offsets(offsets)
