"""The connection against a bridge on a real socket: TLS, requests, events."""

import asyncio
import json
from typing import TYPE_CHECKING

import aiohttp
import pytest

from custom_components.jannenkoti.kinds.hue_bridge.model import LightCommand
from custom_components.jannenkoti.kinds.hue_bridge.wire.client import (
    Address,
    HueLink,
    Timing,
)
from custom_components.jannenkoti.kinds.hue_bridge.wire.errors import (
    BadCredentials,
    Busy,
    ButtonNotPressed,
    CommandRefused,
    Unreachable,
    Untrusted,
)
from custom_components.jannenkoti.kinds.hue_bridge.wire.tls import (
    async_probe_certificate,
    read_certificate,
    split_host,
)
from demo.fakes.hue_resources import BRIDGE_ID, made_id
from demo.fakes.printer_certificate import make_authority

from .conftest import FAST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.fakes.hue_bridge import FakeHueBridge

pytestmark = pytest.mark.usefixtures("socket_enabled")


class Pauses:
    """Records waits instead of waiting."""

    def __init__(self) -> None:
        self.all: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.all.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def make_link(
    fake: FakeHueBridge,
    session: aiohttp.ClientSession,
    *,
    key: str | None = None,
    fingerprint: str | None = None,
    timing: Timing = FAST,
    pauses: Pauses | None = None,
) -> HueLink:
    found = await async_probe_certificate(fake.host)
    address = Address(
        host=fake.host,
        fingerprint=fingerprint or found.fingerprint,
        key=fake.pair() if key is None else key,
    )
    return HueLink(
        session,
        address,
        random=lambda: 1.0,
        timing=timing,
        pause=pauses or asyncio.sleep,
    )


async def test_certificate_names_the_bridge(fake: FakeHueBridge) -> None:
    found = await async_probe_certificate(fake.host)
    assert found.bridge_id == BRIDGE_ID
    assert len(found.shown) == 32 * 3 - 1


async def test_certificate_of_another_device_names_no_bridge() -> None:
    context = make_authority("somebody").server_context("nas.local")
    server = await asyncio.start_server(
        lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    assert (await async_probe_certificate(f"127.0.0.1:{port}")).bridge_id is None
    server.close()


def test_unreadable_certificate_names_no_bridge() -> None:
    assert read_certificate(b"no certificate").bridge_id is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [("10.0.0.2", ("10.0.0.2", 443)), ("bridge.local:8443", ("bridge.local", 8443))],
)
def test_host_has_a_port_or_the_usual_one(host: str, expected: tuple[str, int]) -> None:
    assert split_host(host) == expected


@pytest.mark.parametrize("host", ["", ":443", "bridge:", "bridge:https", "::1"])
def test_impossible_host_is_rejected(host: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        split_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "", "127.0.0.1:99999999"])
async def test_certificate_of_nothing_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable):
        await async_probe_certificate(host)


async def test_other_certificate_is_sent_nothing(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session, fingerprint="ab" * 32)
    with pytest.raises(Untrusted):
        await link.async_resources()
    with pytest.raises(Untrusted):
        await link.async_pair("test#home")
    with pytest.raises(Untrusted):
        await anext(link.async_events())
    assert fake.requests == []


