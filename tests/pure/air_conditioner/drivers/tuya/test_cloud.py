"""The cloud driver: number of calls, errors, and a stalled cloud."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    CommandRefused,
    DeviceOffline,
    DriverError,
    QuotaExhausted,
    SubscriptionExpired,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import (
    specification,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.cloud import (
    TuyaCloud,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    CODE,
    Datapoints,
    InvalidDatapoints,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.responses import (
    CloudDevice,
    CloudStatus,
    TokenRefused,
    device_page,
    device_status,
    result_of,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.signature import (
    signature,
    string_to_sign,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.watchdog import (
    Watchdog,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.lib.quota import Level, Plan, Quota
from demo.fakes.tuya_cloud import FUNCTIONS

from .test_datapoints import anything

NOW = datetime(2026, 7, 1, tzinfo=UTC)
VALUES: dict[str, object] = {
    "switch": False,
    "temp_set": 24,
    "temp_current": 27,
    "mode": "cold",
    "fan_speed_enum": "low",
}
OFF = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24.0, current=27.0)

words = st.text(st.characters(codec="utf-8"), max_size=8)


# The signature


@given(query=st.dictionaries(words, words, max_size=5), data=st.data())
def test_signature_ignores_query_order(
    query: dict[str, str], data: st.DataObject
) -> None:
    shuffled = dict(data.draw(st.permutations(list(query.items()))))
    text = string_to_sign("GET", "/v1.0/x", query, b"")
    assert text == string_to_sign("GET", "/v1.0/x", shuffled, b"")
    lines = text.split("\n", 3)
    assert lines[0] == "GET"
    assert lines[2] == ""
    assert lines[3].startswith("/v1.0/x")
    assert ("?" in lines[3][7:8]) is bool(query)


@given(
    parts=st.lists(st.text("abc", min_size=1, max_size=3), min_size=5, max_size=5),
    which=st.integers(0, 4),
)
def test_signature_covers_whole_request(parts: list[str], which: int) -> None:
    signed = signature(*parts)
    assert signed == signed.upper()
    assert len(signed) == 64
    assert signature(*(p + "d" if i == which else p for i, p in enumerate(parts))) != (
        signed
    )


def test_signature_uses_body_digest() -> None:
    # SHA-256 of nothing, as Tuya's documentation gives it for requests without a body.
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert nothing in string_to_sign("GET", "/x", {}, b"")
    assert nothing not in string_to_sign("POST", "/x", {}, b"{}")


# Responses


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1010, TokenRefused),
        (1004, BadCredentials),
        (1005, BadCredentials),
        (2406, BadCredentials),
        (500, Unreachable),
        (1013, Unreachable),
        (2001, DeviceOffline),
        (28841002, SubscriptionExpired),
        (28841004, QuotaExhausted),
        (1106, CommandRefused),
        ("1010", Unreachable),
        (None, Unreachable),
    ],
)
def test_error_code_maps_to_exception(code: object, error: type[DriverError]) -> None:
    with pytest.raises(DriverError) as raised:
        result_of({"success": False, "code": code})
    assert type(raised.value) is error


def test_successful_response_returns_result() -> None:
    assert result_of({"success": True, "result": [1]}) == [1]


@given(answer=anything)
def test_response_without_success_raises(answer: Any) -> None:
    with pytest.raises(DriverError):
        result_of(answer)


@given(result=anything)
def test_any_result_is_parsed_or_raises(result: Any) -> None:
    for read in (device_page, device_status):
        for wrapped in (
            result,
            {"devices": result},
            {"status": result, "online": result},
        ):
            try:
                read(wrapped)
            except Unreachable:
                continue
    assert isinstance(specification.code_map(result, {}), dict)


def test_device_list_is_parsed_from_list_or_pages() -> None:
    rows = [{"id": "a", "name": "AC"}, {"id": "b"}, {"name": "none"}, "x"]
    devices = (
        CloudDevice(device_id="a", name="AC"),
        CloudDevice(device_id="b", name="b"),
    )
    assert device_page(rows).devices == devices
    page = device_page({"list": rows, "has_more": True, "last_row_key": "k"})
    assert (page.devices, page.next_key) == (devices, "k")
    last = {"devices": rows, "has_more": False, "last_row_key": "k"}
    assert device_page(last).next_key is None


def test_status_includes_online_state() -> None:
    rows = [{"code": "switch", "value": True}, {"value": 1}, 7]
    assert device_status({"status": rows, "online": False}) == CloudStatus(
        online=False, values={"switch": True}
    )
    assert device_status({"status": rows}).online


# The specification


def test_specification_gives_datapoint_map() -> None:
    current = {"code": "temp_current", "values": '{"scale":1}'}
    found = specification.code_map({"functions": FUNCTIONS, "status": [current]}, {})
    assert found == {
        "power": {"code": "switch"},
        "target": {
            "code": "temp_set",
            "scale": 1,
            "minimum": 16,
            "maximum": 31,
            "step": 1,
        },
        "current": {"code": "temp_current", "scale": 10},
        "mode": specification.STANDARD["mode"],
        "fan": specification.STANDARD["fan"],
    }
    assert Datapoints.parse(found, CODE).decode({"switch": True, "temp_current": 265})


def test_map_has_scales_limits_and_words_of_device() -> None:
    def function(code: str, values: Any) -> dict[str, Any]:
        return {"code": code, "type": "x", "values": values}

    spec = {
        "functions": [
            function("Power", {}),
            function("temp_set", '{"min":160,"max":300,"scale":1,"step":5}'),
            function("mode", '{"range":["Cool","DRY","eco"]}'),
            function("windspeed", {"range": ["1", "2"]}),
        ]
    }
    found = specification.code_map(spec, {})
    assert found["power"] == {"code": "Power"}
    assert found["target"] == {
        "code": "temp_set",
        "scale": 10,
        "minimum": 16,
        "maximum": 30,
        "step": 0.5,
    }
    assert found["mode"]["values"] == {"cool": "Cool", "dry": "DRY"}
    assert found["fan"]["values"] == {"1": "1", "2": "2"}


@pytest.mark.parametrize(
    "values",
    [
        '{"min":30,"max":16,"step":1}',
        '{"min":16,"max":1e400,"step":1}',
        "no JSON",
        None,
        '{"min":16,"max":30,"step":0}',
    ],
)
def test_invalid_limits_are_replaced_by_defaults(values: object) -> None:
    spec = {"functions": [{"code": "temp_set", "values": values}]}
    assert specification.code_map(spec, {}) == {
        "target": specification.STANDARD["target"]
    }


def test_enum_without_known_word_is_ignored() -> None:
    spec = {"functions": [{"code": "mode", "values": '{"range":["party"]}'}]}
    assert specification.code_map(spec, {}) == {}


@pytest.mark.parametrize(
    ("values", "value", "part"),
    [
        ({"min": 160, "max": 880, "scale": 1, "step": 10}, 780, ("F", 10, 61, 88)),
        ({"min": 160, "max": 880, "scale": 1, "step": 10}, 240, ("C", 10, 16, 31)),
        ({"min": 160, "max": 880, "scale": 1, "step": 10}, None, None),
        ({"min": 160, "max": 880, "scale": 1, "step": 10}, 450, None),
        ({"min": 61, "max": 88, "scale": 0, "step": 1}, None, ("F", 1, 61, 88)),
        (
            {"min": 61, "max": 88, "scale": 0, "step": 1, "unit": "℉"},
            75,
            ("F", 1, 61, 88),
        ),
        (
            {"min": 61, "max": 88, "scale": 0, "step": 1, "unit": "℃"},
            75,
            ("F", 1, 61, 88),
        ),
        (
            {"min": 16, "max": 30, "scale": 0, "step": 1, "unit": "℃"},
            None,
            ("C", 1, 16, 30),
        ),
    ],
)
def test_cloud_unit_is_from_specification_and_value_or_unclear(
    values: dict[str, Any],
    value: int | None,
    part: tuple[str, int, float, float] | None,
) -> None:
    spec = {"functions": [{"code": "temp_set", "values": json.dumps(values)}]}
    found = specification.recognize_codes(spec, {"temp_set": value})
    if part is None:
        assert "target" not in found.points
        assert "target" in found.unclear
        return
    target = found.points["target"]
    assert (target.get("unit", "C"), target["scale"]) == part[:2]
    assert (target["minimum"], target["maximum"]) == part[2:]


@pytest.mark.parametrize("words", [["0", "1", "2"], ["party"], ["Dyr", "Kewl"]])
def test_unknown_cloud_words_are_unclear(words: list[str]) -> None:
    values = json.dumps({"range": words})
    spec = {"functions": [{"code": "mode", "values": values}]}
    found = specification.recognize_codes(spec, {})
    unclear = {"code": "mode", "words": words, "value": None}
    assert found.unclear == {"mode": unclear}


def test_missing_specification_uses_reported_values() -> None:
    found = specification.code_map(None, {"switch": True, "temp_set": 24, "other": 1})
    assert found.keys() == {"power", "target"}


def test_values_without_specification_are_recognized_or_unclear() -> None:
    values = {
        "switch": True,
        "temp_set": 800,
        "temp_current": 23,
        "mode": "Cool",
        "fan_speed_enum": "strong",
    }
    found = specification.recognize_codes(None, values)
    target = {"code": "temp_set", "scale": 10, "unit": "F"}
    assert found.points["target"].items() >= target.items()
    assert found.points["current"] == {"code": "temp_current", "scale": 1}
    assert found.points.keys() == {"power", "target", "current"}
    assert found.unclear == {
        "mode": {"code": "mode", "words": [], "value": "Cool"},
        "fan": {"code": "fan_speed_enum", "words": [], "value": "strong"},
    }
    state = Datapoints.parse(found.points, CODE).decode(values)
    assert state is not None
    assert state.target == pytest.approx(26.7, abs=0.1)


@pytest.mark.parametrize(
    ("words", "clear"),
    [
        (["cold", "Dyr", "wind", "auto"], False),
        (["cold", "hott"], False),
        (["cold", "wet", "wind", "hot", "auto", "eco", "sleep"], True),
        (["Cool", "Heat"], True),
        (["cold"], True),
    ],
)
def test_cloud_word_that_may_mean_a_missing_mode_is_asked_for(
    words: list[str], *, clear: bool
) -> None:
    spec = {"functions": [{"code": "mode", "values": json.dumps({"range": words})}]}
    found = specification.recognize_codes(spec, {})
    assert ("mode" in found.points) is clear
    assert ("mode" in found.unclear) is not clear


@pytest.mark.parametrize(
    ("code", "values", "value", "clear"),
    [
        ("temp_set", {"unit": "℃", "min": 16, "max": 31, "scale": 0}, 240, False),
        ("temp_set", {"unit": "℃", "min": 16, "max": 31, "scale": 0}, 24, True),
        ("temp_set", {"unit": "℃", "min": 16, "max": 31, "scale": 0}, 0, True),
        ("temp_set", {"unit": "℉", "min": 61, "max": 88, "scale": 0}, 24, False),
        ("temp_set", {"unit": "℃", "min": 80, "max": 310, "scale": 1}, 80, True),
        ("temp_current", {"unit": "℃", "min": -20, "max": 100, "scale": 0}, 235, False),
        ("temp_current", {"unit": "℃", "min": -20, "max": 100, "scale": 1}, 235, True),
        (
            "temp_current",
            {"unit": "℃", "min": -20, "max": 100, "scale": 0},
            -300,
            False,
        ),
    ],
)
def test_cloud_value_that_contradicts_its_specification_is_asked_for(
    code: str, values: dict[str, Any], value: int, *, clear: bool
) -> None:
    spec = {"functions": [{"code": code, "values": {"step": 1, **values}}]}
    found = specification.recognize_codes(spec, {code: value})
    part = {"temp_set": "target", "temp_current": "current"}[code]
    assert (part in found.points) is clear
    assert (part in found.unclear) is not clear


@pytest.mark.parametrize(
    ("values", "value", "unit"),
    [
        ({"unit": "℃", "min": -20, "max": 100, "scale": 0}, 75, "F"),
        ({"unit": "℉", "min": -4, "max": 212, "scale": 0}, None, "F"),
        ({"unit": "℉", "min": -20, "max": 50, "scale": 0}, None, None),
    ],
)
def test_unit_of_a_cloud_room_temperature(
    values: dict[str, Any], value: int | None, unit: str | None
) -> None:
    spec = {"status": [{"code": "temp_current", "values": values}]}
    spec["functions"] = [{"code": "mode", "values": {"range": []}}]
    found = specification.recognize_codes(spec, {"temp_current": value})
    assert found.points["current"].get("unit") == unit
    assert "mode" not in found.points
    assert not found.unclear


def test_datapoint_numbers_and_codes_are_separate() -> None:
    with pytest.raises(InvalidDatapoints, match="power"):
        Datapoints.parse(specification.STANDARD)
    with pytest.raises(InvalidDatapoints, match="power"):
        Datapoints.parse({"power": {"dp": 1}}, CODE)
    with pytest.raises(InvalidDatapoints, match="power"):
        Datapoints.parse({"power": {"code": "a b"}}, CODE)


# The watchdog


def test_unchanged_cloud_state_after_commands_is_stalled() -> None:
    watchdog = Watchdog(timedelta(seconds=120))
    assert not watchdog.is_deaf(VALUES, 0)
    watchdog.sent(10)
    assert not watchdog.is_deaf(VALUES, 500)
    watchdog.sent(500)
    assert not watchdog.is_deaf(VALUES, 619)
    assert watchdog.is_deaf(VALUES, 620)
    assert watchdog.is_deaf(VALUES, 4000)
    # It is accepted again after any change, or after an hour.
    assert not watchdog.is_deaf(VALUES | {"temp_current": 26}, 4001)
    watchdog.sent(5000)
    watchdog.sent(5000)
    assert watchdog.is_deaf(VALUES | {"temp_current": 26}, 5120)
    assert not watchdog.is_deaf(VALUES | {"temp_current": 26}, 5120 + 3600)


# The driver


class Api:
    """An account with responses set by the test."""

    def __init__(self) -> None:
        self.status = CloudStatus(online=True, values=dict(VALUES))
        self.failure: DriverError | None = None
        self.asked = 0
        self.commands: list[dict[str, Any]] = []

    async def async_status(self, _device_id: str) -> CloudStatus:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return self.status

    async def async_command(self, _device_id: str, values: dict[str, Any]) -> None:
        if self.failure is not None:
            raise self.failure
        self.commands.append(values)


class Home:
    """A driver and its clocks."""

    def __init__(self, limit: int = 26_000) -> None:
        self.api = Api()
        self.seconds = 0.0
        self.quota = Quota(Plan(limit=limit), NOW)
        api: Any = self.api
        self.driver = TuyaCloud(
            api,
            "device",
            Datapoints.parse(specification.STANDARD, CODE),
            self.quota,
            now=lambda: NOW + timedelta(seconds=self.seconds),
            ticks=lambda: self.seconds,
            random=lambda: 1.0,
        )

    async def polls(self, seconds: float) -> int:
        """Read every 15 s as the thermostat does; return how many calls that made."""
        before, until = self.api.asked, self.seconds + seconds
        while self.seconds < until:
            self.seconds += 15
            await self.driver.async_read()
        return self.api.asked - before


@pytest.fixture
def home() -> Home:
    return Home()


async def test_idle_device_is_polled_at_quota_interval(home: Home) -> None:
    assert await home.driver.async_read() == OFF
    assert home.driver.abilities.modes == (
        HvacMode.COOL,
        HvacMode.DRY,
        HvacMode.FAN,
        HvacMode.HEAT,
    )
    # July has 31 days: 108.4 s between calls, and a read each 15 s.
    assert await home.polls(3600) == 30
    plenty = Home(limit=1_000_000)
    assert await plenty.polls(3600) == 60


async def test_command_shortens_poll_interval_until_confirmed(
    home: Home,
) -> None:
    await home.driver.async_read()
    await home.driver.async_send(Change(on=True, target=20.0))
    assert home.api.commands == [{"switch": True, "temp_set": 20}]
    assert await home.polls(60) == 4
    values = VALUES | {"switch": True, "temp_set": 20}
    home.api.status = CloudStatus(online=True, values=values)
    assert await home.polls(90) == 1
    await home.driver.async_send(Change(on=False))
    # Never confirmed: short interval for the echo time, then the long one.
    assert await home.polls(120) == 8
    assert await home.polls(120) == 1


async def test_command_without_known_code_makes_no_call(home: Home) -> None:
    await home.driver.async_send(Change(fan="hurricane"))
    assert not home.api.commands


async def test_low_quota_keeps_long_poll_interval_after_command() -> None:
    home = Home(limit=1000)
    for _ in range(800):
        home.quota.count(NOW)
    assert home.quota.level(NOW) is Level.LOW
    await home.driver.async_read()
    await home.driver.async_send(Change(on=True))
    assert await home.polls(3600) == 1


async def test_exhausted_quota_allows_only_user_calls(home: Home) -> None:
    for _ in range(25_000):
        home.quota.count(NOW)
    for _ in range(3):
        with pytest.raises(QuotaExhausted):
            await home.driver.async_read()
    assert home.api.asked == 0
    home.driver.allow_reserve()
    assert await home.driver.async_read() == OFF
    await home.driver.async_send(Change(on=True))
    assert (home.api.asked, len(home.api.commands)) == (1, 1)


async def test_quota_error_of_cloud_exhausts_quota(home: Home) -> None:
    home.api.failure = QuotaExhausted(28841004)
    with pytest.raises(QuotaExhausted):
        await home.driver.async_read()
    assert home.quota.level(NOW) is Level.EXHAUSTED
    home.api.failure = None
    home.seconds = 86_400
    assert await home.driver.async_read() == OFF
    assert home.quota.level(NOW + timedelta(days=1)) is Level.ENOUGH
    home.api.failure = QuotaExhausted()
    with pytest.raises(QuotaExhausted):
        await home.driver.async_send(Change(on=True))
    assert home.quota.level(NOW + timedelta(days=1)) is Level.EXHAUSTED


@pytest.mark.parametrize(
    ("failure", "calls"),
    [(Unreachable(), 8), (SubscriptionExpired(), 1), (BadCredentials(), 1)],
)
async def test_failure_is_raised_at_each_read_and_polled_seldom(
    home: Home, failure: DriverError, calls: int
) -> None:
    home.api.failure = failure
    for _ in range(3600 // 15):
        with pytest.raises(type(failure)):
            await home.driver.async_read()
        home.seconds += 15
    assert home.api.asked == calls
    home.api.failure = None
    home.seconds += 3600
    assert await home.driver.async_read() == OFF


async def test_refused_command_keeps_device_reachable(home: Home) -> None:
    await home.driver.async_read()
    home.api.failure = CommandRefused(2008)
    with pytest.raises(CommandRefused):
        await home.driver.async_send(Change(on=True))
    assert await home.driver.async_read() == OFF


async def test_offline_device_raises_device_offline(home: Home) -> None:
    home.api.status = CloudStatus(online=False, values=VALUES)
    with pytest.raises(DeviceOffline):
        await home.driver.async_read()


async def test_stalled_cloud_raises_device_offline(home: Home) -> None:
    await home.driver.async_read()
    for _ in range(2):
        await home.driver.async_send(Change(on=True))
        home.seconds += 300
    with pytest.raises(DeviceOffline):
        await home.driver.async_read()


async def test_status_without_power_raises(home: Home) -> None:
    home.api.status = CloudStatus(online=True, values={"temp_set": 20})
    with pytest.raises(CommandRefused):
        await home.driver.async_read()
    await home.driver.async_close()
