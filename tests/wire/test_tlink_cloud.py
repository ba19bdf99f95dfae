"""The fake cloud as public clients call it, and our client with unusual answers.

The first half does not use our client: bodies, headers and answers are those that are
documented of the platform. No client of others is published as a package.
"""

import asyncio
import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from custom_components.jannenkoti.kinds.tlink.cloud.client import Cloud, target_of
from custom_components.jannenkoti.kinds.tlink.cloud.endpoints import Endpoints, Login
from custom_components.jannenkoti.kinds.tlink.cloud.errors import (
    BadCredentials,
    CloudRefused,
    Problem,
    Unreachable,
    UserIdMissing,
)
from custom_components.jannenkoti.kinds.tlink.push.times import Times
from demo.fakes.tlink_cloud import FakeTlinkCloud
from demo.fakes.tlink_devices import FakeDevice, FakeSensor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
LEVEL, PUMP = 55001, 55002

type Json = dict[str, Any]


def devices() -> list[FakeDevice]:
    sensors = [
        FakeSensor(LEVEL, "Level", 1, "mm", value="15.0", updated=NOW),
        FakeSensor(PUMP, "Pump", 2, switcher="0", updated=NOW),
    ]
    return [FakeDevice(4711, "Tank room", "AB12CD34EF", sensors)]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTlinkCloud]:
    async with FakeTlinkCloud(devices(), now=lambda: NOW) as fake:
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


# --- the fake, called by others -------------------------------------------------------


