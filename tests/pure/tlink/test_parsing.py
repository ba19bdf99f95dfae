"""Any bytes give a push or the one documented refusal; times, signatures, numbers."""

import hashlib
import hmac
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.account.clock_offset import ClockOffset
from custom_components.jannenkoti.kinds.tlink.account.quantity import class_of, unit_of
from custom_components.jannenkoti.kinds.tlink.account.tank import Tank, TankLevel
from custom_components.jannenkoti.kinds.tlink.cloud.device_list import parse_device
from custom_components.jannenkoti.kinds.tlink.journal.codec import (
    day_of,
    decode,
    encode,
)
from custom_components.jannenkoti.kinds.tlink.model import (
    Push,
    Rejected,
    RejectReason,
    identifier,
    parse_push,
    read_json,
)
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.deduplication import (
    DeduplicationWindow,
)
from custom_components.jannenkoti.kinds.tlink.push.picture_address import may_fetch
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.kinds.tlink.push.times import Times

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
TIMES = Times(ZoneInfo("Asia/Shanghai"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = (
    "sensorsId",
    "sensorsTypeId",
    "times",
    "isAlarm",
    "isLine",
    "reVal",
    "value",
    "switcher",
    "isHeartbeat",
    "lat",
    "lng",
)
SENSOR = st.dictionaries(
    st.sampled_from(FIELDS),
    JSON
    | st.sampled_from(
        ["1", "0", 1, 0, "09:41:07", "2026-03-02 09:41:07", "NaN", "1e999", 5e300]
    ),
)
PUSHES = st.fixed_dictionaries(
    {
        "deviceId": JSON | st.just(4711),
        "deviceUserid": JSON | st.just(902),
        "sensorsDates": st.lists(SENSOR | JSON, max_size=5),
    },
    optional={"time": JSON | st.datetimes().map(str), "flag": JSON, "rawData": JSON},
)


def take(body: bytes) -> Push | RejectReason:
    try:
        return parse_push(read_json(body), TIMES, NOW)
    except Rejected as refused:
        return refused.reason


@given(
    body=st.binary() | st.text().map(str.encode) | JSON.map(json.dumps).map(str.encode)
)
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    assert isinstance(take(body), Push | RejectReason)


def test_what_is_nested_too_deeply_or_too_long_is_refused() -> None:
    assert take(b"[" * 200_000) is RejectReason.INVALID_JSON
    number = b'{"deviceId": ' + b"9" * 5000 + b"}"
    assert take(number) is RejectReason.MISSING_FIELD


@given(said=PUSHES)
def test_what_is_taken_can_be_stored_shown_and_read_again(said: dict[str, Any]) -> None:
    push = take(json.dumps(said).encode())
    if isinstance(push, RejectReason):
        assert push is RejectReason.MISSING_FIELD
        return
    again = decode(encode(push))
    assert again == push
    assert day_of(push, NOW.date() - timedelta(days=90)) <= NOW.date()
    account = Account(Options.parse({}), Secrets(()))
    for sample in push.samples:
        assert sample.measured <= NOW + timedelta(minutes=5)
        assert sample.number is None or math.isfinite(sample.number)
    account.take(push)
    stored = json.loads(json.dumps(account.to_store(NOW)))
    other = Account(Options.parse({}), Secrets(()))
    other.restore(stored)
    assert other.inventory.sensors.keys() == account.inventory.sensors.keys()
    for sensor_id, sensor in account.inventory.sensors.items():
        assert other.inventory.sensors[sensor_id].value == sensor.value


@given(said=JSON | st.fixed_dictionaries({"id": JSON, "sensorsList": st.lists(JSON)}))
def test_any_row_of_the_list_is_read_or_passed_over(said: Any) -> None:
    listed = parse_device(said, TIMES, NOW)
    assert listed is None or listed.device.device_id


@pytest.mark.parametrize("line", [b"", b"{", b"{}", b"[1]", b'{"device":1}', b"\xff"])
def test_a_line_of_a_damaged_disk_is_none(line: bytes) -> None:
    assert decode(line) is None


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-02 20:30:00", 12.5),
        ("2026/03/02 20:30:00", 12.5),
        ("2026-03-02T20:30:00", 12.5),
        ("2026-03-02T20:30:00+02:00", 18.5),
    ],
)
def test_the_forms_of_a_time(text: str, hour: float) -> None:
    expected = NOW.replace(hour=0, minute=0) + timedelta(hours=hour)
    assert TIMES.instant(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("23:59:50", "2026-03-02T16:00:05+00:00", "2026-03-02T15:59:50+00:00"),
        ("00:00:05", "2026-03-02T15:59:50+00:00", "2026-03-02T16:00:05+00:00"),
        ("20:30:00", "2026-03-02T12:30:00+00:00", "2026-03-02T12:30:00+00:00"),
    ],
)
def test_a_time_of_day_is_of_the_nearest_day(
    text: str, near: str, expected: str
) -> None:
    found = TIMES.moment(text, datetime.fromisoformat(near))
    assert found == datetime.fromisoformat(expected)


