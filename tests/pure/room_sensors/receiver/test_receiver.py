"""Which reports a receiver accepts, and what they change."""

import json
import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.model import Rejected, RejectReason
from custom_components.jannenkoti.kinds.room_sensors.options import (
    Offset,
    Options,
    parse_offsets,
)
from custom_components.jannenkoti.kinds.room_sensors.receiver.receiver import (
    MOST_BOARDS,
    Receiver,
)
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = "10.0.0.1"


def receiver(**options: object) -> Receiver:
    """Return a new receiver."""
    return Receiver(Options.parse(options))


def body(
    location: str = "WC", temperature: float = 21.9, humidity: float = 55
) -> bytes:
    """Return a report."""
    return json.dumps(
        {
            "location": location,
            "temperature_c": temperature,
            "humidity_pct": humidity,
        }
    ).encode()


def rejection(receiver: Receiver, said: bytes, now: datetime = NOW) -> RejectReason:
    """Return why a report is rejected."""
    with pytest.raises(Rejected) as rejected:
        receiver.receive(said, SOURCE, now)
    return rejected.value.reason


def test_board_exists_from_its_first_report() -> None:
    house = receiver()
    assert list(house) == []
    house.receive(body(), SOURCE, NOW)
    board = house.board("WC")
    assert (board.temperature, board.humidity) == (21.9, 55.0)
    assert board.last_report == NOW
    assert not board.silent
    assert board.rejected == 0


def test_offsets_apply_to_their_location_and_clip_humidity() -> None:
    house = receiver(offsets={"WC": {"temperature": -1, "humidity": 50}})
    report = house.receive(body(), SOURCE, NOW)
    house.receive(body("Sauna"), SOURCE, NOW)
    assert report.temperature == 21.9
    assert house.board("WC").temperature == pytest.approx(20.9)
    assert house.board("WC").humidity == 100.0
    assert house.board("Sauna").temperature == 21.9
    dry = receiver(offsets={"WC": {"humidity": -50}})
    dry.receive(body(humidity=20), SOURCE, NOW)
    assert dry.board("WC").humidity == 0


@pytest.mark.parametrize("temperature", [85, -127, 45, -41, 1e300])
@pytest.mark.parametrize("humidity", [50, 57.5])
def test_implausible_temperature_keeps_the_humidity(
    temperature: float, humidity: float
) -> None:
    house = receiver()
    house.receive(body(), SOURCE, NOW)
    said = body(temperature=temperature, humidity=humidity)
    report = house.receive(said, SOURCE, NOW + MINUTE)
    assert (report.temperature, report.humidity) == (None, humidity)
    assert report.left_out == "temperature"
    board = house.board("WC")
    assert (board.temperature, board.humidity) == (21.9, humidity)
    assert (board.rejected, board.last_report) == (1, NOW + MINUTE)


def test_report_without_a_plausible_value_changes_only_the_counter() -> None:
    house = receiver()
    house.receive(body(humidity=20), SOURCE, NOW)
    before = house.board("WC")
    said = body(temperature=85, humidity=99)
    assert rejection(house, said, NOW + MINUTE) is RejectReason.IMPLAUSIBLE
    after = house.board("WC")
    assert after.rejected == 1
    assert (after.temperature, after.humidity, after.last_report) == (
        before.temperature,
        before.humidity,
        before.last_report,
    )


def test_implausible_humidity_keeps_the_temperature() -> None:
    house = receiver()
    house.receive(body(humidity=20), SOURCE, NOW)
    said = body(temperature=22, humidity=99)
    report = house.receive(said, SOURCE, NOW + MINUTE)
    assert (report.temperature, report.left_out) == (22, "humidity")
    board = house.board("WC")
    assert (board.temperature, board.humidity) == (22, 20)
    assert (board.rejected, board.last_report) == (1, NOW + MINUTE)


def test_missing_value_is_unknown_after_the_silence_limit() -> None:
    house = receiver()
    said = b'{"location": "WC", "temperature_c": nan, "humidity_pct": 50}'
    house.receive(body(), SOURCE, NOW)
    for minutes in range(1, 12):
        house.receive(said, SOURCE, NOW + minutes * MINUTE)
        shown = house.board("WC").temperature
        after = house.board("WC").silent_after
        assert (shown is None) == (minutes * MINUTE > after)
    assert house.board("WC").temperature is None
    assert house.board("WC").humidity == 50
    house.receive(body(), SOURCE, NOW + 12 * MINUTE)
    assert house.board("WC").temperature == 21.9


