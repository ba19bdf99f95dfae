"""The cloud client and tinytuya against the fake cloud."""

import asyncio
import time
import tracemalloc
import zlib
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import requests
import tinytuya
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    CommandRefused,
    DeviceOffline,
    QuotaExhausted,
    SubscriptionExpired,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.openapi import (
    AppUser,
    OpenApi,
    TuyaAccount,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.signature import (
    signature,
    string_to_sign,
)
from demo.fakes.tuya_cloud import FakeTuyaCloud
from demo.house import House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def fake() -> AsyncIterator[FakeTuyaCloud]:
    async with FakeTuyaCloud(House(), lag=0) as cloud:
        yield cloud


class Client:
    """Our client with a clock that the test can set."""

    def __init__(self, session: aiohttp.ClientSession, account: TuyaAccount) -> None:
        self.late = 0.0
        self.calls = 0
        self.api = OpenApi(
            session,
            account,
            clock=lambda: time.time() + self.late,
            on_call=self.count,
        )

    def count(self) -> None:
        self.calls += 1


def account_of(fake: FakeTuyaCloud, **changes: Any) -> TuyaAccount:
    known = {
        "base": fake.url,
        "access_id": fake.access_id,
        "access_secret": fake.access_secret,
    }
    return TuyaAccount(**{**known, **changes})


def user_of(fake: FakeTuyaCloud, **changes: Any) -> AppUser:
    known = {
        "username": fake.username,
        # MD5 of "demo password"
        "password_md5": "64da8138db0c06812e1f32776a51d3b9",
        "country_code": fake.country_code,
        "schema": fake.schema,
    }
    return AppUser(**{**known, **changes})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(session: aiohttp.ClientSession, fake: FakeTuyaCloud) -> Client:
    return Client(session, account_of(fake))


async def test_project_account_reads_and_commands(
    client: Client, fake: FakeTuyaCloud
) -> None:
    devices = await client.api.async_devices()
    assert [device.name for device in devices] == ["Air conditioner"]
    its = devices[0].device_id
    status = await client.api.async_status(its)
    assert status.online
    assert status.values["switch"] is False
    await client.api.async_command(its, {"switch": True, "temp_set": 20})
    assert (fake.house.unit.power, fake.house.unit.target) == (True, 20)
    specification: Any = await client.api.async_specification(its)
    assert len(specification["functions"]) == 4
    # One for the token and one for each request: that is what the quota counts.
    assert client.calls == len(fake.calls) == 5


async def test_app_user_logs_in(
    session: aiohttp.ClientSession, fake: FakeTuyaCloud
) -> None:
    client = Client(session, account_of(fake, user=user_of(fake)))
    assert len(await client.api.async_devices()) == 1
    assert fake.calls[-1] == f"GET /v1.0/users/{fake.user_id}/devices"
    fake.password = "another"
    fake.forget_tokens()
    with pytest.raises(BadCredentials):
        await client.api.async_devices()
    md5 = "b32d73e56ec99bc5ec8f83871cde708a"
    client = Client(session, account_of(fake, user=user_of(fake, password_md5=md5)))
    assert len(await client.api.async_devices()) == 1


@pytest.mark.parametrize("wrong", [{"access_id": "other"}, {"access_secret": "other"}])
async def test_wrong_credentials_raise_bad_credentials(
    session: aiohttp.ClientSession, fake: FakeTuyaCloud, wrong: dict[str, str]
) -> None:
    client = Client(session, account_of(fake, **wrong))
    with pytest.raises(BadCredentials):
        await client.api.async_devices()
    assert "other" not in repr(account_of(fake, **wrong))


async def test_token_is_renewed_before_expiry(
    client: Client, fake: FakeTuyaCloud
) -> None:
    await client.api.async_devices()
    fake.calls.clear()
    client.late = 7200 - 61
    with pytest.raises(Unreachable):  # it is not our clock that is wrong by so much
        await client.api.async_devices()
    assert len(fake.calls) == 1
    client.late, fake.token_life = 0, 61
    fake.forget_tokens()
    await client.api.async_devices()
    client.late, fake.token_life = 2, 7200
    fake.calls.clear()
    await client.api.async_devices()
    assert fake.calls[0].startswith("GET /v1.0/token/")
    assert len(fake.calls) == 2


async def test_revoked_token_is_fetched_again_once(
    client: Client, fake: FakeTuyaCloud
) -> None:
    await client.api.async_devices()
    fake.forget_tokens()
    fake.calls.clear()
    assert await client.api.async_devices()
    assert [call.rpartition("/")[2] for call in fake.calls] == [
        "devices",
        "token",
        "devices",
    ]
    fake.token_life = 61.0
    fake.forget_tokens()
    fake.calls.clear()
    fake.refuses_tokens = True
    with pytest.raises(Unreachable):
        await client.api.async_devices()
    # It gives up instead of requesting tokens indefinitely.
    assert len(fake.calls) == 3


async def test_lost_refresh_token_logs_in_again(
    client: Client, fake: FakeTuyaCloud
) -> None:
    fake.token_life = 61
    await client.api.async_devices()
    fake.forget_tokens()
    client.late = 2
    fake.calls.clear()
    assert await client.api.async_devices()
    assert len(fake.calls) == 3


async def test_cloud_limits_raise_specific_errors(
    client: Client, fake: FakeTuyaCloud
) -> None:
    its = fake.device_id
    fake.left = 1
    await client.api.async_status(its)
    with pytest.raises(QuotaExhausted):
        await client.api.async_status(its)
    fake.left, fake.expired = None, True
    with pytest.raises(SubscriptionExpired):
        await client.api.async_status(its)
    fake.expired, fake.online = False, False
    assert not (await client.api.async_status(its)).online
    with pytest.raises(DeviceOffline):
        await client.api.async_command(its, {"switch": True})
    fake.online = True
    with pytest.raises(CommandRefused):
        await client.api.async_command(its, {"dance": True})
    with pytest.raises(CommandRefused):
        await client.api.async_status("notmine")


class DevicePage:
    """Serves lists in pages set by the test."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, request: web.Request, _body: bytes) -> object:
        self.asked.append(str(request.rel_url))
        return self.answers.pop(0)


async def test_long_device_list_is_paged(
    client: Client, fake: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"devices": [{"id": "a"}], "has_more": True, "last_row_key": "k y"}
    page = DevicePage(more, {"devices": [{"id": "b"}], "has_more": False})
    monkeypatch.setattr(fake, "_serve", page)
    found = [device.device_id for device in await client.api.async_devices()]
    assert found == ["a", "b"]
    assert page.asked[1].endswith("?last_row_key=k%20y&size=50")
    # One that never ends is given up.
    monkeypatch.setattr(fake, "_serve", DevicePage(*[more] * 50))
    assert len(await client.api.async_devices()) == 20


async def test_refused_command_raises(
    client: Client, fake: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake, "_serve", DevicePage(*[False]))
    with pytest.raises(CommandRefused):
        await client.api.async_command(fake.device_id, {"switch": True})


@pytest.mark.parametrize("token", [None, {}, {"access_token": "x"}])
async def test_incomplete_token_is_rejected(
    client: Client,
    fake: FakeTuyaCloud,
    monkeypatch: pytest.MonkeyPatch,
    token: object,
) -> None:
    monkeypatch.setattr(fake, "give_token", lambda _request: token)
    with pytest.raises(Unreachable):
        await client.api.async_devices()


async def test_cloud_state_lags(fake: FakeTuyaCloud, client: Client) -> None:
    its = fake.device_id
    fake.lag = 60.0
    await client.api.async_command(its, {"switch": True})
    assert (await client.api.async_status(its)).values["switch"] is False
    fake.lag = 0.0
    assert (await client.api.async_status(its)).values["switch"] is True


async def test_unreachable_and_invalid_responses_raise(
    session: aiohttp.ClientSession, fake: FakeTuyaCloud
) -> None:
    unreachable = Client(session, account_of(fake, base="http://127.0.0.1:1"))
    with pytest.raises(Unreachable):
        await unreachable.api.async_devices()
    garbage = Client(session, account_of(fake, base="nonsense"))
    with pytest.raises(Unreachable):
        await garbage.api.async_devices()


# The same fake with other clients


@pytest.fixture
def tinytuya_talks_to(
    fake: FakeTuyaCloud, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    """Send tinytuya's requests to the fake; return what it sent."""
    sent: list[dict[str, Any]] = []
    real = requests.request

    def request(method: str, url: str, **more: Any) -> requests.Response:
        target = URL(url, encoded=True)
        assert target.host == "openapi.tuyaeu.com"
        sent.append({"method": method, "url": target, **more})
        return real(method, f"{fake.url}{target.raw_path_qs}", timeout=10, **more)

    monkeypatch.setattr(requests, "get", partial(request, "GET"))
    monkeypatch.setattr(requests, "request", request)
    return sent


async def test_tinytuya_works_with_fake_cloud(
    fake: FakeTuyaCloud, tinytuya_talks_to: list[dict[str, Any]]
) -> None:
    def use() -> Any:
        cloud = tinytuya.Cloud("eu", fake.access_id, fake.access_secret)
        assert cloud.error is None
        devices = cloud.getdevices()
        its = devices[0]["id"]
        command = {"commands": [{"code": "switch", "value": True}]}
        return {
            "devices": devices,
            "status": cloud.getstatus(its)["result"],
            "functions": cloud.getfunctions(its)["result"],
            "properties": cloud.getproperties(its)["result"],
            "dps": cloud.getdps(its)["result"],
            "command": cloud.sendcommand(its, command),
            "online": cloud.getconnectstatus(its),
            "mapping": cloud.getmapping("demoproduct", its),
        }

    responses = await asyncio.to_thread(use)
    assert responses["devices"][0]["key"] == fake.local_key
    assert {"code": "switch", "value": False} in responses["status"]
    assert responses["functions"]["category"] == "kt"
    assert responses["properties"] == responses["dps"]
    assert responses["command"]["success"] is True
    assert fake.house.unit.power is True
    assert responses["online"] is True
    assert responses["mapping"]["2"]["values"]["max"] == 31


async def test_tinytuya_receives_cloud_limits(
    fake: FakeTuyaCloud, tinytuya_talks_to: list[dict[str, Any]]
) -> None:
    def use() -> Any:
        cloud = tinytuya.Cloud("eu", fake.access_id, fake.access_secret)
        fake.forget_tokens()  # it has to log in again
        assert cloud.getstatus(fake.device_id)["success"]
        fake.expired = True
        expired = cloud.getstatus(fake.device_id)
        fake.expired, fake.left = False, 0
        used_up = cloud.getstatus(fake.device_id)
        wrong = tinytuya.Cloud("eu", fake.access_id, "wrong").error
        return expired, used_up, wrong

    expired, used_up, wrong = await asyncio.to_thread(use)
    assert "expired" in expired["Payload"]
    assert "used up" in used_up["Payload"]
    assert "sign invalid" in wrong["Payload"]


async def test_signature_matches_tinytuya(
    fake: FakeTuyaCloud, tinytuya_talks_to: list[dict[str, Any]]
) -> None:
    def use() -> None:
        cloud = tinytuya.Cloud("eu", fake.access_id, fake.access_secret)
        cloud.cloudrequest("/v1.0/x", query={"b": "2 ä", "a": "1:1"})

    await asyncio.to_thread(use)
    assert len(tinytuya_talks_to) == 2
    for request in tinytuya_talks_to:
        headers, url = request["headers"], request["url"]
        text = string_to_sign(request["method"], url.path, dict(url.query), b"")
        assert headers["sign"] == signature(
            fake.access_id,
            fake.access_secret,
            headers.get("access_token", ""),
            headers["t"],
            text,
        )


# A cloud with unexpected responses


class OtherCloud:
    """Answers each request as set by the test; the first is for a token."""

    def __init__(self) -> None:
        self.body: bytes = b"{}"
        self.encoding = ""
        self.location = ""
        self.requests: list[web.Request] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        headers = {"Content-Encoding": self.encoding} if self.encoding else {}
        if self.location:
            headers["Location"] = self.location
        status = 302 if self.location else 200
        return web.Response(body=self.body, headers=headers, status=status)


@pytest.fixture
async def others() -> AsyncIterator[list[tuple[OtherCloud, str]]]:
    async def start(stack: AsyncExitStack) -> tuple[OtherCloud, str]:
        other, app = OtherCloud(), web.Application()
        app.router.add_route("*", "/{path:.*}", other.answer)
        server = await stack.enter_async_context(TestServer(app))
        return other, str(server.make_url("/")).rstrip("/")

    async with AsyncExitStack() as stack:
        yield [await start(stack), await start(stack)]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"["),
        ("", b"[" * 100_000),
        ("", b'{"success": true, "result": "' + b"x" * 3_000_000 + b'"}'),
        ("gzip", b"no gzip"),
        ("br", b"{}"),
        ("", b'\xff{"success": true}'),
    ],
)
async def test_unreadable_or_endless_body_is_unreachable(
    session: aiohttp.ClientSession,
    fake: FakeTuyaCloud,
    others: list[tuple[OtherCloud, str]],
    encoding: str,
    body: bytes,
) -> None:
    (other, url), _ = others
    other.encoding, other.body = encoding, body
    client = Client(session, account_of(fake, base=url))
    with pytest.raises(Unreachable):
        await client.api.async_devices()