class Plain:
    """Calls as they are written down, by aiohttp alone."""

    def __init__(self, session: aiohttp.ClientSession, fake: FakeTlinkCloud) -> None:
        self._session = session
        self._fake = fake
        self._bearer = "none"

    async def token(self, *, in_query: bool = False, **form: str) -> tuple[int, Json]:
        client = f"{self._fake.oauth.client_id}:{self._fake.oauth.client_secret}"
        basic = base64.b64encode(client.encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        where: Any = {"params": form} if in_query else {"data": form}
        url = f"{self._fake.url}/oauth/token"
        async with self._session.post(url, headers=headers, **where) as answer:
            found = await answer.json()
            self._bearer = found.get("access_token", self._bearer)
            return answer.status, found

    async def log_in(self, *, in_query: bool = False) -> Json:
        status, found = await self.token(
            in_query=in_query,
            grant_type="password",
            username=self._fake.oauth.username,
            password=self._fake.oauth.password,
        )
        assert status == 200
        return found

    async def call(self, method: str, call: str, body: Json) -> tuple[int, Json]:
        headers = {
            "Authorization": f"Bearer {self._bearer}",
            "tlinkAppId": self._fake.oauth.client_id,
            "Content-Type": "application/json",
        }
        url = f"{self._fake.url}/api/device/{call}"
        async with self._session.request(
            method, url, data=json.dumps(body), headers=headers
        ) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def plain(session: aiohttp.ClientSession, fake: FakeTlinkCloud) -> Plain:
    return Plain(session, fake)


@pytest.mark.parametrize("in_query", [False, True])
async def test_login_by_form_or_query_returns_a_token(
    plain: Plain, *, in_query: bool
) -> None:
    found = await plain.log_in(in_query=in_query)
    assert found["token_type"] == "bearer"
    assert found["userId"] == 902
    assert found["expires_in"] == 3600
    status, again = await plain.token(
        grant_type="refresh_token",
        refresh_token=found["refresh_token"],
        client_id=found["clientId"],
        client_secret=found["clientSecret"],
    )
    assert status == 200
    assert again["access_token"] != found["access_token"]


async def test_wrong_password_and_wrong_token_return_401(plain: Plain) -> None:
    status, found = await plain.token(
        grant_type="password", username="demo", password="no"
    )
    assert (status, found["error"]) == (401, "invalid_grant")
    status, found = await plain.call("POST", "getDeviceSensorDatas", {"userId": 902})
    assert (status, found["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_device_list_is_answered_by_get_and_post(
    plain: Plain, method: str
) -> None:
    await plain.log_in()
    body = {"userId": 902, "currPage": 1, "pageSize": 100}
    status, found = await plain.call(method, "getDeviceSensorDatas", body)
    assert status == 200
    (device,) = found.pop("dataList")
    assert found == {
        "flag": "00",
        "msg": "",
        "currPage": 1,
        "pages": 1,
        "pageSize": 100,
        "rowCount": 1,
    }
    assert (device["id"], device["deviceNo"]) == (4711, "AB12CD34EF")
    level = device["sensorsList"][0]
    assert (level["id"], level["value"], level["decimalPlacse"]) == (LEVEL, "15.0", "1")
    assert level["updateDate"] == "2026-03-02 20:30:00"


async def test_call_for_another_user_is_refused(plain: Plain) -> None:
    await plain.log_in()
    for body in ({}, {"userId": 1}):
        _, found = await plain.call("POST", "getDeviceSensorDatas", body)
        assert found["flag"] == "01"


async def test_history_continues_after_a_page(
    plain: Plain, fake: FakeTlinkCloud
) -> None:
    await plain.log_in()
    fake.sensor(LEVEL).history = [
        (NOW - timedelta(minutes=minute), str(minute)) for minute in range(60)
    ]
    body: Json = {
        "userId": 902,
        "sensorId": LEVEL,
        "startDate": "2026-03-02 00:00:00",
        "endDate": "2026-03-02 23:59:59",
        "pagingState": "",
        "pageSize": 100,
    }
    found: list[str] = []
    while True:
        _, answer = await plain.call("POST", "getSensorHistroy", body)
        found += [row["val"] for row in answer["dataList"]]
        if not answer["nextPage"]:
            break
        body["pagingState"] = answer["nextPage"]
    assert found == [str(minute) for minute in range(60)]


@pytest.mark.parametrize("on", [1, "1"])
async def test_commands_of_public_clients_are_accepted(
    plain: Plain, fake: FakeTlinkCloud, on: object
) -> None:
    await plain.log_in()
    device = {"userId": 902, "deviceNo": "AB12CD34EF"}
    orders: tuple[tuple[str, Json], ...] = (
        ("switcherController", {"sensorId": PUMP, "switcher": on}),
        ("deviceWrite", {"sensorId": LEVEL, "value": "7"}),
    )
    for call, body in orders:
        _, found = await plain.call("POST", call, {**device, **body})
        assert found == {"flag": "00", "msg": ""}
    assert fake.sensor(PUMP).switcher == "1"
    assert fake.sensor(LEVEL).value == "7"
    points = [
        {"sensorId": LEVEL, "value": "8"},
        {"sensorId": PUMP, "switcher": 0},
    ]
    await plain.call("POST", "sendDataPoint", {**device, "sensorDatas": points})
    assert fake.sensor(PUMP).switcher == "0"
    assert fake.sensor(LEVEL).value == "8"


# --- the fake by the vendor's document -----------------------------------------------


@pytest.fixture
async def vendor() -> AsyncIterator[FakeTlinkCloud]:
    async with FakeTlinkCloud(devices(), now=lambda: NOW, vendor=True) as fake:
        yield fake


async def test_vendor_document_login_has_no_user_and_errors_of_spring(
    session: aiohttp.ClientSession, vendor: FakeTlinkCloud
) -> None:
    plain = Plain(session, vendor)
    status, found = await plain.token(
        grant_type="password", username="demo", password="no"
    )
    assert (status, found["error"]) == (400, "invalid_grant")
    assert "userId" not in await plain.log_in(in_query=True)
    url = f"{vendor.url}/api/user/userLogin"
    login = {"userName": "demo", "password": "demo-password", "apiKey": "client"}
    async with session.post(url, json=login) as answer:
        assert (await answer.json())["id"] == 902


async def test_vendor_document_reads_by_get_with_its_own_names(
    session: aiohttp.ClientSession, vendor: FakeTlinkCloud
) -> None:
    plain = Plain(session, vendor)
    await plain.log_in()
    body: Json = {"userId": 902, "currPage": 1, "pageSize": 100}
    status, found = await plain.call("POST", "getDeviceSensorDatas", body)
    assert (status, found["error"]) == (405, "Method Not Allowed")
    _, found = await plain.call("GET", "getDeviceSensorDatas", body)
    (device,) = found["dataList"]
    assert device["deviceId"] == 4711
    assert {"sensorId", "isAlarm"} <= device["sensorList"][0].keys()
    assert not {"id", "updateDate"} & device["sensorList"][0].keys()
    _, found = await plain.call("GET", "getDeviceSensorDatas", body | {"pageSize": 101})
    assert found["flag"] == "01"
    vendor.sensor(LEVEL).history = [
        (NOW - timedelta(minutes=minute), str(minute)) for minute in range(150)
    ]
    body |= {"sensorId": LEVEL, "startTime": "2026-03-02", "endTime": "2026-03-03"}
    _, found = await plain.call("GET", "getSensorHistroy", body | {"currPage": 2})
    assert found["pages"] == 2
    assert [row["value"] for row in found["dataList"]] == [
        str(n) for n in range(100, 150)
    ]
    assert found["dataList"][0]["recordTime"] == "2026-03-02 18:50:00"
    order = {"userId": 902, "deviceId": 4711, "sensorId": PUMP, "value": 1}
    _, found = await plain.call("POST", "switcherController", order)
    assert found == {"flag": "00", "msg": ""}
    assert vendor.sensor(PUMP).switcher == "1"


# --- our client with both fakes ------------------------------------------------------


@pytest.fixture(params=["fake", "vendor"])
def either(request: pytest.FixtureRequest) -> FakeTlinkCloud:
    found: FakeTlinkCloud = request.getfixturevalue(request.param)
    return found


def client_of(session: aiohttp.ClientSession, fake: FakeTlinkCloud) -> Cloud:
    return Cloud(
        session,
        Endpoints(base_url=fake.url),
        Login(
            username=fake.oauth.username,
            password=fake.oauth.password,
            client_id=fake.oauth.client_id,
            client_secret=fake.oauth.client_secret,
        ),
        Times(ZONE),
        lambda: NOW,
    )


async def test_client_lists_devices_of_both_fakes(
    session: aiohttp.ClientSession, either: FakeTlinkCloud
) -> None:
    cloud = client_of(session, either)
    assert await cloud.async_user_id() == "902"
    either.sensor(LEVEL).alarm = True
    (listed,) = await cloud.async_devices()
    assert (listed.device.device_id, listed.device.number) == ("4711", "AB12CD34EF")
    level, pump = listed.push.samples
    assert (level.sensor_id, level.value, level.alarm) == (str(LEVEL), "15.0", True)
    assert (pump.switcher, pump.alarm) == (False, False)
    assert level.measured == NOW
    assert (level.recorded is None) is either.vendor


async def test_client_reads_all_pages_of_history_of_both_fakes(
    session: aiohttp.ClientSession, either: FakeTlinkCloud
) -> None:
    either.sensor(LEVEL).history = [
        (NOW - timedelta(minutes=minute), str(minute)) for minute in range(260)
    ]
    cloud = client_of(session, either)
    found, cursor = list[str | None](), ""
    while True:
        page = await cloud.async_history(
            str(LEVEL), NOW - timedelta(hours=9), NOW, cursor
        )
        found += [sample.value for sample in page.samples]
        if not (cursor := page.next):
            break
    assert found == [str(minute) for minute in range(260)]


async def test_client_commands_reach_both_fakes(
    session: aiohttp.ClientSession, either: FakeTlinkCloud
) -> None:
    cloud, target = client_of(session, either), target_of("4711", "AB12CD34EF")
    await cloud.async_switch(target, str(PUMP), on=True)
    await cloud.async_write(target, str(LEVEL), "7")
    assert either.sensor(PUMP).switcher == "1"
    assert either.sensor(LEVEL).value == "7"
    await cloud.async_send(target, {str(PUMP): "0", str(LEVEL): "8"}, {str(PUMP): 2})
    assert either.sensor(PUMP).switcher == "0"
    assert either.sensor(LEVEL).value == "8"


async def test_client_remembers_the_method_that_reads(
    session: aiohttp.ClientSession, vendor: FakeTlinkCloud
) -> None:
    cloud = client_of(session, vendor)
    for _ in range(3):
        await cloud.async_devices()
    assert vendor.calls == ["getDeviceSensorDatas"] * 3
    assert vendor.refused == 1


async def test_wrong_password_of_both_fakes_is_bad_credentials(
    session: aiohttp.ClientSession, either: FakeTlinkCloud
) -> None:
    cloud = client_of(session, either)
    either.oauth.password = "other"
    with pytest.raises(BadCredentials):
        await cloud.async_user_id()


# --- our client with odd responses -----------------------------------------------


class Odd:
    """A server that sends the prepared responses, one after the other."""

    def __init__(self) -> None:
        self.tokens: list[web.Response] = []
        self.answers: list[web.Response] = []
        self.forms: list[Json] = []
        self.bodies: list[Json] = []
        self.bearers: list[str] = []
        self.url = ""

    async def token(self, request: web.Request) -> web.Response:
        self.forms.append(dict(await request.post()))
        return self.tokens.pop(0)

    async def call(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.bearers.append(request.headers["Authorization"])
        return self.answers.pop(0)


@pytest.fixture
async def odd() -> AsyncIterator[Odd]:
    odd = Odd()
    app = web.Application()
    app.router.add_post("/oauth/token", odd.token)
    app.router.add_post("/api/device/{call}", odd.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    odd.url = "http://{}:{}".format(*runner.addresses[0][:2])
    yield odd
    await runner.cleanup()


@pytest.fixture
def ours(session: aiohttp.ClientSession, odd: Odd) -> Cloud:
    return Cloud(
        session,
        Endpoints(base_url=odd.url),
        Login(username="u", password="p", client_id="c", client_secret="s"),
        Times(ZONE),
        lambda: NOW,
    )


def token(access: str = "first", **more: object) -> web.Response:
    return web.json_response(
        {"access_token": access, "refresh_token": "r", "userId": 902, **more}
    )


def rows(*found: object, pages: object = 1, flag: object = "00") -> web.Response:
    return web.json_response({"flag": flag, "pages": pages, "dataList": found})


def page(status: int) -> web.Response:
    """Return a page of a proxy."""
    text = f"<html><h1>{status}</h1></html>"
    return web.Response(status=status, text=text, content_type="text/html")


def refused(status: int, error: str = "invalid_grant") -> web.Response:
    """Return what an OAuth server answers to a wrong password."""
    body = {"error": error, "error_description": "Bad credentials"}
    return web.json_response(body, status=status)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=400), BadCredentials),
        (web.Response(status=403), BadCredentials),
        (web.Response(status=503), Unreachable),
        (web.Response(text="<html>"), Unreachable),
        (web.json_response({"userId": 902}), BadCredentials),
        (web.json_response({"access_token": "a"}), UserIdMissing),
        (web.json_response(["a list"]), BadCredentials),
        # The login is not wrong: a firewall, a proxy, an overloaded server.
        *(
            (page(status), Unreachable)
            for status in (400, 403, 404, 405, 408, 429, 500)
        ),
        (web.json_response({"error": "server_error"}, status=400), Unreachable),
        (web.json_response({"error": "Bad Gateway"}, status=403), Unreachable),
        (web.json_response({"error": "temporarily_unavailable"}), Unreachable),
        *((web.json_response({it: 500}), Unreachable) for it in ("code", "status")),
        (web.json_response({"code": "503", "msg": "busy"}), Unreachable),
        (web.json_response({"status": 429}, status=403), Unreachable),
        # It is wrong, whatever the status.
        (page(401), BadCredentials),
        *((refused(it), BadCredentials) for it in (200, 400, 401, 403)),
        (refused(400, "unauthorized"), BadCredentials),
        (web.json_response({"flag": "01", "msg": "wrong"}), BadCredentials),
    ],
)
async def test_login_without_a_token_raises(
    odd: Odd, ours: Cloud, answer: web.Response, error: type[Exception]
) -> None:
    odd.tokens = [answer]
    with pytest.raises(error):
        await ours.async_user_id()