def is_accepted(house: Receiver, temperature: float, now: datetime) -> bool:
    """Return whether a temperature is accepted."""
    report = house.receive(body(temperature=temperature), SOURCE, now)
    return report.temperature is not None


@pytest.mark.parametrize("first", [0.0, -20.0, 4.9, 40.1, 55.0, 79.0])
def test_unusual_first_temperature_needs_three_reports(first: float) -> None:
    house = receiver()
    accepted = [is_accepted(house, first, NOW + n * MINUTE) for n in range(4)]
    assert accepted == [False, False, True, True]
    assert house.board("WC").temperature == first


@pytest.mark.parametrize("first", [5.0, 18.5, 40.0])
def test_ordinary_first_temperature_is_accepted_at_once(first: float) -> None:
    assert is_accepted(receiver(), first, NOW)


@pytest.mark.parametrize("pause", [MINUTE, 60 * MINUTE, 5000 * MINUTE, -MINUTE])
@pytest.mark.parametrize("before", [21.0, -9.0])
@pytest.mark.parametrize("restarted", [False, True])
def test_first_temperature_after_a_pause_is_compared_with_the_last(
    pause: timedelta, before: float, *, restarted: bool
) -> None:
    house = receiver()
    for n in range(4):
        is_accepted(house, before, NOW + n * MINUTE)
    if restarted:
        kept = json.loads(json.dumps(house.to_store()))
        house = Receiver(Options.parse({}), Stored(kept))
    now = NOW + 3 * MINUTE + pause
    for unlikely in (0.0 if before > 12 else 21.0, 55.0):
        assert not is_accepted(house, unlikely, now)
    assert is_accepted(house, before + 4, now + MINUTE)


def test_candidates_are_limited() -> None:
    house = receiver()
    for n in range(1000):
        rejection(house, body(f"room {n}", temperature=0, humidity=math.nan))
    assert len(house._candidates) <= MOST_BOARDS


def test_each_board_behind_an_address_has_its_own_rate_limit() -> None:
    house = receiver(rate_limit=10)
    for location in ("WC", "Sauna"):
        house.receive(body(location), SOURCE, NOW)
    for _ in range(100):
        rejection(house, body("WC", temperature=85, humidity=math.nan))
    assert rejection(house, body("WC")) is RejectReason.RATE_LIMITED
    house.receive(body("Sauna"), SOURCE, NOW)
    house.receive(body("WC"), "10.0.0.2", NOW)


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", body(""), body("no such room", 85, math.nan)]
)
def test_flood_of_unknown_reports_does_not_delay_known_boards(garbage: bytes) -> None:
    house = receiver(rate_limit=10)
    house.receive(body("WC"), SOURCE, NOW)
    reasons = [rejection(house, garbage) for _ in range(100)]
    assert reasons[-1] is RejectReason.RATE_LIMITED
    house.receive(body("WC"), SOURCE, NOW)


@pytest.mark.parametrize("year", [1970, 2000, 2025])
def test_clock_that_was_never_set_does_not_change_the_last_report(year: int) -> None:
    house = receiver()
    unset = datetime(year, 1, 1, tzinfo=UTC)
    house.receive(body(), SOURCE, unset)
    assert house.board("WC").last_report is None
    house.receive(body(temperature=22), SOURCE, NOW)
    assert house.board("WC").last_report == NOW
    again = Receiver(Options.parse({}), Stored(house.to_store()))
    again.receive(body(temperature=22), SOURCE, unset)
    board = again.board("WC")
    assert (board.last_report, board.temperature) == (NOW, 22)