async def test_body_that_decompresses_to_a_gigabyte_stalls_nothing(
    session: aiohttp.ClientSession,
    fake: FakeTuyaCloud,
    others: list[tuple[OtherCloud, str]],
) -> None:
    (other, url), _ = others
    squeeze = zlib.compressobj(wbits=31)
    zeros = bytes(10_000_000)
    other.body = b"".join(squeeze.compress(zeros) for _ in range(100))
    other.body += squeeze.flush()
    other.encoding = "gzip"
    client = Client(session, account_of(fake, base=url))
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)

    watching = asyncio.create_task(watch())
    tracemalloc.start()
    with pytest.raises(Unreachable):
        await client.api.async_devices()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    watching.cancel()
    assert peak < 20_000_000
    assert longest < 1.0  # Decompressing all of it takes several seconds.


async def test_redirect_to_another_host_gets_no_request_and_no_credentials(
    session: aiohttp.ClientSession,
    fake: FakeTuyaCloud,
    others: list[tuple[OtherCloud, str]],
) -> None:
    (first, url), (second, elsewhere) = others
    first.location = f"{elsewhere}/v1.0/token"
    first.body = b'{"success": true, "result": {}}'
    client = Client(session, account_of(fake, base=url))
    with pytest.raises(Unreachable):
        await client.api.async_devices()
    assert first.requests
    assert not second.requests