def test_of_an_hour_that_comes_twice_the_nearer_is_meant() -> None:
    helsinki = Times(ZoneInfo("Europe/Helsinki"))
    summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    winter = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert helsinki.instant("2026-10-25 03:30:00", summer) == summer
    assert helsinki.instant("2026-10-25 03:30:00", winter) == winter
    # One that the clock leaves out in spring is some instant all the same.
    left_out = helsinki.instant("2026-03-29 03:30:00", summer)
    assert left_out is not None


@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_what_we_write_is_what_we_read(moment: datetime) -> None:
    for zone in ("Europe/Helsinki", "Asia/Shanghai", "Australia/Lord_Howe"):
        times = Times(ZoneInfo(zone))
        instant = moment.replace(microsecond=0, tzinfo=UTC)
        assert times.instant(times.written(instant), instant) == instant
        assert times.moment(times.of_day(instant), instant) == instant


@given(body=st.binary(), secret=st.text(min_size=1), other=st.text(min_size=1))
def test_only_the_right_signature_is_accepted(
    body: bytes, secret: str, other: str
) -> None:
    secret, other = (text.encode(errors="replace").decode() for text in (secret, other))
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert Secrets((secret,)).accept(body, right)
    assert Secrets((other, secret)).accept(body, f"sha256={right}")
    assert Secrets((other,)).accept(body, right) is (other == secret)
    assert not Secrets((secret,)).accept(body, other)
    assert Secrets(()).accept(body, None)
    assert secret not in repr(Secrets((secret,))) or secret in "Secrets(1)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4711, "4711"),
        ("004711", "4711"),
        (4711.0, "4711"),
        (0, None),
        ("0", None),
        ("", None),
        (True, None),
        (None, None),
        ("x" * 65, None),
        ("a\n", "a"),
        ("a\nb", None),
        ("D 2", "D 2"),
    ],
)
def test_ids(value: object, expected: str | None) -> None:
    assert identifier(value) == expected


@pytest.mark.parametrize("said", [10**30, -(10**30), "1e300", 1e300, 1.5, "x", None])
def test_what_is_no_usable_integer_is_none_and_can_be_stored(said: object) -> None:
    entry = {"sensorsId": 1, "sensorsTypeId": said, "value": "1"}
    body = {"deviceId": 1, "deviceUserid": 2, "sensorsDates": [entry]}
    push = take(json.dumps(body).encode())
    assert not isinstance(push, RejectReason)
    assert push.samples[0].type is None
    assert decode(encode(push)) == push


def test_what_came_lately_is_remembered_and_the_memory_is_bounded() -> None:
    recent = DeduplicationWindow(most=10)
    for number in range(1000):
        recent.add(str(number))
        assert str(number) in recent
        assert str(max(number - 4, 0)) in recent
        assert len(recent) <= 10
    recent.discard("999")
    assert "999" not in recent


def test_a_wrong_zone_is_told_from_a_slow_network() -> None:
    for seconds, expected in (
        (6 * 3600 + 2, 6.0),
        (-5.5 * 3600, -5.5),
        (3.0, None),
        (1500.0, None),
    ):
        lag = ClockOffset()
        lag.observe(None, NOW)
        for minute in range(10):
            now = NOW + timedelta(minutes=minute)
            lag.observe(now - timedelta(seconds=seconds), now)
        assert lag.hours_off == expected
    backlog = ClockOffset()  # is not always off by the same
    for number in range(10):
        now = NOW + timedelta(minutes=number)
        backlog.observe(now - timedelta(hours=number), now)
    assert backlog.hours_off is None


def test_a_backlog_of_moments_that_comes_at_once_is_no_slow_clock() -> None:
    lag = ClockOffset()
    for seconds in range(50):
        now = NOW + timedelta(seconds=seconds)
        lag.observe(now - timedelta(hours=3), now)
    assert lag.constant is None
    for minutes in range(1, 10):  # but this is
        now = NOW + timedelta(minutes=minutes)
        lag.observe(now - timedelta(hours=3), now)
    assert lag.constant == 3 * 3600