@pytest.mark.parametrize(
    "renewal",
    [web.Response(status=401), web.json_response({}), web.Response(status=500)],
)
async def test_failed_renewal_logs_in_again(
    odd: Odd, ours: Cloud, renewal: web.Response
) -> None:
    odd.tokens = [token(expires_in=10), renewal, token("second")]
    odd.answers = [rows()]
    assert await ours.async_user_id() == "902"
    await ours.async_devices()
    grants = [form["grant_type"] for form in odd.forms]
    assert grants == ["password", "refresh_token", "password"]
    assert odd.forms[1]["client_secret"] == "s"
    assert odd.bearers == ["Bearer second"]


async def test_token_without_refresh_token_is_not_renewed(
    odd: Odd, ours: Cloud
) -> None:
    odd.tokens = [token(expires_in=10, refresh_token=""), token("second")]
    odd.answers = [rows()]
    await ours.async_user_id()
    await ours.async_devices()
    assert [form["grant_type"] for form in odd.forms] == ["password"] * 2


async def test_token_that_is_never_valid_raises_after_two_tries(
    odd: Odd, ours: Cloud
) -> None:
    odd.tokens = [token(), token("second")]
    odd.answers = [web.Response(status=401), web.Response(status=401)]
    with pytest.raises(BadCredentials):
        await ours.async_devices()
    assert odd.bearers == ["Bearer first", "Bearer second"]