async def test_changed_certificate_is_not_accepted(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    await link.async_test()
    fake.authority = make_authority("root-bridge")
    await fake.restart()
    with pytest.raises(Untrusted):
        await link.async_test()


async def test_key_is_given_after_the_button_is_pressed(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session, key="")
    with pytest.raises(ButtonNotPressed):
        await link.async_pair("test#home")
    fake.press_link_button()
    key = await link.async_pair("test#home")
    await (await make_link(fake, session, key=key)).async_test()


async def test_revoked_key_is_bad_credentials(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.keys.clear()
    with pytest.raises(BadCredentials):
        await link.async_test()
    with pytest.raises(BadCredentials):
        await anext(link.async_events())


async def test_off_bridge_is_unreachable(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    await fake.power_off()
    with pytest.raises(Unreachable):
        await link.async_test()


async def test_requests_are_sent_one_at_a_time(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.trouble.delay = 0.01
    await asyncio.gather(*(link.async_test() for _ in range(10)))
    assert fake.most_at_once == 1
    assert len(fake.requests) == 10


async def test_more_than_a_bridge_can_need_is_not_queued(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.trouble.delay = 0.2
    waiting = [asyncio.create_task(link.async_test()) for _ in range(60)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await link.async_test()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    fake.trouble.delay = 0.0
    await link.async_test()


@pytest.mark.parametrize("status", [429, 503])
async def test_bridge_that_is_busy_for_a_minute_is_ridden_out(
    fake: FakeHueBridge,
    session: aiohttp.ClientSession,
    pauses: Pauses,
    status: int,
) -> None:
    link = await make_link(fake, session, timing=Timing(), pauses=pauses)
    fake.trouble.busy, fake.trouble.busy_status = 10, status
    await link.async_test()
    assert pauses.all == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]
    assert link.busy_answers == 10


async def test_bridge_that_stays_busy_is_given_up(
    fake: FakeHueBridge, session: aiohttp.ClientSession, pauses: Pauses
) -> None:
    link = await make_link(fake, session, timing=Timing(), pauses=pauses)
    fake.trouble.busy = 1000
    with pytest.raises(Busy):
        await link.async_test()
    assert 80 < sum(pauses.all) <= 90


@pytest.mark.parametrize(
    ("asked", "waited"), [("3", 3.0), ("86400", 8.0), ("soon", 0.5), ("-1", 0.5)]
)
async def test_bridge_may_ask_for_a_longer_wait_up_to_a_limit(
    fake: FakeHueBridge,
    session: aiohttp.ClientSession,
    pauses: Pauses,
    asked: str,
    waited: float,
) -> None:
    link = await make_link(fake, session, timing=Timing(), pauses=pauses)
    fake.trouble.busy, fake.trouble.retry_after = 1, asked
    await link.async_test()
    assert pauses.all == [waited]


async def test_groups_get_one_command_a_second(
    fake: FakeHueBridge, session: aiohttp.ClientSession, pauses: Pauses
) -> None:
    link = await make_link(fake, session, timing=Timing(), pauses=pauses)
    group = made_id("grouped_light", "Bedroom")
    await link.async_set_group(group, LightCommand(on=True))
    await link.async_recall(made_id("scene", "Bedroom Relax"), 400)
    assert [round(each) for each in pauses.all] == [1]
    assert fake.requests[-1][2] == {"recall": {"action": "active", "duration": 400}}


async def test_command_has_only_what_is_to_change(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    light_id = made_id("light", "Floor lamp")
    await link.async_set_light(light_id, LightCommand(xy=(0.3, 0.3), duration=1000))
    assert fake.requests[-1] == (
        "PUT",
        f"/clip/v2/resource/light/{light_id}",
        {"color": {"xy": {"x": 0.3, "y": 0.3}}, "dynamics": {"duration": 1000}},
    )


async def test_lamp_that_is_off_is_not_turned_on_and_not_an_error(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    await link.async_set_light(
        made_id("light", "Sofa lamp"), LightCommand(brightness=50.0)
    )
    assert not fake.light("Sofa lamp")["on"]["on"]


async def test_rejected_command_says_why(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    with pytest.raises(CommandRefused, match="invalid value"):
        await link.async_set_light(
            made_id("light", "Floor lamp"), LightCommand(duration=7_000_000)
        )
    with pytest.raises(CommandRefused, match="Not Found"):
        await link.async_set_light("0", LightCommand(on=True))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"data": 1' + b" " * 9_000_000, b"[" * 100_000],
    ids=["nothing", "list", "half", "huge", "deep"],
)
async def test_what_is_no_answer_is_unreachable(
    fake: FakeHueBridge, session: aiohttp.ClientSession, body: bytes
) -> None:
    link = await make_link(fake, session)
    fake.trouble.body = body
    with pytest.raises(Unreachable):
        await link.async_resources()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        [1],
        [{}],
        [{"success": {"username": ""}}],
        [{"success": {"username": "x" * 200}}],
        [{"success": {"username": "a\r\nb"}}],
        [{"success": {"username": "é"}}],
        [{"success": 1}],
    ],
)
async def test_what_is_no_key_is_not_taken(
    fake: FakeHueBridge, session: aiohttp.ClientSession, answer: object
) -> None:
    link = await make_link(fake, session, key="")
    fake.trouble.pairing = json.dumps(answer).encode()
    with pytest.raises(Unreachable):
        await link.async_pair("test#home")


async def test_other_error_of_pairing_is_refused(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session, key="")
    fake.trouble.pairing = json.dumps(
        [{"error": {"type": 7, "description": "invalid value"}}]
    ).encode()
    with pytest.raises(CommandRefused, match="invalid value"):
        await link.async_pair("test#home")


async def test_redirect_is_not_followed(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.trouble.redirect = f"https://{fake.host}/api/config"
    with pytest.raises(Unreachable, match="302"):
        await link.async_resources()
    assert all(path != "/api/config" for _, path, _ in fake.requests)


async def test_page_that_is_not_json_is_refused_with_its_status(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    with pytest.raises(CommandRefused, match="404"):
        await link.request("get", "no/such/page")


async def test_events_come_after_the_stream_is_open(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    stream = link.async_events()
    assert await anext(stream) == []
    fake.set_light("Floor lamp", {"on": {"on": False}})
    (event,) = await anext(stream)
    assert any(each.get("on") == {"on": False} for each in event.resources)
    fake.drop_streams()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_endless_line_ends_the_stream(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.trouble.events = [b"data: " + b"x" * (2 << 20)]
    with pytest.raises(Unreachable):
        async for _ in link.async_events():
            pass


async def test_silent_stream_ends(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session, timing=Timing(silence=0.05))
    with pytest.raises(Unreachable):
        async for _ in link.async_events():
            pass


async def test_busy_bridge_gives_no_stream(
    fake: FakeHueBridge, session: aiohttp.ClientSession
) -> None:
    link = await make_link(fake, session)
    fake.trouble.stream_status = 503
    with pytest.raises(Busy):
        await anext(link.async_events())