def test_a_clock_that_was_set_back_does_not_stop_the_look_at_it() -> None:
    lag = ClockOffset()
    lag.observe(NOW, NOW)
    for minutes in range(10):
        now = NOW + timedelta(minutes=minutes - 600)
        lag.observe(now, now)
    assert lag.constant == 0.0


def test_a_tank_of_the_originals() -> None:
    tank = Tank(radius=77.5, wall=0.6, length=246)
    full = tank.contents(2 * 769)
    assert full.litres == pytest.approx(math.pi * 76.9**2 * 244.8 / 1000)
    assert full.percent == 100
    half = tank.contents(769)
    assert half.litres == pytest.approx(full.litres / 2)
    assert half.mass == pytest.approx(half.litres * 0.84)
    assert half.level is TankLevel.NORMAL
    assert tank.contents(0).litres == 0
    assert tank.contents(-5).level is TankLevel.LOW_LOW
    assert tank.contents(99999).level is TankLevel.HIGH
    assert tank.contents(400).level is TankLevel.LOW


@given(
    radius=st.floats(0.1, 10_000),
    share=st.floats(-0.1, 1.1),
    step=st.floats(0, 1) | st.floats(0, 1e-3),
)
def test_a_fuller_tank_never_holds_less(
    radius: float, share: float, step: float
) -> None:
    tank = Tank(radius=radius, length=246)
    level = share * 20 * radius
    low, high = tank.contents(level), tank.contents(level + step)
    assert 0 <= low.litres <= high.litres <= tank.contents(math.inf).litres
    assert 0 <= low.percent <= high.percent <= 100


@given(share=st.floats(0, 1))
def test_the_warnings_are_those_of_the_originals(share: float) -> None:
    contents = Tank(radius=50, length=246).contents(1000 * share)
    percent = contents.percent
    expected = (
        TankLevel.LOW_LOW
        if percent <= 10
        else TankLevel.LOW
        if percent <= 30
        else TankLevel.HIGH
        if percent >= 95
        else TankLevel.NORMAL
    )
    assert contents.level is expected


def test_the_last_drops_are_not_lost() -> None:
    # A segment that is this flat is two thirds of the rectangle around it.
    tank = Tank(radius=50, length=100)
    chord = 2 * math.sqrt(2 * 50 * 1e-4)
    expected = 2 / 3 * chord * 1e-4 * 100 / 1000
    assert tank.contents(1e-3).litres == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"radius": 0, "length": 1},
        {"radius": 10_001, "length": 9},
        {"radius": 1, "length": 0},
        {"radius": 1, "length": 10_001},
        {"radius": 1, "length": 9, "wall": -0.1},
        {"radius": 1, "length": 9, "wall": 1},
        {"radius": 9, "length": 2, "wall": 1},
        {"radius": 1, "length": 9, "density": 26},
        {"radius": "nan", "length": 9},
        {"radius": 1, "length": 9, "density": 0},
        {"radius": "x", "length": 9},
    ],
)
def test_a_tank_that_cannot_be(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong
        Tank.parse(said)


@pytest.mark.parametrize(
    ("said", "tank"),
    [
        ({"radius": "77.5", "length": 246}, Tank(radius=77.5, length=246)),
        (
            {"radius": 10_000, "length": 10_000, "wall": 4999, "density": 25},
            Tank(radius=10_000, length=10_000, wall=4999, density=25),
        ),
        (
            {"radius": 1, "length": 9, "wall": 0, "density": 0.1},
            Tank(radius=1, length=9, density=0.1),
        ),
    ],
)
def test_a_tank_that_can_be(said: dict[str, Any], tank: Tank) -> None:
    assert Tank.parse(said) == tank


def test_what_is_measured_is_guessed_from_unit_and_name() -> None:
    assert unit_of(" ℃ ") == "°C"
    assert unit_of("") is None
    assert unit_of("rpm") == "rpm"
    assert class_of("°C", None) == "temperature"
    assert class_of("%", "室内湿度") == "humidity"
    assert class_of("%", "Fill") is None
    assert class_of(None, "x") is None


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://app.dtuip.com/a.jpg", True),
        ("http://93.184.216.34/a.jpg", True),
        ("http://127.0.0.1:81/a.jpg", True),
        ("http://127.0.0.1/a.jpg", False),
        ("http://192.168.1.1/reboot", False),
        ("http://router.lan/", False),
        ("http://router/", False),
        ("http://127.1/", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        ("nonsense", False),
    ],
)
def test_a_picture_is_not_fetched_from_the_home(
    address: str,
    good: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert may_fetch(address, "http://127.0.0.1:81") is good