async def test_calls_with_an_expired_token_log_in_once(odd: Odd, ours: Cloud) -> None:
    odd.tokens = [token(), token("second")]
    odd.answers = [web.Response(status=401), web.Response(status=401), rows(), rows()]
    await ours.async_user_id()
    await asyncio.gather(ours.async_devices(), ours.async_devices())
    assert len(odd.forms) == 2
    assert sorted(odd.bearers) == ["Bearer first"] * 2 + ["Bearer second"] * 2


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (web.Response(status=502), Unreachable, "getDeviceSensorDatas http status 502"),
        (web.Response(text="<html>"), Unreachable, "unreadable"),
        (rows(flag="01"), CloudRefused, "01"),
        (
            web.json_response({"flag": "01", "msg": "no rights"}),
            CloudRefused,
            "no rights",
        ),
        (web.json_response({}), CloudRefused, "{}"),
        (
            web.json_response({"code": 500, "message": "busy\n now"}),
            CloudRefused,
            "busy now",
        ),
        (web.json_response({"error": "Not Found"}), CloudRefused, "Not Found"),
        (web.json_response({"x": 1}), CloudRefused, r"\?"),
    ],
)
async def test_failed_call_has_a_reason(
    odd: Odd, ours: Cloud, answer: web.Response, error: type[Exception], reason: str
) -> None:
    odd.tokens, odd.answers = [token()], [answer]
    with pytest.raises(error, match=reason):
        await ours.async_devices()