WHOLE = {
    "wrong_keys": 3,
    "boards": {
        "WC": {
            "last_report": NOW.isoformat(),
            "rejected": 2,
            "gaps": [60.0] * 5,
            "temperature": {"value": 21.0, "at": NOW.isoformat()},
            "humidity": {"value": 50.0, "at": NOW.isoformat()},
        }
    },
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(value=json_values, path=st.sampled_from(["", "boards", "WC", "temperature"]))
def test_any_json_in_the_store_leaves_a_working_receiver(
    value: object, path: str
) -> None:
    stored: Any = json.loads(json.dumps(WHOLE))
    match path:
        case "":
            stored = value
        case "boards":
            stored["boards"] = value
        case "WC":
            stored["boards"]["WC"] = value
        case _:
            stored["boards"]["WC"] = dict.fromkeys(stored["boards"]["WC"], value)
    house = Receiver(Options.parse({}), Stored(stored))
    for n in range(3):
        is_accepted(house, 22.0, NOW + n * MINUTE)
    assert house.board("WC").temperature == 22
    json.dumps(house.to_store(), allow_nan=False)


def test_rejected_report_of_a_known_board_is_counted() -> None:
    house = receiver()
    house.receive(body(), SOURCE, NOW)
    assert rejection(house, b'{"location": "WC"}') is RejectReason.INVALID_PAYLOAD
    assert (
        rejection(house, b'{"location": "WC", "error": "x"}')
        is RejectReason.DEVICE_ERROR
    )
    assert rejection(house, b'{"location": "Sauna"}') is RejectReason.INVALID_PAYLOAD
    assert house.board("WC").rejected == 2
    assert list(house) == ["WC"]


def test_implausible_report_creates_no_board() -> None:
    house = receiver()
    said = b'{"location": "WC", "temperature_c": 85, "humidity_pct": "nan"}'
    assert rejection(house, said) is RejectReason.IMPLAUSIBLE
    assert list(house) == []


def test_only_listed_locations_are_accepted() -> None:
    house = receiver(only_listed=True, locations=["WC"])
    house.receive(body("WC"), SOURCE, NOW)
    assert rejection(house, body("Sauna")) is RejectReason.UNKNOWN_LOCATION
    assert list(house) == ["WC"]


def test_unused_list_rejects_no_location() -> None:
    house = receiver(only_listed=False, locations=["WC"])
    house.receive(body("Sauna"), SOURCE, NOW)
    assert list(house) == ["Sauna"]


def test_number_of_boards_is_limited() -> None:
    house = receiver()
    for n in range(MOST_BOARDS):
        house.receive(body(f"room {n}"), SOURCE, NOW)
    assert rejection(house, body("one more")) is RejectReason.UNKNOWN_LOCATION
    house.receive(body("room 7", temperature=22), SOURCE, NOW + MINUTE)
    assert len(list(house)) == MOST_BOARDS


def test_rate_is_limited_except_for_the_allow_list() -> None:
    house = receiver(rate_limit=1, allowed=["10.0.0.*"])
    house.receive(body(), "10.0.1.1", NOW)
    with pytest.raises(Rejected) as rejected:
        house.receive(body(), "10.0.1.1", NOW)
    assert rejected.value.reason is RejectReason.RATE_LIMITED
    assert rejected.value.wait == MINUTE
    for _ in range(10):
        house.receive(body(), "10.0.0.1", NOW)


def test_only_silent_boards_are_deleted() -> None:
    house = receiver()
    house.receive(body(), SOURCE, NOW)
    assert not house.delete("WC")
    house.set_silent("WC")
    assert house.board("WC").silent
    assert house.delete("WC")
    assert list(house) == []
    assert house.delete("unknown")


def test_rejections_are_counted_by_reason() -> None:
    house = receiver()
    house.count(RejectReason.UNAUTHORIZED)
    house.count(RejectReason.TOO_LARGE)
    assert house.wrong_keys == 1
    assert house.rejections == {RejectReason.UNAUTHORIZED: 1, RejectReason.TOO_LARGE: 1}


def test_restart_keeps_boards_but_not_their_values() -> None:
    house = receiver()
    for n in range(6):
        house.receive(body(), SOURCE, NOW + n * MINUTE)
    rejection(house, body(temperature=85, humidity=math.nan), NOW + 6 * MINUTE)
    house.count(RejectReason.UNAUTHORIZED)
    stored = json.loads(json.dumps(house.to_store()))
    again = Receiver(Options.parse({}), Stored(stored))
    board = again.board("WC")
    assert board.silent
    assert (board.temperature, board.humidity) == (None, None)
    assert board.last_report == NOW + 5 * MINUTE
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
def test_boards_show_possible_values_after_any_reports(
    posts: list[tuple[bytes, int]],
) -> None:
    house = receiver()
    now = NOW
    for post, seconds in posts:
        now += timedelta(seconds=seconds)
        with suppress(Rejected):
            house.receive(post, SOURCE, now)
    for board in (house.board(location) for location in house):
        assert (board.temperature, board.humidity) != (None, None)
        assert board.temperature is None or -40 <= board.temperature <= 80
        assert board.humidity is None or 0 <= board.humidity <= 100
    json.dumps(house.to_store())


def test_offsets_are_parsed() -> None:
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
def test_invalid_offsets_raise_value_error(offsets: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # It names the location.
        parse_offsets(offsets)