@pytest.mark.parametrize("status", [200, 400, 401, 403])
async def test_token_that_expires_between_pages_is_renewed(
    odd: Odd, ours: Cloud, status: int
) -> None:
    odd.tokens = [token(), token("second")]
    expired = {"error": "invalid_token", "error_description": "expired"}
    odd.answers = [
        rows({"id": 1}, pages=2),
        web.json_response(expired, status=status),
        rows({"id": 2}, pages=2),
    ]
    assert [it.device.device_id for it in await ours.async_devices()] == ["1", "2"]
    assert odd.bearers == ["Bearer first"] * 2 + ["Bearer second"]


@pytest.mark.parametrize(
    ("counts", "size", "calls"),
    [
        ({"rowCount": 5}, 2, 3),
        ({"rowCount": "5", "pages": None}, 2, 3),
        ({"rowCount": 5, "pageSize": 2}, 2, 3),
        ({"rowCount": 4, "pageSize": "2"}, 2, 2),
        ({"pages": "3"}, 2, 3),
        ({"pages": 0, "rowCount": 0}, 0, 1),
        ({}, 2, 1),
        ({"rowCount": 10**9}, 0, 1),
    ],
)
async def test_all_pages_are_read_however_they_are_counted(
    odd: Odd, ours: Cloud, counts: Json, size: int, calls: int
) -> None:
    odd.tokens = [token()]
    for number in range(calls):
        found = [{"id": 1 + number * size + it} for it in range(size)]
        odd.answers.append(
            web.json_response({"flag": "00", "dataList": found, **counts})
        )
    assert len(await ours.async_devices()) == calls * size
    assert not odd.answers


async def test_explanation_of_the_cloud_contains_no_secret(
    session: aiohttp.ClientSession, odd: Odd
) -> None:
    login = Login(
        username="u", password="pass-word", client_id="c", client_secret="client-secret"
    )
    endpoints = Endpoints(base_url=odd.url)
    ours = Cloud(session, endpoints, login, Times(ZONE), lambda: NOW)
    odd.tokens = [token("the-access-token", refresh_token="the-refresh-token")]
    said = "x" * 190 + " the-access-token the-refresh-token pass-word client-secret"
    odd.answers = [web.json_response({"flag": "01", "msg": said})]
    with pytest.raises(CloudRefused) as caught:
        await ours.async_devices()
    assert str(caught.value) == "x" * 190 + " **REDACTE"


@pytest.mark.parametrize("access", ["a\r\nHost: other", "a\n", "ä", "x" * 9000, "", 7])
async def test_token_that_cannot_be_a_header_is_none(
    odd: Odd, ours: Cloud, access: object
) -> None:
    odd.tokens = [web.json_response({"access_token": access, "userId": 902})]
    with pytest.raises(BadCredentials):
        await ours.async_devices()
    assert odd.bodies == []


async def test_list_that_lost_its_rows_is_unreadable(odd: Odd, ours: Cloud) -> None:
    odd.tokens = [token()]
    odd.answers = [web.json_response({"flag": "00", "rowCount": 3, "dataList": None})]
    with pytest.raises(Unreachable) as caught:
        await ours.async_devices()
    assert caught.value.problem is Problem.UNREADABLE


@pytest.mark.parametrize("name", ["userId", "user_id", "userid"])
async def test_user_is_found_by_each_name(odd: Odd, ours: Cloud, name: str) -> None:
    odd.tokens = [web.json_response({"access_token": "a", name: "902"})]
    assert await ours.async_user_id() == "902"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_user_that_cannot_be_asked_now_is_not_missing(
    session: aiohttp.ClientSession, vendor: FakeTlinkCloud, status: int
) -> None:
    vendor.oauth.user_login_status = status
    with pytest.raises(Unreachable) as caught:
        await client_of(session, vendor).async_user_id()
    assert caught.value.detail == str(status)


async def test_empty_error_of_a_server_that_encodes_everything_has_its_status(
    odd: Odd, ours: Cloud
) -> None:
    headers = {"Content-Encoding": "gzip"}
    odd.tokens = [token(), token("second")]
    odd.answers = [web.Response(status=401, headers=headers), rows({"id": 1})]
    assert len(await ours.async_devices()) == 1


async def test_endless_pages_stop_at_the_limit(odd: Odd, ours: Cloud) -> None:
    odd.tokens = [token()]
    odd.answers = [rows({"id": page}, None, pages=10**9) for page in range(1, 60)]
    assert len(await ours.async_devices()) == 50
    assert [body["currPage"] for body in odd.bodies] == list(range(1, 51))
    assert all(body["userId"] == 902 for body in odd.bodies)


async def test_empty_answer_lists_no_device(odd: Odd, ours: Cloud) -> None:
    odd.tokens = [token(userId="abc")]
    odd.answers = [web.json_response({"flag": 0})]
    assert await ours.async_devices() == []
    assert odd.bodies[0]["userId"] == "abc"


async def test_answer_that_decompresses_to_a_gigabyte_is_unreadable(
    odd: Odd, ours: Cloud
) -> None:
    bomb = gzip.compress(b" " * (64 << 20))
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    odd.tokens, odd.answers = [token()], [web.Response(body=bomb, headers=headers)]
    with pytest.raises(Unreachable) as caught:
        await ours.async_devices()
    assert caught.value.problem is Problem.UNREADABLE


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirect_is_not_followed_and_gets_no_credentials(
    odd: Odd, ours: Cloud, fake: FakeTlinkCloud, status: int
) -> None:
    odd.tokens = [token()]
    headers = {"Location": f"{fake.url}/api/device/getDeviceSensorDatas"}
    odd.answers = [web.Response(status=status, headers=headers)]
    with pytest.raises(Unreachable) as caught:
        await ours.async_devices()
    assert caught.value.problem is Problem.REDIRECTED
    assert fake.calls == fake.oauth.grants == []


async def test_error_of_a_write_does_not_claim_that_it_had_no_effect(
    odd: Odd, ours: Cloud
) -> None:
    odd.tokens, odd.answers = [token()], [web.Response(status=500, text="<html>")]
    with pytest.raises(Unreachable) as caught:
        await ours.async_write(target_of("1", "A"), "2", "3")
    assert (caught.value.problem, caught.value.detail) == (Problem.HTTP_STATUS, "500")


async def test_refused_connection_differs_from_one_without_response(
    session: aiohttp.ClientSession,
) -> None:
    login = Login(username="u", password="p", client_id="c", client_secret="s")
    unreachable = Cloud(
        session,
        Endpoints(base_url="http://127.0.0.1:1"),
        login,
        Times(ZONE),
        lambda: NOW,
    )
    with pytest.raises(Unreachable) as caught:
        await unreachable.async_user_id()
    assert caught.value.problem is Problem.NOT_CONNECTED
